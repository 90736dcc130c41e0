/**
 * What every kind of population is to a simulator: state that takes a step's currents and emits spikes. Kinds are separate
 * files behind this one interface; no kind imports another.
 */

/** Traces of synapses, one a neuron: u of the law, and h where there are two. */
export interface Traces {
  readonly u: Float64Array;
  readonly h: Float64Array | null;
}

export interface PopulationState {
  /** Membranes, one a neuron: the law's v, or what stands in for it. */
  readonly membrane: Float64Array;
  /** Absent where synapses have no state. */
  readonly traces?: Traces;
  /** Back to the start of a sample. */
  reset(): void;
  /**
   * One timestep. currents: the step's weighted input, one a neuron (or a tap), and zero again afterwards.
   * emit: called for each neuron that fires, ascending, with its number of spikes.
   */
  step(currents: Float64Array, emit: (neuron: number, spikes: number) => void): void;
}
