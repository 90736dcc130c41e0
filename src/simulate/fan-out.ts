/**
 * Synapses of every source neuron of a projection, those at the border of a convolution counted as they are: what a spike
 * costs. Counted backwards, from the connection through its pools.
 */
import {
  type Connection,
  type Network,
  type Projection,
  type Shape,
  type SumPool,
  sizeOf,
} from "../network/network.ts";
import {
  connectionSourceShape,
  connectionTargetShape,
  pooledShape,
  shapesByName,
} from "../network/shapes.ts";
import { coverageOf } from "./windows.ts";

/** What counting synaptic operations needs to know of a projection. */
export interface Spread {
  readonly fanOut: Uint32Array;
}

/** Of each neuron, as the connection sees it after the pools. */
function connectionFanOut(connection: Connection, source: Shape): Uint32Array {
  const fanOut = new Uint32Array(sizeOf(source));
  if (connection.kind === "oneToOne") return fanOut.fill(1);
  if (connection.kind === "sparse") {
    const { offsets } = connection;
    return fanOut.map((_, neuron) => offsets[neuron + 1] - offsets[neuron]);
  }
  const target = connectionTargetShape(source, connection);
  if (connection.kind === "dense") return fanOut.fill(sizeOf(target));
  const { offsets } = coverageOf(connection, source, target);
  const places = source[1] * source[2];
  const outputs = target[0] / connection.groups;
  for (let neuron = 0; neuron < fanOut.length; neuron++) {
    const place = neuron % places;
    fanOut[neuron] = (offsets[place + 1] - offsets[place]) * outputs;
  }
  return fanOut;
}

/** Of each neuron before a pool: those of every window that counts it, together. */
function beforePool(pool: SumPool, source: Shape, pooled: Uint32Array): Uint32Array {
  const target = pooledShape(source, pool);
  const { offsets, windows } = coverageOf(pool, source, target);
  const places = source[1] * source[2];
  const pooledPlaces = target[1] * target[2];
  return Uint32Array.from({ length: sizeOf(source) }, (_, neuron) => {
    const place = neuron % places;
    const channel = Math.floor(neuron / places);
    let total = 0;
    for (let at = offsets[place]; at < offsets[place + 1]; at++)
      total += pooled[channel * pooledPlaces + windows[at]];
    return total;
  });
}

export function fanOutOf(projection: Projection, source: Shape): Uint32Array {
  const { pools, connection } = projection;
  const shapes = pools.map((_, index) => connectionSourceShape(source, { pools: pools.slice(0, index) }));
  let fanOut = connectionFanOut(connection, connectionSourceShape(source, projection));
  for (let index = pools.length - 1; index >= 0; index--)
    fanOut = beforePool(pools[index], shapes[index], fanOut);
  return fanOut;
}

/** By projection. */
export function spreadsOf(network: Network): Map<string, Spread> {
  const shapes = shapesByName(network);
  return new Map(
    network.projections.map((projection) => [
      projection.name,
      { fanOut: fanOutOf(projection, shapes.get(projection.source)!) },
    ]),
  );
}
