/**
 * Every way in which a file can hold the same numbers: raw bytes, typed fields, external files, element types.
 */
import { describe, expect, it } from "vitest";
import { halfToNumber } from "../../../src/import/onnx/element-types.ts";
import { onnx, type TensorProto } from "../../../src/import/onnx/proto.ts";
import { readTensor } from "../../../src/import/onnx/tensors.ts";

const { DataType } = onnx.TensorProto;
const read = (proto: TensorProto) => readTensor(proto, "w", "test.onnx");
const values = (proto: TensorProto) => [...read(proto).data];
const rawOf = (array: { readonly buffer: ArrayBufferLike }) => new Uint8Array(array.buffer);

describe("a tensor holds the same numbers in raw bytes and in its typed field", () => {
  const cases: [string, number, TensorProto, Uint8Array, number[]][] = [
    ["float", DataType.FLOAT, { floatData: [1.5, -2] }, rawOf(Float32Array.of(1.5, -2)), [1.5, -2]],
    ["double", DataType.DOUBLE, { doubleData: [0.1, -2] }, rawOf(Float64Array.of(0.1, -2)), [0.1, -2]],
    ["int8", DataType.INT8, { int32Data: [-128, 127] }, rawOf(Int8Array.of(-128, 127)), [-128, 127]],
    ["uint8", DataType.UINT8, { int32Data: [0, 255] }, Uint8Array.of(0, 255), [0, 255]],
    ["int16", DataType.INT16, { int32Data: [-300, 300] }, rawOf(Int16Array.of(-300, 300)), [-300, 300]],
    ["uint16", DataType.UINT16, { int32Data: [1, 65535] }, rawOf(Uint16Array.of(1, 65535)), [1, 65535]],
    ["int32", DataType.INT32, { int32Data: [-70000, 5] }, rawOf(Int32Array.of(-70000, 5)), [-70000, 5]],
    [
      "int64",
      DataType.INT64,
      { int64Data: [-1, 2 ** 40] },
      rawOf(BigInt64Array.of(-1n, 2n ** 40n)),
      [-1, 2 ** 40],
    ],
    [
      "uint32",
      DataType.UINT32,
      { uint64Data: [1, 2 ** 32 - 1] },
      rawOf(Uint32Array.of(1, 2 ** 32 - 1)),
      [1, 2 ** 32 - 1],
    ],
    ["bool", DataType.BOOL, { int32Data: [1, 0] }, Uint8Array.of(1, 0), [1, 0]],
    [
      "float16",
      DataType.FLOAT16,
      { int32Data: [0x3c00, 0xc100] },
      rawOf(Uint16Array.of(0x3c00, 0xc100)),
      [1, -2.5],
    ],
    [
      "bfloat16",
      DataType.BFLOAT16,
      { int32Data: [0x3fc0, 0xc000] },
      rawOf(Uint16Array.of(0x3fc0, 0xc000)),
      [1.5, -2],
    ],
    ["int4", 22, { int32Data: [0x78] }, Uint8Array.of(0x78), [-8, 7]],
    ["uint4", 21, { int32Data: [0xf1] }, Uint8Array.of(0xf1), [1, 15]],
  ];
  it.each(cases)("%s", (_, dataType, typed, rawData, expected) => {
    expect(values({ ...typed, dataType, dims: [2] })).toEqual(expected);
    expect(values({ rawData, dataType, dims: [2] })).toEqual(expected);
  });
});

describe("half precision", () => {
  it.each([
    [0x0001, 2 ** -24],
    [0x0400, 2 ** -14],
    [0x7bff, 65504],
    [0x8000, -0],
    [0x7c00, Number.POSITIVE_INFINITY],
    [0xfc00, Number.NEGATIVE_INFINITY],
    [0x7e00, Number.NaN],
  ])("bits %i are %d", (bits, value) => expect(halfToNumber(bits)).toBe(value));
});

describe("a tensor whose parts do not go together is an error that names it", () => {
  const cases: [string, TensorProto, RegExp][] = [
    [
      "too few raw bytes",
      { dataType: 1, dims: [2, 3], rawData: new Uint8Array(20) },
      /tensor w \[2, 3\].*24 bytes.*20/,
    ],
    [
      "too many typed values",
      { dataType: 1, dims: [1], floatData: [1, 2] },
      /needs 1 values, the file holds 2/,
    ],
    ["no data at all", { dataType: 1, dims: [4] }, /needs 4 values, the file holds 0/],
    [
      "dimensions beyond all memory",
      { dataType: 1, dims: [2 ** 31, 2 ** 31], rawData: new Uint8Array(4) },
      /impossible/,
    ],
    [
      "dimensions larger than the data",
      { dataType: 1, dims: [2 ** 40], rawData: new Uint8Array(4) },
      /the file holds 4/,
    ],
    [
      "a negative dimension",
      { dataType: 1, dims: [-1], rawData: new Uint8Array(4) },
      /impossible dimensions \[-1\]/,
    ],
    ["strings", { dataType: DataType.STRING, dims: [1] }, /no numbers \(string\)/],
    ["an unknown element type", { dataType: 99, dims: [1] }, /no numbers \(type 99\)/],
    ["segments", { dataType: 1, dims: [1], floatData: [1], segment: { begin: 0, end: 1 } }, /segments/],
  ];
  it.each(cases)("%s", (_, proto, message) => {
    expect(() => read(proto)).toThrow(
      expect.objectContaining({ code: "SPK-0106", message: expect.stringMatching(message) }),
    );
  });
});
