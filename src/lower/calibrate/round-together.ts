/**
 * The weights of a row become integers together: what rounding one of them changes in the row's current, others that meet
 * correlated values take back. Wanted are integers q near the weights w with the least (w - q)' A (w - q), A = Cov[x]: the
 * closest point of a lattice. Babai's nearest plane (Combinatorica 6, 1986) finds a near one with A = L L': from the last weight
 * to the first,
 *
 *   q_i = round(w_i + sum over k > i of L_ki (w_k - q_k) / L_ii),    error = sum over i of (L_ii (w_i - q_i) + sum ...)^2
 *
 * which is what GPTQ does to language models (Frantar et al., ICLR 2023).
 */
import { factorize } from "./cholesky.ts";
import type { Moments } from "./second-moments.ts";

/** A metric of rounding errors. */
export interface Lattice {
  readonly size: number;
  /** Position i holds weight order[i]; those that meet the most variable values are the last, and free to be rounded first. */
  readonly order: Int32Array;
  /** Lower triangular L of the metric in that order, [size][size]. */
  readonly factor: Float64Array;
}

/** Correlations count as n / (n + share * size) of what n observations say: few of them say much by chance. */
const shrinkage = 0.5;
/** Added to each variance, as a share of the mean variance: weights whose values never varied stay near themselves. */
const damping = 0.01;

/** independent: observations that are worth one each; those of neighbours in a map say much the same. */
export function latticeOf({ size, covariance }: Moments, independent: number): Lattice {
  const variance = Float64Array.from({ length: size }, (_, i) => Math.max(0, covariance[i * size + i]));
  const added = (damping * variance.reduce((sum, value) => sum + value, 0)) / size || 1;
  const trust = independent / (independent + shrinkage * size);
  const order = Int32Array.from(variance.keys()).sort((a, b) => variance[a] - variance[b] || a - b);
  const metric = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) metric[i * size + j] = trust * covariance[order[i] * size + order[j]];
    metric[i * size + i] = variance[order[i]] + added;
  }
  return { size, order, factor: factorize(metric, size) };
}

/** Rounded weights and (w - q)' A (w - q). */
export interface Rounded {
  readonly integers: Float64Array;
  readonly error: number;
}

/** Goes through the lattice plane by plane. choose: the integer of a weight that now wants to be `wanted`. */
function walk(
  { size, order, factor }: Lattice,
  weights: Float64Array,
  choose: (weight: number, wanted: number) => number,
): Rounded {
  const integers = new Float64Array(size);
  const carried = new Float64Array(size);
  let error = 0;
  for (let i = size - 1; i >= 0; i--) {
    const row = i * size;
    const weight = weights[order[i]];
    const integer = choose(weight, weight + carried[i] / factor[row + i]);
    const left = weight - integer;
    const plane = factor[row + i] * left + carried[i];
    integers[order[i]] = integer;
    error += plane * plane;
    for (let j = 0; j < i; j++) carried[j] += factor[row + j] * left;
  }
  return { integers, error };
}

/**
 * weights: in steps of one integer, of one row. top: the largest integer. A weight of 0 is no synapse and stays 0.
 */
export function roundTogether(lattice: Lattice, weights: Float64Array, top: number): Rounded {
  const within = (value: number) => Math.min(top, Math.max(-top, Math.round(value)));
  return walk(lattice, weights, (weight, wanted) => (weight === 0 ? 0 : within(wanted)));
}

/** Every weight rounded by itself, and what that costs in the metric. */
export function roundAlone(lattice: Lattice, weights: Float64Array, top: number): Rounded {
  return walk(lattice, weights, (weight) => Math.min(top, Math.max(-top, Math.round(weight))));
}
