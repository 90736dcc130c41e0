/**
 * Raw bytes of a file to typed arrays and back: byte order, and the types that JavaScript has no array for.
 */
import { SpikecError } from "../errors/error.ts";
import type { DataType, Numbers } from "./number-array.ts";

/** Bytes of one element. */
export const elementSize: Readonly<Record<DataType, number>> = {
  bool: 1,
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  int64: 8,
  uint64: 8,
  float16: 2,
  float32: 4,
  float64: 8,
};

const hostIsBigEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 0;

/** Reverses every element of `size` bytes in place. */
function swapElements(bytes: Uint8Array, size: number): void {
  for (let start = 0; start < bytes.length; start += size) bytes.subarray(start, start + size).reverse();
}

/** A copy of the bytes in the byte order of this machine, aligned for any typed array. */
function hostOrder(bytes: Uint8Array, size: number, bigEndian: boolean): ArrayBuffer {
  const copy = new Uint8Array(bytes);
  if (size > 1 && bigEndian !== hostIsBigEndian) swapElements(copy, size);
  return copy.buffer;
}

/**
 * Elements of the named type from bytes that hold a whole number of them. 64-bit integers beyond 2^53 are refused
 * (SPK-0605): no number of this program could hold them.
 */
export function elementsFromBytes(
  bytes: Uint8Array,
  dtype: DataType,
  bigEndian: boolean,
  file: string,
): Numbers {
  const buffer = hostOrder(bytes, elementSize[dtype], bigEndian);
  switch (dtype) {
    case "bool":
    case "uint8":
      return new Uint8Array(buffer);
    case "int8":
      return new Int8Array(buffer);
    case "int16":
      return new Int16Array(buffer);
    case "uint16":
      return new Uint16Array(buffer);
    case "int32":
      return new Int32Array(buffer);
    case "uint32":
      return new Uint32Array(buffer);
    case "int64":
      return safeIntegers(new BigInt64Array(buffer), file);
    case "uint64":
      return safeIntegers(new BigUint64Array(buffer), file);
    case "float16":
      return Float32Array.from(new Uint16Array(buffer), halfToNumber);
    case "float32":
      return new Float32Array(buffer);
    case "float64":
      return new Float64Array(buffer);
  }
}

/** Little-endian bytes of the elements, as the type that typed array has (see `writtenType`). */
export function bytesFromElements(data: Numbers): Uint8Array {
  const copy = new Uint8Array(data.byteLength);
  copy.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  if (hostIsBigEndian && data.BYTES_PER_ELEMENT > 1) swapElements(copy, data.BYTES_PER_ELEMENT);
  return copy;
}

function safeIntegers(values: BigInt64Array | BigUint64Array, file: string): Float64Array {
  const numbers = new Float64Array(values.length);
  for (let index = 0; index < values.length; index++) {
    const number = Number(values[index]);
    if (!Number.isSafeInteger(number)) {
      throw new SpikecError("SPK-0605", `value ${index} is ${values[index]}, beyond 2^53`, { where: file });
    }
    numbers[index] = number;
  }
  return numbers;
}

/** IEEE 754 half precision: 1 sign, 5 exponent (bias 15) and 10 fraction bits. Every half is a float32 exactly. */
function halfToNumber(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}
