/** What the host needs to know of a chip of the family to place, encode, flash and run. */
import type { VirtualBoard } from "../../src/link/virtual-board.ts";
import type { Chip, Proof } from "../../src/target/target.ts";

/** A neuron as it goes into the chip's memory. */
export interface PlacedNeuron {
  readonly threshold: number;
  readonly vInit: number;
  /** Taken off, toward 0, by a leak event. */
  readonly leak: number;
  /** False for the neurons of inputs and those that are not used: they never spike. */
  readonly enabled: boolean;
  /** Weights by target address. */
  readonly weights: ReadonlyMap<number, number>;
}

/** One byte of a neuron's word; a mask bit of 1 keeps what is there. */
export type WordByte = readonly [byte: number, value: number, mask: number];

export interface FamilyChip {
  readonly chip: Chip;
  /** Weights have no sign of their own: a neuron that excites and inhibits takes two addresses. */
  readonly signPerSource: boolean;
  readonly weights: { readonly low: number; readonly high: number };
  readonly fifoDepth: number;
  /** Registers besides GATE_ACTIVITY and OPEN_LOOP, by address. neurons: by chip address, as many as are used. */
  registers(neurons: readonly PlacedNeuron[]): readonly (readonly [address: number, value: number])[];
  /** Neurons that must be programmed, however many are used. */
  programmed(used: number): number;
  /** The word of a neuron, in the order in which its bytes must be written. */
  wordOf(neuron: PlacedNeuron): readonly WordByte[];
  /** The bytes that hold the membrane alone. */
  membraneOf(vInit: number): readonly WordByte[];
  /** Four bits of a synapse. */
  nibbleOf(weight: number): number;
  /** AER input address of a spike of the neuron. */
  spikeOf(neuron: number): number;
  /** AER input address of the leak of all neurons. */
  readonly leakOfAll: number;
  createBoard(): VirtualBoard;
  readonly proofs: readonly Proof[];
}

export const neuronCount = 256;

/** Stimulus address of the leak of all neurons, beside those of spikes. */
export const leakAddress = neuronCount;
/** Bits 6:0. */
export const largestLeak = 127;
