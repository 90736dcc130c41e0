/**
 * Pass: how a sample enters the network. Integers of a file pass unchanged; floats get 8 bits from the range that the
 * calibration inputs show. Spike encoders count the largest value seen as one spike a step (docs/law.md).
 */
import { SpikecError } from "../errors/error.ts";
import { type Shape, sizeOf } from "../graph/graph.ts";
import type { Encoder, Input, Quantization } from "../network/network.ts";
import { encodeInput, quantizeValue } from "../simulate/encode.ts";
import { type AnalogStore, createSpikeStore, type SpikeStore, storeEvents } from "./calibrate/spike-store.ts";
import type { ConvertedSource } from "./conversion.ts";
import type { CalibrationInputs, InputKind, LoweringOptions } from "./options.ts";

/** Bits of a quantized value; files of bytes pass as they are. */
const valueBits = 8;

function rangeOf({ values }: CalibrationInputs): { low: number; high: number } {
  let low = 0;
  let high = 0;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return { low, high };
}

function quantizationOf(calibration: CalibrationInputs): Quantization {
  const { low, high } = rangeOf(calibration);
  if (high === 0 && low === 0)
    throw new SpikecError("SPK-0303", "every calibration input is zero: nothing can be learned from it");
  const signed = low < 0;
  const { inputScale } = calibration;
  const passes = inputScale !== null && !signed && Math.round(high * inputScale) < 2 ** valueBits;
  if (passes) return { scale: 1 / inputScale, zeroPoint: 0, bits: valueBits, signed };
  const top = signed ? 2 ** (valueBits - 1) - 1 : 2 ** valueBits - 1;
  return { scale: Math.max(high, -low) / top, zeroPoint: 0, bits: valueBits, signed };
}

function encoderOf(kind: InputKind, calibration: CalibrationInputs, seed: number): Encoder {
  const quantization = quantizationOf(calibration);
  if (kind === "analog") return { kind, ...quantization };
  const { low, high } = rangeOf(calibration);
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
function offsetEncoder(encoder: Encoder, calibration: CalibrationInputs): Encoder {
  if (!("threshold" in encoder)) return encoder;
  const { low, high } = rangeOf(calibration);
  const top = 2 ** valueBits - 1;
  const scale = (high - low) / top;
  const zeroPoint = Math.round(-low / scale);
  const quantization = { scale, zeroPoint, bits: valueBits, signed: false, threshold: top };
  if (encoder.kind !== "rate") return { ...encoder, ...quantization };
  return { ...encoder, ...quantization, initial: Math.floor(top / 2) };
}

/** The first of these that the chip has. */
const preferred: readonly InputKind[] = ["analog", "rate", "poisson", "latency"];

/** The network's input as the target can take it. Throws SPK-0305 where the asked encoder is not the chip's. */
export function chooseInput(name: string, shape: Shape, options: LoweringOptions): Input {
  const { rules, calibration, seed } = options;
  const kind = options.input ?? preferred.find((candidate) => rules.inputs.includes(candidate));
  if (kind === undefined || !rules.inputs.includes(kind))
    throw new SpikecError(
      "SPK-0305",
      `the target takes ${rules.inputs.join(", ")} input, not ${kind ?? "any known kind"}`,
    );
  const encoder = encoderOf(kind, calibration, seed);
  const signed = encoder.kind !== "analog" && "signed" in encoder && encoder.signed;
  if (!signed) return { name, shape, encoder, polarity: "unsigned" };
  if (2 * sizeOf(shape) > (rules.inputChannels ?? Number.POSITIVE_INFINITY))
    return { name, shape, encoder: offsetEncoder(encoder, calibration), polarity: "unsigned" };
  return { name, shape: [2 * shape[0], ...shape.slice(1)], encoder, polarity: "signed" };
}

function analogStore(input: Input, calibration: CalibrationInputs): AnalogStore {
  const neurons = sizeOf(input.shape);
  const encoder = input.encoder as Encoder & { kind: "analog" };
  const values = Int32Array.from({ length: calibration.samples * neurons }, (_, i) =>
    quantizeValue(calibration.values[i], encoder),
  );
  return { kind: "analog", samples: calibration.samples, neurons, values };
}

function spikeStore(input: Input, calibration: CalibrationInputs, timesteps: number): SpikeStore {
  const neurons = sizeOf(input.shape);
  const store = createSpikeStore(calibration.samples, neurons, timesteps);
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
