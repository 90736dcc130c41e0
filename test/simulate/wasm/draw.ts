/** Draws for random networks: numbers, picks, arrays, and parameters of one value, one a channel, or one a neuron. */
import fc from "fast-check";
import { type Shape, sizeOf } from "../../../src/network/network.ts";

/** A whole number from low to high, both included. */
export type Draw = (low: number, high: number) => number;

export function pick<Item>(draw: Draw, items: readonly Item[]): Item {
  return items[draw(0, items.length - 1)];
}

export function integers(draw: Draw, length: number, low: number, high: number): Int32Array {
  // Few draws, many numbers: a long array need not shrink number by number.
  let state = draw(1, 2 ** 31 - 1);
  return Int32Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return low + Math.floor((state / 2 ** 32) * (high - low + 1));
  });
}

export function parameter(draw: Draw, shape: Shape, low: number, high: number): Int32Array {
  return integers(draw, pick(draw, [1, 1, shape[0], sizeOf(shape)]), low, high);
}

export const draws: fc.Arbitrary<Draw> = fc
  .gen()
  .map((generate) => (low: number, high: number) => generate(fc.integer, { min: low, max: high }));
