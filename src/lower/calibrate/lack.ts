/**
 * What a row of weights lacks: its sources bring the rates x of their spikes where the float network has the exact values y. What
 * rises and falls with x can be made up for by other weights, and this is how it does: Cov[y - x, x], of blocks of weights.
 */
import type { Seen } from "./receptive-field.ts";
import { addSeen, emptySums, type MomentSums, type Moments, momentsOf } from "./second-moments.ts";

/** Sums under way, of one block. */
export interface LackSums {
  readonly met: MomentSums;
  readonly exact: Float64Array;
  /** [exact][met] */
  readonly products: Float64Array;
}

export interface Lack {
  /** Of what the weights meet, x. */
  readonly moments: Moments;
  /** E[y - x] */
  readonly missing: Float64Array;
  /** Cov[y - x, x], [exact][met]. */
  readonly covariance: Float64Array;
}

/** As `emptySums` of second-moments.ts. */
export function emptyLack(weights: number, widest: number): LackSums[] {
  return emptySums(weights, widest).map((met) => ({
    met,
    exact: new Float64Array(met.size),
    products: new Float64Array(met.size * met.size),
  }));
}

/** Where the weights of a block begin and end in `seen`, from `start` on. */
function endOf({ weights, count }: Seen, start: number, last: number): number {
  let end = start;
  while (end < count && weights[end] < last) end++;
  return end;
}

/** Adds what one place brings to the sums of every block. */
export function addLack(blocks: readonly LackSums[], met: Seen, exact: Seen): void {
  addSeen(
    blocks.map((block) => block.met),
    met,
  );
  let [metStart, exactStart] = [0, 0];
  for (const { met: sums, exact: exactSums, products } of blocks) {
    const { first, size } = sums;
    const metEnd = endOf(met, metStart, first + size);
    const exactEnd = endOf(exact, exactStart, first + size);
    for (let i = exactStart; i < exactEnd; i++) {
      const value = exact.values[i];
      const row = (exact.weights[i] - first) * size - first;
      exactSums[exact.weights[i] - first] += value;
      for (let j = metStart; j < metEnd; j++) products[row + met.weights[j]] += value * met.values[j];
    }
    [metStart, exactStart] = [metEnd, exactEnd];
  }
}

function added(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value + b[i]);
}

/** The sums of both. */
export function joined(a: LackSums, b: LackSums): LackSums {
  const met = {
    ...a.met,
    sums: added(a.met.sums, b.met.sums),
    products: added(a.met.products, b.met.products),
  };
  return { met, exact: added(a.exact, b.exact), products: added(a.products, b.products) };
}

/** observations: how often `addLack` was called, at least once. */
export function lackOf({ met, exact, products }: LackSums, observations: number): Lack {
  const moments = momentsOf(met, observations);
  const { size, mean } = moments;
  const covariance = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) {
      const at = i * size + j;
      covariance[at] = (products[at] - exact[i] * mean[j]) / observations - moments.covariance[at];
    }
  return { moments, missing: exact.map((sum, i) => sum / observations - mean[i]), covariance };
}
