/**
 * A projection as the one convolution that a core computes: what a core cannot do about it is said in words of need and limit.
 * A fully connected layer over [C, H, H] is a convolution whose kernel is as large as the map; over single neurons its kernel is 1.
 */
import {
  type Connection,
  type Network,
  type Projection,
  type Shape,
  type SumPool,
  sizeOf,
} from "../../src/network/network.ts";
import { connectionSourceShape, connectionTargetShape } from "../../src/network/shapes.ts";
import { shapeOf } from "../../src/target/synapses.ts";
import type { FitReason } from "../../src/target/target.ts";
import type { CoreLayer, Extents } from "./core-layer.ts";

export type Kernel = Pick<CoreLayer, "input" | "neurons" | "kernel" | "stride" | "padding" | "weights">;

type Reason = Omit<FitReason, "layer">;

/** More weights than any core holds are not worth writing out. */
export const mostWeights = 2 ** 24;

export function extentsOf(shape: Shape): Extents {
  return shape.length === 3 ? [shape[0], shape[1], shape[2]] : [sizeOf(shape), 1, 1];
}

/** Side of the windows that the pools together add up; null where that is no square whose stride is its side. */
export function poolingOf(pools: readonly SumPool[]): number | null {
  let side = 1;
  for (const { kernel, stride, padding } of pools) {
    const square = kernel[0] === kernel[1] && kernel[0] === stride[0] && kernel[0] === stride[1];
    if (!square || padding.some((rows) => rows !== 0)) return null;
    side *= kernel[0];
  }
  return side;
}

export function poolReasons(pools: readonly SumPool[], allowed: readonly number[]): Reason[] {
  const side = poolingOf(pools);
  if (side !== null && allowed.includes(side)) return [];
  const choices = `${allowed.slice(0, -1).join(", ")} or ${allowed.at(-1)}`;
  const largest = Math.max(...pools.flatMap(({ kernel, stride }) => [...kernel, ...stride]));
  const help = `pool over ${choices} rows and as many columns, with a stride of the same and no padding`;
  return [{ resource: `pooling (${choices})`, need: side ?? largest, limit: allowed.at(-1)!, help }];
}

function convolutionReasons({ connection }: Projection): Reason[] {
  if (connection.kind !== "convolution") return [];
  const { dilation, groups, padding, kernel } = connection;
  const reasons: Reason[] = [];
  if (groups !== 1) {
    const help =
      "use a convolution without groups; zeros in its kernels give the same function for more memory";
    reasons.push({ resource: "groups", need: groups, limit: 1, help });
  }
  if (dilation[0] !== 1 || dilation[1] !== 1) {
    const help = "use a kernel without dilation";
    reasons.push({ resource: "dilation", need: Math.max(...dilation), limit: 1, help });
  }
  if (kernel[0] !== kernel[1]) {
    const help = "use as many rows as columns; rows or columns of zeros make a kernel square";
    reasons.push({
      resource: "kernel, its longer side",
      need: Math.max(...kernel),
      limit: Math.min(...kernel),
      help,
    });
  }
  const [top, left, bottom, right] = padding;
  if (top !== bottom || left !== right) {
    const help = "pad both ends alike";
    reasons.push({
      resource: "padding, its larger end",
      need: Math.max(...padding),
      limit: Math.min(...padding),
      help,
    });
  }
  return reasons;
}

type Dense = Connection & { readonly kind: "dense" };

function denseKernel(connection: Dense, input: Extents): Kernel | Reason[] {
  const [, height, width] = input;
  if (height === width)
    return {
      input,
      neurons: [sizeOf(connectionTargetShape(input, connection)), 1, 1],
      kernel: [height, width],
      stride: [1, 1],
      padding: [0, 0],
      weights: connection.weights,
    };
  const help =
    "put a pool or a convolution in front that leaves a square map: its kernel is as large as the map";
  const need = Math.max(height, width);
  return [{ resource: "kernel, its longer side", need, limit: Math.min(height, width), help }];
}

type Convolution = Connection & { readonly kind: "convolution" };

function convolutionKernel(connection: Convolution, input: Extents): Kernel {
  const { kernel, stride, padding, weights } = connection;
  const neurons = extentsOf(connectionTargetShape(input, connection));
  return { input, neurons, kernel, stride, padding: [padding[0], padding[1]], weights };
}

/** Weights of single neurons or synapses, in numbers that no kernel has (covering.ts). */
function looseReason(connection: Connection, input: Extents): Reason {
  const help = "use one weight a channel, or a fully connected layer";
  if (connection.kind === "oneToOne")
    return { resource: "weights of a channel", need: connection.weights.length / input[0], limit: 1, help };
  const need = sizeOf(input) * sizeOf(connectionTargetShape(input, connection));
  return { resource: "weights of a layer", need, limit: mostWeights, help };
}

/** The kernel, or why a core has none for it. source: neurons of what feeds it, as its core has them. */
export function kernelOf(projection: Projection, network: Network, source: Extents): Kernel | Reason[] {
  const { connection, pools } = projection;
  const shape = shapeOf(network, projection.source);
  const isMap = `${extentsOf(shape)}` === `${source}`;
  if (!isMap && (pools.length > 0 || connection.kind === "convolution")) {
    const resource = "neurons without rows and columns in front of a pool or a convolution";
    const help = "put a convolution in place of the fully connected layer";
    return [{ resource, need: sizeOf(shape), limit: 1, help }];
  }
  const reasons = convolutionReasons(projection);
  if (reasons.length > 0) return reasons;
  const input = isMap ? extentsOf(connectionSourceShape(shape, projection)) : source;
  if (connection.kind === "convolution") return convolutionKernel(connection, input);
  if (connection.kind === "dense") return denseKernel(connection, input);
  return [looseReason(connection, input)];
}

export function sameKernel(a: Kernel, b: Kernel): boolean {
  const same = (x: ArrayLike<number>, y: ArrayLike<number>) =>
    x.length === y.length && Array.prototype.every.call(x, (value, i) => value === y[i]);
  return (
    same(a.input, b.input) &&
    same(a.neurons, b.neurons) &&
    same(a.kernel, b.kernel) &&
    same(a.stride, b.stride) &&
    same(a.padding, b.padding) &&
    same(a.weights, b.weights)
  );
}
