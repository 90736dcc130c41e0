/** D(v) of the law in lanes: the formulas of ../../decay.ts, eight or four neurons at a time. */
import type { Rounding } from "../../../network/network.ts";
import type { Bytes, Local, Value } from "../instructions.ts";
import { set } from "../instructions.ts";
import { bitsAnd, bitsXor, type Lanes, lanes64, select } from "../vectors.ts";
import type { Kernel } from "./kernel.ts";

/** floor(p / 2^shift), rounded as asked, of two lanes of sixty-four bits. product: a local that may be read again. */
function roundedQuotient(product: Local, shift: number, rounding: Rounding): Bytes {
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

/** x - sign(x), and 0 for 0: a positive lane is -1 where compared, which is added, and a negative one likewise. */
function oneTowardZero(lanes: Lanes, x: Value, zero: Value): Bytes {
  return lanes.sub(lanes.add(x, lanes.greater(x, zero)), lanes.greater(zero, x));
}

function constantDecay(lanes: Lanes, x: Value, amount: Value, towardZero: boolean, zero: Value): Bytes {
  if (!towardZero) return lanes.sub(x, amount);
  const down = lanes.max(zero, lanes.sub(x, amount));
  const up = lanes.min(zero, lanes.add(x, amount));
  return select(down, up, lanes.greater(x, zero));
}

/** Statements that replace `state` by D(state). parameter: multiplier or amount of these neurons. */
export function decayState(kernel: Kernel, lanes: Lanes, state: Local, parameter: Value): Bytes {
  const { decayV } = kernel.layer.lanes.law;
  switch (decayV.kind) {
    case "none":
      return [];
    case "multiply": {
      const [low, high] = [kernel.scope.vector(), kernel.scope.vector()];
      const { shift, rounding } = decayV;
      return [
        set(low, lanes64.multiplyLow(state, parameter)),
        set(high, lanes64.multiplyHigh(state, parameter)),
        set(
          state,
          lanes64.narrow(roundedQuotient(low, shift, rounding), roundedQuotient(high, shift, rounding)),
        ),
      ];
    }
    case "shift": {
      const zero = kernel.constant(lanes, 0);
      // All bits but the sign are gone after width - 1 places.
      const places = Math.min(decayV.shift, 8 * lanes.bytes - 1);
      const decayed = lanes.sub(state, lanes.shiftRight(state, places));
      if (!decayV.tail) return set(state, decayed);
      const before = kernel.scope.vector();
      return [
        set(before, state),
        set(state, decayed),
        set(state, select(oneTowardZero(lanes, before, zero), state, lanes.equal(before, state))),
      ];
    }
    case "constant":
      return set(state, constantDecay(lanes, state, parameter, decayV.towardZero, kernel.constant(lanes, 0)));
  }
}
