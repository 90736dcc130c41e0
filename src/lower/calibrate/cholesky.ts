/** Symmetric, positive definite matrices as L L' (Cholesky), and the equations that they solve. All [size][size], row by row. */

/** Lower triangular L with L L' = matrix, in its place. Only what lies below the diagonal is read. */
export function factorize(matrix: Float64Array, size: number): Float64Array {
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * size + j];
      for (let k = 0; k < j; k++) sum -= matrix[i * size + k] * matrix[j * size + k];
      matrix[i * size + j] = i === j ? Math.sqrt(Math.max(sum, Number.EPSILON)) : sum / matrix[j * size + j];
    }
  return matrix;
}

/** The x with L L' x = right, in the place of `right`. */
export function solve(factor: Float64Array, size: number, right: Float64Array): Float64Array {
  for (let i = 0; i < size; i++) {
    let sum = right[i];
    for (let k = 0; k < i; k++) sum -= factor[i * size + k] * right[k];
    right[i] = sum / factor[i * size + i];
  }
  for (let i = size - 1; i >= 0; i--) {
    right[i] /= factor[i * size + i];
    for (let k = 0; k < i; k++) right[k] -= factor[i * size + k] * right[i];
  }
  return right;
}
