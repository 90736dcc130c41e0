/**
 * NumberArray: what every data file becomes. A shape, values in row-major order, and the type they had in the file.
 */
import { SpikecError } from "../errors/error.ts";

/** Element types by their NumPy names. */
export type DataType =
  | "bool"
  | "int8"
  | "uint8"
  | "int16"
  | "uint16"
  | "int32"
  | "uint32"
  | "int64"
  | "uint64"
  | "float16"
  | "float32"
  | "float64";

export type Numbers =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array;

export interface NumberArray {
  /** The type in the file. bool is held as Uint8Array, float16 as Float32Array, int64 and uint64 as Float64Array. */
  readonly dtype: DataType;
  /** [] for a single number. */
  readonly shape: readonly number[];
  /** Row-major (the last axis runs fastest). */
  readonly data: Numbers;
}

/** The most values that one array may hold: 2^28, a gigabyte of float32. */
export const maximumValues = 2 ** 28;

/**
 * Number of values in an array of this shape. Throws SPK-0606 before anybody allocates for a shape that a damaged or
 * hostile header declares.
 */
export function countValues(shape: readonly number[], file: string): number {
  const count = shape.reduce((product, extent) => product * extent, 1);
  const whole = shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0);
  if (!whole) throw new SpikecError("SPK-0602", `the shape [${shape}] is impossible`, { where: file });
  if (count > maximumValues) {
    throw new SpikecError("SPK-0606", `the shape [${shape}] declares more than ${maximumValues} values`, {
      where: file,
    });
  }
  return count;
}

/** Throws SPK-0604 for an array without values and SPK-0605 at the first NaN or infinity. */
export function checkValues(array: NumberArray, file: string): NumberArray {
  if (array.data.length === 0) {
    throw new SpikecError("SPK-0604", `the array is empty: its shape is [${array.shape}]`, { where: file });
  }
  // Integers are finite: only floats are looked at one by one.
  const bad = array.dtype.startsWith("float") ? array.data.findIndex((value) => !Number.isFinite(value)) : -1;
  if (bad >= 0) {
    const position = positionOf(bad, array.shape);
    throw new SpikecError("SPK-0605", `the value at [${position}] is ${array.data[bad]}`, { where: file });
  }
  return array;
}

/** The index along every axis of value number `index`. */
export function positionOf(index: number, shape: readonly number[]): number[] {
  const position: number[] = [];
  let rest = index;
  for (const extent of [...shape].reverse()) {
    position.unshift(rest % extent);
    rest = Math.floor(rest / extent);
  }
  return position;
}
