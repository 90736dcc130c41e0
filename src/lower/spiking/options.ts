/** What lowering a native spiking network is asked for, and what it reports back; plain data. */
import type { Discretization } from "../../graph/discretization.ts";
import type { Note } from "../../graph/graph.ts";
import type { Profile } from "../../network/fixed-point.ts";
import type { Network } from "../../network/network.ts";
import type { NumericRules } from "../../target/rules.ts";

/** What a sample holds at each step. */
export type SpikingInputKind =
  | { readonly kind: "spikes" }
  /** Numbers; `largest` of them in magnitude, null where that is not known. */
  | { readonly kind: "current"; readonly largest: number | null };

export type SpikingReadout = "membrane" | "count" | "firstSpike";

export interface SpikingLoweringOptions {
  /** How the equations of NIR's neurons become steps. */
  readonly discretization: Discretization;
  readonly timesteps: number;
  /** Bits of a weight; the chip's own where smaller. */
  readonly weightBits: number;
  /** channel: a factor for the weights of each output channel; layer: one for all. */
  readonly scales: "channel" | "layer";
  /** Places of states and factors, and their rounding; the chip's own where it has fewer. */
  readonly profile: Profile;
  readonly input: SpikingInputKind;
  /** null: counts, or membranes of a population that never fires. */
  readonly readout: SpikingReadout | null;
  readonly rules: NumericRules;
  readonly provenance: Network["provenance"];
}

/** What became of one node with a state. */
export interface LoweredPopulation {
  /** Of the population, and of the node of the flat graph that it stands for. */
  readonly name: string;
  readonly type: string;
  readonly neurons: number;
  /** Whether it fires; if not, its membrane is what it gives. */
  readonly fires: boolean;
  /** Steps by which it emits earlier than the node does (phase "before"): what it sends is delayed by as many. */
  readonly lead: number;
  /** Signal to noise of the integer weights, decibels; infinite where they are exact, or where it has none. */
  readonly weightSnr: number;
  /** Float membrane of one integer, least and most of all neurons. */
  readonly unit: readonly [number, number];
  readonly inputShift: number;
  /** Integer thresholds, least and most; null where it never fires. */
  readonly threshold: readonly [number, number] | null;
  /** Largest error of a threshold, as a share of it. */
  readonly thresholdError: number;
  /** Largest error of a decay of one step; 0 where nothing decays. */
  readonly decayError: number;
}

export interface SpikingLowering {
  readonly network: Network;
  readonly populations: readonly LoweredPopulation[];
  readonly notes: readonly Note[];
}
