/**
 * WASM instructions as expressions: what a kernel writes reads like the formula that it computes. An expression is its bytes,
 * in nested lists; operands come before their operator, as the stack machine wants them. A plain number among operands is
 * a constant. Opcodes: WebAssembly core specification 2.0, "Binary Format", Instructions.
 */

export interface Bytes extends ReadonlyArray<number | Bytes> {}
/** An operand: an i32 constant, or an expression. */
export type Value = number | Bytes;
/** Used as an expression, a local reads itself. */
export type Local = Bytes & { readonly local: true };

/** LEB128 of an unsigned number below 2^32. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value >>> 0;
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  return [...bytes, rest];
}

/** LEB128 of a signed 32-bit number. */
export function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value | 0;
  while (rest < -64 || rest > 63) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>= 7;
  }
  return [...bytes, rest & 0x7f];
}

export function operand(value: Value): Bytes {
  return typeof value === "number" ? [0x41, ...signed(value)] : value;
}

const unary =
  (opcode: number) =>
  (a: Value): Bytes => [operand(a), opcode];
const binary =
  (opcode: number) =>
  (a: Value, b: Value): Bytes => [operand(a), operand(b), opcode];
const load =
  (opcode: number, alignment: number) =>
  (address: Value, offset = 0): Bytes => [operand(address), opcode, alignment, ...unsigned(offset)];
const store =
  (opcode: number, alignment: number) =>
  (address: Value, value: Value, offset = 0): Bytes => [
    operand(address),
    operand(value),
    opcode,
    alignment,
    ...unsigned(offset),
  ];

// Locals
export const localOf = (index: number): Local =>
  Object.assign([0x20, ...unsigned(index)], { local: true as const });
export const set = (local: Local, value: Value): Bytes => [operand(value), 0x21, local.slice(1)];

// i32
export const below = binary(0x49);
export const above = binary(0x4b);
export const trailingZeros = unary(0x68);
export const populationCount = unary(0x69);
export const add = (a: Value, b: Value): Bytes => (b === 0 ? operand(a) : [operand(a), operand(b), 0x6a]);
export const sub = binary(0x6b);
export const multiply = binary(0x6c);
export const divide = binary(0x6d);
export const and = binary(0x71);
export const or = binary(0x72);
export const shiftLeft = binary(0x74);
export const shiftRight = binary(0x76);
export const load32 = load(0x28, 2);
export const load16 = load(0x2e, 1);
export const load16Unsigned = load(0x2f, 1);
export const store32 = store(0x36, 2);
export const store16 = store(0x3b, 1);

/** a * factor, by a shift where the factor is a power of two. */
export function times(a: Value, factor: number): Bytes {
  if (factor === 1) return operand(a);
  const shift = Math.log2(factor);
  return Number.isInteger(shift) ? shiftLeft(a, shift) : multiply(a, factor);
}

/** whenTrue where the condition is not 0, else whenFalse. */
export const choose = (condition: Value, whenTrue: Value, whenFalse: Value): Bytes => [
  operand(whenTrue),
  operand(whenFalse),
  operand(condition),
  0x1b,
];

export const equals = binary(0x46);
export const atLeast = binary(0x4f);
/** A function of the module by its number among those of `encodeModule`. */
export const call = (index: number, ...parameters: Value[]): Bytes => [
  parameters.map(operand),
  0x10,
  ...unsigned(index),
];

// Control
export const when = (condition: Value, ...body: Bytes[]): Bytes => [
  operand(condition),
  [0x04, 0x40],
  body,
  0x0b,
];
/** The body once, and again while the condition holds. */
export const repeatWhile = (condition: Value, ...body: Bytes[]): Bytes => [
  [0x03, 0x40],
  body,
  operand(condition),
  [0x0d, 0x00, 0x0b],
];
export const loopWhile = (condition: Value, ...body: Bytes[]): Bytes =>
  when(condition, repeatWhile(condition, ...body));
/** counter = from, from + step .. below `to`; at least once. */
export const count = (counter: Local, from: Value, to: Value, step: number, ...body: Bytes[]): Bytes => [
  set(counter, from),
  repeatWhile(below(counter, to), ...body, set(counter, add(counter, step))),
];
