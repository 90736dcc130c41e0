/**
 * 128-bit vectors: the SIMD instructions that kernels use, and what differs between the widths of a neuron under one set of
 * names. Opcodes: WebAssembly core specification 2.0, "Vector Instructions".
 */
import { doubleBytes } from "./double-instructions.ts";
import { type Bytes, signed, unsigned, type Value } from "./instructions.ts";

function operand(value: Value): Bytes {
  if (typeof value === "number") throw new TypeError("a vector is needed, not a number");
  return value;
}

const simd = (opcode: number): number[] => [0xfd, ...unsigned(opcode)];
const unary =
  (opcode: number) =>
  (a: Value): Bytes => [operand(a), simd(opcode)];
const binary =
  (opcode: number) =>
  (a: Value, b: Value): Bytes => [operand(a), operand(b), simd(opcode)];
const i32 = (value: Value): Bytes => (typeof value === "number" ? constant32(value) : value);
const constant32 = (value: number): Bytes => [0x41, ...signed(value)];
const shift =
  (opcode: number) =>
  (a: Value, bits: number): Bytes => [operand(a), constant32(bits), simd(opcode)];
const load =
  (opcode: number, alignment: number) =>
  (address: Value, offset = 0): Bytes => [i32(address), simd(opcode), alignment, ...unsigned(offset)];

export const loadVector = load(0, 0);
/** Eight signed bytes as sixteen-bit lanes. */
export const loadBytes = load(1, 0);
/** Four signed sixteen-bit numbers as thirty-two-bit lanes. */
export const loadShorts = load(3, 0);
/** Eight bytes, the upper half zero. */
export const loadHalf = load(93, 0);
export const storeVector = (address: Value, value: Value, offset = 0): Bytes => [
  i32(address),
  operand(value),
  simd(11),
  0,
  ...unsigned(offset),
];
export const zeros: Bytes = [simd(12), ...new Array<number>(16).fill(0)];
export const bitsAnd = binary(78);
/** a and not b */
export const bitsAndNot = binary(79);
export const bitsXor = binary(81);
export const bitsOr = binary(80);
export const bitsNot = unary(77);
/** Bits of a where the mask has ones, of b elsewhere. */
export const select = (a: Value, b: Value, mask: Value): Bytes => [
  operand(a),
  operand(b),
  operand(mask),
  simd(82),
];

/** Whether any bit is set. */
export const anyTrue = unary(83);

/** The bytes of two vectors, 0 to 15 of the first and 16 to 31 of the second, in a new order. */
const shuffle = (a: Value, b: Value, order: readonly number[]): Bytes => [
  operand(a),
  operand(b),
  simd(13),
  [...order],
];
/** The upper eight bytes, moved down. */
export const upperHalf = (a: Value): Bytes =>
  shuffle(a, a, [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15]);
/** The lower eight bytes of both. */
export const joinHalves = (low: Value, high: Value): Bytes =>
  shuffle(low, high, [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23]);
/** The lower halves of four lanes of sixty-four bits, as four lanes of thirty-two. */
export const narrowLongs = (low: Value, high: Value): Bytes =>
  shuffle(low, high, [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27]);

/** Two masks of eight neurons as sixteen bits. */
export const bitsOfPair = (low: Value, high: Value): Bytes => [
  operand(low),
  operand(high),
  simd(101),
  simd(100),
];
/** A mask of eight neurons as eight bits. */
export const bitsOf = unary(132);
/** Two masks of four lanes of thirty-two bits as one of eight lanes. */
export const joinMasks = binary(133);

export const widenLow = unary(167);
export const widenHigh = unary(168);
export const widenLowUnsigned = unary(169);
export const widenHighUnsigned = unary(170);

/** Bytes of a lane: whole numbers of sixteen or thirty-two bits, or doubles that hold whole numbers. */
export type LaneBytes = 2 | 4 | 8;

