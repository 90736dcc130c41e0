/**
 * A projection made ready to carry spikes: each event of the source adds its weights to the currents of the target.
 * The same code carries integers (simulation, calibration) and floats (the check that folding kept the function).
 */
import { type Connection, type Shape, type SumPool, sizeOf } from "../network/network.ts";
import { connectionTargetShape, pooledShape } from "../network/shapes.ts";
import { convolutionScatter } from "./convolution-scatter.ts";
import type { NumericConnection } from "./numeric-connection.ts";
import { denseScatter, oneToOneScatter, type Scatter, sparseScatter } from "./scatter.ts";
import { coverageOf } from "./windows.ts";

export interface ProjectionGeometry {
  readonly sourceShape: Shape;
  readonly targetShape: Shape;
  readonly pools: readonly SumPool[];
  readonly connection: NumericConnection;
}

export interface Carrier {
  /** Synapses of each source neuron, those at the border counted as they are. Length: source neurons. */
  readonly fanOut: Uint32Array;
  /** Adds weight * value to `currents` for the events [from, to); values null: each event counts one. */
  carry(
    neurons: ArrayLike<number>,
    values: ArrayLike<number> | null,
    from: number,
    to: number,
    currents: Float64Array,
  ): void;
}

/** For each source neuron the pooled neurons that its spike counts in: those at offsets[s] .. offsets[s + 1]. */
interface Routes {
  readonly offsets: Int32Array;
  readonly pooled: Int32Array;
}

function scatterOf(connection: NumericConnection, source: Shape, target: Shape): Scatter {
  switch (connection.kind) {
    case "dense":
      return denseScatter(connection.weights, sizeOf(source), sizeOf(target));
    case "oneToOne":
      return oneToOneScatter(connection.weights, sizeOf(source));
    case "sparse":
      return sparseScatter(connection);
    case "convolution":
      // A flat target takes a map's channels one after the other.
      return convolutionScatter(connection, source, connectionTargetShape(source, connection as Connection));
  }
}

function routesOf(lists: readonly (readonly number[])[]): Routes {
  const offsets = new Int32Array(lists.length + 1);
  lists.forEach((list, source) => {
    offsets[source + 1] = offsets[source] + list.length;
  });
  return { offsets, pooled: Int32Array.from(lists.flat()) };
}

/** One pool: the same places for every channel. */
function throughPool(shape: Shape, pool: SumPool): number[][] {
  const pooled = pooledShape(shape, pool);
  const { offsets, windows } = coverageOf(pool, shape, pooled);
  const [channels, height, width] = shape;
  const places = pooled[1] * pooled[2];
  return Array.from({ length: channels * height * width }, (_, neuron) => {
    const channel = Math.floor(neuron / (height * width));
    const place = neuron % (height * width);
    return Array.from(
      windows.subarray(offsets[place], offsets[place + 1]),
      (window) => channel * places + window,
    );
  });
}

/** All pools in order; a neuron in several windows counts in each. null: no pools. */
function throughPools(source: Shape, pools: readonly SumPool[]): { shape: Shape; routes: Routes | null } {
  let shape = source;
  let lists: number[][] | null = null;
  for (const pool of pools) {
    const next = throughPool(shape, pool);
    lists = lists === null ? next : lists.map((list) => list.flatMap((pooled) => next[pooled]));
    shape = pooledShape(shape, pool);
  }
  return { shape, routes: lists === null ? null : routesOf(lists) };
}

function carryAlong(scatter: Scatter, { offsets, pooled }: Routes): Carrier["carry"] {
  return (neurons, values, from, to, currents) => {
    for (let event = from; event < to; event++) {
      const neuron = neurons[event];
      for (let route = offsets[neuron]; route < offsets[neuron + 1]; route++)
        scatter.add(pooled[route], values === null ? 1 : values[event], currents);
    }
    if (to > from) scatter.flush?.(currents);
  };
}

function carryDirectly(scatter: Scatter): Carrier["carry"] {
  return (neurons, values, from, to, currents) => {
    for (let event = from; event < to; event++)
      scatter.add(neurons[event], values === null ? 1 : values[event], currents);
    if (to > from) scatter.flush?.(currents);
  };
}

function fanOutOf(scatter: Scatter, routes: Routes | null, neuron: number): number {
  if (routes === null) return scatter.fanOut(neuron);
  let total = 0;
  for (let route = routes.offsets[neuron]; route < routes.offsets[neuron + 1]; route++)
    total += scatter.fanOut(routes.pooled[route]);
  return total;
}

/** Prepares a projection. The shapes must agree: `checkNetwork` has seen to it for Networks. */
export function createCarrier({ sourceShape, targetShape, pools, connection }: ProjectionGeometry): Carrier {
  const { shape, routes } = throughPools(sourceShape, pools);
  const scatter = scatterOf(connection, shape, targetShape);
  return {
    fanOut: Uint32Array.from({ length: sizeOf(sourceShape) }, (_, neuron) =>
      fanOutOf(scatter, routes, neuron),
    ),
    carry: routes === null ? carryDirectly(scatter) : carryAlong(scatter, routes),
  };
}
