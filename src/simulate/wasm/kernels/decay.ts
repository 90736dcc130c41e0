/** D(x) of the law in lanes: the formulas of ../../decay.ts, several neurons at a time. */
import type { Decay, Rounding } from "../../../network/network.ts";
import { type Bytes, type Local, set, type Value } from "../instructions.ts";
import { bitsAnd, type Lanes, lanesDouble, select } from "../vectors.ts";
import type { Kernel } from "./kernel.ts";
import { roundDoubles, scaledIntegers } from "./quotient.ts";

type Multiply = Decay & { readonly kind: "multiply" };
type Shift = Decay & { readonly kind: "shift" };

/** round(x factor / 2^shift). before: statements that come first. */
function scaled(
  { scope }: Kernel,
  lanes: Lanes,
  [x, factor]: readonly [Local, Bytes],
  shift: number,
  rounding: Rounding,
): { readonly before: Bytes; readonly result: Bytes } {
  if (lanes.bytes !== 8) return scaledIntegers(scope, [x, factor], shift, rounding);
  const quotient = scope.vector();
  const product = lanesDouble.multiply(x, factor);
  const before = set(quotient, lanesDouble.multiply(product, lanesDouble.splat(2 ** -shift)));
  return { before, result: roundDoubles(quotient, rounding) };
}

/** x = round(x multiplier / 2^shift) */
function multiplyDecay(kernel: Kernel, lanes: Lanes, x: Local, decay: Multiply, multiplier: Bytes): Bytes {
  const { before, result } = scaled(kernel, lanes, [x, multiplier], decay.shift, decay.rounding);
  return [before, set(x, result)];
}

/** x - sign(x), and 0 for 0. */
function oneTowardZero(kernel: Kernel, lanes: Lanes, x: Local): Bytes {
  const [zero, one] = [kernel.constant(lanes, 0), kernel.constant(lanes, 1)];
  const down = bitsAnd(lanes.greater(x, zero), one);
  const up = bitsAnd(lanes.greater(zero, x), one);
  return lanes.add(lanes.sub(x, down), up);
}

/** floor(x / 2^shift), or of each neuron's own shift: x 2^(shift - own) / 2^shift. */
function shifted(kernel: Kernel, lanes: Lanes, x: Local, { shift, shifts }: Shift, factor: Bytes) {
  if (shifts !== undefined) return scaled(kernel, lanes, [x, factor], shift, "floor");
  // All bits but the sign are gone after width - 1 places.
  const places = lanes.bytes === 8 ? shift : Math.min(shift, 8 * lanes.bytes - 1);
  return { before: [], result: lanes.shiftRight(x, places) };
}

/** x = x - floor(x / 2^shift); with tail, one toward zero where that changes nothing. */
function shiftDecay(kernel: Kernel, lanes: Lanes, x: Local, decay: Shift, factor: Bytes): Bytes {
  const { before, result } = shifted(kernel, lanes, x, decay, factor);
  if (!decay.tail) return [before, set(x, lanes.sub(x, result))];
  const still = kernel.scope.vector();
  return [
    before,
    set(still, x),
    set(x, lanes.sub(x, result)),
    set(x, select(oneTowardZero(kernel, lanes, still), x, lanes.equal(still, x))),
  ];
}

/** x = x - amount; towardZero: |x| falls by amount and stops at 0. */
function constantDecay(kernel: Kernel, lanes: Lanes, x: Local, amount: Bytes, towardZero: boolean): Bytes {
  if (!towardZero) return set(x, lanes.sub(x, amount));
  const zero = kernel.constant(lanes, 0);
  const down = lanes.max(zero, lanes.sub(x, amount));
  const up = lanes.min(zero, lanes.add(x, amount));
  return set(x, select(down, up, lanes.greater(x, zero)));
}

/** Statements that replace `state` by D(state). parameter: multiplier or amount of these neurons. */
export function decayState(
  kernel: Kernel,
  lanes: Lanes,
  state: Local,
  decay: Decay,
  parameter: Value,
): Bytes {
  switch (decay.kind) {
    case "none":
      return [];
    case "multiply":
      return multiplyDecay(kernel, lanes, state, decay, parameter as Bytes);
    case "shift":
      return shiftDecay(kernel, lanes, state, decay, parameter as Bytes);
    case "constant":
      return constantDecay(kernel, lanes, state, parameter as Bytes, decay.towardZero);
  }
}
