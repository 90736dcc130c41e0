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

/** Differences of membrane and threshold below this fit in 32 bits. */
const exactInteger = 2 ** 30;

/** Whether a neuron can neither leave the chip's range nor 32-bit arithmetic, whatever its currents do. */
function staysInside(layer: FiringLayer, { threshold, vInit }: Firing, bias: number): boolean {
  const { currents, timesteps, state } = layer;
  const reached = Math.abs(vInit) + timesteps * (currents.largest + Math.abs(bias));
  return reached <= Math.min(state.high, -state.low, exactInteger) && threshold <= exactInteger;
}

/** Writes one neuron's train without branches: whether a neuron fires is hard to predict. data: step t at start + t * stride. */
function fireInside(
  data: Int32Array,
  start: number,
  stride: number,
  layer: FiringLayer,
  { threshold, vInit }: Firing,
  bias: number,
  words: Int32Array,
  at: number,
): void {
  const { timesteps } = layer;
  // Either the threshold is taken off, or nothing of the membrane is kept.
  const amount = layer.reset === "subtract" ? threshold : 0;
  const kept = layer.reset === "subtract" ? -1 : 0;
  let v = vInit;
  let word = 0;
  for (let step = 0; step < timesteps; step++) {
    v = (v + data[start + step * stride] + bias) | 0;
    const fired = (threshold - 1 - v) >>> 31; // The sign bit: 1 where v >= threshold.
    v = (v & (kept | (fired - 1))) - (amount & -fired);
    word |= fired << (step & 31);
    if ((step & 31) === 31 || step === timesteps - 1) {
      words[at + (step >> 5)] = word;
      word = 0;
    }
  }
}

/** The same with overflow, in any range. */
function fireWithOverflow(
  data: Int32Array,
  start: number,
  stride: number,
  layer: FiringLayer,
  { threshold, vInit }: Firing,
  bias: number,
  words: Int32Array,
  at: number,
): void {
  const { timesteps, reset, state } = layer;
  words.fill(0, at, at + wordsOfTrain(timesteps));
  let v = vInit;
  for (let step = 0; step < timesteps; step++) {
    v = overflow(v + data[start + step * stride] + bias, state);
    if (v < threshold) continue;
    v = reset === "subtract" ? v - threshold : 0;
    words[at + (step >> 5)] |= 1 << (step & 31);
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
  const { currents, timesteps } = layer;
  const { data, steps } = currents;
  const stride = steps === 1 ? 0 : 1;
  const wordsPerNeuron = wordsOfTrain(timesteps);
  for (let neuron = first; neuron < first + count; neuron++) {
    const bias = layer.bias[neuron] + firing.bias;
    const start = (sample * currents.neurons + neuron) * steps;
    const fire = staysInside(layer, firing, bias) ? fireInside : fireWithOverflow;
    fire(data, start, stride, layer, firing, bias, words, at + (neuron - first) * wordsPerNeuron);
  }
}

/** Spikes in the words [from, to). */
export function countSpikes(words: Int32Array, from: number, to: number): number {
  let count = 0;
  for (let word = from; word < to; word++) count += countBits(words[word]);
  return count;
}
