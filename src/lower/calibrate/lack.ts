/**
 * What a row of weights lacks: its sources bring the rates x of their spikes where the float network has the exact values y. What
 * rises and falls with x can be made up for by other weights, and this is how it does: Cov[y - x, x], of blocks of weights.
 */
import type { Seen } from "./receptive-field.ts";
import {
  addProducts,
  addSpan,
  emptySums,
  type MomentSums,
  type Moments,
  momentsOf,
  spanOf,
} from "./second-moments.ts";

/** Sums under way, of one block. */
export interface LackSums {
  readonly met: MomentSums;
  readonly exact: MomentSums;
  /** [exact][met] */
  readonly products: Float64Array;
}

export interface Lack {
  /** Of what the weights meet, x. */
  readonly moments: Moments;
  /** Cov[y], [exact][exact]. */
  readonly exact: Float64Array;
  /** E[y - x] */
  readonly missing: Float64Array;
  /** Cov[y - x, x], [exact][met]. */
  readonly covariance: Float64Array;
}

/** As `emptySums` of second-moments.ts. */
export function emptyLack(weights: number, widest: number): LackSums[] {
  const exact = emptySums(weights, widest);
  return emptySums(weights, widest).map((met, block) => ({
    met,
    exact: exact[block],
    products: new Float64Array(met.size * met.size),
  }));
}

/** Adds what one place brings to the sums of every block. */
export function addLack(blocks: readonly LackSums[], met: Seen, exact: Seen): void {
  let [metStart, exactStart] = [0, 0];
  for (const sums of blocks) {
    const [columns, rows] = [spanOf(met, metStart, sums.met), spanOf(exact, exactStart, sums.met)];
    addSpan(sums.met, columns);
    addSpan(sums.exact, rows);
    addProducts(sums.products, sums.met, rows, columns);
    [metStart, exactStart] = [columns.end, rows.end];
  }
}

function added(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value + b[i]);
}

function joinedSums(a: MomentSums, b: MomentSums): MomentSums {
  return { ...a, sums: added(a.sums, b.sums), products: added(a.products, b.products) };
}

/** The sums of both. */
export function joined(a: LackSums, b: LackSums): LackSums {
  return {
    met: joinedSums(a.met, b.met),
    exact: joinedSums(a.exact, b.exact),
    products: added(a.products, b.products),
  };
}

/** observations: how often `addLack` was called, at least once. */
export function lackOf({ met, exact, products }: LackSums, observations: number): Lack {
  const moments = momentsOf(met, observations);
  const ideal = momentsOf(exact, observations);
  const { size, mean } = moments;
  const covariance = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) {
      const at = i * size + j;
      covariance[at] = products[at] / observations - ideal.mean[i] * mean[j] - moments.covariance[at];
    }
  const missing = ideal.mean.map((value, i) => value - mean[i]);
  return { moments, exact: ideal.covariance, missing, covariance };
}
