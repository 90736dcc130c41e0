/**
 * What every kind of population is to a simulator: state that takes a step's currents and emits spikes. Kinds are separate
 * files behind this one interface; no kind imports another.
 */
export interface PopulationState {
  /** Membranes, one a neuron: the law's v, or what stands in for it. */
  readonly membrane: Float64Array;
  /** Back to the start of a sample. */
  reset(): void;
  /**
   * One timestep. currents: the step's weighted input, one a neuron (or a tap), and zero again afterwards.
   * emit: called for each neuron that fires, ascending, with its number of spikes.
   */
  step(currents: Float64Array, emit: (neuron: number, spikes: number) => void): void;
}
