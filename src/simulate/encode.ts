/**
 * Input encoders: a sample of numbers becomes events over T steps, with integers alone once a value is quantized.
 * One function a kind; docs/conversion.md.
 */
import { SpikecError } from "../errors/error.ts";
import {
  type Encoder,
  type Input,
  type Network,
  parameterIndex,
  type Quantization,
  sizeOf,
  valueShape,
} from "../network/network.ts";
import type { Events, SpikeTrain } from "../network/spikes.ts";
import { createEventList, type EventList } from "./event-list.ts";
import { randomIntegers } from "./random.ts";

/** q = clamp(round(x / scale) + zeroPoint), in the range of `bits` bits; the range is worked out once. */
function quantizerOf({ scale, zeroPoint, bits, signed }: Quantization): (value: number) => number {
  const low = signed ? -(2 ** (bits - 1)) : 0;
  const high = signed ? 2 ** (bits - 1) - 1 : 2 ** bits - 1;
  return (value) => Math.min(high, Math.max(low, Math.round(value / scale) + zeroPoint));
}

/** value: normalized already, where the quantization asks for that. */
export function quantizeValue(value: number, quantization: Quantization): number {
  return quantizerOf(quantization)(value);
}

/**
 * The `size` values of a sample as the quantization's scale takes them: (x - offset) / divisor where it has a normalization, else as
 * they are.
 */
export function normalizeSample(
  sample: ArrayLike<number>,
  { normalization }: Quantization,
  size: number,
): ArrayLike<number> {
  if (normalization === undefined) return sample;
  const { offset, divisor } = normalization;
  const entry = (i: number) => parameterIndex(i, size, divisor.length);
  return Float64Array.from({ length: size }, (_, i) => (sample[i] - offset[entry(i)]) / divisor[entry(i)]);
}

/** Emits the events of one step; q[i] is the quantized value of input neuron i. */
type StepEncoder = (q: Int32Array, step: number, steps: number, out: EventList) => void;

function analogEncoder(): StepEncoder {
  return (q, _step, _steps, out) => {
    for (let i = 0; i < q.length; i++) if (q[i] !== 0) out.push(i, q[i]);
  };
}

function rateEncoder(encoder: Encoder & { kind: "rate" }): StepEncoder {
  let membrane = new Float64Array(0);
  return (q, step, _steps, out) => {
    if (step === 0) membrane = new Float64Array(q.length).fill(encoder.initial);
    for (let i = 0; i < q.length; i++) {
      membrane[i] += q[i];
      if (membrane[i] < encoder.threshold) continue;
      membrane[i] -= encoder.threshold;
      out.push(i, 1);
    }
  };
}

function poissonEncoder(encoder: Encoder & { kind: "poisson" }): StepEncoder {
  let next = randomIntegers(encoder.seed);
  return (q, step, _steps, out) => {
    if (step === 0) next = randomIntegers(encoder.seed);
    // u / 2^32 < q / threshold, without a division.
    for (let i = 0; i < q.length; i++) if (next() * encoder.threshold < q[i] * 2 ** 32) out.push(i, 1);
  };
}

function latencyEncoder(encoder: Encoder & { kind: "latency" }): StepEncoder {
  return (q, step, steps, out) => {
    for (let i = 0; i < q.length; i++) {
      const strength = Math.min(q[i], encoder.threshold);
      const spikeStep = Math.floor(((steps - 1) * (encoder.threshold - strength)) / encoder.threshold);
      if (strength > 0 && spikeStep === step) out.push(i, 1);
    }
  };
}

function stepEncoder(encoder: Exclude<Encoder, { kind: "spikes" | "always" | "current" }>): StepEncoder {
  switch (encoder.kind) {
    case "analog":
      return analogEncoder();
    case "rate":
      return rateEncoder(encoder);
    case "poisson":
      return poissonEncoder(encoder);
    case "latency":
      return latencyEncoder(encoder);
  }
}

