/**
 * The spike trains of one source over all calibration samples, in bits: what an already converted population really emits,
 * kept small so that a whole layer fits in memory. Sources that are analog inputs keep their integers instead.
 */
import type { Events } from "../../network/spikes.ts";

/** How the train of a neuron lies in 32-bit words: each step is `slots` bits of one word, and has as many spikes as bits are set. */
export interface TrainFormat {
  readonly steps: number;
  /** A power of two up to 16. One spike a step at most: 1. */
  readonly slots: number;
  /** Step t is bits (t slots) % 32 and up of word floor(t slots / 32). */
  readonly wordsPerNeuron: number;
}

export interface SpikeStore extends TrainFormat {
  readonly kind: "spikes";
  readonly samples: number;
  readonly neurons: number;
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

/** mostSpikes: of a neuron in one step, 1 to 16. */
export function trainFormat(steps: number, mostSpikes: number): TrainFormat {
  const slots = 2 ** Math.ceil(Math.log2(mostSpikes));
  return { steps, slots, wordsPerNeuron: Math.ceil((steps * slots) / 32) };
}

export function createSpikeStore(samples: number, neurons: number, format: TrainFormat): SpikeStore {
  const { steps, slots, wordsPerNeuron } = format;
  const words = new Int32Array(samples * neurons * wordsPerNeuron);
  return { kind: "spikes", samples, neurons, steps, slots, wordsPerNeuron, words };
}

/** Writes the events of one sample: those of an input, of which each neuron has one a step at most. */
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

/** The neurons of one sample that fire at a step, ascending, and how often each of them does. */
export interface StepSpikes {
  readonly neurons: Uint32Array;
  readonly spikes: Uint8Array;
}

/** Writes what fires at `step` into `out`, which has room for every neuron; returns how many neurons it is. */
export function spikesAt(store: SpikeStore, sample: number, step: number, out: StepSpikes): number {
  const { neurons, slots, wordsPerNeuron, words } = store;
  const first = step * slots;
  const bits = ((1 << slots) - 1) << (first & 31);
  const start = sample * neurons * wordsPerNeuron + (first >> 5);
  let count = 0;
  for (let neuron = 0; neuron < neurons; neuron++) {
    const fired = words[start + neuron * wordsPerNeuron] & bits;
    if (fired === 0) continue;
    out.neurons[count] = neuron;
    out.spikes[count++] = slots === 1 ? 1 : countBits(fired);
  }
  return count;
}
