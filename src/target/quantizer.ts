/**
 * How a chip's own tools make integers of a native spiking network, where they have a way of their own. Lowering hands over the
 * network in floats, in the words of the neuron law (docs/law.md); the quantizer gives back laws and weights. Plain data both ways.
 */
import type { IntegerArray, Law, Shape } from "../network/network.ts";

/** Arrays hold one value a neuron. Membranes, thresholds and biases are in one unit, and so are weights. */
export interface FloatPopulation {
  readonly name: string;
  readonly shape: Shape;
  /** What is left of the trace after a step, 0..1; null: input reaches the membrane as it is. */
  readonly traceKeeps: Float64Array | null;
  /** Whether input decays in the step in which it arrives (addThenDecay). */
  readonly traceOrder: "decayThenAdd" | "addThenDecay";
  /** What is left of the membrane after a step, 0..1; null: all of it. */
  readonly membraneKeeps: Float64Array | null;
  /** Added to the membrane each step. */
  readonly bias: Float64Array;
  /** null: it never fires. */
  readonly threshold: Float64Array | null;
  readonly reset: "none" | "zero" | "subtract";
}

export interface FloatProjection {
  readonly name: string;
  /** Input or population. */
  readonly source: string;
  readonly target: string;
  /** Of the model, in steps. */
  readonly delay: number;
  /** [target neurons][source neurons]: what a spike adds to a trace, or to the membrane. */
  readonly weights: Float64Array;
}

export interface FloatNetwork {
  readonly name: string;
  readonly input: { readonly name: string; readonly shape: Shape };
  readonly populations: readonly FloatPopulation[];
  readonly projections: readonly FloatProjection[];
  /** Population that is read, and how. */
  readonly readout: { readonly population: string; readonly read: "membrane" | "count" | "firstSpike" };
}

export interface QuantizedPopulation {
  readonly law: Law;
  /** Float membrane of one integer; one value a neuron. */
  readonly unit: Float64Array;
  /** Integer weights stand for so many times the model's, since the chip's traces take less of them; default: 1. */
  readonly weightGain?: Float64Array;
}

export interface QuantizedNetwork {
  /** By name. */
  readonly populations: ReadonlyMap<string, QuantizedPopulation>;
  /** By name of the projection: [target neurons][source neurons]. */
  readonly weights: ReadonlyMap<string, IntegerArray>;
  /** What it made of the network, in sentences. */
  readonly notes: readonly string[];
  /** Where the chip's neurons are not the model's, or weights were lost. */
  readonly warnings: readonly string[];
}

export interface Quantizer {
  /** As on the command line. */
  readonly name: string;
  /** Whose it is, and what it does. */
  readonly what: string;
  /** Used where none is asked for: the chip has no other way from floats to its neurons. */
  readonly standard: boolean;
  /** Constants that enter traces become always-on inputs, for which the chip has channels; false: they are refused. */
  readonly takesConstants: boolean;
  /** Throws SPK-0402 for what it has no place for. */
  quantize(network: FloatNetwork): QuantizedNetwork;
  /**
   * Membranes before a population's first step, where the chip's biases act from the first step of a run and not from the
   * population's latency on; absent: 0.
   */
  start?(law: Law, neurons: number, latency: number): Int32Array;
}
