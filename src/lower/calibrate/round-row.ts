/**
 * A whole row of weights as integers: together (round-together.ts), block by block, and what that shifts in the mean goes into
 * the bias, as far as the bias may move.
 */
import { type Lattice, type Rounded, roundAlone, roundTogether } from "./round-together.ts";
import type { Moments } from "./second-moments.ts";

/** One row of weights as integers. */
export interface RoundedRow {
  readonly integers: Float64Array;
  /** What the bias takes over, in steps of an integer. */
  readonly shift: number;
  /** Squared error of the current, in steps, with that bias. */
  readonly error: number;
}

/** Weights of a row that are rounded together. */
export interface Block {
  readonly moments: Moments;
  readonly lattice: Lattice;
}

/** How far the biases of a row's neurons may move, in steps. */
export interface Room {
  readonly low: number;
  readonly high: number;
}

/** By one way of rounding. weights: in steps of an integer. top: the largest integer. */
export function roundBlocks(
  blocks: readonly Block[],
  weights: Float64Array,
  top: number,
  room: Room,
  round: (lattice: Lattice, weights: Float64Array, top: number) => Rounded = roundTogether,
): RoundedRow {
  const integers = new Float64Array(weights.length);
  let error = 0;
  let mean = 0;
  for (const { moments, lattice } of blocks) {
    const own = weights.subarray(moments.first, moments.first + moments.size);
    const rounded = round(lattice, own, top);
    integers.set(rounded.integers, moments.first);
    error += rounded.error;
    for (let i = 0; i < own.length; i++) mean += (own[i] - rounded.integers[i]) * moments.mean[i];
  }
  const shift = Math.min(room.high, Math.max(room.low, mean));
  return { integers, shift, error: error + (mean - shift) ** 2 };
}

/** Together, or alone where that is better: where integers end at `top`, and where the bias cannot take all of the mean. */
export function roundRow(
  blocks: readonly Block[],
  weights: Float64Array,
  top: number,
  room: Room,
): RoundedRow {
  const together = roundBlocks(blocks, weights, top, room);
  const alone = roundBlocks(blocks, weights, top, room, roundAlone);
  return together.error < alone.error ? together : alone;
}
