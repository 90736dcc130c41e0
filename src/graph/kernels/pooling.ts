/**
 * AvgPool2d and MaxPool2d. Windows are cut at the image's border: padding is never read, it only counts in a divisor.
 */
import type { AvgPool2dNode, MaxPool2dNode, Shape } from "../graph.ts";
import type { Kernel } from "./kernel.ts";

/** The part of an axis that each window covers. */
interface Spans {
  readonly from: Int32Array;
  /** Exclusive. */
  readonly to: Int32Array;
}

export function compileAvgPool2d(node: AvgPool2dNode, image: Shape): Kernel {
  const whole = node.kernel[0] * node.kernel[1];
  return compileWindows(node, image, (input, start, width, rows, columns) => {
    let sum = 0;
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) sum += input[start + y * width + x];
    }
    return sum / (node.countPadding ? whole : rows * columns);
  });
}

export function compileMaxPool2d(node: MaxPool2dNode, image: Shape): Kernel {
  return compileWindows(node, image, (input, start, width, rows, columns) => {
    let largest = Number.NEGATIVE_INFINITY;
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) {
        const value = input[start + y * width + x];
        if (value > largest) largest = value;
      }
    }
    return largest;
  });
}

type Reduce = (input: Float64Array, start: number, width: number, rows: number, columns: number) => number;

function compileWindows(node: AvgPool2dNode | MaxPool2dNode, image: Shape, reduce: Reduce): Kernel {
  const [channels, height, width] = image;
  const [, outputHeight, outputWidth] = node.shape;
  const vertical = cut(outputHeight, height, node.kernel[0], node.stride[0], node.padding[0]);
  const horizontal = cut(outputWidth, width, node.kernel[1], node.stride[1], node.padding[1]);
  return ([input], output) => {
    let index = 0;
    for (let channel = 0; channel < channels; channel++) {
      for (let y = 0; y < outputHeight; y++) {
        const rowStart = (channel * height + vertical.from[y]) * width;
        const rows = vertical.to[y] - vertical.from[y];
        for (let x = 0; x < outputWidth; x++) {
          const columns = horizontal.to[x] - horizontal.from[x];
          output[index++] = reduce(input, rowStart + horizontal.from[x], width, rows, columns);
        }
      }
    }
  };
}

function cut(windows: number, extent: number, kernel: number, stride: number, padding: number): Spans {
  const from = new Int32Array(windows);
  const to = new Int32Array(windows);
  for (let window = 0; window < windows; window++) {
    const start = window * stride - padding;
    from[window] = Math.max(0, start);
    to[window] = Math.min(extent, start + kernel);
  }
  return { from, to };
}
