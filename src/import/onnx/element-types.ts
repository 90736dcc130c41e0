/**
 * The element types of ONNX tensors as a table: how many bits in raw_data, which typed field holds them otherwise
 * (onnx.proto, TensorProto), how they become numbers, and which integers they can hold.
 */
import type { FloatArray } from "../../graph/graph.ts";
import { type Integer64, type TensorProto, toNumber } from "./proto.ts";

export interface ElementType {
  readonly name: string;
  readonly kind: "float" | "integer";
  /** In raw_data. */
  readonly bits: number;
  /** Integers: the range. Floats: the whole line. */
  readonly low: number;
  readonly high: number;
  /** Entries of the typed field. */
  readonly stored: (proto: TensorProto) => readonly Integer64[];
  /** How many entries the typed field needs for `count` elements. */
  readonly storedCount: (count: number) => number;
  readonly fromBytes: (bytes: Uint8Array, count: number) => FloatArray;
  readonly fromFields: (values: readonly Integer64[], count: number) => FloatArray;
}

type Decode = (view: DataView, index: number) => number;
type Field = "floatData" | "doubleData" | "int32Data" | "int64Data" | "uint64Data";

const float32Result = (count: number) => new Float32Array(count);
const float64Result = (count: number) => new Float64Array(count);
const same = (value: number) => value;

function float(name: string, bits: number, field: Field, decode: Decode, fromField = same): ElementType {
  const range = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  const allocate = bits <= 32 ? float32Result : float64Result;
  return { name, kind: "float", bits, ...range, ...storage(field, decode, fromField, allocate) };
}

function integer(name: string, bits: number, signed: boolean, field: Field, decode: Decode): ElementType {
  const low = signed ? -(2 ** (bits - 1)) : 0;
  const high = signed ? 2 ** (bits - 1) - 1 : 2 ** bits - 1;
  return { name, kind: "integer", bits, low, high, ...storage(field, decode, same, float64Result) };
}

function storage(
  field: Field,
  decode: Decode,
  fromField: (value: number) => number,
  allocate: (n: number) => FloatArray,
) {
  return {
    stored: (proto: TensorProto): readonly Integer64[] => proto[field] ?? [],
    storedCount: same,
    fromBytes(bytes: Uint8Array, count: number): FloatArray {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const result = allocate(count);
      for (let index = 0; index < count; index++) result[index] = decode(view, index);
      return result;
    },
    fromFields(values: readonly Integer64[], count: number): FloatArray {
      const result = allocate(count);
      for (let index = 0; index < count; index++) result[index] = fromField(toNumber(values[index]));
      return result;
    },
  };
}

/** Two to a byte, the first in the low half; in int32_data one byte an entry (onnx.proto, int32_data). */
function fourBits(name: string, signed: boolean): ElementType {
  const decode: Decode = (view, index) => {
    const half = (view.getUint8(index >> 1) >> (4 * (index & 1))) & 15;
    return signed && half > 7 ? half - 16 : half;
  };
  const base = integer(name, 4, signed, "int32Data", decode);
  return {
    ...base,
    storedCount: (count) => Math.ceil(count / 2),
    fromFields: (values, count) =>
      base.fromBytes(
        Uint8Array.from(values, (value) => toNumber(value) & 255),
        count,
      ),
  };
}

/** IEEE 754 binary16: sign, 5 bits of exponent, 10 of fraction. */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

/** bfloat16 is the upper half of a float32. */
function brainToNumber(bits: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, bits << 16);
  return view.getFloat32(0);
}

const littleEndian = true;

/** By number in TensorProto.DataType; 21 and 22 came after onnx-proto's release. Strings, complex and 8-bit floats are left out. */
export const elementTypes: ReadonlyMap<number, ElementType> = new Map([
  [1, float("float", 32, "floatData", (view, i) => view.getFloat32(4 * i, littleEndian))],
  [2, integer("uint8", 8, false, "int32Data", (view, i) => view.getUint8(i))],
  [3, integer("int8", 8, true, "int32Data", (view, i) => view.getInt8(i))],
  [4, integer("uint16", 16, false, "int32Data", (view, i) => view.getUint16(2 * i, littleEndian))],
  [5, integer("int16", 16, true, "int32Data", (view, i) => view.getInt16(2 * i, littleEndian))],
  [6, integer("int32", 32, true, "int32Data", (view, i) => view.getInt32(4 * i, littleEndian))],
  [7, integer("int64", 64, true, "int64Data", (view, i) => Number(view.getBigInt64(8 * i, littleEndian)))],
  [9, integer("bool", 8, false, "int32Data", (view, i) => view.getUint8(i))],
  [
    10,
    float(
      "float16",
      16,
      "int32Data",
      (view, i) => halfToNumber(view.getUint16(2 * i, littleEndian)),
      halfToNumber,
    ),
  ],
  [11, float("double", 64, "doubleData", (view, i) => view.getFloat64(8 * i, littleEndian))],
  [12, integer("uint32", 32, false, "uint64Data", (view, i) => view.getUint32(4 * i, littleEndian))],
  [
    13,
    integer("uint64", 64, false, "uint64Data", (view, i) => Number(view.getBigUint64(8 * i, littleEndian))),
  ],
  [
    16,
    float(
      "bfloat16",
      16,
      "int32Data",
      (view, i) => brainToNumber(view.getUint16(2 * i, littleEndian)),
      brainToNumber,
    ),
  ],
  [21, fourBits("uint4", false)],
  [22, fourBits("int4", true)],
]);
