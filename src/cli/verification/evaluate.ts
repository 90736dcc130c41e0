/** Many samples through the float Graph or the integers: what simulate, verify and deploy count. */
import type { FloatArray, Graph } from "../../graph/graph.ts";
import { nameWithoutCopy } from "../../lower/copies.ts";
import { type Network, type Population, parameterIndex, sizeOf } from "../../network/network.ts";
import type { SpikeTrain } from "../../network/spikes.ts";
import { createActivity, type LayerActivity } from "../../simulate/activity.ts";
import { classify } from "../../simulate/classify.ts";
import type { EngineKind } from "../../simulate/engine-choice.ts";
import { spreadsOf } from "../../simulate/fan-out.ts";
import type { Run } from "../../simulate/reference.ts";
import { type Batch, type IntegerPart, runPart } from "../integer-part.ts";
import { createBreather } from "../interrupt.ts";
import type { Progress } from "../progress.ts";
import type { ScaledSamples } from "../samples.ts";

export { classOf } from "../integer-part.ts";

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
  const { evaluate } = await import("../../graph/evaluate.ts");
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

export interface ActivityAt {
  readonly layers: readonly LayerActivity[];
  /** Synaptic operations a sample. */
  readonly synops: number;
}

export interface IntegerResult {
  /** One list of classes for each number of timesteps asked for. */
  readonly predicted: readonly Int32Array[];
  /** Share of samples whose largest reading was shared by several classes, likewise. */
  readonly tieFractions: readonly number[];
  /** What was sent until the last of the readings. */
  readonly layers: readonly LayerActivity[];
  /** Synaptic operations a sample, likewise. */
  readonly synops: number;
  /** The same at each number of timesteps asked for. */
  readonly activities: readonly ActivityAt[];
  /** Why it did not run on the engine that was asked for, or null. */
  readonly note: string | null;
}

export interface IntegerOptions extends Watch {
  /** Numbers of timesteps at which the readout is read; default [T]. */
  readonly readAt?: readonly number[];
  /** Default: wasm. */
  readonly engine?: EngineKind | undefined;
  /** Threads that share the samples; default 1. Results do not depend on it. */
  readonly threads?: number | undefined;
  /** Sees each run, in order. */
  readonly onRun?: (run: Run, index: number) => void;
  /** How many runs `onRun` sees, the first ones; default: all. Those are run by this thread. */
  readonly observed?: number;
}

export async function runIntegers(
  network: Network,
  samples: ScaledSamples,
  options: IntegerOptions,
): Promise<IntegerResult> {
  const { progress, signal, onRun, engine, threads = 1 } = options;
  const readAt = options.readAt ?? [network.timesteps];
  const observed = onRun === undefined ? 0 : Math.min(samples.count, options.observed ?? samples.count);
  const own = threads > 1 ? observed : samples.count;
  const job = { network, readAt, engine };
  const report = (done: number) => progress.update(done, samples.count);
  const breathe = createBreather(signal);
  const parts = [
    await runPart(job, firstSamples(samples, own), {
      observed,
      async after(run, index) {
        if (index < observed) onRun?.(run, index);
        report(index + 1);
        await breathe();
      },
    }),
  ];
  if (own < samples.count) {
    const rest = samples.values.subarray((own * samples.values.length) / samples.count);
    const shared = { values: rest, count: samples.count - own };
    const { runOnThreads } = await import("../threads.ts");
    parts.push(
      ...(await runOnThreads(job, shared, { threads, signal, report: (done) => report(own + done) })),
    );
  }
  progress.end();
  return combineParts(network, readAt, parts, samples.count);
}

function firstSamples(samples: ScaledSamples, count: number): Batch {
  return { count, values: samples.values.subarray(0, (count * samples.values.length) / samples.count) };
}

function combineParts(
  network: Network,
  readAt: readonly number[],
  parts: readonly IntegerPart[],
  count: number,
): IntegerResult {
  const spreads = spreadsOf(network);
  const sums = readAt.map((timesteps) => createActivity({ ...network, timesteps }, spreads));
  const [{ predicted: lists }] = parts;
  const predicted = lists.map(() => new Int32Array(count));
  const ties = lists.map(() => 0);
  let start = 0;
  for (const part of parts) {
    part.predicted.forEach((classes, i) => {
      sums[i].addCounts(part.activities[i]);
      predicted[i].set(classes, start);
      ties[i] += part.ties[i];
    });
    start += part.predicted[0].length;
  }
  const tieFractions = ties.map((number) => number / count);
  const activities = sums.map((sum) => ({ layers: sum.layers(), synops: sum.synops() }));
  return {
    predicted,
    tieFractions,
    ...activities[activities.length - 1],
    activities,
    note: parts[0].note,
  };
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

/** Spikes of a population in the worth of one a step, [...shape]. */
function ratesOf(
  train: SpikeTrain,
  { name, shape, spikeValue }: Population,
  timesteps: number,
): Float64Array {
  const size = sizeOf(shape);
  const counts = countsOf(train, name, size);
  return Float64Array.from(
    counts,
    (count, i) => (spikeValue[parameterIndex(i, size, spikeValue.length)] * count) / timesteps,
  );
}

/** values: float activations by population, copies of neurons together: [samples, ...shape]. Only the first `samples` runs are looked at. */
export function createRateErrors(
  network: Network,
  values: ReadonlyMap<string, FloatArray>,
  samples: number,
): RateErrors {
  const sums = new Map([...values.keys()].map((name) => [name, { squared: 0, difference: 0 }]));
  const standing = [...values.keys()].map(
    (name) => [name, network.populations.filter((one) => nameWithoutCopy(one.name) === name)] as const,
  );
  return {
    add({ train }, index) {
      if (index >= samples) return;
      for (const [name, copies] of standing) {
        const sum = sums.get(name)!;
        const all = copies.map((population) => ratesOf(train, population, network.timesteps));
        for (let i = 0; i < all[0].length; i++) {
          const value = values.get(name)![index * all[0].length + i];
          const rate = all.reduce((total, rates) => total + rates[i], 0) / all.length;
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
