/**
 * Which values that a row of weights meets rise and fall together: their means and covariances over places and samples. An
 * error e of the weights changes the row's current by e'x, which has the mean e'E[x], and the variance e'Cov[x]e about it.
 * Rows too wide for a whole matrix are cut into blocks, between which nothing is known.
 */
import type { Seen } from "./receptive-field.ts";

/** Weights first .. first + size - 1 of a row. */
export interface WeightBlock {
  readonly first: number;
  readonly size: number;
}

export interface Moments extends WeightBlock {
  readonly mean: Float64Array;
  /** [size][size], symmetric. */
  readonly covariance: Float64Array;
  /** Places looked at. */
  readonly observations: number;
}

/** Sums under way; of the products, those on and below the diagonal are whole. */
export interface MomentSums extends WeightBlock {
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

/** Entries start .. end - 1 of what was seen: those that one block of weights meets. */
export interface Span {
  readonly seen: Seen;
  readonly start: number;
  readonly end: number;
}

/** The entries from `start` on that the weights of a block meet. */
export function spanOf(seen: Seen, start: number, { first, size }: WeightBlock): Span {
  let end = start;
  while (end < seen.count && seen.weights[end] < first + size) end++;
  return { seen, start, end };
}

/**
 * products[row][column] += value of the row * value of the column, for all rows and columns of a block. Two rows at a time: what a
 * column is, is looked up once for both, which takes half the time.
 */
export function addProducts(
  products: Float64Array,
  { first, size }: WeightBlock,
  rows: Span,
  columns: Span,
): void {
  const { weights, values } = columns.seen;
  const { start, end } = columns;
  const rowAt = (i: number) => (rows.seen.weights[i] - first) * size - first;
  let i = rows.start;
  for (; i + 1 < rows.end; i += 2) {
    const [even, odd] = [rows.seen.values[i], rows.seen.values[i + 1]];
    const [evenRow, oddRow] = [rowAt(i), rowAt(i + 1)];
    for (let j = start; j < end; j++) {
      const column = weights[j];
      const value = values[j];
      products[evenRow + column] += even * value;
      products[oddRow + column] += odd * value;
    }
  }
  if (i === rows.end) return;
  const value = rows.seen.values[i];
  const row = rowAt(i);
  for (let j = start; j < end; j++) products[row + weights[j]] += value * values[j];
}

/** Adds what the weights of one block meet at one place: two rows at a time, up to the diagonal. */
export function addSpan(block: MomentSums, met: Span): void {
  const { first, sums, products } = block;
  const { seen } = met;
  for (let i = met.start; i < met.end; i++) sums[seen.weights[i] - first] += seen.values[i];
  for (let i = met.start; i < met.end; i += 2) {
    const end = Math.min(i + 2, met.end);
    addProducts(products, block, { seen, start: i, end }, { seen, start: met.start, end });
  }
}

/** Adds what was seen at one place to the sums of every block. */
export function addSeen(blocks: readonly MomentSums[], seen: Seen): void {
  let start = 0;
  for (const sums of blocks) {
    const met = spanOf(seen, start, sums);
    addSpan(sums, met);
    start = met.end;
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
