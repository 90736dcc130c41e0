/**
 * The class that output spikes say, by rate, by first spike and by population, and how often it is right (snnTorch's
 * functional.acc). Ties go to the lower class.
 */
import { firstSpikeSteps, type OutputSpikes, spikeCounts } from "./counts.ts";

function largest(values: ArrayLike<number>, start: number, count: number): number {
  let best = 0;
  for (let i = 1; i < count; i++) if (values[start + i] > values[start + best]) best = i;
  return best;
}

/** Most spikes. classes: fewer than neurons where each class has a slice of them, in order (population code). */
export function classesByRate(spikes: OutputSpikes, classes = spikes.neurons): Int32Array {
  const counts = spikeCounts(spikes);
  const slice = spikes.neurons / classes;
  const sums = new Float64Array(spikes.samples * classes);
  counts.forEach((count, i) => {
    sums[Math.floor(i / slice)] += count;
  });
  return Int32Array.from({ length: spikes.samples }, (_, sample) => largest(sums, sample * classes, classes));
}

/** Earliest first spike; a neuron without one counts as last. */
export function classesByFirstSpike(spikes: OutputSpikes): Int32Array {
  const first = firstSpikeSteps(spikes).map((step) => -step);
  const { samples, neurons } = spikes;
  return Int32Array.from({ length: samples }, (_, sample) => largest(first, sample * neurons, neurons));
}

/** Fraction of right classes. */
export function accuracy(predicted: ArrayLike<number>, labels: ArrayLike<number>): number {
  let right = 0;
  for (let i = 0; i < predicted.length; i++) if (predicted[i] === labels[i]) right++;
  return right / predicted.length;
}
