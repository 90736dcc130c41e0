/**
 * What every node of a SpikingGraph becomes in order to be run: buffers laid out once, and a function that takes one step.
 * All numbers are float32: a Float32Array rounds what is stored in it, and Math.fround rounds in between, so that each
 * operation is rounded once, as it is in the frameworks.
 */
import type { FloatArray, Tensor } from "../graph.ts";

export interface Stepper {
  /** What the node gives in this step: spikes, counts, currents or membranes. */
  readonly output: Float32Array;
  /** After this step and its reset; null for nodes without a membrane. */
  readonly membrane: Float32Array | null;
  /** Synaptic current, where there is one. */
  readonly current: Float32Array | null;
  /** Other states by name (snnTorch's Alpha, the threshold of ALIF), for tests and plots. */
  readonly others: ReadonlyMap<string, Float32Array>;
  /** Takes one step; `input` is only valid, and only read, during the call. */
  step(input: Float32Array): void;
  /** Back to the state before the first step. */
  reset(): void;
  /**
   * For neurons whose spikes come from the membrane that the last step left: puts this step's spikes into `output`, before
   * any node takes its step. Null for all others.
   */
  readonly emit: (() => void) | null;
}

/** A node without memory. */
export function stateless(output: Float32Array, step: (input: Float32Array) => void): Stepper {
  return { output, membrane: null, current: null, others: new Map(), step, reset: () => {}, emit: null };
}

/** A parameter as one float32 value a neuron. */
export function perNeuron(tensor: Tensor, neurons: number): Float32Array {
  return spread(tensor.data, neurons);
}

export function spread(values: FloatArray, neurons: number): Float32Array {
  return values.length === neurons ? Float32Array.from(values) : new Float32Array(neurons).fill(values[0]);
}

/** The membrane before the first step. */
export function initialMembrane(vInit: Tensor | null, neurons: number): Float32Array {
  return vInit ? perNeuron(vInit, neurons) : new Float32Array(neurons);
}
