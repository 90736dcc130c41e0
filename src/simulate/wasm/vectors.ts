/**
 * 128-bit vectors: the SIMD instructions that kernels use, and what differs between sixteen and thirty-two bits a neuron under
 * one set of names. Opcodes: WebAssembly core specification 2.0, "Vector Instructions".
 */
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
/** Bits of a where the mask has ones, of b elsewhere. */
export const select = (a: Value, b: Value, mask: Value): Bytes => [
  operand(a),
  operand(b),
  operand(mask),
  simd(82),
];

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

/** Arithmetic on lanes of one width. */
export interface Lanes {
  readonly bytes: 2 | 4;
  readonly perVector: 8 | 4;
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
};

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
  /** The lower halves of four lanes of sixty-four bits, as four lanes of thirty-two. */
  narrow: (low: Value, high: Value): Bytes => [
    operand(low),
    operand(high),
    simd(13),
    [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27],
  ],
};
