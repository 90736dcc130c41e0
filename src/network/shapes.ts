/**
 * Shape arithmetic of projections: what a source's spikes look like after the pools, and how many neurons a connection
 * feeds. One place for simulator, checks, placement and reports.
 */
import type { Connection, Input, Network, Projection, Shape, SumPool } from "./network.ts";
import { sizeOf } from "./network.ts";

/**
 * Output positions of a window along one axis; `padding` counts both sides. The formula of ONNX Conv and PyTorch Conv2d:
 * floor((input + padding - dilation (kernel - 1) - 1) / stride) + 1. Not positive where the window does not fit.
 */
export function windowExtent(
  input: number,
  kernel: number,
  stride: number,
  padding: number,
  dilation = 1,
): number {
  return Math.floor((input + padding - dilation * (kernel - 1) - 1) / stride) + 1;
}

/** Shape [channels, height, width] after one sum-pool. */
export function pooledShape(shape: Shape, pool: SumPool): Shape {
  const [channels, height, width] = shape;
  const [top, left, bottom, right] = pool.padding;
  return [
    channels,
    windowExtent(height, pool.kernel[0], pool.stride[0], top + bottom),
    windowExtent(width, pool.kernel[1], pool.stride[1], left + right),
  ];
}

/** What the weights of a projection see: the source's shape after all its pools. */
export function connectionSourceShape(sourceShape: Shape, projection: Pick<Projection, "pools">): Shape {
  return projection.pools.reduce<Shape>(pooledShape, sourceShape);
}

/**
 * Shape of what a connection feeds, from its source's shape after the pools: [neurons] of a dense or sparse one, [channels,
 * height, width] of a convolution, the source's own of a oneToOne. Extents are not whole numbers where weights and shape disagree.
 */
export function connectionTargetShape(source: Shape, connection: Connection): Shape {
  switch (connection.kind) {
    case "dense":
      return [connection.weights.length / sizeOf(source)];
    case "sparse":
      return [connection.targetSize];
    case "oneToOne":
      return source;
    case "convolution": {
      const [channels, height, width] = source;
      const { kernel, stride, padding, dilation, groups, weights } = connection;
      const [top, left, bottom, right] = padding;
      return [
        weights.length / ((channels / groups) * kernel[0] * kernel[1]),
        windowExtent(height, kernel[0], stride[0], top + bottom, dilation[0]),
        windowExtent(width, kernel[1], stride[1], left + right, dilation[1]),
      ];
    }
  }
}

/** Number of neurons that a connection feeds, from its source's shape after the pools. */
export function connectionTargetSize(source: Shape, connection: Connection): number {
  return sizeOf(connectionTargetShape(source, connection));
}

/** Shape of one sample: a signed input splits every value over two channels, so that its sample has half of them. */
export function sampleShape(input: Input): Shape {
  const [channels, ...rest] = input.shape;
  return input.polarity === "signed" ? [channels / 2, ...rest] : input.shape;
}

/** Shapes of all inputs and populations by name. */
export function shapesByName(network: Network): Map<string, Shape> {
  return new Map([...network.inputs, ...network.populations].map(({ name, shape }) => [name, shape]));
}
