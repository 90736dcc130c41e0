/**
 * Graph operators acting on a `LinearValue`. Each keeps the value exact: weights are multiplied out, pools move in front of
 * the weights, and the constant map goes through the very same operator.
 */
import { type AvgPool2dNode, type Conv2dNode, type FloatArray, type Shape, sizeOf } from "../graph/graph.ts";
import type { SumPool } from "../network/network.ts";
import { pooledShape } from "../network/shapes.ts";
import { createCarrier } from "../simulate/projection.ts";
import { type Drive, type LinearValue, type Operator, operandShape } from "./linear-form.ts";

/** Why a linear chain has no exact form here; `fold` adds the node and the way out. */
export class NoLinearForm extends Error {}

/** Dense matrices larger than this are not made out of other operators: 128 MiB. */
const largestDense = 2 ** 24;

/** The value at neuron i of `size`, for arrays of one value, one a channel or one a neuron. */
function at(values: ArrayLike<number>, neuron: number, size: number): number {
  return values[Math.floor((neuron * values.length) / size)];
}

/** What an operator makes of a constant map. */
function applyTo(
  constant: Float64Array,
  sourceShape: Shape,
  pools: readonly SumPool[],
  connection: Operator,
  targetShape: Shape,
): Float64Array {
  const result = new Float64Array(sizeOf(targetShape));
  if (constant.every((value) => value === 0)) return result;
  const carrier = createCarrier({ sourceShape, targetShape, pools, connection });
  carrier.carry([...constant.keys()], constant, 0, constant.length, result);
  return result;
}

function addBias(constant: Float64Array, bias: FloatArray | null): Float64Array {
  return bias === null ? constant : constant.map((value, i) => value + at(bias, i, constant.length));
}

/** The same operator with row i of its output multiplied by scale; scale: one value, one a channel or one a neuron. */
function scaleOutput(operator: Operator, scale: ArrayLike<number>, shape: Shape): Operator {
  const size = sizeOf(shape);
  if (operator.kind === "oneToOne") {
    const length = Math.max(operator.weights.length, scale.length);
    const weights = Float64Array.from(
      { length },
      (_, i) => at(operator.weights, i, length) * at(scale, i, length),
    );
    return { kind: "oneToOne", weights };
  }
  const rows = operator.kind === "dense" ? size : shape[0];
  if (scale.length > rows) throw new NoLinearForm("a factor per pixel behind a convolution");
  const rowLength = operator.weights.length / rows;
  const weights = operator.weights.map((w, i) => w * at(scale, Math.floor(i / rowLength), rows));
  return { ...operator, weights };
}

/** y = scale x + shift, per channel. */
export function normalize(
  value: LinearValue,
  scale: ArrayLike<number>,
  shift: ArrayLike<number>,
): LinearValue {
  const size = value.constant.length;
  return {
    shape: value.shape,
    drives: value.drives.map((drive) => ({
      ...drive,
      operator: scaleOutput(drive.operator, scale, value.shape),
    })),
    constant: value.constant.map((c, i) => c * at(scale, i, size) + at(shift, i, size)),
  };
}

/** An operator written out as a matrix [target][operand]. */
function toDense(drive: Drive, targetShape: Shape): Float64Array {
  if (drive.operator.kind === "dense") return drive.operator.weights;
  const shape = operandShape(drive);
  const operands = sizeOf(shape);
  const targets = sizeOf(targetShape);
  if (operands * targets > largestDense)
    throw new NoLinearForm("two weight layers without an activation between");
  const { carry } = createCarrier({ sourceShape: shape, targetShape, pools: [], connection: drive.operator });
  const matrix = new Float64Array(targets * operands);
  const column = new Float64Array(targets);
  for (let operand = 0; operand < operands; operand++) {
    carry([operand], null, 0, 1, column.fill(0));
    for (let target = 0; target < targets; target++) matrix[target * operands + operand] = column[target];
  }
  return matrix;
}

