/**
 * Projections as chains of windows. A pool and a convolution are windows that slide over a map; a dense layer is a kernel as large as
 * the map, and a one-to-one layer a kernel of one place in groups of one channel. So the firmware has one loop for all of them.
 */
import type { Extents, PoolPart, ProjectionPart, WeightArray } from "./parts.ts";

/** One axis of a pool or kernel. A place is in the window of position p as its tap place + start + (extent - 1 - p) stride. */
export interface WindowRecord {
  /** Positions. */
  readonly extent: number;
  readonly kernel: number;
  /** Padding in front, less what the last position is away from the first. */
  readonly start: number;
  readonly stride: number;
  /** What taps and places so far are multiplied with before those of this axis are added; 0 begins anew. */
  readonly taps: number;
  readonly places: number;
}

export interface Windowed {
  readonly weights: WeightArray;
  readonly height: number;
  readonly width: number;
  readonly group: number;
  readonly outputs: number;
  readonly map: number;
  readonly groupNeurons: number;
  /** Weights of one source channel. */
  readonly channelWeights: number;
  readonly windows: readonly WindowRecord[];
}

type Pair = readonly [number, number];

/** Rows and columns of a window over a map of `out` positions. */
function axes(kernel: Pair, stride: Pair, padding: Pair, out: Pair, isLast: boolean): WindowRecord[] {
  return [0, 1].map((axis) => ({
    extent: out[axis],
    kernel: kernel[axis],
    start: padding[axis] - (out[axis] - 1) * stride[axis],
    stride: stride[axis],
    taps: isLast && axis === 1 ? kernel[1] : 0,
    places: isLast && axis === 1 ? out[1] : 0,
  }));
}

const poolAxes = ({ kernel, stride, padding, to }: PoolPart) =>
  axes(kernel, stride, padding, [to[1], to[2]], false);

const [one, none]: Pair[] = [
  [1, 1],
  [0, 0],
];

/** Places between the taps filled with weights of 0. */
function undilated(
  weights: WeightArray,
  [rows, columns]: Pair,
  [down, right]: Pair,
  outputs: number,
): { weights: WeightArray; kernel: Pair } {
  if (down === 1 && right === 1) return { weights, kernel: [rows, columns] };
  const kernel: Pair = [(rows - 1) * down + 1, (columns - 1) * right + 1];
  const channels = weights.length / (rows * columns * outputs);
  const wide = new (weights.constructor as Int32ArrayConstructor)(channels * kernel[0] * kernel[1] * outputs);
  for (let channel = 0; channel < channels; channel++)
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++) {
        const from = ((channel * rows + i) * columns + j) * outputs;
        const to = ((channel * kernel[0] + i * down) * kernel[1] + j * right) * outputs;
        wide.set(weights.subarray(from, from + outputs), to);
      }
  return { weights: wide, kernel };
}

/** One weight for all, or one for each source neuron, or for each channel of a map: those are kernels of one place. */
function oneToOne({ connection, pools, from }: ProjectionPart): Windowed | null {
  if (connection.kind !== "oneToOne") return null;
  const { weights, span } = connection;
  const [channels, height, width] = from;
  const isOne = weights.length === 1;
  const plain = { outputs: 1, map: 1, group: 1, channelWeights: isOne ? 0 : 1 };
  if (pools.length === 0) {
    const each = Int32Array.from(
      { length: channels * height * width },
      (_, i) => weights[Math.floor(i / span)],
    );
    const own = isOne || span === 1 ? weights : new (weights.constructor as Int32ArrayConstructor)(each);
    const windows = axes(one, one, none, one, true);
    return { ...plain, weights: own, height: 1, width: 1, groupNeurons: 1, windows };
  }
  if (!isOne && span !== height * width) return null;
  const windows = [...pools.flatMap(poolAxes), ...axes(one, one, none, [height, width], true)];
  const [, poolHeight, poolWidth] = pools[0].from;
  return { ...plain, weights, height: poolHeight, width: poolWidth, groupNeurons: height * width, windows };
}

function dense(part: ProjectionPart, targets: number): Windowed | null {
  const { connection, pools } = part;
  if (connection.kind !== "dense") return null;
  const from: Extents = pools.length === 0 ? [1, 1, part.from[0] * part.from[1] * part.from[2]] : part.from;
  const [, height, width] = pools[0]?.from ?? from;
  const kernel: Pair = [from[1], from[2]];
  return {
    weights: connection.weights,
    height,
    width,
    group: from[0],
    outputs: targets,
    map: 1,
    groupNeurons: 0,
    channelWeights: kernel[0] * kernel[1] * targets,
    windows: [...pools.flatMap(poolAxes), ...axes(kernel, one, none, one, true)],
  };
}

function convolution({ connection, pools, from }: ProjectionPart): Windowed | null {
  if (connection.kind !== "convolution") return null;
  const { stride, padding, dilation, groups, to } = connection;
  const outputs = to[0] / groups;
  const { weights, kernel } = undilated(connection.weights, connection.kernel, dilation, outputs);
  const [, height, width] = pools[0]?.from ?? from;
  return {
    weights,
    height,
    width,
    group: from[0] / groups,
    outputs,
    map: to[1] * to[2],
    groupNeurons: outputs * to[1] * to[2],
    channelWeights: kernel[0] * kernel[1] * outputs,
    windows: [...pools.flatMap(poolAxes), ...axes(kernel, stride, padding, [to[1], to[2]], true)],
  };
}

/** targets: neurons of the target. Null for what has no form of windows. */
export function windowed(part: ProjectionPart, targets: number): Windowed | null {
  return dense(part, targets) ?? convolution(part) ?? oneToOne(part);
}
