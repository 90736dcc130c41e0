/**
 * Affine and Conv2d. A convolution is a product, too: windows of the padded image are laid out as columns
 * (im2col), a tile of output positions at a time, so that memory stays small whatever the image.
 */
import type { AffineNode, Conv2dNode, Padding2d, Shape } from "../graph.ts";
import type { Kernel } from "./kernel.ts";
import { multiply } from "./multiply.ts";

/** Values in one tile of columns: 2^15 doubles stay inside a usual second-level cache. */
const tileSize = 2 ** 15;

export function compileAffine(node: AffineNode): Kernel {
  const [rows, length] = node.weight.shape;
  const product = {
    weight: Float64Array.from(node.weight.data),
    weightStart: 0,
    rows,
    length,
    bias: node.bias && Float64Array.from(node.bias),
    biasStart: 0,
  };
  return ([input], output) => multiply(product, input, 1, output, 0, 1);
}

export function compileConv2d(node: Conv2dNode, image: Shape): Kernel {
  const [channels, depth, kernelHeight, kernelWidth] = node.weight.shape;
  const [, outputHeight, outputWidth] = node.shape;
  const positions = outputHeight * outputWidth;
  const length = depth * kernelHeight * kernelWidth;
  const rows = channels / node.groups;
  const padded = compilePad(image, node.padding);
  const paddedImage = new Float64Array(padded.size);
  const offsets = windowOffsets(node, padded.height, padded.width);
  const starts = windowStarts(node, padded.width);
  const tile = Math.max(2, Math.floor(tileSize / length));
  const columns = new Float64Array(Math.min(tile, positions) * length);
  const weight = Float64Array.from(node.weight.data);
  const bias = node.bias && Float64Array.from(node.bias);

  return ([input], output) => {
    padded.kernel([input], paddedImage);
    for (let group = 0; group < node.groups; group++) {
      const product = {
        weight,
        weightStart: group * rows * length,
        rows,
        length,
        bias,
        biasStart: group * rows,
      };
      const groupStart = group * depth * padded.height * padded.width;
      for (let first = 0; first < positions; first += tile) {
        const count = Math.min(tile, positions - first);
        gather(paddedImage, groupStart, starts, first, count, offsets, columns);
        multiply(product, columns, count, output, group * rows * positions + first, positions);
      }
    }
  };
}

/** columns[position][k] = image[start of the window + offset k]. */
function gather(
  image: Float64Array,
  imageStart: number,
  starts: Int32Array,
  first: number,
  count: number,
  offsets: Int32Array,
  columns: Float64Array,
): void {
  const length = offsets.length;
  for (let position = 0; position < count; position++) {
    const start = imageStart + starts[first + position];
    const target = position * length;
    for (let k = 0; k < length; k++) columns[target + k] = image[start + offsets[k]];
  }
}

/** Where weight k of one output channel finds its input, from the window's first pixel. */
function windowOffsets(node: Conv2dNode, height: number, width: number): Int32Array {
  const [, depth, kernelHeight, kernelWidth] = node.weight.shape;
  const offsets = new Int32Array(depth * kernelHeight * kernelWidth);
  let k = 0;
  for (let channel = 0; channel < depth; channel++) {
    for (let y = 0; y < kernelHeight; y++) {
      for (let x = 0; x < kernelWidth; x++) {
        offsets[k++] = (channel * height + y * node.dilation[0]) * width + x * node.dilation[1];
      }
    }
  }
  return offsets;
}

/** The first pixel of the window of each output position. */
function windowStarts(node: Conv2dNode, width: number): Int32Array {
  const [, outputHeight, outputWidth] = node.shape;
  const starts = new Int32Array(outputHeight * outputWidth);
  for (let y = 0; y < outputHeight; y++) {
    for (let x = 0; x < outputWidth; x++) {
      starts[y * outputWidth + x] = y * node.stride[0] * width + x * node.stride[1];
    }
  }
  return starts;
}

/** Copies an image into a larger one with a border of zeros. */
export function compilePad(
  image: Shape,
  padding: Padding2d,
): { readonly kernel: Kernel; readonly height: number; readonly width: number; readonly size: number } {
  const [channels, height, width] = image;
  const [top, left, bottom, right] = padding;
  const paddedHeight = top + height + bottom;
  const paddedWidth = left + width + right;
  const kernel: Kernel = ([input], output) => {
    output.fill(0);
    for (let channel = 0; channel < channels; channel++) {
      for (let y = 0; y < height; y++) {
        const from = (channel * height + y) * width;
        const to = (channel * paddedHeight + top + y) * paddedWidth + left;
        for (let x = 0; x < width; x++) output[to + x] = input[from + x];
      }
    }
  };
  return { kernel, height: paddedHeight, width: paddedWidth, size: channels * paddedHeight * paddedWidth };
}
