/**
 * IDX, the format of MNIST and its kin: two zero bytes, a type, the number of axes, big-endian extents, then elements.
 * Format: http://yann.lecun.com/exdb/mnist/ ("THE IDX FILE FORMAT").
 */
import { SpikecError } from "../errors/error.ts";
import { elementSize, elementsFromBytes } from "./elements.ts";
import { countValues, type DataType, type NumberArray } from "./number-array.ts";

const typeOf: Readonly<Record<number, DataType>> = {
  8: "uint8",
  9: "int8",
  11: "int16",
  12: "int32",
  13: "float32",
  14: "float64",
};

/** True where the bytes begin as an IDX file does. */
export function isIdx(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && bytes[0] === 0 && bytes[1] === 0 && bytes[2] in typeOf && bytes[3] > 0;
}

/** Reads an IDX file (unpacked). Throws SPK-0601 without the magic, SPK-0602 where bytes and extents do not match. */
export function readIdx(bytes: Uint8Array, file = "array"): NumberArray {
  if (!isIdx(bytes)) throw new SpikecError("SPK-0601", "this is not an IDX file", { where: file });
  const rank = bytes[3];
  const dataStart = 4 + 4 * rank;
  if (bytes.length < dataStart) {
    throw new SpikecError("SPK-0602", `the file ends before its ${rank} extents`, { where: file });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const dtype = typeOf[bytes[2]];
  const need = countValues(shape, file) * elementSize[dtype];
  const have = bytes.length - dataStart;
  if (have !== need) {
    const what = `[${shape}] of ${dtype} takes ${need} bytes of data, and the file has ${have}`;
    throw new SpikecError("SPK-0602", what, { where: file });
  }
  return { dtype, shape, data: elementsFromBytes(bytes.subarray(dataStart), dtype, true, file) };
}