/** weight [targets][operands], of which this value stands at the columns from `start`; `columns` is their total. */
function affineOperator(
  weight: ArrayLike<number>,
  columns: number,
  start: number,
  drive: Drive,
  shape: Shape,
): Operator {
  const targets = weight.length / columns;
  const middle = sizeOf(shape);
  const entry = (target: number, i: number) => weight[target * columns + start + i];
  if (drive.operator.kind === "oneToOne") {
    const { weights } = drive.operator;
    const length = targets * middle;
    return {
      kind: "dense",
      weights: Float64Array.from(
        { length },
        (_, k) => entry(Math.floor(k / middle), k % middle) * at(weights, k % middle, middle),
      ),
    };
  }
  const inner = toDense(drive, shape);
  const operands = inner.length / middle;
  const product = new Float64Array(targets * operands);
  for (let target = 0; target < targets; target++)
    for (let i = 0; i < middle; i++)
      for (let operand = 0; operand < operands; operand++)
        product[target * operands + operand] += entry(target, i) * inner[i * operands + operand];
  return { kind: "dense", weights: product };
}

/** W x + b over joined parts: each part takes its own columns, the results add up. */
export function affine(
  parts: readonly LinearValue[],
  weight: FloatArray,
  bias: FloatArray | null,
): LinearValue {
  const columns = parts.reduce((total, part) => total + part.constant.length, 0);
  const targets = weight.length / columns;
  const shape = [targets];
  const drives: Drive[] = [];
  const constant = new Float64Array(targets);
  let start = 0;
  for (const part of parts) {
    for (const drive of part.drives)
      drives.push({ ...drive, operator: affineOperator(weight, columns, start, drive, part.shape) });
    for (let target = 0; target < targets; target++)
      for (let i = 0; i < part.constant.length; i++)
        constant[target] += weight[target * columns + start + i] * part.constant[i];
    start += part.constant.length;
  }
  return { shape, drives, constant: addBias(constant, bias) };
}

/** The kernels of `node` for `channels` input channels from `start` on: all of them where there is one part. */
function kernelSlice(node: Conv2dNode, start: number, channels: number, joined: boolean): Float64Array {
  const [outputs, groupInputs, height, width] = node.weight.shape;
  if (!joined) return Float64Array.from(node.weight.data);
  if (node.groups !== 1) throw new NoLinearForm("a grouped convolution over a Concat");
  const taps = height * width;
  const slice = new Float64Array(outputs * channels * taps);
  for (let output = 0; output < outputs; output++)
    for (let i = 0; i < channels * taps; i++)
      slice[output * channels * taps + i] = node.weight.data[(output * groupInputs + start) * taps + i];
  return slice;
}

/** Kernels [out][in][1][1] after kernels [in][source][y][x]: one convolution with the first one's taps. */
function composePointwise(
  first: Operator & { kind: "convolution" },
  outer: Float64Array,
  middle: number,
): Float64Array {
  const outputs = outer.length / middle;
  const rowLength = first.weights.length / middle;
  const weights = new Float64Array(outputs * rowLength);
  for (let output = 0; output < outputs; output++)
    for (let m = 0; m < middle; m++)
      for (let i = 0; i < rowLength; i++)
        weights[output * rowLength + i] += outer[output * middle + m] * first.weights[m * rowLength + i];
  return weights;
}

function convolutionOperator(
  node: Conv2dNode,
  kernels: Float64Array,
  drive: Drive,
  channels: number,
): Operator {
  const kernel = [node.weight.shape[2], node.weight.shape[3]] as const;
  const { stride, padding, dilation, groups } = node;
  const { operator } = drive;
  if (operator.kind === "oneToOne") {
    if (operator.weights.length > channels)
      throw new NoLinearForm("a factor per pixel in front of a convolution");
    const taps = kernel[0] * kernel[1];
    const groupInputs = channels / groups;
    const groupOutputs = node.weight.shape[0] / groups;
    const weights = kernels.map((w, i) => {
      const output = Math.floor(i / (groupInputs * taps));
      const channel = Math.floor(output / groupOutputs) * groupInputs + (Math.floor(i / taps) % groupInputs);
      return w * at(operator.weights, channel, channels);
    });
    return { kind: "convolution", weights, kernel, stride, padding, dilation, groups };
  }
  const pointwise = kernel[0] === 1 && kernel[1] === 1 && groups === 1 && padding.every((p) => p === 0);
  if (operator.kind !== "convolution" || operator.groups !== 1 || !pointwise)
    throw new NoLinearForm("two convolutions without an activation between");
  return {
    ...operator,
    weights: composePointwise(operator, kernels, channels),
    stride: [operator.stride[0] * stride[0], operator.stride[1] * stride[1]],
  };
}

