/**
 * Pass: values of different units get a scale each. One scale for a table of raw values leaves nothing of columns of small
 * units, however much the graph multiplies them later. Here each value of a sample (each channel of a map) is brought to 0..1,
 * or -1..1 where the sample has negative values, by its own range before it is quantized, and the weights behind take that back:
 *
 *   W x + b = (W divisor) ((x - offset) / divisor) + (b + W offset)
 *
 * Exact at the border of padded convolutions too: the offset goes through the operator as a whole map.
 */
import { type Note, sizeOf } from "../graph/graph.ts";
import {
  type Input,
  type Normalization,
  parameterIndex,
  type Quantization,
  type Shape,
} from "../network/network.ts";
import { createCarrier } from "../simulate/projection.ts";
import { passesIntegers, quantizationOf } from "./encode-input.ts";
import type { LayerExplanation } from "./explanation.ts";
import type { Folded } from "./folded.ts";
import { inputNoise, roundingNotes } from "./input-noise.ts";
import type { Drive } from "./linear-form.ts";
import type { CalibrationInputs, InputKind } from "./options.ts";
import { scaleDrive } from "./scaled-drive.ts";

/**
 * On either side of the range that calibration shows, in ranges: values beyond are clamped. 8 bits have room to spare, T steps
 * of spikes have not (docs/conversion.md).
 */
const roomOf = (kind: InputKind) => (kind === "analog" ? 0.2 : 0.05);
/** One scale is kept where its rounding adds no more than this share to the variance of what the first layer hears ... */
const smallNoise = 1e-3;
/** ... or where a scale each would not lower it by this factor. */
const worthwhile = 4;

function drivesOf({ activations, inputName }: Folded): Drive[] {
  return activations.flatMap(({ drives }) => drives.filter(({ source }) => source === inputName));
}

/** Numbers that have a scale of their own: values where weights are one a value, else channels. */
function granularity(folded: Folded): number {
  const eachValue = drivesOf(folded).every(
    ({ pools, operator: { kind } }) => pools.length === 0 && kind !== "convolution",
  );
  return eachValue ? sizeOf(folded.inputShape) : folded.inputShape[0];
}

/** What fills the normalized range. A value that calibration never varies keeps its own size, or 1, for what may come. */
function unitOf(
  low: number,
  high: number,
  signed: boolean,
  room: number,
): { offset: number; divisor: number } {
  const span = high - low;
  if (span === 0) return { offset: low, divisor: low === 0 ? 1 : Math.abs(low) };
  if (signed) return { offset: (low + high) / 2, divisor: (span / 2) * (1 + 2 * room) };
  // Nought stays nought where it can: a value that is rarely there then costs no spikes.
  const offset = Math.max(0, low - room * span);
  return { offset, divisor: high + room * span - offset };
}

function normalizationOf(
  { values, samples }: CalibrationInputs,
  shape: Shape,
  units: number,
  room: number,
): Normalization {
  const size = sizeOf(shape);
  const low = new Float64Array(units).fill(Number.POSITIVE_INFINITY);
  const high = new Float64Array(units).fill(Number.NEGATIVE_INFINITY);
  for (let i = 0; i < samples * size; i++) {
    const unit = parameterIndex(i % size, size, units);
    low[unit] = Math.min(low[unit], values[i]);
    high[unit] = Math.max(high[unit], values[i]);
  }
  const signed = low.some((lowest) => lowest < 0);
  const own = Array.from(low, (lowest, unit) => unitOf(lowest, high[unit], signed, room));
  return {
    offset: Float64Array.from(own, ({ offset }) => offset),
    divisor: Float64Array.from(own, ({ divisor }) => divisor),
  };
}

/** How a sample's values become integers, and what a user should know about it. */
export interface InputRounding {
  /** null where one scale serves: integers of a file, values of like ranges, or a network that does not depend on the small ones. */
  readonly normalization: Normalization | null;
  readonly notes: readonly Note[];
  /** Where there is a normalization: why. */
  readonly explanations: readonly LayerExplanation[];
}

const percent = (share: number) => `${(share * 100).toPrecision(2)} %`;

function explanationOf(
  layer: string,
  { scale }: Quantization,
  { divisor }: Normalization,
  noise: { readonly one: number; readonly each: number },
): LayerExplanation {
  const ascending = Float64Array.from(divisor).sort();
  const [least, most] = [ascending[0], ascending[ascending.length - 1]].map((unit) =>
    (unit * scale).toPrecision(3),
  );
  const why = `rounding is ${percent(noise.each)} of what the first layer hears; with one scale ${percent(noise.one)}`;
  return { layer, choices: [{ what: "scales", value: `${divisor.length}, of ${least} .. ${most}`, why }] };
}

/**
 * Decided by what rounding costs the layers that hear the input, measured on the calibration inputs. Throws SPK-0303 where those
 * are nothing but 0.
 */
export function chooseNormalization(
  folded: Folded,
  calibration: CalibrationInputs,
  kind: InputKind,
): InputRounding {
  const oneScale: InputRounding = { normalization: null, notes: [], explanations: [] };
  if (passesIntegers(calibration)) return oneScale;
  const plain = quantizationOf(calibration, null);
  const one = inputNoise(folded, calibration, plain);
  if (one <= smallNoise) return oneScale;
  const normalization = normalizationOf(calibration, folded.inputShape, granularity(folded), roomOf(kind));
  const own = quantizationOf(calibration, normalization);
  const each = inputNoise(folded, calibration, own);
  if (each * worthwhile >= one) return { ...oneScale, notes: roundingNotes(folded, calibration, plain, one) };
  const explanations = [explanationOf(folded.inputName, own, normalization, { one, each })];
  return { normalization, notes: roundingNotes(folded, calibration, own, each), explanations };
}

/** The weights and constants that hear the input take its normalization back. Networks without one pass unchanged. */
export function absorbNormalization(folded: Folded, { name, encoder }: Input): Folded {
  const normalization = "normalization" in encoder ? encoder.normalization : undefined;
  if (normalization === undefined) return folded;
  const { offset, divisor } = normalization;
  const size = sizeOf(folded.inputShape);
  const neurons = Int32Array.from({ length: size }, (_, i) => i);
  const offsets = Float64Array.from(neurons, (i) => offset[parameterIndex(i, size, offset.length)]);
  const activations = folded.activations.map((activation) => {
    const { shape } = activation;
    const constant = Float64Array.from(activation.constant);
    const drives = activation.drives.map((drive): Drive => {
      if (drive.source !== name) return drive;
      const { sourceShape, pools, operator } = drive;
      createCarrier({ sourceShape, targetShape: shape, pools, connection: operator }).carry(
        neurons,
        offsets,
        0,
        size,
        constant,
      );
      return { ...drive, operator: { ...operator, weights: scaleDrive(drive, divisor, shape).weights } };
    });
    return { ...activation, drives, constant };
  });
  return { ...folded, activations };
}
