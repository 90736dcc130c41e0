/** Samples through a network: classes, and what they cost. */
import type { Network } from "../network/network.ts";
import { createActivity, type LayerActivity } from "../simulate/activity.ts";
import { classOf } from "../simulate/class-of.ts";
import { sampleInput, sampleSize } from "../simulate/encode.ts";
import { createEngine, type EngineKind } from "../simulate/engine.ts";

/** Classes and counts need no events. */
const nothing: ReadonlySet<string> = new Set();

export interface Predictions {
  /** One class a sample. */
  readonly classes: Int32Array;
  /** By layer: spikes a neuron and step, shares of silent and saturated neurons, synaptic operations a sample. */
  readonly layers: readonly LayerActivity[];
  /** Synaptic operations a sample: spikes through synapses. */
  readonly synops: number;
}

/**
 * Runs samples through the integers, each from the initial state.
 *
 * @param values [samples, ...input shape] in the units of the network's input; [samples, T, ...shape] where it takes spikes
 * @param engine "wasm", the default, or "reference", the plain interpreter: the results are the same
 * @throws RangeError where the values are no whole number of samples
 */
export function predict(network: Network, values: Float32Array, engine: EngineKind = "wasm"): Predictions {
  const size = sampleSize(sampleInput(network), network.timesteps);
  if (values.length % size !== 0)
    throw new RangeError(`${values.length} values are no whole number of samples of ${size} values`);
  const runner = createEngine(network, { engine, counts: true });
  const activity = createActivity(network, runner.spreads());
  const classes = Int32Array.from({ length: values.length / size }, (_, index) => {
    const sample = values.subarray(index * size, (index + 1) * size);
    const run = runner.runSample(sample, { events: nothing });
    activity.addSample(run.counts![0]);
    return classOf(network, run.readings[0], run.tieBreaks[0]).label;
  });
  return { classes, layers: activity.layers(), synops: activity.synops() };
}
