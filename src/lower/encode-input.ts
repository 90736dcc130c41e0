/**
 * Pass: how a sample enters the network. Integers of a file pass unchanged; floats get 8 bits from the range that the
 * calibration inputs show. Spike encoders count the largest value seen as one spike a step (docs/law.md).
 */
import { SpikecError } from "../errors/error.ts";
import { type Shape, sizeOf } from "../graph/graph.ts";
import type { Encoder, Input, Normalization, Quantization } from "../network/network.ts";
import { encodeInput, quantizeSample, quantizeValue } from "../simulate/encode.ts";
import {
  type AnalogStore,
  createSpikeStore,
  type SpikeStore,
  storeEvents,
  trainFormat,
} from "./calibrate/spike-store.ts";
import type { ConvertedSource } from "./conversion.ts";
import type { CalibrationInputs, InputKind, LoweringOptions } from "./options.ts";

/** Bits of a quantized value; files of bytes pass as they are. */
const valueBits = 8;

interface Range {
  readonly low: number;
  readonly high: number;
}

function rangeOf({ values }: CalibrationInputs): Range {
  let low = 0;
  let high = 0;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return { low, high };
}

/** What values are quantized over. A normalization brings them to 0..1, or -1..1 where some are negative. */
function quantizedRange(calibration: CalibrationInputs, normalization: Normalization | null): Range {
  const range = rangeOf(calibration);
  return normalization === null ? range : { low: range.low < 0 ? -1 : 0, high: 1 };
}

/** Whether a file's integers are the quantized values as they are: bytes and less. */
export function passesIntegers(calibration: CalibrationInputs): boolean {
  const { inputScale } = calibration;
  const { low, high } = rangeOf(calibration);
  return inputScale !== null && low >= 0 && Math.round(high * inputScale) < 2 ** valueBits;
}

function rangeScale({ low, high }: Range): Quantization {
  const signed = low < 0;
  const top = signed ? 2 ** (valueBits - 1) - 1 : 2 ** valueBits - 1;
  return { scale: Math.max(high, -low) / top, zeroPoint: 0, bits: valueBits, signed };
}

/** Throws SPK-0303 where calibration shows no values but 0. normalization: null where one scale serves all values. */
export function quantizationOf(
  calibration: CalibrationInputs,
  normalization: Normalization | null,
): Quantization {
  const range = quantizedRange(calibration, normalization);
  if (normalization !== null) return { ...rangeScale(range), normalization };
  if (range.high === 0 && range.low === 0)
    throw new SpikecError("SPK-0303", "every calibration input is zero: nothing can be learned from it");
  if (calibration.inputScale === null || !passesIntegers(calibration)) return rangeScale(range);
  return { scale: 1 / calibration.inputScale, zeroPoint: 0, bits: valueBits, signed: false };
}

function encoderOf(kind: InputKind, quantization: Quantization, range: Range, seed: number): Encoder {
  if (kind === "analog") return { kind, ...quantization };
  const { low, high } = range;
  const threshold = Math.max(
    1,
    Math.abs(quantizeValue(Math.max(high, -low), { ...quantization, signed: false })),
  );
  if (kind === "rate") return { kind, ...quantization, threshold, initial: Math.floor(threshold / 2) };
  return kind === "poisson"
    ? { kind, ...quantization, threshold, seed }
    : { kind, ...quantization, threshold };
}

/** A signed range as numbers from 0 up: what is 0 becomes the zero point. */
function offsetEncoder(encoder: Encoder, { low, high }: Range): Encoder {
  if (!("threshold" in encoder)) return encoder;
  const top = 2 ** valueBits - 1;
  const scale = (high - low) / top;
  const zeroPoint = Math.round(-low / scale);
  const quantization = { scale, zeroPoint, bits: valueBits, signed: false, threshold: top };
  if (encoder.kind !== "rate") return { ...encoder, ...quantization };
  return { ...encoder, ...quantization, initial: Math.floor(top / 2) };
}

/** The first of these that the chip has. */
const preferred: readonly InputKind[] = ["analog", "rate", "poisson", "latency"];

/** Throws SPK-0305 where the asked encoder is not the chip's. */
export function inputKind({ rules, input }: LoweringOptions): InputKind {
  const kind = input ?? preferred.find((candidate) => rules.inputs.includes(candidate));
  if (kind !== undefined && rules.inputs.includes(kind)) return kind;
  throw new SpikecError(
    "SPK-0305",
    `the target takes ${rules.inputs.join(", ")} input, not ${kind ?? "any known kind"}`,
  );
}

/**
 * The network's input as the target can take it. normalization: of its values, where one scale does not serve them all
 * (normalize-input.ts). Throws SPK-0305 where the asked encoder is not the chip's.
 */
export function chooseInput(
  name: string,
  shape: Shape,
  options: LoweringOptions,
  normalization: Normalization | null = null,
): Input {
  const { rules, calibration, seed } = options;
  const kind = inputKind(options);
  const range = quantizedRange(calibration, normalization);
  const encoder = encoderOf(kind, quantizationOf(calibration, normalization), range, seed);
  const signed = encoder.kind !== "analog" && "signed" in encoder && encoder.signed;
  if (!signed) return { name, shape, encoder, polarity: "unsigned" };
  if (2 * sizeOf(shape) > (rules.inputChannels ?? Number.POSITIVE_INFINITY))
    return { name, shape, encoder: offsetEncoder(encoder, range), polarity: "unsigned" };
  return { name, shape: [2 * shape[0], ...shape.slice(1)], encoder, polarity: "signed" };
}

function analogStore(input: Input, calibration: CalibrationInputs): AnalogStore {
  const neurons = sizeOf(input.shape);
  const encoder = input.encoder as Encoder & { kind: "analog" };
  const values = new Int32Array(calibration.samples * neurons);
  for (let start = 0; start < values.length; start += neurons)
    values.set(quantizeSample(input, encoder, calibration.values.subarray(start, start + neurons)), start);
  return { kind: "analog", samples: calibration.samples, neurons, values };
}

function spikeStore(input: Input, calibration: CalibrationInputs, timesteps: number): SpikeStore {
  const neurons = sizeOf(input.shape);
  const store = createSpikeStore(calibration.samples, neurons, trainFormat(timesteps, 1));
  const perSample = calibration.values.length / calibration.samples;
  for (let sample = 0; sample < calibration.samples; sample++) {
    const values = calibration.values.subarray(sample * perSample, (sample + 1) * perSample);
    storeEvents(store, sample, encodeInput(input, values, timesteps));
  }
  return store;
}

/** The encoded calibration inputs, and what one unit of them stands for. */
export function encodedSource(
  input: Input,
  calibration: CalibrationInputs,
  timesteps: number,
): ConvertedSource {
  const { encoder, shape } = input;
  if (!("scale" in encoder))
    throw new SpikecError("SPK-0001", "a converted network has an encoder with a scale");
  if (encoder.kind === "analog")
    return { shape, store: analogStore(input, calibration), spikeValue: Float64Array.of(encoder.scale) };
  if (encoder.kind === "current")
    throw new SpikecError("SPK-0001", "a converted network's input is a value, not a current over time");
  const spikeValue = Float64Array.of(encoder.scale * encoder.threshold);
  return { shape, store: spikeStore(input, calibration, timesteps), spikeValue };
}