/** Convolution over joined parts: each part takes the kernels of its own channels, the results add up. */
export function convolve(parts: readonly LinearValue[], node: Conv2dNode): LinearValue {
  const drives: Drive[] = [];
  let constant = new Float64Array(sizeOf(node.shape));
  let start = 0;
  for (const part of parts) {
    const channels = part.shape[0];
    const kernels = kernelSlice(node, start, channels, parts.length > 1);
    for (const drive of part.drives)
      drives.push({ ...drive, operator: convolutionOperator(node, kernels, drive, channels) });
    const { stride, padding, dilation, groups } = node;
    const kernel = [node.weight.shape[2], node.weight.shape[3]] as const;
    const operator: Operator = {
      kind: "convolution",
      weights: kernels,
      kernel,
      stride,
      padding,
      dilation,
      groups,
    };
    const through = applyTo(part.constant, part.shape, [], operator, node.shape);
    constant = constant.map((value, i) => value + through[i]);
    start += channels;
  }
  return { shape: node.shape, drives, constant: addBias(constant, node.bias) };
}

/** Convolution, then the sum of a window: one convolution whose kernel is the first one's, laid over the window. */
function composePool(operator: Operator & { kind: "convolution" }, pool: SumPool): Operator {
  const [height, width] = operator.kernel;
  const [strideY, strideX] = operator.stride;
  if (operator.dilation.some((d) => d !== 1) || pool.padding.some((p) => p !== 0))
    throw new NoLinearForm("a padded pool behind a convolution without an activation between");
  const kernel = [height + (pool.kernel[0] - 1) * strideY, width + (pool.kernel[1] - 1) * strideX] as const;
  const maps = operator.weights.length / (height * width);
  const weights = new Float64Array(maps * kernel[0] * kernel[1]);
  for (let map = 0; map < maps; map++)
    for (let py = 0; py < pool.kernel[0]; py++)
      for (let px = 0; px < pool.kernel[1]; px++)
        for (let y = 0; y < height; y++)
          for (let x = 0; x < width; x++)
            weights[(map * kernel[0] + y + py * strideY) * kernel[1] + x + px * strideX] +=
              operator.weights[(map * height + y) * width + x];
  return { ...operator, weights, kernel, stride: [strideY * pool.stride[0], strideX * pool.stride[1]] };
}

/** Average pooling: the spikes of the window are summed and 1 / window goes into the weights: exact. */
export function averagePool(value: LinearValue, node: AvgPool2dNode): LinearValue {
  if (!node.countPadding && node.padding.some((p) => p !== 0))
    throw new NoLinearForm("an average pool whose divisor differs at the border (count_include_pad = 0)");
  const summed = sumPool(value, { kernel: node.kernel, stride: node.stride, padding: node.padding });
  return normalize(summed, [1 / (node.kernel[0] * node.kernel[1])], [0]);
}

/** The sums of a window: in front of weights of one value a channel, or as one larger convolution. */
export function sumPool(value: LinearValue, pool: SumPool): LinearValue {
  const shape = pooledShape(value.shape, pool);
  const pooledDrive = (drive: Drive): Drive => {
    const { operator } = drive;
    if (operator.kind === "oneToOne" && operator.weights.length <= value.shape[0])
      return { ...drive, pools: [...drive.pools, pool] };
    if (operator.kind === "convolution") return { ...drive, operator: composePool(operator, pool) };
    throw new NoLinearForm("a pool behind a fully connected layer");
  };
  const one: Operator = { kind: "oneToOne", weights: new Float64Array([1]) };
  return {
    shape,
    drives: value.drives.map(pooledDrive),
    constant: applyTo(value.constant, value.shape, [pool], one, shape),
  };
}

/** Element-wise sum. Drives of flat and shaped values meet here: the shape of a convolution's output decides. */
export function add(values: readonly LinearValue[]): LinearValue {
  const shaped = values.find(({ drives }) => drives.some(({ operator }) => operator.kind === "convolution"));
  const { shape } = shaped ?? values[0];
  const size = sizeOf(shape);
  for (const value of values) {
    const convolved = value.drives.some(({ operator }) => operator.kind === "convolution");
    if (value.constant.length !== size || (convolved && `${value.shape}` !== `${shape}`))
      throw new NoLinearForm("a sum of values of different shapes");
  }
  return {
    shape,
    drives: values.flatMap(({ drives }) => drives),
    constant: values.reduce((sum, value) => sum.map((c, i) => c + value.constant[i]), new Float64Array(size)),
  };
}
