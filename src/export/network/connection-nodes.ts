/** A projection as nodes of NIR in a row: its pools, then its weights as floats, with the bias of the population behind it. */
import { SpikecError } from "../../errors/error.ts";
import { type Shape, sizeOf, type Tensor } from "../../graph/graph.ts";
import type { SpikingNode } from "../../graph/spiking.ts";
import type { Connection, Projection, SumPool } from "../../network/network.ts";
import { connectionTargetShape, pooledShape } from "../../network/shapes.ts";

/** Values that a matrix may hold where a list of synapses becomes one. */
const largestMatrix = 2 ** 24;

export interface Target {
  readonly shape: Shape;
  /** One value, one a channel or one a neuron. */
  readonly units: Float64Array;
  /** In floats, one a neuron; null where another projection brings it, or there is none. */
  readonly bias: Float64Array | null;
}

/** The nodes in their order; the first takes what the source gives. */
export function connectionNodes(
  projection: Projection,
  source: Shape,
  target: Target,
  file: string,
): SpikingNode[] {
  const { name, pools, connection } = projection;
  const base = {
    origin: { file, node: name, operator: connection.kind },
    storage: new Map(),
    metadata: null,
  };
  const nodes: SpikingNode[] = [];
  let shape = source;
  for (const [i, pool] of pools.entries()) {
    shape = pooledShape(shape, pool);
    const node = { ...base, type: "SumPool2d", name: `${name}.pool${i + 1}`, shape } as const;
    nodes.push({
      ...node,
      kernel: pool.kernel,
      stride: pool.stride,
      padding: evenPadding(pool.padding, name),
    });
  }
  const flat = connection.kind === "dense" || connection.kind === "sparse";
  if (flat && shape.length > 1) {
    shape = [sizeOf(shape)];
    nodes.push({ ...base, type: "Flatten", name: `${name}.flatten`, shape, startDim: 0, endDim: -1 });
  }
  nodes.push(weightNode(projection, shape, target, base));
  return nodes;
}

type Base = Pick<SpikingNode, "origin" | "storage" | "metadata">;

function weightNode(
  { name, connection }: Projection,
  source: Shape,
  target: Target,
  base: Base,
): SpikingNode {
  const shape = connectionTargetShape(source, connection);
  if (shape.length !== target.shape.length)
    throw unsayable(name, `weights that give [${shape}] to neurons of [${target.shape}]`);
  const node = { ...base, name, shape };
  if (connection.kind === "convolution") {
    const { kernel, stride, dilation, groups } = connection;
    const weight = scaledRows(
      connection,
      target.units,
      [shape[0], source[0] / groups, ...kernel],
      shape,
      name,
    );
    const bias = channelBias(target.bias, shape, name);
    const padding = evenPadding(connection.padding, name);
    return { ...node, type: "Conv2d", weight, bias, stride, padding, dilation, groups, inputShape: null };
  }
  if (connection.kind === "oneToOne" && target.bias === null) {
    const { weights } = connection;
    const size = sizeOf(shape);
    const data = Float64Array.from(
      { length: size },
      (_, i) => weights[at(i, size, weights.length)] * target.units[at(i, size, target.units.length)],
    );
    return { ...node, type: "Scale", scale: { shape, data } };
  }
  if (shape.length > 1) throw unsayable(name, "a bias for each neuron of a map that no convolution feeds");
  const rows = { weights: matrixOf(connection, sizeOf(source), sizeOf(shape), name) };
  const weight = scaledRows(rows, target.units, [sizeOf(shape), sizeOf(source)], shape, name);
  return target.bias === null
    ? { ...node, type: "Linear", weight }
    : { ...node, type: "Affine", weight, bias: target.bias };
}

/** Row-major [target][source]. */
function matrixOf(
  connection: Exclude<Connection, { kind: "convolution" }>,
  sources: number,
  targets: number,
  name: string,
): ArrayLike<number> {
  if (connection.kind === "dense") return connection.weights;
  if (sources * targets > largestMatrix)
    throw unsayable(name, `a list of synapses that makes a matrix of ${targets} x ${sources}`);
  const matrix = new Float64Array(sources * targets);
  if (connection.kind === "oneToOne") {
    for (let i = 0; i < targets; i++)
      matrix[i * sources + i] = connection.weights[at(i, targets, connection.weights.length)];
    return matrix;
  }
  for (let source = 0; source < sources; source++)
    for (let i = connection.offsets[source]; i < connection.offsets[source + 1]; i++)
      matrix[connection.targets[i] * sources + source] += connection.weights[i];
  return matrix;
}

/** Weights times the unit of the row that they feed: an output neuron, or an output channel of a convolution. */
function scaledRows(
  { weights }: { weights: ArrayLike<number> },
  units: Float64Array,
  shape: Shape,
  target: Shape,
  name: string,
): Tensor {
  const rows = shape[0];
  if (units.length > rows && target.length > 1)
    throw unsayable(name, "a unit of its own for each neuron of a map");
  const perRow = weights.length / rows;
  const data = Float64Array.from(
    weights,
    (weight, i) => weight * units[at(Math.floor(i / perRow), rows, units.length)],
  );
  return { shape, data };
}

/** A convolution has one bias a channel. */
function channelBias(bias: Float64Array | null, [channels, ...map]: Shape, name: string): Float64Array {
  if (bias === null) return new Float64Array(channels);
  const size = sizeOf(map);
  const perChannel = Float64Array.from({ length: channels }, (_, channel) => bias[channel * size]);
  if (bias.some((value, i) => value !== perChannel[Math.floor(i / size)]))
    throw unsayable(name, "a bias of its own for each neuron behind a convolution");
  return perChannel;
}

function evenPadding(
  [top, left, bottom, right]: SumPool["padding"],
  name: string,
): readonly [number, number] {
  if (top === bottom && left === right) return [top, left];
  throw unsayable(name, "a padding that differs from side to side");
}

const at = (i: number, size: number, length: number): number => Math.floor((i * length) / size);

function unsayable(name: string, what: string): SpikecError {
  return new SpikecError("SPK-0119", `the projection has ${what}, for which NIR has no word`, {
    where: name,
  });
}
