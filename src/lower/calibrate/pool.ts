/**
 * What a pool makes of spike trains, on the words of a store: the OR of a window's trains, or the growth of the largest of
 * their counts (docs/conversion.md, MaxPool).
 */
import { countBits, type TrainFormat } from "./spike-store.ts";

export type PoolKind = "or" | "count";

/** Trains of neurons side by side: that of position p of the map starts at word first + p * format.wordsPerNeuron. */
export interface Trains {
  readonly words: Int32Array;
  readonly first: number;
  readonly format: TrainFormat;
}

/** Spikes of the OR of a window's trains, of one spike a step at most. */
function countAny({ words, first, format: { wordsPerNeuron } }: Trains, window: Int32Array): number {
  let count = 0;
  for (let word = 0; word < wordsPerNeuron; word++) {
    let any = 0;
    for (let i = 0; i < window.length; i++) any |= words[first + window[i] * wordsPerNeuron + word];
    count += countBits(any);
  }
  return count;
}

/** The largest count of a window's trains. */
function countLargest({ words, first, format: { wordsPerNeuron } }: Trains, window: Int32Array): number {
  let largest = 0;
  for (let i = 0; i < window.length; i++) {
    const at = first + window[i] * wordsPerNeuron;
    let count = 0;
    for (let word = 0; word < wordsPerNeuron; word++) count += countBits(words[at + word]);
    if (count > largest) largest = count;
  }
  return largest;
}

/** How often the pool's neuron over a window fires. */
export const countPooled: Readonly<Record<PoolKind, (trains: Trains, window: Int32Array) => number>> = {
  or: countAny,
  count: countLargest,
};

function writeAny(
  { words, first, format: { wordsPerNeuron } }: Trains,
  window: Int32Array,
  out: Int32Array,
  at: number,
): void {
  for (let word = 0; word < wordsPerNeuron; word++)
    for (let i = 0; i < window.length; i++)
      out[at + word] |= words[first + window[i] * wordsPerNeuron + word];
}

/** As many spikes as the largest of the counts so far grows by, which is no more than a train of the window has in the step. */
function writeGrowth(
  { words, first, format: { steps, slots, wordsPerNeuron } }: Trains,
  window: Int32Array,
  out: Int32Array,
  at: number,
): void {
  const counts = new Int32Array(window.length);
  let largest = 0;
  for (let step = 0; step < steps; step++) {
    const word = (step * slots) >> 5;
    const shift = (step * slots) & 31;
    const bits = ((1 << slots) - 1) << shift;
    let reached = largest;
    for (let i = 0; i < window.length; i++) {
      const fired = words[first + window[i] * wordsPerNeuron + word] & bits;
      if (fired === 0) continue;
      counts[i] += countBits(fired);
      if (counts[i] > reached) reached = counts[i];
    }
    out[at + word] |= ((1 << (reached - largest)) - 1) << shift;
    largest = reached;
  }
}

/** Writes the train of the pool's neuron over a window into out[at ..], which holds zeros. */
export const writePooled: Readonly<
  Record<PoolKind, (trains: Trains, window: Int32Array, out: Int32Array, at: number) => void>
> = { or: writeAny, count: writeGrowth };
