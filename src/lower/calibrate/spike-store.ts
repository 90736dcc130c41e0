/**
 * The spike trains of one source over all calibration samples, one bit a step: what an already converted population really
 * emits, kept small so that a whole layer fits in memory. Sources that are analog inputs keep their integers instead.
 */
import type { Events } from "../../network/spikes.ts";

export interface SpikeStore {
  readonly kind: "spikes";
  readonly samples: number;
  readonly neurons: number;
  readonly steps: number;
  /** 32-bit words of one neuron's train: step t is bit t % 32 of word floor(t / 32). */
  readonly wordsPerNeuron: number;
  /** [sample][neuron][word] */
  readonly words: Int32Array;
}

/** An analog input: the same integer current at every step. values: [sample][neuron]. */
export interface AnalogStore {
  readonly kind: "analog";
  readonly samples: number;
  readonly neurons: number;
  readonly values: Int32Array;
}

export type SourceStore = SpikeStore | AnalogStore;

export function createSpikeStore(samples: number, neurons: number, steps: number): SpikeStore {
  const wordsPerNeuron = Math.ceil(steps / 32);
  const words = new Int32Array(samples * neurons * wordsPerNeuron);
  return { kind: "spikes", samples, neurons, steps, wordsPerNeuron, words };
}

/** Writes the events of one sample. */
export function storeEvents(store: SpikeStore, sample: number, events: Events): void {
  const { neurons, steps, wordsPerNeuron, words } = store;
  for (let step = 0; step < steps; step++)
    for (let event = events.offsets[step]; event < events.offsets[step + 1]; event++)
      words[(sample * neurons + events.neurons[event]) * wordsPerNeuron + (step >> 5)] |= 1 << (step & 31);
}

/** Number of ones in a 32-bit word (Hacker's Delight, figure 5-2). */
export function countBits(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** The neurons of one sample that fire at `step`, ascending, written into `out`; returns how many. */
export function neuronsAt(store: SpikeStore, sample: number, step: number, out: Uint32Array): number {
  const { neurons, wordsPerNeuron, words } = store;
  const word = step >> 5;
  const bit = 1 << (step & 31);
  const start = sample * neurons * wordsPerNeuron + word;
  let count = 0;
  for (let neuron = 0; neuron < neurons; neuron++)
    if (words[start + neuron * wordsPerNeuron] & bit) out[count++] = neuron;
  return count;
}
