/** Many samples through the float Graph or the integers: what simulate, verify and deploy count. */
import { evaluate } from "../graph/evaluate.ts";
import { type FloatArray, type Graph, sizeOf } from "../graph/graph.ts";
import type { Network } from "../network/network.ts";
import type { SpikeTrain } from "../network/spikes.ts";
import { createActivity, type LayerActivity } from "../simulate/activity.ts";
import { classify, type Decision } from "../simulate/classify.ts";
import { encodeSample } from "../simulate/encode.ts";
import { createSimulator, type Run } from "../simulate/reference.ts";
import type { ScaledSamples } from "./files.ts";
import { createBreather } from "./interrupt.ts";
import type { Progress } from "./terminal.ts";

export interface Watch {
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** One sample of a batch: a view. */
export function sampleOf(samples: ScaledSamples, index: number): Float32Array {
  const size = samples.values.length / samples.count;
  return samples.values.subarray(index * size, (index + 1) * size);
}

/** Share of predictions that equal the labels; null without labels. */
export function accuracyOf(predicted: ArrayLike<number>, labels: ArrayLike<number> | null): number | null {
  return labels === null ? null : agreementOf(predicted, labels);
}

export function agreementOf(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let same = 0;
  for (let i = 0; i < a.length; i++) if (a[i] === b[i]) same++;
  return a.length === 0 ? 0 : same / a.length;
}

/** Samples evaluated together: few enough that Ctrl-C and the bar stay quick. */
const floatBatch = 16;

/** Classes by the float Graph: argmax of the logits; a single logit is a yes or no at 0. */
export async function floatPredictions(
  graph: Graph,
  samples: ScaledSamples,
  watch: Watch,
): Promise<Int32Array> {
  const breathe = createBreather(watch.signal);
  const predicted = new Int32Array(samples.count);
  const size = samples.values.length / samples.count;
  for (let start = 0; start < samples.count; start += floatBatch) {
    const count = Math.min(floatBatch, samples.count - start);
    const batch = samples.values.subarray(start * size, (start + count) * size);
    const logits = evaluate(graph, batch, count).get(graph.output)!;
    const classes = logits.length / count;
    for (let i = 0; i < count; i++) {
      const own = logits.subarray(i * classes, (i + 1) * classes);
      predicted[start + i] = classes === 1 ? Number(own[0] > 0) : classify(own, null).label;
    }
    watch.progress.update(start + count, samples.count);
    await breathe();
  }
  watch.progress.end();
  return predicted;
}

export interface IntegerResult {
  /** One list of classes for each number of timesteps asked for. */
  readonly predicted: readonly Int32Array[];
  /** Share of samples whose largest reading was shared by several classes, likewise. */
  readonly tieFractions: readonly number[];
  readonly layers: readonly LayerActivity[];
  /** Synaptic operations a sample. */
  readonly synops: number;
}

export interface IntegerOptions extends Watch {
  /** Numbers of timesteps at which the readout is read; default [T]. */
  readonly readAt?: readonly number[];
  /** Sees each run, in order. */
  readonly onRun?: (run: Run, index: number) => void;
}

/** Plain argmax of the raw reading, as any client would take it; a single logit is a yes or no by its sign. */
export function classOf(network: Network, reading: Float64Array): Decision {
  if (reading.length > 1) return classify(reading, null);
  const { scale, offset } = network.readout;
  return { label: Number(reading[0] * scale + offset > 0), tied: false };
}

export async function runIntegers(
  network: Network,
  samples: ScaledSamples,
  options: IntegerOptions,
): Promise<IntegerResult> {
  const simulator = createSimulator(network);
  const activity = createActivity(network, simulator.carriers);
  const readAt = options.readAt ?? [network.timesteps];
  const predicted = readAt.map(() => new Int32Array(samples.count));
  const ties = readAt.map(() => 0);
  const breathe = createBreather(options.signal);
  for (let index = 0; index < samples.count; index++) {
    const run = simulator.run(encodeSample(network, sampleOf(samples, index)), { readAt });
    activity.add(run.train);
    run.readings.forEach((reading, i) => {
      const decision = classOf(network, reading);
      predicted[i][index] = decision.label;
      if (decision.tied) ties[i]++;
    });
    options.onRun?.(run, index);
    options.progress.update(index + 1, samples.count);
    await breathe();
  }
  options.progress.end();
  const tieFractions = ties.map((count) => count / samples.count);
  return { predicted, tieFractions, layers: activity.layers(), synops: activity.synops() };
}

/** Spikes of each neuron of a layer over a whole run. */
export function countsOf(train: SpikeTrain, layer: string, neurons: number): Float64Array {
  const counts = new Float64Array(neurons);
  const { neurons: fired, values } = train.events.get(layer)!;
  for (let event = 0; event < fired.length; event++) counts[fired[event]] += values?.[event] ?? 1;
  return counts;
}

/** Sums of squared differences between float activations and spikeValue * rate, layer by layer. */
export interface RateErrors {
  add(run: Run, index: number): void;
  /** Relative root mean square by layer. */
  layers(): { name: string; rateError: number }[];
}

/** values: float activations by population, [samples, ...shape]. Only the first `samples` runs are looked at. */
export function createRateErrors(
  network: Network,
  values: ReadonlyMap<string, FloatArray>,
  samples: number,
): RateErrors {
  const sums = new Map([...values.keys()].map((name) => [name, { squared: 0, difference: 0 }]));
  return {
    add({ train }, index) {
      if (index >= samples) return;
      for (const { name, shape, spikeValue } of network.populations) {
        const sum = sums.get(name);
        if (sum === undefined) continue;
        const size = sizeOf(shape);
        const counts = countsOf(train, name, size);
        for (let i = 0; i < size; i++) {
          const value = values.get(name)![index * size + i];
          const rate =
            (spikeValue[Math.floor((i * spikeValue.length) / size)] * counts[i]) / network.timesteps;
          sum.squared += value * value;
          sum.difference += (value - rate) ** 2;
        }
      }
    },
    layers: () =>
      [...sums].map(([name, { squared, difference }]) => ({
        name,
        rateError: squared > 0 ? Math.sqrt(difference / squared) : 0,
      })),
  };
}
