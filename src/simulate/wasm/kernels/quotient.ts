/** Quotients of whole numbers in lanes: rounded divisions by powers of two, and how often one number holds another. */
import type { Rounding } from "../../../network/network.ts";
import { type Bytes, type Local, set } from "../instructions.ts";
import type { Scope } from "../module.ts";
import {
  bitsAnd,
  bitsAndNot,
  bitsOr,
  bitsXor,
  doubles,
  joinHalves,
  type Lanes,
  lanes64,
  lanesDouble,
  narrowLongs,
  upperHalf,
} from "../vectors.ts";

/** product / 2^shift, rounded as asked, in two lanes of sixty-four bits. */
function roundLongs(product: Local, shift: number, rounding: Rounding): Bytes {
  if (shift === 0) return product;
  const half = lanes64.splat(1n << BigInt(shift - 1));
  const sign = lanes64.shiftRight(product, 63);
  switch (rounding) {
    case "floor":
      return lanes64.shiftRight(product, shift);
    case "trunc0": {
      // A negative product is pushed up by less than one unit.
      const push = bitsAnd(sign, lanes64.splat((1n << BigInt(shift)) - 1n));
      return lanes64.shiftRight(lanes64.add(product, push), shift);
    }
    case "halfAway": {
      // |p| is rounded half up, and takes its sign back: (x ^ s) - s with s = 0 or -1.
      const absolute = lanes64.sub(bitsXor(product, sign), sign);
      const quotient = lanes64.shiftRight(lanes64.add(absolute, half), shift);
      return lanes64.sub(bitsXor(quotient, sign), sign);
    }
    case "halfEven": {
      // Half is added less one, and plus one again where the whole part is odd.
      const odd = bitsAnd(lanes64.shiftRight(product, shift), lanes64.splat(1n));
      const nearly = lanes64.sub(half, lanes64.splat(1n));
      return lanes64.shiftRight(lanes64.add(lanes64.add(product, nearly), odd), shift);
    }
  }
}

/** a factor / 2^shift, rounded as asked; a, factor: four lanes of thirty-two bits. */
export function scaledIntegers(
  scope: Scope,
  [a, factor]: readonly [Bytes, Bytes],
  shift: number,
  rounding: Rounding,
): { readonly before: Bytes; readonly result: Bytes } {
  const [low, high] = [scope.vector(), scope.vector()];
  return {
    before: [set(low, lanes64.multiplyLow(a, factor)), set(high, lanes64.multiplyHigh(a, factor))],
    result: narrowLongs(roundLongs(low, shift, rounding), roundLongs(high, shift, rounding)),
  };
}

/** quotient rounded to a whole number. quotient: a local, since it may be read again. */
export function roundDoubles(quotient: Local, rounding: Rounding): Bytes {
  switch (rounding) {
    case "floor":
      return doubles.floor(quotient);
    case "trunc0":
      return doubles.truncate(quotient);
    case "halfEven":
      return doubles.nearest(quotient);
    case "halfAway": {
      // |q| cut, and one more where half or more is cut off; the sign comes back as a bit.
      const signBit = lanesDouble.splat(-0);
      const whole = doubles.floor(doubles.absolute(quotient));
      const rest = lanesDouble.sub(doubles.absolute(quotient), whole);
      const more = bitsAnd(lanesDouble.atLeast(rest, lanesDouble.splat(0.5)), lanesDouble.splat(1));
      return bitsOr(bitsAndNot(lanesDouble.add(whole, more), signBit), bitsAnd(quotient, signBit));
    }
  }
}

/** floor(a / b) of positive numbers. Quotients of thirty-two bits are exact in doubles. */
export function holds(lanes: Lanes, a: Bytes, b: Bytes): Bytes {
  if (lanes.bytes === 8) return doubles.floor(doubles.divide(a, b));
  const half = (part: (all: Bytes) => Bytes) =>
    doubles.toLower(doubles.divide(doubles.fromLower(part(a)), doubles.fromLower(part(b))));
  return joinHalves(
    half((all) => all),
    half(upperHalf),
  );
}
