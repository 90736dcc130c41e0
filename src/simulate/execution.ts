/**
 * A network under way: populations with their state and what they have emitted, step by step. step-order.ts computes them
 * one after the other in every step; event-order.ts follows every spike. The reference interpreter runs either.
 */
import type { SpikeTrain } from "../network/spikes.ts";
import type { EventList } from "./event-list.ts";
import type { Traces } from "./population-state.ts";

export interface Part {
  readonly name: string;
  /** The first step in which the population acts. */
  readonly latency: number;
  readonly membrane: Float64Array;
  /** Of synapses, where the population has any. */
  readonly traces?: Traces;
  readonly emitted: EventList;
}

export interface Execution {
  /** By population. */
  readonly parts: ReadonlyMap<string, Part>;
  /** Back to the start of a sample: vInit, and nothing emitted yet. */
  reset(): void;
  /** Absolute steps in order: 0, 1, ... */
  step(input: SpikeTrain, step: number): void;
}
