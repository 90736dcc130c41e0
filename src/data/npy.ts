/**
 * NumPy's .npy: a magic, a version, a Python dictionary as text, then raw elements.
 * Format: numpy.lib.format, versions 1.0 to 3.0 (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
 */
import { SpikecError } from "../errors/error.ts";
import { bytesFromElements, elementSize, elementsFromBytes } from "./elements.ts";
import { countValues, type DataType, type NumberArray, type Numbers } from "./number-array.ts";

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** A header of plain numbers takes some hundred bytes; more is a damaged length. */
const maximumHeader = 1 << 20;

interface Header {
  readonly dtype: DataType;
  readonly bigEndian: boolean;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
  /** Where the elements begin. */
  readonly dataStart: number;
}

const typeOf: Readonly<Record<string, DataType>> = {
  b1: "bool",
  i1: "int8",
  u1: "uint8",
  i2: "int16",
  u2: "uint16",
  i4: "int32",
  u4: "uint32",
  i8: "int64",
  u8: "uint64",
  f2: "float16",
  f4: "float32",
  f8: "float64",
};

/** True where the bytes begin as a .npy file does. */
export function isNpy(bytes: Uint8Array): boolean {
  return magic.every((byte, index) => bytes[index] === byte);
}

/**
 * Reads a .npy file of numbers, in either byte order and either memory order; the result is row-major.
 * Throws SPK-0601 without the magic, SPK-0602 where the bytes do not match the header, SPK-0603 for types other than
 * numbers, SPK-0605 for 64-bit integers beyond 2^53, SPK-0606 for more than 2^28 values. NaN passes: see checkValues.
 */
export function readNpy(bytes: Uint8Array, file = "array"): NumberArray {
  const header = readHeader(bytes, file);
  const { dtype, shape } = header;
  const need = countValues(shape, file) * elementSize[dtype];
  const have = bytes.length - header.dataStart;
  if (have !== need) {
    const what = `[${shape}] of ${dtype} takes ${need} bytes of data, and the file has ${have}`;
    throw new SpikecError("SPK-0602", what, { where: file });
  }
  const data = elementsFromBytes(bytes.subarray(header.dataStart), dtype, header.bigEndian, file);
  return { dtype, shape, data: header.fortranOrder ? rowMajor(data, shape) : data };
}

function readHeader(bytes: Uint8Array, file: string): Header {
  if (!isNpy(bytes)) throw new SpikecError("SPK-0601", "this is not a .npy file", { where: file });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = bytes[6];
  if (version !== undefined && (version < 1 || version > 3)) {
    throw new SpikecError("SPK-0602", `version ${version} of the .npy format is not known`, { where: file });
  }
  // Version 1 counts the header in 2 bytes; versions 2 and 3 in 4.
  const textStart = version === 1 ? 10 : 12;
  const damaged = new SpikecError("SPK-0602", "the file ends inside its header", { where: file });
  if (bytes.length < textStart) throw damaged;
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const dataStart = textStart + length;
  if (length > maximumHeader || dataStart > bytes.length) throw damaged;
  const text = new TextDecoder().decode(bytes.subarray(textStart, dataStart));
  return { ...parseDictionary(text, file), dataStart };
}

/** The header's text is a Python literal of three fixed keys; NumPy writes them sorted, others need not. */
function parseDictionary(text: string, file: string): Omit<Header, "dataStart"> {
  const order = /['"]fortran_order['"]\s*:\s*(True|False)/.exec(text)?.[1];
  const extents = /['"]shape['"]\s*:\s*\(([\d\s,L]*)\)/.exec(text)?.[1];
  if (order === undefined || extents === undefined) {
    throw new SpikecError("SPK-0602", "the header lacks fortran_order or shape", { where: file });
  }
  const described = /['"]descr['"]\s*:\s*['"]([<>|=]?)([a-zA-Z]\d*)['"]/.exec(text);
  const dtype = described && Object.hasOwn(typeOf, described[2]) ? typeOf[described[2]] : undefined;
  if (dtype === undefined) {
    const found = described ? `'${described[1]}${described[2]}'` : "of several fields, or has no type";
    throw new SpikecError("SPK-0603", `the array's type is ${found}; only plain numbers are read`, {
      where: file,
    });
  }
  const shape = extents.split(",").flatMap((extent) => (extent.trim() ? [Number.parseInt(extent, 10)] : []));
  return { dtype, bigEndian: described![1] === ">", fortranOrder: order === "True", shape };
}

/** Column-major (the first axis runs fastest) to row-major. */
function rowMajor(data: Numbers, shape: readonly number[]): Numbers {
  const result = data.slice();
  const rank = shape.length;
  const position = new Array<number>(rank).fill(0);
  const strides = shape.map((_, axis) =>
    shape.slice(0, axis).reduce((product, extent) => product * extent, 1),
  );
  let from = 0;
  for (let to = 0; to < result.length; to++) {
    result[to] = data[from];
    for (let axis = rank - 1; axis >= 0; axis--) {
      from += strides[axis];
      if (++position[axis] < shape[axis]) break;
      from -= strides[axis] * shape[axis];
      position[axis] = 0;
    }
  }
  return result;
}

/**
 * Writes a version 1.0 .npy file, little-endian and row-major; the same array gives the same bytes.
 * The written type is that of the typed array, so float16 is written as float32 and 64-bit integers as float64.
 */
export function writeNpy(
  array: Pick<NumberArray, "shape" | "data"> & { readonly dtype?: DataType },
): Uint8Array {
  const { shape, data } = array;
  const descriptor = array.dtype === "bool" ? "|b1" : descriptorOf(data);
  const extents = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const text = `{'descr': '${descriptor}', 'fortran_order': False, 'shape': (${extents}), }`;
  // NumPy pads with spaces to a multiple of 64 bytes, so that the elements can be mapped into memory.
  const length = Math.ceil((10 + text.length + 1) / 64) * 64 - 10;
  const header = `${text.padEnd(length - 1)}\n`;
  const elements = bytesFromElements(data);
  const bytes = new Uint8Array(10 + length + elements.length);
  bytes.set([...magic, 1, 0, length & 255, length >> 8]);
  bytes.set(new TextEncoder().encode(header), 10);
  bytes.set(elements, 10 + length);
  return bytes;
}

function descriptorOf(data: Numbers): string {
  const kind =
    data instanceof Float32Array || data instanceof Float64Array ? "f" : isSigned(data) ? "i" : "u";
  return `${data.BYTES_PER_ELEMENT === 1 ? "|" : "<"}${kind}${data.BYTES_PER_ELEMENT}`;
}

function isSigned(data: Numbers): boolean {
  return data instanceof Int8Array || data instanceof Int16Array || data instanceof Int32Array;
}