/**
 * Quantized values, one a neuron. A signed input is split: the first half of the channels takes max(q, 0), the second
 * max(-q, 0).
 */
export function quantizeSample(input: Input, encoder: Quantization, sample: ArrayLike<number>): Int32Array {
  const size = sizeOf(input.shape);
  const q = new Int32Array(size);
  const quantize = quantizerOf(encoder);
  const half = sizeOf(valueShape(input));
  const values = normalizeSample(sample, encoder, half);
  if (input.polarity === "unsigned") {
    for (let i = 0; i < size; i++) q[i] = quantize(values[i]);
    return q;
  }
  for (let i = 0; i < half; i++) {
    const value = quantize(values[i]);
    q[i] = Math.max(value, 0);
    q[half + i] = Math.max(-value, 0);
  }
  return q;
}

/** A file of currents, [T, ...shape], quantized step by step. */
function currentsOfSample(
  input: Input,
  encoder: Quantization,
  sample: ArrayLike<number>,
  steps: number,
): Events {
  const size = sampleSize(input, 1);
  const out = createEventList();
  for (let step = 0; step < steps; step++) {
    const values = Float64Array.from({ length: size }, (_, i) => sample[step * size + i]);
    quantizeSample(input, encoder, values).forEach((q, i) => {
      if (q !== 0) out.push(i, q);
    });
    out.endStep();
  }
  return out.toEvents();
}

/** A file of spikes, [T, ...shape] of 0 and 1 (or small counts), as events. */
function spikesOfSample(input: Input, sample: ArrayLike<number>, steps: number): Events {
  const size = sizeOf(input.shape);
  const out = createEventList();
  for (let step = 0; step < steps; step++) {
    for (let i = 0; i < size; i++) {
      const count = sample[step * size + i];
      if (count !== 0) out.push(i, count);
    }
    out.endStep();
  }
  return out.toEvents();
}

/** Values that the sample of an input holds: a signed input splits one value into two channels. */
export function sampleSize(input: Input, timesteps: number): number {
  if (input.encoder.kind === "spikes") return sizeOf(input.shape) * timesteps;
  const values = sizeOf(valueShape(input));
  return input.encoder.kind === "current" ? values * timesteps : values;
}

/** The input that carries the sample. */
export function sampleInput(network: Network): Input {
  const input = network.inputs.find((candidate) => candidate.encoder.kind !== "always");
  if (input === undefined) throw new SpikecError("SPK-0001", "the network has no input that takes a sample");
  return input;
}

/** Events of one input over T steps. sample: `sampleSize` values in the units of the data file's network input. */
export function encodeInput(input: Input, sample: ArrayLike<number>, timesteps: number): Events {
  const { encoder } = input;
  if (encoder.kind === "spikes") return spikesOfSample(input, sample, timesteps);
  if (encoder.kind === "current") return currentsOfSample(input, encoder, sample, timesteps);
  const out = createEventList();
  if (encoder.kind === "always") {
    const size = sizeOf(input.shape);
    for (let step = 0; step < timesteps; step++) {
      for (let i = 0; i < size; i++) out.push(i, 1);
      out.endStep();
    }
    return out.toEvents();
  }
  const encodeStep = stepEncoder(encoder);
  const q = quantizeSample(input, encoder, sample);
  for (let step = 0; step < timesteps; step++) {
    encodeStep(q, step, timesteps, out);
    out.endStep();
  }
  return out.toEvents();
}

/** Everything that enters the network for one sample: the sample's own events and those of the always-on inputs. */
export function encodeSample(
  network: Network,
  sample: ArrayLike<number>,
  timesteps = network.timesteps,
): SpikeTrain {
  const events = new Map<string, Events>();
  for (const input of network.inputs) events.set(input.name, encodeInput(input, sample, timesteps));
  return { steps: timesteps, events };
}
