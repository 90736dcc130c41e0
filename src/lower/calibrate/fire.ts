/**
 * Integrate-and-fire neurons over T steps of known currents: the inner loop of every search. At most one spike a step, no
 * leak, v >= threshold; the law's other parameters do not occur in converted networks (docs/law.md, "Presets").
 *
 * Trains are bits: step t of a neuron is bit t % 32 of its word floor(t / 32).
 */
import type { StateRange } from "../../network/network.ts";
import { overflow } from "../../simulate/integrate-and-fire.ts";
import type { Currents } from "./currents.ts";
import { countBits } from "./spike-store.ts";

/** What may be tried on a neuron. All integers. */
export interface Firing {
  readonly threshold: number;
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
  /** What a membrane holds on this chip; the law applies it once a step. */
  readonly state: StateRange;
  /** Bias of each neuron before the search. */
  readonly bias: Int32Array;
}

/** 32-bit words of one neuron's train. */
export function wordsOfTrain(timesteps: number): number {
  return Math.ceil(timesteps / 32);
}

/** What 32-bit arithmetic takes without overflow, with room for one difference. */
const exactInteger = 2 ** 30;

/** Neurons side by side in one sample. */
interface TrainRun {
  readonly first: number;
  readonly end: number;
  /** Where the currents of the first one begin. */
  readonly current: number;
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

/**
 * Writes the trains of neurons side by side where nothing overflows. Branches would be mispredicted and checked integers cost as
 * much again, so this is sign bits and masks on the distance to the threshold, d = v - threshold. Runs of few steps are all
 * there is to a neuron: what they have in common is read once.
 */
function fireInside(layer: FiringLayer, firing: Firing, run: TrainRun, words: Int32Array, at: number): void {
  const { timesteps, bias } = layer;
  const { data, steps } = layer.currents;
  const stride = steps === 1 ? 0 : 1;
  const kept = layer.reset === "subtract" ? -1 : 0; // Mask of what a spike leaves of d, before the threshold goes off.
  const threshold = firing.threshold | 0;
  const start = (firing.vInit - threshold) | 0;
  const moved = firing.bias | 0;
  for (let neuron = run.first; neuron < run.end; neuron++) {
    const added = (bias[neuron] + moved) | 0;
    let distance = start;
    let current = run.current + (neuron - run.first) * steps;
    for (let first = 0; first < timesteps; first += 32) {
      const end = Math.min(32, timesteps - first);
      let word = 0;
      for (let step = 0; step < end; step++) {
        distance = (distance + ((data[current] + added) | 0)) | 0;
        current += stride;
        const quiet = distance >> 31; // All ones below the threshold, else 0.
        distance = ((distance & (quiet | kept)) - (threshold & ~quiet)) | 0;
        word |= (1 << step) & ~quiet;
      }
      words[at++] = word;
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
  const { timesteps, reset, state, bias } = layer;
  const { data, steps } = layer.currents;
  const { threshold, vInit } = firing;
  const stride = steps === 1 ? 0 : 1;
  const wordsPerNeuron = wordsOfTrain(timesteps);
  words.fill(0, at, at + (run.end - run.first) * wordsPerNeuron);
  for (let neuron = run.first; neuron < run.end; neuron++, at += wordsPerNeuron) {
    const added = bias[neuron] + firing.bias;
    const start = run.current + (neuron - run.first) * steps;
    let v = vInit;
    for (let step = 0; step < timesteps; step++) {
      v += data[start + step * stride] + added;
      if (v < state.low || v > state.high) v = overflow(v, state);
      if (v < threshold) continue;
      v = reset === "subtract" ? v - threshold : 0;
      words[at + (step >> 5)] |= 1 << (step & 31);
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
  const run = { first, end: first + count, current: (sample * neurons + first) * steps };
  const fire = staysInside(layer, firing, run) ? fireInside : fireWithOverflow;
  fire(layer, firing, run, words, at);
}

/** Spikes in the words [from, to). */
export function countSpikes(words: Int32Array, from: number, to: number): number {
  let count = 0;
  for (let word = from; word < to; word++) count += countBits(words[word]);
  return count;
}
