/**
 * One integrate-and-fire neuron over T steps of known currents: the inner loop of every search. At most one spike a step,
 * no leak, v >= threshold; the law's other parameters do not occur in converted networks (docs/law.md, "IAF (ANN conversion)").
 */
import type { Currents } from "./currents.ts";

/** What may be tried on a neuron. All integers. */
export interface Firing {
  readonly threshold: number;
  readonly vInit: number;
  /** Added to the current every step. */
  readonly bias: number;
}

export type ResetKind = "subtract" | "zero";

/** Number of spikes of `neuron` in `sample`. */
export function countSpikes(
  currents: Currents,
  sample: number,
  neuron: number,
  timesteps: number,
  firing: Firing,
  reset: ResetKind,
): number {
  const { data, steps } = currents;
  const { threshold, bias } = firing;
  const start = (sample * currents.neurons + neuron) * steps;
  const subtract = reset === "subtract";
  let v = firing.vInit;
  let count = 0;
  for (let step = 0; step < timesteps; step++) {
    v += (steps === 1 ? data[start] : data[start + step]) + bias;
    if (v < threshold) continue;
    v = subtract ? v - threshold : 0;
    count++;
  }
  return count;
}

/** The same run, its spikes written as bits into words[at ..]. */
export function writeTrain(
  currents: Currents,
  sample: number,
  neuron: number,
  timesteps: number,
  firing: Firing,
  reset: ResetKind,
  words: Int32Array,
  at: number,
): void {
  const { data, steps } = currents;
  const { threshold, bias } = firing;
  const start = (sample * currents.neurons + neuron) * steps;
  const subtract = reset === "subtract";
  let v = firing.vInit;
  let word = 0;
  for (let step = 0; step < timesteps; step++) {
    v += (steps === 1 ? data[start] : data[start + step]) + bias;
    if (v >= threshold) {
      v = subtract ? v - threshold : 0;
      word |= 1 << (step & 31);
    }
    if ((step & 31) === 31 || step === timesteps - 1) {
      words[at + (step >> 5)] = word;
      word = 0;
    }
  }
}
