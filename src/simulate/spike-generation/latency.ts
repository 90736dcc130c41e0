/**
 * Latency coding: one spike a value, the larger the earlier (snnTorch's spikegen.latency and latency_code). Every operation
 * is rounded to float32, as there: a spike time on the edge between two steps must fall on the same side.
 */
import {
  checkUnitRange,
  impossible,
  type Marks,
  markSpikes,
  type SpikeTensor,
  type Values,
} from "./spike-tensor.ts";

const { fround } = Math;

export interface LatencyOptions {
  /** null: as many as the latest spike needs; only with `bypass`. */
  readonly steps: number | null;
  /** Values below it fire last. Default: 0.01. */
  readonly threshold?: number;
  /** Default: 1. */
  readonly tau?: number;
  /** Default: 0. */
  readonly firstSpikeTime?: number;
  /** Times fill the window. Default: false. */
  readonly normalize?: boolean;
  /** t = tau (1 - x) in place of tau ln(x / (x - threshold)). Default: false. */
  readonly linear?: boolean;
  /** Keeps the logarithm finite at the threshold. Default: 1e-7. */
  readonly epsilon?: number;
}

export interface LatencySpikeOptions extends LatencyOptions, Marks {
  /** Values below the threshold do not fire. Default: false. */
  readonly clip?: boolean;
  /** Spikes after the window are dropped; without it they are an error. Default: false. */
  readonly bypass?: boolean;
  /** Values rise to the spike in place of a step. Default: false. */
  readonly interpolate?: boolean;
}

export interface LatencyCode {
  /** float32, one a value. */
  readonly times: Float32Array;
  readonly belowThreshold: readonly boolean[];
}

const defaults = {
  threshold: 0.01,
  tau: 1,
  firstSpikeTime: 0,
  normalize: false,
  linear: false,
  epsilon: 1e-7,
} as const;

type Chosen = Required<LatencyOptions>;

function linearTimes(data: Float32Array, { threshold, tau, firstSpikeTime, normalize, steps }: Chosen) {
  const scale = normalize ? (steps ?? 0) - 1 - firstSpikeTime : tau;
  const latest = fround(-scale * (threshold - 1));
  return data.map((x) => fround(Math.min(fround(-scale * fround(x - 1)), latest) + firstSpikeTime));
}

/** L = tau ln(x / (x - threshold)), with the logarithm taken in double and rounded once. */
function logarithmicTimes(data: Float32Array, chosen: Chosen): Float32Array {
  const { threshold, tau, firstSpikeTime, normalize, steps, epsilon } = chosen;
  const least = fround(threshold + epsilon);
  const times = data.map((value) => {
    const x = Math.max(value, least);
    return fround(tau * fround(Math.log(fround(x / fround(x - fround(threshold))))));
  });
  const shifted = times.map((time) => fround(time + firstSpikeTime));
  if (!normalize) return shifted;
  const own = shifted.map((time) => fround(time - firstSpikeTime));
  const longest = own.reduce((most, time) => Math.max(most, time), Number.NEGATIVE_INFINITY);
  const room = (steps ?? 0) - firstSpikeTime - 1;
  return own.map((time) => fround(fround(fround(time * room) / longest) + firstSpikeTime));
}

/** Spike times before rounding. Throws SPK-0612. */
export function latencyCode(values: Values, options: LatencyOptions): LatencyCode {
  const chosen: Chosen = { ...defaults, ...options };
  const { threshold, linear, steps } = chosen;
  checkUnitRange(values);
  if (!(threshold > 0 && threshold < 1))
    throw impossible(`a threshold of ${threshold}: it lies between 0 and 1`);
  if (steps !== null && steps < 1) throw impossible(`${steps} steps`);
  const times = linear ? linearTimes(values.data, chosen) : logarithmicTimes(values.data, chosen);
  return { times, belowThreshold: Array.from(values.data, (value) => value < fround(threshold)) };
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** Steps of the spikes; Infinity where there is none. */
export function spikeSteps({ times, belowThreshold }: LatencyCode, clip: boolean): Float64Array {
  return Float64Array.from(times, (time, place) =>
    clip && belowThreshold[place] ? Number.POSITIVE_INFINITY : roundHalfEven(time),
  );
}

/** [steps, ...shape of values]. Throws SPK-0612, also for a spike after the window unless `bypass`. */
export function latencySpikes(values: Values, options: LatencySpikeOptions): SpikeTensor {
  const { clip = false, bypass = false, interpolate = false } = options;
  if (options.steps === null && !bypass)
    throw impossible("no number of steps, and no bypass that derives it");
  const code = latencyCode(values, options);
  const latest = spikeSteps(code, false).reduce((most, step) => Math.max(most, step), 0);
  const steps = options.steps ?? latest + 1;
  if (latest > steps - 1 && !bypass) throw impossible(`a spike at step ${latest}, and ${steps} steps`);
  const at = spikeSteps(code, clip);
  if (interpolate)
    return interpolateLatency({ shape: values.shape, data: Float32Array.from(at) }, steps, options);
  const fired = new Uint8Array(steps * at.length);
  at.forEach((step, place) => {
    if (step < steps) fired[step * at.length + place] = 1;
  });
  return markSpikes([steps, ...values.shape], fired, options);
}

/** A ramp from off (step 0) to on (the spike's step), off after it. times: steps of the spikes. */
export function interpolateLatency(times: Values, steps: number, marks: Marks): SpikeTensor {
  const { onTarget = 1, offTarget = 0 } = marks;
  const size = times.data.length;
  const data = new Float32Array(steps * size).fill(offTarget);
  times.data.forEach((spike, place) => {
    const slope = fround((onTarget - offTarget) / spike);
    for (let step = 0; step <= Math.min(spike, steps - 1); step++)
      data[step * size + place] = spike === 0 ? onTarget : fround(offTarget + fround(step * slope));
  });
  return { shape: [steps, ...times.shape], data };
}
