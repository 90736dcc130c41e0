/** Sparse projections, with the pools in front of them worked in: for each source neuron its targets, and a weight each. */
import type { PoolPart, ProjectionPart } from "./parts.ts";

export interface Synapses {
  readonly offsets: Int32Array;
  readonly targets: Int32Array;
  readonly weights: Int32Array;
}

/** The windows of a pool that hold a neuron, as indices of its map. */
function pooledPlaces({ from, to, kernel, stride, padding }: PoolPart, neuron: number): number[] {
  const [, height, width] = from;
  const [channel, rest] = [Math.floor(neuron / (height * width)), neuron % (height * width)];
  const place = [Math.floor(rest / width), rest % width];
  const positions = [0, 1].map((axis) =>
    Array.from({ length: to[axis + 1] }, (_, position) => position).filter((position) => {
      const tap = place[axis] + padding[axis] - position * stride[axis];
      return tap >= 0 && tap < kernel[axis];
    }),
  );
  return positions[0].flatMap((row) =>
    positions[1].map((column) => (channel * to[1] + row) * to[2] + column),
  );
}

type Ends = [target: number, weight: number][];

/** The synapses of one place behind the pools. */
function endsOf({ connection }: ProjectionPart, place: number): Ends {
  if (connection.kind === "oneToOne")
    return [[place, connection.weights[Math.floor(place / connection.span)]]];
  if (connection.kind !== "sparse") throw new RangeError(`${connection.kind} is made of windows`);
  const { offsets, targets, weights } = connection;
  const ends: Ends = [];
  for (let i = offsets[place]; i < offsets[place + 1]; i++) ends.push([targets[i], weights[i]]);
  return ends;
}

/** sources: neurons of the source, in front of the pools. */
export function synapsesOf(part: ProjectionPart, sources: number): Synapses {
  const offsets = new Int32Array(sources + 1);
  const ends: Ends = [];
  for (let source = 0; source < sources; source++) {
    let places = [source];
    for (const pool of part.pools) places = places.flatMap((place) => pooledPlaces(pool, place));
    for (const place of places) ends.push(...endsOf(part, place));
    offsets[source + 1] = ends.length;
  }
  return {
    offsets,
    targets: Int32Array.from(ends, ([target]) => target),
    weights: Int32Array.from(ends, ([, weight]) => weight),
  };
}
