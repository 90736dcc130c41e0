/**
 * Typed arrays as tensors: little-endian bytes with their type and shape, on machines of either byte order.
 */
import type { IntegerArray } from "../network.ts";
import type { TensorRecord } from "./schema.ts";

type Elements = IntegerArray | Float64Array;

const hostIsBigEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 0;

/** Bytes of a typed array in little-endian order, or back: the same swap either way. Always a copy, aligned. */
function copyLittleEndian(bytes: Uint8Array, elementSize: number): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes);
  if (!hostIsBigEndian || elementSize === 1) return copy;
  for (let start = 0; start < copy.length; start += elementSize) {
    copy.subarray(start, start + elementSize).reverse();
  }
  return copy;
}

function typeOf(elements: Elements): string {
  if (elements instanceof Int8Array) return "int8";
  if (elements instanceof Int16Array) return "int16";
  return elements instanceof Int32Array ? "int32" : "float64";
}

/** The type of the array is kept: an Int8Array stays int8. */
export function tensorOf(elements: Elements, shape: readonly number[] = [elements.length]): TensorRecord {
  const bytes = new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength);
  return { dtype: typeOf(elements), shape, data: copyLittleEndian(bytes, elements.BYTES_PER_ELEMENT) };
}

/** Integers in the type that the tensor has. Throws a plain Error where type, shape and bytes disagree. */
export function integersOf(tensor: TensorRecord): IntegerArray {
  switch (tensor.dtype) {
    case "int8":
      return new Int8Array(bufferOf(tensor, 1));
    case "int16":
      return new Int16Array(bufferOf(tensor, 2));
    case "int32":
      return new Int32Array(bufferOf(tensor, 4));
    default:
      throw new Error(`a tensor of integers has the type '${tensor.dtype}'`);
  }
}

/** Parameters of the law are Int32Array in memory, whatever narrower type another program wrote. */
export function parametersOf(tensor: TensorRecord): Int32Array {
  const integers = integersOf(tensor);
  return integers instanceof Int32Array ? integers : Int32Array.from(integers);
}

/** Throws a plain Error where type, shape and bytes disagree. */
export function floatsOf(tensor: TensorRecord): Float64Array {
  if (tensor.dtype !== "float64") throw new Error(`a tensor of floats has the type '${tensor.dtype}'`);
  return new Float64Array(bufferOf(tensor, 8));
}

function bufferOf({ dtype, shape, data }: TensorRecord, elementSize: number): ArrayBuffer {
  const need = shape.reduce((product, extent) => product * extent, elementSize);
  if (need !== data.length) {
    throw new Error(`a tensor [${shape}] of ${dtype} takes ${need} bytes, and has ${data.length}`);
  }
  return copyLittleEndian(data, elementSize).buffer;
}
