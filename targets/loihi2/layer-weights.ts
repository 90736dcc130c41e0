/**
 * A projection as the weights of a `.net` layer. Convolutions stay convolutions, with pools in front of them merged into the
 * kernel; everything else becomes a matrix.
 */
import type { NetConvolution, NetDense, NetKernel, NetPair } from "../../src/import/netx/format/net-file.ts";
import {
  type Network,
  type Projection,
  type Shape,
  type SumPool,
  sizeOf,
} from "../../src/network/network.ts";
import { pooledShape } from "../../src/network/shapes.ts";
import { afferentsOf, shapeOf } from "../../src/target/synapses.ts";

export type LayerWeights = NetDense | NetConvolution;

/** More than this in one matrix is no layer for these chips. */
export const mostMatrixWeights = 2 ** 26;

export function weightsOf(projection: Projection, network: Network): LayerWeights {
  return convolutionOf(projection, network) ?? matrixOf(projection, network);
}

function matrixOf(projection: Projection, network: Network): LayerWeights {
  const inputs = sizeOf(shapeOf(network, projection.source));
  const outputs = sizeOf(shapeOf(network, projection.target));
  const weights = new Int32Array(inputs * outputs);
  for (const { target, sources, weights: row } of afferentsOf(projection, network))
    sources.forEach((source, i) => {
      weights[target * inputs + source] = row[i];
    });
  return { kind: "dense", inputs, outputs, weights };
}

/** Rows of a matrix that would be too large, before it is made. */
export function matrixSize(projection: Projection, network: Network): number {
  return sizeOf(shapeOf(network, projection.source)) * sizeOf(shapeOf(network, projection.target));
}

/** null where it is no convolution that the file can hold: uneven padding, or pools that do not merge. */
export function convolutionOf(projection: Projection, network: Network): LayerWeights | null {
  const { connection, pools } = projection;
  const from = shapeOf(network, projection.source);
  const to = shapeOf(network, projection.target);
  if (connection.kind !== "convolution" || from.length !== 3 || to.length !== 3) return null;
  const padding = evenPadding(connection.padding);
  if (padding === null) return null;
  const weights = Int32Array.from(connection.weights);
  const { kernel, stride, dilation, groups } = connection;
  const plain = { weights, kernel, stride, dilation, padding };
  const merged = mergePools(plain, pools, from);
  if (merged === null) return null;
  return { kind: "convolution", shape: [to[0], to[1], to[2]], inputs: from[0], groups, ...merged };
}

function evenPadding([top, left, bottom, right]: readonly number[]): NetPair | null {
  return top === bottom && left === right ? [top, left] : null;
}

/**
 * A sum pool in front of a kernel is a larger kernel: tap k of the kernel stands for the positions k s .. k s + p - 1 of a
 * pool of extent p and stride s. Padding of the kernel stands for s times as much; that is exact where the pool uses every row.
 */
function mergePools(kernel: NetKernel, pools: readonly SumPool[], from: Shape): NetKernel | null {
  const shapes = [from];
  for (const pool of pools) shapes.push(pooledShape(shapes[shapes.length - 1], pool));
  return pools.reduceRight<NetKernel | null>((merged, pool, index) => {
    if (merged === null || !mergeable(merged, pool, shapes[index])) return null;
    return mergePool(merged, pool);
  }, kernel);
}

function mergeable({ padding, dilation }: NetKernel, pool: SumPool, before: Shape): boolean {
  return ([0, 1] as const).every((axis) => {
    const usesAll =
      (before[axis + 1] - pool.kernel[axis]) % pool.stride[axis] === 0 &&
      pool.kernel[axis] >= pool.stride[axis];
    const exact = padding[axis] === 0 || (usesAll && pool.kernel[axis] === pool.stride[axis]);
    return pool.padding.every((rows) => rows === 0) && dilation[axis] === 1 && exact;
  });
}

function mergePool(merged: NetKernel, pool: SumPool): NetKernel {
  const { weights, kernel } = merged;
  const [height, width] = [0, 1].map((axis) => (kernel[axis] - 1) * pool.stride[axis] + pool.kernel[axis]);
  const filters = weights.length / (kernel[0] * kernel[1]);
  const larger = new Int32Array(filters * height * width);
  weights.forEach((weight, at) => {
    const x = at % kernel[1];
    const y = Math.floor(at / kernel[1]) % kernel[0];
    const filter = Math.floor(at / (kernel[0] * kernel[1]));
    for (let py = 0; py < pool.kernel[0]; py++)
      for (let px = 0; px < pool.kernel[1]; px++)
        larger[(filter * height + y * pool.stride[0] + py) * width + x * pool.stride[1] + px] += weight;
  });
  return {
    weights: larger,
    kernel: [height, width],
    stride: [merged.stride[0] * pool.stride[0], merged.stride[1] * pool.stride[1]],
    padding: [merged.padding[0] * pool.stride[0], merged.padding[1] * pool.stride[1]],
    dilation: [1, 1],
  };
}