/** Arithmetic on lanes of one width. */
export interface Lanes {
  readonly bytes: LaneBytes;
  readonly perVector: 8 | 4 | 2;
  splat(value: Value): Bytes;
  add(a: Value, b: Value): Bytes;
  sub(a: Value, b: Value): Bytes;
  multiply(a: Value, b: Value): Bytes;
  min(a: Value, b: Value): Bytes;
  max(a: Value, b: Value): Bytes;
  equal(a: Value, b: Value): Bytes;
  greater(a: Value, b: Value): Bytes;
  atLeast(a: Value, b: Value): Bytes;
  /** floor(a / 2^bits), bits less than the width. */
  shiftRight(a: Value, bits: number): Bytes;
  /** a 2^bits */
  shiftLeft(a: Value, bits: number): Bytes;
}

export const lanes16: Lanes = {
  bytes: 2,
  perVector: 8,
  splat: (value) => [i32(value), simd(16)],
  add: binary(142),
  sub: binary(145),
  multiply: binary(149),
  min: binary(150),
  max: binary(152),
  equal: binary(45),
  greater: binary(49),
  atLeast: binary(53),
  shiftRight: shift(140),
  shiftLeft: shift(139),
};
/** a + b, held at the ends of sixteen bits. */
export const addSaturating16 = binary(143);

export const lanes32: Lanes = {
  bytes: 4,
  perVector: 4,
  splat: (value) => [i32(value), simd(17)],
  add: binary(174),
  sub: binary(177),
  multiply: binary(181),
  min: binary(182),
  max: binary(184),
  equal: binary(55),
  greater: binary(59),
  atLeast: binary(63),
  shiftRight: shift(172),
  shiftLeft: shift(171),
};

/** A double in both lanes. */
const bothDoubles = (value: number): Bytes => [simd(12), doubleBytes(value), doubleBytes(value)];

/** Whole numbers in doubles, as the reference interpreter has them: exact below 2^53, and rounded alike beyond. */
export const lanesDouble: Lanes = {
  bytes: 8,
  perVector: 2,
  splat: (value) => (typeof value === "number" ? bothDoubles(value) : [value, simd(20)]),
  add: binary(240),
  sub: binary(241),
  multiply: binary(242),
  min: binary(244),
  max: binary(245),
  equal: binary(71),
  greater: binary(74),
  atLeast: binary(76),
  shiftRight: (a, bits) => doubles.floor(lanesDouble.multiply(a, bothDoubles(2 ** -bits))),
  shiftLeft: (a, bits) => lanesDouble.multiply(a, bothDoubles(2 ** bits)),
};

/** What only doubles have. */
export const doubles = {
  divide: binary(243),
  floor: unary(117),
  truncate: unary(122),
  /** Halves to even. */
  nearest: unary(148),
  absolute: unary(236),
  /** Of the lower two lanes of thirty-two bits. */
  fromLower: unary(254),
  /** As the lower two lanes of thirty-two bits, the upper two zero; cut toward zero. */
  toLower: unary(252),
};

export function lanesOfBytes(bytes: LaneBytes): Lanes {
  if (bytes === 8) return lanesDouble;
  return bytes === 2 ? lanes16 : lanes32;
}

/** Whole numbers of one width as so many more vectors of another. */
export function widened(vectors: readonly Bytes[], from: LaneBytes, to: LaneBytes): readonly Bytes[] {
  if (from === to) return vectors;
  if (from === 2)
    return widened(
      vectors.flatMap((one) => [widenLow(one), widenHigh(one)]),
      4,
      to,
    );
  return vectors.flatMap((one) => [doubles.fromLower(one), doubles.fromLower(upperHalf(one))]);
}

/** Lanes of sixty-four bits, for products of a decay. */
export const lanes64 = {
  /** Products of the lower (higher) two of four lanes of thirty-two bits. */
  multiplyLow: binary(220),
  multiplyHigh: binary(221),
  add: binary(206),
  sub: binary(209),
  shiftRight: shift(204),
  splat: (value: bigint): Bytes => [
    simd(12),
    ...[0, 1].flatMap(() => Array.from({ length: 8 }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn))),
  ],
};
