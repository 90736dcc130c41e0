/**
 * Least squares for weights w that meet rates x in place of exact values y: the change d that makes up best for what they lack,
 *
 *   min over d of  Var[w'(y - x) - d'x] + ridge d'd      d = (Cov[x] + ridge)^-1 Cov[x, y - x] w
 *
 * Statistics of a few hundred samples overstate it. So each half of the samples says what it would change, and the other half by
 * how much of that the error falls: alpha = argmin of the error on the half not fitted to, one number for all rows. Where noise
 * is small, or the statistics are poor, alpha is small (stacking, Wolpert, Neural Networks 5, 1992; its use here is ours).
 */
import { factorize, solve } from "./cholesky.ts";
import type { Lack } from "./lack.ts";

/** Of the mean variance; more where the weights are more than the independent observations. */
const ridgeShare = 0.03;

/** What a block of weights is refit by. */
export interface Refit {
  readonly lack: Lack;
  readonly factor: Float64Array;
}

/** independent: observations that are worth one each. */
export function refitOf(lack: Lack, independent: number): Refit {
  const { size, covariance } = lack.moments;
  const matrix = covariance.slice();
  let variance = 0;
  for (let i = 0; i < size; i++) variance += covariance[i * size + i] / size;
  const ridge = Math.max(Number.EPSILON, ridgeShare * variance * Math.max(1, size / independent));
  for (let i = 0; i < size; i++) matrix[i * size + i] += ridge;
  return { lack, factor: factorize(matrix, size) };
}

/** Cov[x, y - x] w */
function lackedBy({ moments: { size }, covariance }: Lack, weights: Float64Array): Float64Array {
  const lacked = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    const weight = weights[i];
    if (weight !== 0) for (let j = 0; j < size; j++) lacked[j] += weight * covariance[i * size + j];
  }
  return lacked;
}

function product(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** v'A v of a symmetric matrix. */
function quadratic(matrix: Float64Array, v: Float64Array): number {
  const size = v.length;
  let sum = 0;
  for (let i = 0; i < size; i++) {
    let row = 0;
    for (let j = 0; j < i; j++) row += matrix[i * size + j] * v[j];
    sum += v[i] * (2 * row + matrix[i * size + i] * v[i]);
  }
  return sum;
}

/** Error of the rows' currents over the currents, root mean square about their means: Var[w'(y - x)] over Var[w'y]. */
export function currentError(lack: Lack, rows: readonly Float64Array[]): number {
  let [error, current] = [0, 0];
  for (const weights of rows) {
    const exact = quadratic(lack.exact, weights);
    // Var[w'(y - x)] = Var[w'y] - Var[w'x] - 2 Cov[w'(y - x), w'x]
    const met = quadratic(lack.moments.covariance, weights);
    error += exact - met - 2 * product(weights, lackedBy(lack, weights));
    current += exact;
  }
  return current > 0 ? Math.sqrt(Math.max(0, error) / current) : 0;
}

/** The change of one row's weights that makes up best for what they lack. */
export function changeOf({ lack, factor }: Refit, weights: Float64Array): Float64Array {
  return solve(factor, lack.moments.size, lackedBy(lack, weights));
}

/** Share of the changes, 0 to 1, that lowers the error most on the half that they were not fitted to. */
export function confirmedShare(halves: readonly [Refit, Refit], rows: readonly Float64Array[]): number {
  let [gained, spent] = [0, 0];
  for (const weights of rows)
    for (const [fitted, other] of [halves, [halves[1], halves[0]]]) {
      const change = changeOf(fitted, weights);
      gained += product(change, lackedBy(other.lack, weights));
      spent += quadratic(other.lack.moments.covariance, change);
    }
  return spent > 0 ? Math.min(1, Math.max(0, gained / spent)) : 0;
}
