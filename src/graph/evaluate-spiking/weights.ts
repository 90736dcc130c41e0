/**
 * Linear, Affine, Conv1d and Conv2d in float32, spike by spike: only inputs that are not zero are spread, which is exact,
 * since adding zero changes nothing.
 *
 * The order of a sum shows in its last bit, and that in a spike now and then. A dense sum runs over the inputs in ascending
 * order; that of a convolution over the rows of the kernel, then its columns, then the channels, as in oneDNN, which
 * computes PyTorch's convolutions on CPUs. The bias comes last. A product enters its sum unrounded, as CPUs with fused
 * multiply-add have it: it is exact in JavaScript's doubles, and what is stored is rounded once to float32.
 */
import type { FloatArray, Tensor } from "../graph.ts";
import type { Conv1dNode, LinearNode, SpikingAffine, SpikingConv2d } from "../spiking-operations.ts";
import { paddingAlong, paddingOf } from "../spiking-shapes.ts";
import { type Stepper, stateless } from "./stepper.ts";

/** y = W x + b. */
export function compileDense(node: LinearNode | SpikingAffine): Stepper {
  const output = new Float32Array(node.weight.shape[0]);
  const scatter = compileScatter(node.weight);
  const bias = node.type === "Affine" ? Float32Array.from(node.bias) : null;
  return stateless(output, (input) => {
    scatter(input, output);
    if (bias) addBias(output, bias);
  });
}

/** `output = W input`, with the weights [out][in] turned round, so that those of one input stand side by side. */
export function compileScatter(weight: Tensor): (input: Float32Array, output: Float32Array) => void {
  const [rows, columns] = weight.shape;
  const byInput = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      byInput[column * rows + row] = weight.data[row * columns + column];
  return (input, output) => {
    output.fill(0);
    for (let column = 0; column < columns; column++) {
      const value = input[column];
      if (value === 0) continue;
      const start = column * rows;
      for (let row = 0; row < rows; row++) output[row] += byInput[start + row] * value;
    }
  };
}

/** Cross-correlation of [channels, height, width] with zero padding. */
interface Correlation {
  readonly weight: FloatArray;
  readonly bias: FloatArray;
  readonly groups: number;
  /** [filters, depth, height, width]. */
  readonly kernel: readonly [number, number, number, number];
  readonly input: readonly [number, number, number];
  readonly output: readonly [number, number, number];
  readonly stride: readonly [number, number];
  readonly dilation: readonly [number, number];
  /** Before the first row and the first column. */
  readonly padding: readonly [number, number];
}

export function compileConv2d(node: SpikingConv2d, input: readonly number[]): Stepper {
  const [filters, depth, height, width] = node.weight.shape;
  const [top, left] = paddingOf(node);
  return compileCorrelation({
    weight: node.weight.data,
    bias: node.bias,
    groups: node.groups,
    kernel: [filters, depth, height, width],
    input: [input[0], input[1], input[2]],
    output: [node.shape[0], node.shape[1], node.shape[2]],
    stride: node.stride,
    dilation: node.dilation,
    padding: [top, left],
  });
}

/** A map of one row. */
export function compileConv1d(node: Conv1dNode, input: readonly number[]): Stepper {
  const [filters, depth, width] = node.weight.shape;
  return compileCorrelation({
    weight: node.weight.data,
    bias: node.bias,
    groups: node.groups,
    kernel: [filters, depth, 1, width],
    input: [input[0], 1, input[1]],
    output: [node.shape[0], 1, node.shape[1]],
    stride: [1, node.stride],
    dilation: [1, node.dilation],
    padding: [0, paddingAlong(node.padding, width, node.dilation)[0]],
  });
}

/** Sums are kept as [place][filter], so that what one input adds to all filters stands side by side. */
function compileCorrelation(c: Correlation): Stepper {
  const [filters, depth, kernelHeight, kernelWidth] = c.kernel;
  const [channels, height, width] = c.input;
  const [, outHeight, outWidth] = c.output;
  const inGroup = filters / c.groups;
  const map = outHeight * outWidth;
  const weight = byTap(c);
  const bias = Float32Array.from(c.bias);
  const sums = new Float32Array(map * filters);
  const output = new Float32Array(map * filters);
  const rows = targetsAlong(height, kernelHeight, outHeight, c.stride[0], c.dilation[0], c.padding[0]);
  const columns = targetsAlong(width, kernelWidth, outWidth, c.stride[1], c.dilation[1], c.padding[1]);

  const scatter = (channel: number, y: number, x: number, value: number): void => {
    const firstFilter = Math.floor(channel / depth) * inGroup;
    for (let tapY = 0; tapY < kernelHeight; tapY++) {
      const outY = rows[y * kernelHeight + tapY];
      if (outY < 0) continue;
      for (let tapX = 0; tapX < kernelWidth; tapX++) {
        const outX = columns[x * kernelWidth + tapX];
        if (outX < 0) continue;
        const to = (outY * outWidth + outX) * filters + firstFilter;
        const from = ((channel * kernelHeight + tapY) * kernelWidth + tapX) * inGroup;
        for (let filter = 0; filter < inGroup; filter++) sums[to + filter] += weight[from + filter] * value;
      }
    }
  };

  return stateless(output, (input) => {
    sums.fill(0);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        for (let channel = 0; channel < channels; channel++) {
          const value = input[(channel * height + y) * width + x];
          if (value !== 0) scatter(channel, y, x, value);
        }
    for (let filter = 0; filter < filters; filter++)
      for (let place = 0; place < map; place++)
        output[filter * map + place] = sums[place * filters + filter] + bias[filter];
  });
}

/** [channel][row][column][filter of the channel's group], from [filter][depth][row][column]. */
function byTap({ weight, kernel, groups }: Correlation): Float32Array {
  const [filters, depth, kernelHeight, kernelWidth] = kernel;
  const taps = kernelHeight * kernelWidth;
  const inGroup = filters / groups;
  const turned = new Float32Array(weight.length);
  for (let filter = 0; filter < filters; filter++) {
    const group = Math.floor(filter / inGroup);
    for (let channel = 0; channel < depth; channel++)
      for (let tap = 0; tap < taps; tap++) {
        const to = ((group * depth + channel) * taps + tap) * inGroup + (filter % inGroup);
        turned[to] = weight[(filter * depth + channel) * taps + tap];
      }
  }
  return turned;
}

/** [place in the input][tap] -> the place in the output that they meet at, or -1. */
function targetsAlong(
  extent: number,
  kernel: number,
  outExtent: number,
  stride: number,
  dilation: number,
  padding: number,
): Int32Array {
  const targets = new Int32Array(extent * kernel).fill(-1);
  for (let place = 0; place < extent; place++) {
    for (let tap = 0; tap < kernel; tap++) {
      const target = (place + padding - tap * dilation) / stride;
      if (Number.isInteger(target) && target >= 0 && target < outExtent)
        targets[place * kernel + tap] = target;
    }
  }
  return targets;
}

function addBias(output: Float32Array, bias: Float32Array): void {
  for (let row = 0; row < output.length; row++) output[row] += bias[row];
}
