/**
 * Samples: an array matched to what a network takes. [N, ...shape] always fits; forms that can mean only one thing fit
 * too; anything else is an error that says what was expected and what was found.
 */
import { SpikecError } from "../errors/error.ts";
import type { DataType, NumberArray, Numbers } from "./number-array.ts";

export interface Samples {
  readonly count: number;
  /** Of one sample, as the network takes it. */
  readonly shape: readonly number[];
  readonly dtype: DataType;
  /** count * size values, sample after sample. */
  readonly data: Numbers;
}

export interface SpikeSamples extends Samples {
  /** Steps of every sample; data is [count, timesteps, ...shape]. */
  readonly timesteps: number;
}

/**
 * Matches an array to samples of `shape` ([n] or [C, H, W]). Accepted: [N, ...shape]; flat [N, n]; [N, H, W] for C = 1;
 * images [N, ...] of n values each for a flat shape; and one sample alone: [...shape], [n], [H, W] for C = 1.
 * Throws SPK-0607.
 */
export function matchSamples(array: NumberArray, shape: readonly number[], file: string): Samples {
  const [count] = leadingExtents(array.shape, sampleForms(shape), 1) ?? [countOfImages(array.shape, shape)];
  if (count === null) throw mismatch(array, shape, file, false);
  return { count, shape, dtype: array.dtype, data: array.data };
}

/**
 * Matches an array of any values to samples of `shape` over time. Accepted: [N, T, ...shape]; flat [N, T, n]; and one sample
 * alone: [T, ...shape]. Throws SPK-0607.
 */
export function matchSamplesOverTime(
  array: NumberArray,
  shape: readonly number[],
  file: string,
): SpikeSamples {
  const forms = shape.length === 1 ? [shape] : [shape, [sizeOf(shape)]];
  const leading = leadingExtents(array.shape, forms, 2);
  if (leading === null) throw mismatch(array, shape, file, true);
  const [count, timesteps] = leading as [number, number];
  return { count, timesteps, shape, dtype: array.dtype, data: array.data };
}

/** The same for spikes. Throws SPK-0607, and SPK-0605 for values other than 0 and 1. */
export function matchSpikeSamples(array: NumberArray, shape: readonly number[], file: string): SpikeSamples {
  const samples = matchSamplesOverTime(array, shape, file);
  const bad = array.data.findIndex((value) => value !== 0 && value !== 1);
  if (bad >= 0) {
    throw new SpikecError("SPK-0605", `value ${bad} is ${array.data[bad]}; spikes are 0 or 1`, {
      where: file,
    });
  }
  return samples;
}

/** Sample number `index`: a view, not a copy. */
export function sampleAt(samples: Samples, index: number): Numbers {
  const size = samples.data.length / samples.count;
  return samples.data.subarray(index * size, (index + 1) * size);
}

/** The first `limit` samples. */
export function firstSamples<Kind extends Samples>(samples: Kind, limit: number): Kind {
  if (limit >= samples.count) return samples;
  const size = samples.data.length / samples.count;
  return { ...samples, count: limit, data: samples.data.subarray(0, limit * size) };
}

/** The shapes in which a file may hold one sample. */
function sampleForms(shape: readonly number[]): (readonly number[])[] {
  if (shape.length === 1) return [shape];
  const withoutChannel = shape[0] === 1 ? [shape.slice(1)] : [];
  return [shape, ...withoutChannel, [sizeOf(shape)]];
}

/**
 * The `axes` extents before one of the forms; a missing first one (a sample alone) is 1. Where several forms fit they
 * cover the same values in the same order, so that the first is right.
 */
function leadingExtents(
  found: readonly number[],
  forms: readonly (readonly number[])[],
  axes: number,
): number[] | null {
  const tailIs = (form: readonly number[]) =>
    form.every((extent, axis) => found.at(axis - form.length) === extent);
  const whole = forms.find((form) => found.length === form.length + axes && tailIs(form));
  if (whole) return found.slice(0, axes);
  const alone = forms.find((form) => found.length === form.length + axes - 1 && tailIs(form));
  return alone ? [1, ...found.slice(0, axes - 1)] : null;
}

/** N of images [N, ...] for a network of flat input, row by row as ONNX Flatten does; null where sizes differ. */
function countOfImages(found: readonly number[], shape: readonly number[]): number | null {
  const isImages = shape.length === 1 && found.length > 2 && sizeOf(found.slice(1)) === shape[0];
  return isImages ? found[0] : null;
}

function mismatch(
  array: NumberArray,
  shape: readonly number[],
  file: string,
  overTime: boolean,
): SpikecError {
  const lead = overTime ? "N, T, " : "N, ";
  const what = `expected [${lead}${shape.join(", ")}], found [${array.shape.join(", ")}]`;
  const advice = adviceFor(array.shape, shape, overTime);
  return new SpikecError("SPK-0607", what, advice === null ? { where: file } : { where: file, advice });
}

/** The mistakes that are common enough to know by their shape. */
function adviceFor(found: readonly number[], shape: readonly number[], overTime: boolean): string | null {
  if (!overTime && shape.length === 3) {
    const [channels, height, width] = shape;
    const [rows, columns, last] = found.slice(-3);
    if (found.length === 4 && rows === height && columns === width && last === channels) {
      return "Channels come last in the file; save array.transpose(0, 3, 1, 2).";
    }
  }
  const size = sizeOf(shape);
  const values = sizeOf(found.slice(1));
  if (!overTime && found.length > 1 && values !== size) {
    return `A sample of this network has ${size} values; those of the file have ${values}.`;
  }
  if (overTime && leadingExtents(found, sampleForms(shape), 1)) {
    return "The network takes spikes over time: 0 and 1, with the timesteps after the samples.";
  }
  return null;
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}
