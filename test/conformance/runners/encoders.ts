/**
 * Suite neurons/encoders: every call of snnTorch's spike generators with its result or its error, the statistics of the
 * random one, and its metrics on recorded output spikes.
 */
import { accuracy, classesByFirstSpike, classesByRate } from "../../../src/simulate/metrics/accuracy.ts";
import type { OutputSpikes } from "../../../src/simulate/metrics/counts.ts";
import {
  countCrossEntropy,
  countSquareError,
  rateCrossEntropy,
  spikePenalty,
} from "../../../src/simulate/metrics/losses.ts";
import { deltaSpikes } from "../../../src/simulate/spike-generation/delta.ts";
import { interpolateRate } from "../../../src/simulate/spike-generation/interpolate-rate.ts";
import {
  interpolateLatency,
  latencyCode,
  latencySpikes,
} from "../../../src/simulate/spike-generation/latency.ts";
import { rateSpikes } from "../../../src/simulate/spike-generation/rate.ts";
import type { Values } from "../../../src/simulate/spike-generation/spike-tensor.ts";
import {
  latencyTargets,
  oneHot,
  rateTargets,
  targetRateCode,
} from "../../../src/simulate/spike-generation/targets.ts";
import type { VectorResult } from "../../../src/target/target.ts";
import type { GoldenFiles } from "../golden.ts";

type Nested = number | readonly Nested[];
type Options = Readonly<Record<string, number | boolean | string | undefined>>;

interface Call {
  readonly fn: string;
  readonly args: readonly Nested[];
  readonly kwargs: Options;
  readonly ok?: Nested;
  readonly error?: string;
}

interface MetricsCase {
  readonly spk_packed_hex: string;
  readonly shape: readonly [number, number, number];
  readonly targets: readonly number[];
  readonly targets5: readonly number[];
  readonly rate_pred: readonly number[];
  readonly [figure: string]: unknown;
}

interface Suite {
  readonly spikegen: readonly Call[];
  readonly rate_statistics: {
    readonly p: readonly number[];
    readonly num_steps: number;
    readonly count: readonly number[];
  };
  readonly metrics: readonly MetricsCase[];
}

/** true and false as 1 and 0. */
function flatten(nested: Nested): number[] {
  return typeof nested === "object" ? nested.flatMap(flatten) : [Number(nested)];
}

function valuesOf(nested: Nested): Values {
  const shape: number[] = [];
  for (let inner = nested; typeof inner === "object"; inner = inner[0]) shape.push(inner.length);
  return { shape, data: Float32Array.from(flatten(nested)) };
}

