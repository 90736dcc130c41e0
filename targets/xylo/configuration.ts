/**
 * A Xylo core's configuration in the chip's own words: what its memories hold. `write-ram.ts` and `write-json.ts` put it into
 * files, `read-ram.ts` and `read-json.ts` get it back, and `core.ts` runs it.
 */

/** Onto synaptic state 0 or 1 of a neuron; a source may have several synapses onto one neuron. */
export interface XyloSynapse {
  readonly target: number;
  readonly state: 0 | 1;
  /** -128..127. */
  readonly weight: number;
}

/** Decays are shifts ("dashes") of 4 bits. */
export interface HiddenNeuron {
  /** One for each synaptic state. */
  readonly synapseDashes: readonly [number, number];
  readonly membraneDash: number;
  /** -32768..32767. */
  readonly threshold: number;
  /** -128..127 in the chip's memory. */
  readonly bias: number;
  /** The hidden neuron that gets a copy of this one's spikes; null: none. */
  readonly alias: number | null;
}

export interface OutputNeuron {
  readonly synapseDash: number;
  readonly membraneDash: number;
  readonly threshold: number;
  readonly bias: number;
}

/** Bits by which the weights of a stage are shifted to the left. */
export interface WeightShifts {
  readonly input: number;
  readonly hidden: number;
  readonly output: number;
}

export interface XyloConfiguration {
  readonly hidden: readonly HiddenNeuron[];
  readonly outputs: readonly OutputNeuron[];
  readonly shifts: WeightShifts;
  /** One switch for all neurons: without it no bias acts. */
  readonly hasBias: boolean;
  /** Synaptic states of a hidden neuron that are in use. */
  readonly synapticStates: 1 | 2;
  /** Seconds of a timestep. */
  readonly dt: number;
  /** By input channel. */
  readonly inputSynapses: readonly (readonly XyloSynapse[])[];
  /** By hidden neuron, onto hidden neurons. */
  readonly hiddenSynapses: readonly (readonly XyloSynapse[])[];
  /** By hidden neuron, onto outputs, which have synaptic state 0 alone. */
  readonly outputSynapses: readonly (readonly XyloSynapse[])[];
}
