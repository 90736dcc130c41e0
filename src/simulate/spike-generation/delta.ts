/**
 * Delta modulation: a spike where a value rises by a threshold or more from one step to the next, and, with off-spikes, -1
 * where it falls by as much (snnTorch's spikegen.delta).
 */
import { extentOf, type SpikeTensor } from "./spike-tensor.ts";

export interface DeltaOptions {
  /** Default: 0.1. */
  readonly threshold?: number;
  /** The step before the first equals the first; otherwise it is 0. Default: false. */
  readonly padding?: boolean;
  /** Default: false. */
  readonly offSpikes?: boolean;
}

export function deltaSpikes(values: SpikeTensor, options: DeltaOptions = {}): SpikeTensor {
  const { threshold = 0.1, padding = false, offSpikes = false } = options;
  const { size } = extentOf(values);
  const limit = Math.fround(threshold);
  const data = values.data.map((value, at) => {
    const before = at >= size ? values.data[at - size] : padding ? value : 0;
    const difference = Math.fround(value - before);
    if (difference >= limit) return 1;
    return offSpikes && difference <= -limit ? -1 : 0;
  });
  return { shape: values.shape, data };
}
