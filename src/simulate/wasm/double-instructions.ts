/**
 * Scalar doubles as expressions, like those of instructions.ts: a plain number among operands is a constant. Opcodes:
 * WebAssembly core specification 2.0, "Binary Format", Instructions.
 */
import { type Bytes, operand as integer, type Local, unsigned, type Value } from "./instructions.ts";

/** The eight bytes of a double, the lowest first. */
export function doubleBytes(value: number): number[] {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value, true);
  return [...bytes];
}

function operand(value: Value): Bytes {
  return typeof value === "number" ? [0x44, ...doubleBytes(value)] : value;
}

const unary =
  (opcode: number) =>
  (a: Value): Bytes => [operand(a), opcode];
const binary =
  (opcode: number) =>
  (a: Value, b: Value): Bytes => [operand(a), operand(b), opcode];

export const setDouble = (local: Local, value: Value): Bytes => [operand(value), 0x21, local.slice(1)];
export const loadDouble = (address: Value, offset = 0): Bytes => [
  integer(address),
  0x2b,
  3,
  ...unsigned(offset),
];
export const storeDouble = (address: Value, value: Value, offset = 0): Bytes => [
  integer(address),
  operand(value),
  0x39,
  3,
  ...unsigned(offset),
];
/** The double of a whole number of thirty-two bits. */
export const doubleFrom32 = (value: Value): Bytes => [integer(value), 0xb7];

export const double = {
  add: binary(0xa0),
  sub: binary(0xa1),
  multiply: binary(0xa2),
  divide: binary(0xa3),
  min: binary(0xa4),
  max: binary(0xa5),
  less: binary(0x63),
  greater: binary(0x64),
  atLeast: binary(0x66),
  absolute: unary(0x99),
  floor: unary(0x9c),
  truncate: unary(0x9d),
  /** Halves to even. */
  nearest: unary(0x9e),
  /** |a| with the sign of b. */
  withSign: binary(0xa6),
  choose: (condition: Value, whenTrue: Value, whenFalse: Value): Bytes => [
    operand(whenTrue),
    operand(whenFalse),
    integer(condition),
    0x1b,
  ],
};

/**
 * n modulo 2^32, as a typed array of thirty-two bits would hold it: n - floor(n / 2^32) 2^32 is exact for any double.
 * value: may be read twice.
 */
export function double32(value: Value): Bytes {
  const rounds = double.floor(double.multiply(value, 2 ** -32));
  const rest = double.sub(value, double.multiply(rounds, 2 ** 32));
  // i64.trunc_sat_f64_s, i32.wrap_i64
  return [rest, [0xfc, 0x06], 0xa7];
}
