/**
 * One position of every window of a map, as a layer of its own: what the linear form of a map becomes where only every n-th
 * neuron of it is kept. A convolution gets longer strides and starts later; an element-wise operator becomes a convolution of
 * one tap.
 */
import type { FloatArray, Padding2d, Pair, Shape } from "../graph/graph.ts";
import { windowExtent } from "../network/shapes.ts";
import { type Drive, type Operator, operandShape } from "./linear-form.ts";

type Convolution = Operator & { readonly kind: "convolution" };

/** Neurons (start + n step) of a map, vertically and horizontally, as many as `shape` has. */
export interface Positions {
  /** [channels, height, width] of the whole map. */
  readonly map: Shape;
  /** [channels, height, width] of what is kept. */
  readonly shape: Shape;
  readonly start: Pair;
  readonly step: Pair;
}

/** The kept ones of values [.., channels, height, width]. */
export function valuesAt(values: FloatArray, { map, shape, start, step }: Positions): Float64Array {
  const [, height, width] = map;
  const maps = values.length / (height * width);
  const kept = new Float64Array(maps * shape[1] * shape[2]);
  let at = 0;
  for (let i = 0; i < maps; i++)
    for (let y = 0; y < shape[1]; y++)
      for (let x = 0; x < shape[2]; x++)
        kept[at++] = values[(i * height + y * step[0] + start[0]) * width + x * step[1] + start[1]];
  return kept;
}

/** null: a weight for each neuron, which no convolution has. */
function asConvolution(operator: Operator, channels: number): Convolution | null {
  if (operator.kind === "convolution") return operator;
  if (operator.kind === "dense" || operator.weights.length > channels) return null;
  const { weights } = operator;
  return {
    kind: "convolution",
    weights: Float64Array.from(
      { length: channels },
      (_, i) => weights[Math.floor((i * weights.length) / channels)],
    ),
    kernel: [1, 1],
    stride: [1, 1],
    padding: [0, 0, 0, 0],
    dilation: [1, 1],
    groups: channels,
  };
}

/** The same kernels behind `rows` and `columns` of zeros, so that they start later. Only without dilation. */
function startLater(operator: Convolution, [rows, columns]: Pair): Convolution {
  if (rows === 0 && columns === 0) return operator;
  const [height, width] = operator.kernel;
  const kernel: Pair = [height + rows, width + columns];
  const kernels = operator.weights.length / (height * width);
  const weights = new Float64Array(kernels * kernel[0] * kernel[1]);
  for (let i = 0; i < kernels; i++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        weights[(i * kernel[0] + y + rows) * kernel[1] + x + columns] =
          operator.weights[(i * height + y) * width + x];
  return { ...operator, weights, kernel };
}

/** Padding behind the operand with which the last window just fits. */
function paddingBehind(
  extent: number,
  operand: number,
  before: number,
  windows: number,
  stride: number,
): number {
  return Math.max(0, (windows - 1) * stride + extent - operand - before);
}

function strided(
  operator: Convolution,
  operand: Shape,
  { shape, start, step }: Positions,
): Convolution | null {
  const leads = [0, 1].map((axis) => operator.padding[axis] - start[axis] * operator.stride[axis]);
  const zeros: Pair = [Math.max(0, -leads[0]), Math.max(0, -leads[1])];
  if ((zeros[0] > 0 && operator.dilation[0] > 1) || (zeros[1] > 0 && operator.dilation[1] > 1)) return null;
  const { kernel, dilation, ...rest } = startLater(operator, zeros);
  const stride: Pair = [operator.stride[0] * step[0], operator.stride[1] * step[1]];
  const [top, left] = leads.map((lead) => Math.max(0, lead));
  const extents = [0, 1].map((axis) => dilation[axis] * (kernel[axis] - 1) + 1);
  const padding: Padding2d = [
    top,
    left,
    paddingBehind(extents[0], operand[1], top, shape[1], stride[0]),
    paddingBehind(extents[1], operand[2], left, shape[2], stride[1]),
  ];
  const height = windowExtent(operand[1], kernel[0], stride[0], padding[0] + padding[2], dilation[0]);
  const width = windowExtent(operand[2], kernel[1], stride[1], padding[1] + padding[3], dilation[1]);
  // Where the map was cut off at its end, the longer strides may find one window more.
  if (height !== shape[1] || width !== shape[2]) return null;
  return { ...rest, kernel, dilation, stride, padding };
}

/** The drive of the kept neurons; null where it has no form as one operator. */
export function driveAt(drive: Drive, positions: Positions): Drive | null {
  const convolution = asConvolution(drive.operator, positions.map[0]);
  const operator = convolution && strided(convolution, operandShape(drive), positions);
  return operator && { ...drive, operator };
}
