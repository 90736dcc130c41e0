/**
 * Integrate-and-fire neurons over T steps of known currents: the inner loop of every search. At most one spike a step, no
 * leak, v >= threshold; the law's other parameters do not occur in converted networks (docs/law.md, "Presets"). Where an
 * activation has several neurons (copies.ts), each of them is such a neuron, and their trains lie side by side.
 *
 * Trains are bits in the format of spike-store.ts: copy k of a neuron has slot k of each step.
 */
import type { StateRange } from "../../network/network.ts";
import { overflow } from "../../simulate/integrate-and-fire.ts";
import type { Currents } from "./currents.ts";
import { countBits, type TrainFormat } from "./spike-store.ts";

/** What may be tried on a neuron. All integers. */
export interface Firing {
  /** Copies have as many times this threshold as there are copies, and start one of it apart. */
  readonly threshold: number;
  /** Of the first copy. */
  readonly vInit: number;
  /** Added to the current every step. */
  readonly bias: number;
}

export type ResetKind = "subtract" | "zero";

/** Neurons that get currents, and what no search changes about them. */
export interface FiringLayer {
  readonly currents: Currents;
  readonly timesteps: number;
  readonly reset: ResetKind;
  /** Neurons of one activation; several only where a spike subtracts. */
  readonly copies: number;
  /** Of the trains of `timesteps` steps and so many copies. */
  readonly format: TrainFormat;
  /** What a membrane holds on this chip; the law applies it once a step. */
  readonly state: StateRange;
  /** Bias of each neuron before the search. */
  readonly bias: Int32Array;
}

/** What 32-bit arithmetic takes without overflow, with room for one difference. */
const exactInteger = 2 ** 30;

/** Activations side by side in one sample, and which copy of their neurons it is. */
interface TrainRun {
  readonly first: number;
  readonly end: number;
  readonly copy: number;
  /** Where the currents of the first one begin. */
  readonly current: number;
}

/** A copy's own threshold and starting membrane. */
function ofCopy({ threshold, vInit, bias }: Firing, copy: number, copies: number): Firing {
  return { threshold: copies * threshold, vInit: vInit + copy * threshold, bias };
}

/** Whether no neuron leaves the chip's range or 32-bit arithmetic, whatever its currents do. */
function staysInside(
  layer: FiringLayer,
  { threshold, vInit, bias }: Firing,
  { first, end }: TrainRun,
): boolean {
  const { currents, timesteps, state } = layer;
  if (threshold > exactInteger) return false;
  const room = Math.min(state.high, -state.low, exactInteger) - Math.abs(vInit);
  const harmless = room / timesteps - currents.largest;
  for (let neuron = first; neuron < end; neuron++)
    if (Math.abs(layer.bias[neuron] + bias) > harmless) return false;
  return true;
}

/** Bits of single steps, moved to slot `copy` of each step. */
function apart(bits: number, slots: number, copy: number): number {
  let word = 0;
  for (let step = 0; step * slots < 32; step++) word |= ((bits >>> step) & 1) << (step * slots + copy);
  return word;
}

/**
 * Writes the trains of neurons side by side where nothing overflows; those of copies among each other. Branches would be
 * mispredicted and checked integers cost as much again, so this is sign bits and masks on the distance to the threshold,
 * d = v - threshold. Runs of few steps are all there is to a neuron: what they have in common is read once.
 */
function fireInside(layer: FiringLayer, firing: Firing, run: TrainRun, words: Int32Array, at: number): void {
  const { timesteps, bias, format } = layer;
  const { data, steps } = layer.currents;
  const { slots } = format;
  const stepsPerWord = (32 / slots) | 0;
  const stride = steps === 1 ? 0 : 1;
  const kept = layer.reset === "subtract" ? -1 : 0; // Mask of what a spike leaves of d, before the threshold goes off.
  const threshold = firing.threshold | 0;
  const start = (firing.vInit - threshold) | 0;
  const moved = firing.bias | 0;
  for (let neuron = run.first; neuron < run.end; neuron++) {
    const added = (bias[neuron] + moved) | 0;
    let distance = start;
    let current = run.current + (neuron - run.first) * steps;
    for (let first = 0; first < timesteps; first += stepsPerWord) {
      const end = Math.min(stepsPerWord, timesteps - first);
      let word = 0;
      for (let step = 0; step < end; step++) {
        distance = (distance + ((data[current] + added) | 0)) | 0;
        current += stride;
        const quiet = distance >> 31; // All ones below the threshold, else 0.
        distance = ((distance & (quiet | kept)) - (threshold & ~quiet)) | 0;
        word |= (1 << step) & ~quiet;
      }
      if (slots === 1) words[at++] = word;
      else words[at++] |= apart(word, slots, run.copy);
    }
  }
}

/** The same with overflow, in any range. */
function fireWithOverflow(
  layer: FiringLayer,
  firing: Firing,
  run: TrainRun,
  words: Int32Array,
  at: number,
): void {
  const { timesteps, reset, state, bias, format } = layer;
  const { data, steps } = layer.currents;
  const { threshold, vInit } = firing;
  const stride = steps === 1 ? 0 : 1;
  for (let neuron = run.first; neuron < run.end; neuron++, at += format.wordsPerNeuron) {
    const added = bias[neuron] + firing.bias;
    const start = run.current + (neuron - run.first) * steps;
    let v = vInit;
    for (let step = 0; step < timesteps; step++) {
      v += data[start + step * stride] + added;
      if (v < state.low || v > state.high) v = overflow(v, state);
      if (v < threshold) continue;
      v = reset === "subtract" ? v - threshold : 0;
      const slot = step * format.slots + run.copy;
      words[at + (slot >> 5)] |= 1 << (slot & 31);
    }
  }
}

/** Writes the trains of neurons first .. first + count - 1 in one sample, one after the other, into words[at ..]. */
export function writeTrains(
  layer: FiringLayer,
  sample: number,
  first: number,
  count: number,
  firing: Firing,
  words: Int32Array,
  at: number,
): void {
  const { neurons, steps } = layer.currents;
  const current = (sample * neurons + first) * steps;
  const { copies, format } = layer;
  for (let copy = 0; copy < copies; copy++) {
    const run = { first, end: first + count, copy, current };
    const own = copies === 1 ? firing : ofCopy(firing, copy, copies);
    const inside = staysInside(layer, own, run);
    // Trains of one neuron an activation are whole words, which the quicker loop writes as such.
    if (copy === 0 && !(inside && copies === 1)) words.fill(0, at, at + count * format.wordsPerNeuron);
    (inside ? fireInside : fireWithOverflow)(layer, own, run, words, at);
  }
}

/** Spikes in the words [from, to). */
export function countSpikes(words: Int32Array, from: number, to: number): number {
  let count = 0;
  for (let word = from; word < to; word++) count += countBits(words[word]);
  return count;
}
