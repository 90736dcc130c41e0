/**
 * What a pool makes of spike trains, on the words of a store: the OR of a window's trains, or the growth of the largest of
 * their counts (docs/conversion.md, MaxPool).
 */
import { countBits } from "./spike-store.ts";

export type PoolKind = "or" | "count";

/** Trains of neurons side by side: that of position p of the map starts at word first + p * wordsPerNeuron. */
export interface Trains {
  readonly words: Int32Array;
  readonly first: number;
  readonly wordsPerNeuron: number;
}

/** Spikes of the OR of a window's trains. */
function countAny({ words, first, wordsPerNeuron }: Trains, window: Int32Array): number {
  let count = 0;
  for (let word = 0; word < wordsPerNeuron; word++) {
    let any = 0;
    for (let i = 0; i < window.length; i++) any |= words[first + window[i] * wordsPerNeuron + word];
    count += countBits(any);
  }
  return count;
}

/** The largest count of a window's trains. */
function countLargest({ words, first, wordsPerNeuron }: Trains, window: Int32Array): number {
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
  { words, first, wordsPerNeuron }: Trains,
  window: Int32Array,
  out: Int32Array,
  at: number,
): void {
  for (let word = 0; word < wordsPerNeuron; word++)
    for (let i = 0; i < window.length; i++)
      out[at + word] |= words[first + window[i] * wordsPerNeuron + word];
}

/** A spike wherever the largest of the counts so far grows: by one at most, since no train has more than a spike a step. */
function writeGrowth(
  { words, first, wordsPerNeuron }: Trains,
  window: Int32Array,
  out: Int32Array,
  at: number,
): void {
  const counts = new Int32Array(window.length);
  let largest = 0;
  for (let step = 0; step < 32 * wordsPerNeuron; step++) {
    const word = step >> 5;
    const bit = 1 << (step & 31);
    let reached = largest;
    for (let i = 0; i < window.length; i++) {
      if (!(words[first + window[i] * wordsPerNeuron + word] & bit)) continue;
      counts[i]++;
      if (counts[i] > reached) reached = counts[i];
    }
    if (reached === largest) continue;
    largest = reached;
    out[at + word] |= bit;
  }
}

/** Writes the train of the pool's neuron over a window into out[at ..], which holds zeros. */
export const writePooled: Readonly<
  Record<PoolKind, (trains: Trains, window: Int32Array, out: Int32Array, at: number) => void>
> = { or: writeAny, count: writeGrowth };
