/**
 * Which values that a row of weights meets rise and fall together: their means and covariances over places and samples. An
 * error e of the weights changes the row's current by e'x, which has the mean e'E[x], and the variance e'Cov[x]e about it.
 * Rows too wide for a whole matrix are cut into blocks, between which nothing is known.
 */
import type { Seen } from "./receptive-field.ts";

/** Moments of the weights first .. first + size - 1 of a row. */
export interface Moments {
  readonly first: number;
  readonly size: number;
  readonly mean: Float64Array;
  /** [size][size], symmetric. */
  readonly covariance: Float64Array;
  /** Places looked at. */
  readonly observations: number;
}

/** Sums under way; products only below the diagonal. */
export interface MomentSums {
  readonly first: number;
  readonly size: number;
  readonly sums: Float64Array;
  readonly products: Float64Array;
}

/** Blocks of the same size, but for one weight, for a row of so many weights. widest: weights of a block at most. */
export function emptySums(weights: number, widest: number): MomentSums[] {
  const blocks = Math.ceil(weights / widest);
  return Array.from({ length: blocks }, (_, block) => {
    const first = Math.floor((block * weights) / blocks);
    const size = Math.floor(((block + 1) * weights) / blocks) - first;
    return { first, size, sums: new Float64Array(size), products: new Float64Array(size * size) };
  });
}

/** Adds what was seen at one place to the sums of every block. */
export function addSeen(blocks: readonly MomentSums[], { weights, values, count }: Seen): void {
  let start = 0;
  for (const { first, size, sums, products } of blocks) {
    let end = start;
    while (end < count && weights[end] < first + size) end++;
    for (let i = start; i < end; i++) {
      const value = values[i];
      const row = (weights[i] - first) * size - first;
      sums[weights[i] - first] += value;
      for (let j = start; j <= i; j++) products[row + weights[j]] += value * values[j];
    }
    start = end;
  }
}

/** observations: how often `addSeen` was called, at least once. */
export function momentsOf({ first, size, sums, products }: MomentSums, observations: number): Moments {
  const mean = sums.map((sum) => sum / observations);
  const covariance = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++) {
      const value = products[i * size + j] / observations - mean[i] * mean[j];
      covariance[i * size + j] = value;
      covariance[j * size + i] = value;
    }
  return { first, size, mean, covariance, observations };
}
