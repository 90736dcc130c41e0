/**
 * Integer arithmetic of the chip on plain numbers. Products reach 2^35, so shifts are divisions by powers of two: exact
 * below 2^53, where the operators of 32 bits would cut off.
 */

/** x 2^exponent, rounded toward minus infinity where the exponent is negative: an arithmetic shift. */
export function shift(x: number, exponent: number): number {
  return Math.floor(x * 2 ** exponent);
}

/** x / 2^bits, rounded toward zero. */
export function shiftTowardZero(x: number, bits: number): number {
  return Math.trunc(x / 2 ** bits);
}

/** What is left of x in `bits` bits of two's complement. */
export function wrap(x: number, bits: number): number {
  const span = 2 ** bits;
  const low = -span / 2;
  return x - Math.floor((x - low) / span) * span;
}

export function clamp(x: number, low: number, high: number): number {
  return x < low ? low : x > high ? high : x;
}
