/** Losses of output spikes as snnTorch's functional.loss defines them, in double precision. */
import { type OutputSpikes, spikeCounts } from "./counts.ts";

/** Mean over samples of -log softmax(values)[label]; values [sample][class]. */
function crossEntropy(values: Float64Array, classes: number, labels: ArrayLike<number>): number {
  let sum = 0;
  for (let sample = 0; sample < labels.length; sample++) {
    const row = values.subarray(sample * classes, (sample + 1) * classes);
    const most = row.reduce((largest, value) => Math.max(largest, value), Number.NEGATIVE_INFINITY);
    const total = row.reduce((partition, value) => partition + Math.exp(value - most), 0);
    sum += Math.log(total) + most - row[labels[sample]];
  }
  return sum / labels.length;
}

/** Cross entropy of spike counts. */
export function countCrossEntropy(spikes: OutputSpikes, labels: ArrayLike<number>): number {
  return crossEntropy(spikeCounts(spikes), spikes.neurons, labels);
}

/** Mean over steps of the cross entropy of each step's spikes. */
export function rateCrossEntropy(spikes: OutputSpikes, labels: ArrayLike<number>): number {
  const { steps, samples, neurons, data } = spikes;
  const size = samples * neurons;
  let sum = 0;
  for (let step = 0; step < steps; step++) {
    const values = Float64Array.from({ length: size }, (_, i) => data[step * size + i]);
    sum += crossEntropy(values, neurons, labels);
  }
  return sum / steps;
}

/** Mean over neurons of (count - wanted)^2 / steps: floor(0.8 T) spikes of the class, floor(0.2 T) of the others. */
export function countSquareError(
  spikes: OutputSpikes,
  labels: ArrayLike<number>,
  { correctRate, incorrectRate }: { correctRate: number; incorrectRate: number },
): number {
  const { steps, neurons } = spikes;
  const counts = spikeCounts(spikes);
  const right = Math.floor(steps * correctRate);
  const wrong = Math.floor(steps * incorrectRate);
  const error = counts.reduce((sum, count, i) => {
    const wanted = labels[Math.floor(i / neurons)] === i % neurons ? right : wrong;
    return sum + (count - wanted) ** 2;
  }, 0);
  return error / counts.length / steps;
}

/** weight times the number of spikes. */
export function spikePenalty({ data, steps, samples, neurons }: OutputSpikes, weight: number): number {
  let spikes = 0;
  for (let i = 0; i < steps * samples * neurons; i++) spikes += data[i];
  return weight * spikes;
}
