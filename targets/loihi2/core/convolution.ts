/**
 * Convolutional synapses of Lava (lava b6822fb, src/lava/proc/conv/utils.py): weights are used as they are, without bits or
 * exponent, sums wrap into 24 bits, and what is sent arrives one step later. Lava holds images as [width, height, channel]
 * and turns the kernel round; here images and kernels are channel first and the kernel is laid on as it is (cross-correlation),
 * which is the same sum.
 */
import { wrap } from "./arithmetic.ts";
import { createDelayLine, type Synapses } from "./synapses.ts";

/** [vertical, horizontal]. */
export type Pair = readonly [number, number];
/** [channels, height, width]. */
export type ImageShape = readonly [number, number, number];

export interface ConvolutionParameters {
  readonly from: ImageShape;
  readonly to: ImageShape;
  /** [out][in / groups][kernel height][kernel width]. */
  readonly weights: ArrayLike<number>;
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Pair;
  readonly dilation: Pair;
  readonly groups: number;
  readonly graded: boolean;
}

const sumBits = 24;

/** Rows or columns of the output that a position of the input reaches: [output, tap]. */
function reached(axis: 0 | 1, parameters: ConvolutionParameters): Pair[][] {
  const { from, to, kernel, stride, padding, dilation } = parameters;
  return Array.from({ length: from[axis + 1] }, (_, position) => {
    const pairs: Pair[] = [];
    for (let tap = 0; tap < kernel[axis]; tap++) {
      const output = (position + padding[axis] - tap * dilation[axis]) / stride[axis];
      if (Number.isInteger(output) && output >= 0 && output < to[axis + 1]) pairs.push([output, tap]);
    }
    return pairs;
  });
}

export function createConvolution(parameters: ConvolutionParameters): Synapses {
  const { from, to, weights, kernel, groups, graded } = parameters;
  const [channels, height, width] = from;
  const [outChannels, outHeight, outWidth] = to;
  const groupInputs = channels / groups;
  const groupOutputs = outChannels / groups;
  const taps = kernel[0] * kernel[1];
  const rows = reached(0, parameters);
  const columns = reached(1, parameters);
  const size = outChannels * outHeight * outWidth;
  const line = createDelayLine(size, 1);
  const sums = new Float64Array(size);

  /** Adds one spike, at (y, x) of a channel, to everything that it reaches. */
  function scatter(channel: number, y: number, x: number, value: number): void {
    const group = Math.floor(channel / groupInputs);
    for (let k = 0; k < groupOutputs; k++) {
      const output = group * groupOutputs + k;
      const filter = (output * groupInputs + (channel % groupInputs)) * taps;
      for (const [row, ky] of rows[y])
        for (const [column, kx] of columns[x])
          sums[(output * outHeight + row) * outWidth + column] +=
            weights[filter + ky * kernel[1] + kx] * value;
    }
  }

  return {
    arrive: line.take,
    send(spikes) {
      sums.fill(0);
      for (let i = 0; i < spikes.length; i++) {
        if (spikes[i] === 0) continue;
        const y = Math.floor(i / width) % height;
        scatter(Math.floor(i / (height * width)), y, i % width, graded ? spikes[i] : 1);
      }
      const row = line.at(0);
      for (let i = 0; i < size; i++) row[i] += wrap(sums[i], sumBits);
    },
    reset: line.clear,
  };
}
