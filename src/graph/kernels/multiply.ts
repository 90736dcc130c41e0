/**
 * The inner loop under Affine and Conv2d: rows of weights times columns of inputs. Four rows by two columns are
 * accumulated at once, so that eight products share six loads; on V8 that is what makes plain typed arrays fast.
 */

export interface Product {
  /** [rows][length], starting at `weightStart`. */
  readonly weight: Float64Array;
  readonly weightStart: number;
  readonly rows: number;
  readonly length: number;
  /** One value a row, from `biasStart`; null for none. */
  readonly bias: Float64Array | null;
  readonly biasStart: number;
}

/**
 * output[outputStart + row * rowStride + column] = bias[row] + sum over k of weight[row][k] columns[column][k].
 * Sums run in the order of k in float64, so a result does not depend on how rows and columns are blocked.
 */
export function multiply(
  product: Product,
  columns: Float64Array,
  count: number,
  output: Float64Array,
  outputStart: number,
  rowStride: number,
): void {
  const { rows, length } = product;
  const blockedRows = rows - (rows % 4);
  const blockedColumns = count - (count % 2);
  for (let row = 0; row < blockedRows; row += 4) {
    const target = outputStart + row * rowStride;
    for (let column = 0; column < blockedColumns; column += 2) {
      fourByTwo(product, row, columns, column * length, output, target + column, rowStride);
    }
    for (let column = blockedColumns; column < count; column++) {
      fourByOne(product, row, columns, column * length, output, target + column, rowStride);
    }
  }
  for (let row = blockedRows; row < rows; row++) {
    const start = product.weightStart + row * length;
    const bias = product.bias ? product.bias[product.biasStart + row] : 0;
    for (let column = 0; column < count; column++) {
      let sum = bias;
      const from = column * length;
      for (let k = 0; k < length; k++) sum += product.weight[start + k] * columns[from + k];
      output[outputStart + row * rowStride + column] = sum;
    }
  }
}

function fourByTwo(
  product: Product,
  row: number,
  columns: Float64Array,
  from: number,
  output: Float64Array,
  target: number,
  rowStride: number,
): void {
  const { weight, length, bias } = product;
  const row0 = product.weightStart + row * length;
  const row1 = row0 + length;
  const row2 = row1 + length;
  const row3 = row2 + length;
  const next = from + length;
  const first = product.biasStart + row;
  let a0 = bias ? bias[first] : 0;
  let a1 = bias ? bias[first + 1] : 0;
  let a2 = bias ? bias[first + 2] : 0;
  let a3 = bias ? bias[first + 3] : 0;
  let b0 = a0;
  let b1 = a1;
  let b2 = a2;
  let b3 = a3;
  for (let k = 0; k < length; k++) {
    const a = columns[from + k];
    const b = columns[next + k];
    const w0 = weight[row0 + k];
    const w1 = weight[row1 + k];
    const w2 = weight[row2 + k];
    const w3 = weight[row3 + k];
    a0 += w0 * a;
    a1 += w1 * a;
    a2 += w2 * a;
    a3 += w3 * a;
    b0 += w0 * b;
    b1 += w1 * b;
    b2 += w2 * b;
    b3 += w3 * b;
  }
  output[target] = a0;
  output[target + 1] = b0;
  output[target + rowStride] = a1;
  output[target + rowStride + 1] = b1;
  output[target + 2 * rowStride] = a2;
  output[target + 2 * rowStride + 1] = b2;
  output[target + 3 * rowStride] = a3;
  output[target + 3 * rowStride + 1] = b3;
}

function fourByOne(
  product: Product,
  row: number,
  columns: Float64Array,
  from: number,
  output: Float64Array,
  target: number,
  rowStride: number,
): void {
  const { weight, length, bias } = product;
  const row0 = product.weightStart + row * length;
  const row1 = row0 + length;
  const row2 = row1 + length;
  const row3 = row2 + length;
  const first = product.biasStart + row;
  let a0 = bias ? bias[first] : 0;
  let a1 = bias ? bias[first + 1] : 0;
  let a2 = bias ? bias[first + 2] : 0;
  let a3 = bias ? bias[first + 3] : 0;
  for (let k = 0; k < length; k++) {
    const a = columns[from + k];
    a0 += weight[row0 + k] * a;
    a1 += weight[row1 + k] * a;
    a2 += weight[row2 + k] * a;
    a3 += weight[row3 + k] * a;
  }
  output[target] = a0;
  output[target + rowStride] = a1;
  output[target + 2 * rowStride] = a2;
  output[target + 3 * rowStride] = a3;
}
