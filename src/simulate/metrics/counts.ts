/** Spikes of an output population, sample by sample: what accuracies and losses are made of. */

/** 0 and 1, row-major [steps][samples][neurons]. */
export interface OutputSpikes {
  readonly steps: number;
  readonly samples: number;
  readonly neurons: number;
  readonly data: ArrayLike<number>;
}

/** [sample][neuron] */
export function spikeCounts({ steps, samples, neurons, data }: OutputSpikes): Float64Array {
  const counts = new Float64Array(samples * neurons);
  for (let at = 0; at < steps * samples * neurons; at++) counts[at % counts.length] += data[at];
  return counts;
}

/** Step of the first spike, [sample][neuron]; `steps` where there is none. */
export function firstSpikeSteps({ steps, samples, neurons, data }: OutputSpikes): Float64Array {
  const size = samples * neurons;
  const first = new Float64Array(size).fill(steps);
  for (let step = steps - 1; step >= 0; step--)
    for (let i = 0; i < size; i++) if (data[step * size + i] !== 0) first[i] = step;
  return first;
}
