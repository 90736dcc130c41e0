/** What all groups of neurons of a core have in common: they take a step's weighted input and send spikes. */

export interface Neurons {
  readonly size: number;
  /** One step: `current` is the weighted input of each neuron, `sent` gets its spike (0 for none). */
  step(current: Float64Array, sent: Int32Array): void;
  /** Back to the state before the first step. */
  reset(): void;
  /** State by the names that Lava gives it: u and v, or sigma, act and residue. */
  readonly state: Readonly<Record<string, Float64Array>>;
}

/** One number for all neurons, or one a neuron. */
export type PerNeuron = number | ArrayLike<number>;

export function spread(value: PerNeuron, size: number): Float64Array {
  return typeof value === "number" ? new Float64Array(size).fill(value) : Float64Array.from(value);
}
