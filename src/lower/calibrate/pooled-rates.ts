/** What one source brings to a drive in one sample, in the mean over the run: spikes a step, summed over the windows of its pools. */
import { type Shape, sizeOf } from "../../graph/graph.ts";
import type { SumPool } from "../../network/network.ts";
import { pooledShape } from "../../network/shapes.ts";
import { poolWindows } from "../pool-windows.ts";
import { countSpikes } from "./fire.ts";
import type { SourceStore } from "./spike-store.ts";

/** Spikes a step of every neuron, or the integers of an analog input. */
function ratesOf(store: SourceStore, sample: number): Float64Array {
  const { neurons } = store;
  if (store.kind === "analog")
    return Float64Array.from(store.values.subarray(sample * neurons, (sample + 1) * neurons));
  const { words, wordsPerNeuron, steps } = store;
  return new Float64Array(neurons).map((_, neuron) => {
    const first = (sample * neurons + neuron) * wordsPerNeuron;
    return countSpikes(words, first, first + wordsPerNeuron) / steps;
  });
}

/** One pool's windows, ready for any number of samples: they are the same for every channel. */
function summing(shape: Shape, pool: SumPool): (values: Float64Array) => Float64Array {
  const windows = poolWindows(shape, pool);
  const map = sizeOf(shape) / shape[0];
  return (values) =>
    new Float64Array(shape[0] * windows.length).map((_, i) => {
      const channel = Math.floor(i / windows.length);
      let sum = 0;
      for (const position of windows[i % windows.length]) sum += values[channel * map + position];
      return sum;
    });
}

/** Values of a source, summed over the windows of its pools: [...shape of the source after its pools]. */
export function pooling(
  sourceShape: Shape,
  pools: readonly SumPool[],
): (values: Float64Array) => Float64Array {
  let shape = sourceShape;
  const sums = pools.map((pool) => {
    const sum = summing(shape, pool);
    shape = pooledShape(shape, pool);
    return sum;
  });
  return (values) => sums.reduce((pooled, sum) => sum(pooled), values);
}

/** A function from a sample to the values that the weights of a drive meet. */
export function pooledRates(
  store: SourceStore,
  sourceShape: Shape,
  pools: readonly SumPool[],
): (sample: number) => Float64Array {
  const pooled = pooling(sourceShape, pools);
  return (sample) => pooled(ratesOf(store, sample));
}