/** snnTorch's keywords under our names. */
function optionsOf(kwargs: Options) {
  const number = (name: string) => kwargs[name] as number | undefined;
  const flag = (name: string) => kwargs[name] as boolean | undefined;
  const given = {
    threshold: number("threshold"),
    tau: number("tau"),
    firstSpikeTime: number("first_spike_time"),
    onTarget: number("on_target"),
    offTarget: number("off_target"),
    gain: number("gain"),
    offset: number("offset"),
    correctRate: number("correct_rate"),
    incorrectRate: number("incorrect_rate"),
    linear: flag("linear"),
    normalize: flag("normalize"),
    clip: flag("clip"),
    bypass: flag("bypass"),
    interpolate: flag("interpolate"),
    padding: flag("padding"),
    offSpikes: flag("off_spike"),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** What our generator gives for the call, in the nesting of the recorded result, flat. */
function answer({ fn, args, kwargs }: Call): ArrayLike<number> {
  const options = optionsOf(kwargs);
  const classes = kwargs.num_classes as number;
  const steps = (kwargs.num_steps as number | undefined) ?? null;
  const values = args.length === 0 ? null : valuesOf(args[0]);
  switch (fn) {
    case "rate":
      return rateSpikes(values!, { ...options, steps: steps! }).data;
    case "latency":
      return latencySpikes(values!, { ...options, steps }).data;
    case "latency_code": {
      const { times, belowThreshold } = latencyCode(values!, { ...options, steps });
      return [...times, ...belowThreshold.map(Number)];
    }
    case "delta":
      return deltaSpikes(values!, options).data;
    case "target_rate_code": {
      const times = targetRateCode(steps!, kwargs.rate as number, kwargs.first_spike_time as number);
      return [...Array.from({ length: steps! }, (_, step) => Number(times.includes(step))), ...times];
    }
    case "rate_interpolate":
      return interpolateRate([...values!.data], steps!, options);
    case "latency_interpolate":
      return interpolateLatency(values!, steps!, options).data;
    case "to_one_hot":
      return oneHot(values!, classes).data;
    case "targets_rate":
      return steps === null
        ? oneHot(values!, classes).data
        : rateTargets(values!, { ...options, classes, steps }).data;
    case "targets_latency":
      return latencyTargets(values!, classes, { ...options, steps }).data;
    case "targets_convert":
      if (kwargs.code === "latency") return latencyTargets(values!, classes, { ...options, steps }).data;
  }
  throw new TypeError(`the suite calls ${fn}, which this runner does not know`);
}

function runCall(call: Call, index: number): VectorResult {
  const name = `${call.fn} ${index} ${JSON.stringify(call.kwargs)}`;
  const differs = (difference: string | null): VectorResult => ({
    name,
    exact: difference === null,
    difference,
  });
  let found: ArrayLike<number>;
  try {
    found = answer(call);
  } catch (error) {
    if (error instanceof TypeError) throw error;
    return differs(call.error === undefined ? `refused: ${(error as Error).message}` : null);
  }
  if (call.error !== undefined) return differs(`accepted, and snnTorch refuses it: ${call.error}`);
  const wanted = flatten(call.ok!);
  if (wanted.length !== found.length) return differs(`${found.length} values, and ${wanted.length} recorded`);
  const at = wanted.findIndex((value, i) => value !== found[i]);
  return differs(at < 0 ? null : `value ${at} is ${found[at]}, recorded ${wanted[at]}`);
}

/** A count beyond six standard deviations of its binomial would be seen once in 10^9 draws. */
function* runStatistics({ p, num_steps: steps, count }: Suite["rate_statistics"]): Generator<VectorResult> {
  const { data } = rateSpikes({ shape: [p.length], data: Float32Array.from(p) }, { steps, seed: 7 });
  for (const [place, probability] of p.entries()) {
    let spikes = 0;
    for (let step = 0; step < steps; step++) spikes += data[step * p.length + place];
    const allowed = 6 * Math.sqrt(steps * probability * (1 - probability)) + 1;
    const far = Math.max(
      Math.abs(spikes - steps * probability),
      Math.abs(spikes - count[place]) / Math.SQRT2,
    );
    const difference = far <= allowed ? null : `${spikes} spikes of ${steps} at probability ${probability}`;
    yield { name: `rate statistics ${place}`, exact: difference === null, difference };
  }
}

function unpacked(hex: string, [steps, samples, neurons]: MetricsCase["shape"]): OutputSpikes {
  const bit = (at: number) =>
    (Number.parseInt(hex.slice(2 * (at >> 3), 2 * (at >> 3) + 2), 16) >> (7 - (at & 7))) & 1;
  return {
    steps,
    samples,
    neurons,
    data: Uint8Array.from({ length: steps * samples * neurons }, (_, i) => bit(i)),
  };
}

function* runMetrics(recorded: MetricsCase, index: number): Generator<VectorResult> {
  const { targets, targets5 } = recorded;
  const spikes = unpacked(recorded.spk_packed_hex, recorded.shape);
  const byRate = classesByRate(spikes);
  const figures: Record<string, number> = {
    accuracy_rate: accuracy(byRate, targets),
    accuracy_temporal: accuracy(classesByFirstSpike(spikes), targets),
    accuracy_rate_pop5: accuracy(classesByRate(spikes, 5), targets5),
    "l1_rate_sparsity_1e-5": spikePenalty(spikes, 1e-5),
    mse_count_loss: countSquareError(spikes, targets, { correctRate: 0.8, incorrectRate: 0.2 }),
    ce_count_loss: countCrossEntropy(spikes, targets),
    ce_rate_loss: rateCrossEntropy(spikes, targets),
    rate_pred: accuracy(byRate, recorded.rate_pred) - 1,
  };
  for (const [figure, value] of Object.entries(figures)) {
    const wanted = figure === "rate_pred" ? 0 : (recorded[figure] as number);
    // Recorded in float32: the specification allows 1e-6.
    const exact = Math.abs(value - wanted) <= 1e-6;
    yield {
      name: `metrics ${index} ${figure}`,
      exact,
      difference: exact ? null : `${value}, recorded ${wanted}`,
    };
  }
}

export function* runEncoders(files: GoldenFiles): Generator<VectorResult> {
  for (const path of files.paths) {
    const suite = JSON.parse(new TextDecoder().decode(files.read(path))) as Suite;
    for (const [index, call] of suite.spikegen.entries()) yield runCall(call, index);
    yield* runStatistics(suite.rate_statistics);
    for (const [index, recorded] of suite.metrics.entries()) yield* runMetrics(recorded, index);
  }
}
