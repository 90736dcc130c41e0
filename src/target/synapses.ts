/**
 * A projection as the list of its synapses: dense and sparse weights, kernels and pools expanded into (source, target, weight).
 * Every chip with addressed synapses needs it; nothing here knows one.
 *
 * A pool adds the spikes of a window before the weights, so a synapse leads from every neuron of the window. Where
 * several ways join the same two neurons (overlapping windows) their weights are added up; sums of 0 are dropped.
 */
import { SpikecError } from "../errors/error.ts";
import {
  type Connection,
  type Network,
  type Pair,
  type Projection,
  parameterIndex,
  type Shape,
  type SumPool,
  shapeOfCurrents,
  sizeOf,
} from "../network/network.ts";
import { connectionTargetShape, pooledShape } from "../network/shapes.ts";

/** The synapses of one source neuron s are those at offsets[s] .. offsets[s + 1], targets ascending. */
export interface Synapses {
  /** Source neurons + 1 entries. */
  readonly offsets: Uint32Array;
  readonly targets: Uint32Array;
  /** Never 0. */
  readonly weights: Int32Array;
}

/** The synapses that end in one target neuron: `sources` ascending, `weights` beside them and never 0. */
export interface Afferents {
  readonly target: number;
  readonly sources: readonly number[];
  readonly weights: readonly number[];
}

type Add = (source: number, weight: number) => void;
/** Calls `add` for every weight that ends in `target`, with sources counted after the pools. */
type Row = (target: number, add: Add) => void;

/** Positions of a window along one axis that lie inside: [position, offset in the window]. */
function windowAt(
  output: number,
  kernel: number,
  stride: number,
  padding: number,
  dilation: number,
  extent: number,
) {
  const positions: Pair[] = [];
  for (let offset = 0; offset < kernel; offset++) {
    const position = output * stride - padding + offset * dilation;
    if (position >= 0 && position < extent) positions.push([position, offset]);
  }
  return positions;
}

function denseRow(weights: Connection["weights"], sources: number): Row {
  return (target, add) => {
    for (let source = 0; source < sources; source++) add(source, weights[target * sources + source]);
  };
}

function oneToOneRow(weights: Connection["weights"], size: number): Row {
  return (target, add) => add(target, weights[parameterIndex(target, size, weights.length)]);
}

/** Rows by target of what is compressed by source: synapses are counted, then filed, target by target. */
function sparseRow({ offsets, targets, weights, targetSize }: Connection & { kind: "sparse" }): Row {
  const starts = new Uint32Array(targetSize + 1);
  for (const target of targets) starts[target + 1]++;
  for (let target = 0; target < targetSize; target++) starts[target + 1] += starts[target];
  const next = starts.slice();
  const sources = new Uint32Array(targets.length);
  const filed = new Int32Array(targets.length);
  for (let source = 0; source + 1 < offsets.length; source++)
    for (let synapse = offsets[source]; synapse < offsets[source + 1]; synapse++) {
      const at = next[targets[synapse]]++;
      sources[at] = source;
      filed[at] = weights[synapse];
    }
  return (target, add) => {
    for (let at = starts[target]; at < starts[target + 1]; at++) add(sources[at], filed[at]);
  };
}

/** Cross-correlation, as ONNX Conv: output (o, y, x) reads input (i, y * stride - pad + ky * dilation, ...). */
function convolutionRow(connection: Connection & { kind: "convolution" }, from: Shape): Row {
  const [channels, height, width] = from;
  const [outChannels, outHeight, outWidth] = connectionTargetShape(from, connection);
  const { weights, kernel, stride, padding, dilation, groups } = connection;
  const groupInputs = channels / groups;
  const groupOutputs = outChannels / groups;
  return (target, add) => {
    const output = Math.floor(target / (outHeight * outWidth));
    const y = Math.floor(target / outWidth) % outHeight;
    const x = target % outWidth;
    const firstChannel = Math.floor(output / groupOutputs) * groupInputs;
    const rows = windowAt(y, kernel[0], stride[0], padding[0], dilation[0], height);
    const columns = windowAt(x, kernel[1], stride[1], padding[1], dilation[1], width);
    for (let i = 0; i < groupInputs; i++) {
      const taps = (output * groupInputs + i) * kernel[0] * kernel[1];
      const map = (firstChannel + i) * height * width;
      for (const [row, ky] of rows) {
        for (const [column, kx] of columns) {
          add(map + row * width + column, weights[taps + ky * kernel[1] + kx]);
        }
      }
    }
  };
}

/** The neurons whose spikes are summed in the pooled neuron `pooled`. */
function pooledNeurons(pool: SumPool, from: Shape, to: Shape, pooled: number): number[] {
  const [, height, width] = from;
  const [, outHeight, outWidth] = to;
  const channel = Math.floor(pooled / (outHeight * outWidth));
  const y = Math.floor(pooled / outWidth) % outHeight;
  const rows = windowAt(y, pool.kernel[0], pool.stride[0], pool.padding[0], 1, height);
  const columns = windowAt(pooled % outWidth, pool.kernel[1], pool.stride[1], pool.padding[1], 1, width);
  return rows.flatMap(([row]) => columns.map(([column]) => (channel * height + row) * width + column));
}

/** For each neuron after the pools, the source neurons behind it; null without pools. */
function throughPools(shape: Shape, pools: readonly SumPool[]): { shape: Shape; behind: number[][] | null } {
  let behind: number[][] | null = null;
  for (const pool of pools) {
    const to = pooledShape(shape, pool);
    const from = shape;
    const previous: number[][] | null = behind;
    behind = Array.from({ length: sizeOf(to) }, (_, pooled) => {
      const neurons = pooledNeurons(pool, from, to, pooled);
      return previous === null ? neurons : neurons.flatMap((neuron) => previous[neuron]);
    });
    shape = to;
  }
  return { shape, behind };
}

/** Shape of an input or population of the network. */
export function shapeOf(network: Network, name: string): Shape {
  const end =
    network.inputs.find((input) => input.name === name) ??
    network.populations.find((population) => population.name === name);
  if (end === undefined) {
    throw new SpikecError("SPK-0704", `no input or population is named ${name}`, { where: network.name });
  }
  return end.shape;
}

/** How many neurons (or taps) projections into a population end in. */
function targetsOf(network: Network, name: string): number {
  const population = network.populations.find((candidate) => candidate.name === name);
  return sizeOf(population === undefined ? shapeOf(network, name) : shapeOfCurrents(population));
}

function rowOf(connection: Connection, from: Shape): Row {
  switch (connection.kind) {
    case "dense":
      return denseRow(connection.weights, sizeOf(from));
    case "oneToOne":
      return oneToOneRow(connection.weights, sizeOf(from));
    case "sparse":
      return sparseRow(connection);
    case "convolution":
      return convolutionRow(connection, from);
  }
}

/** The synapses of a projection, one target neuron at a time: little memory, whatever the size of the projection. */
export function* afferentsOf(projection: Projection, network: Network): Generator<Afferents> {
  const sourceShape = shapeOf(network, projection.source);
  const targets = targetsOf(network, projection.target);
  const { shape, behind } = throughPools(sourceShape, projection.pools);
  const row = rowOf(projection.connection, shape);
  const sums = new Map<number, number>();
  const addOne: Add = (source, weight) => {
    if (weight !== 0) sums.set(source, (sums.get(source) ?? 0) + weight);
  };
  const add: Add =
    behind === null
      ? addOne
      : (pooled, weight) => {
          for (const source of behind[pooled]) addOne(source, weight);
        };
  for (let target = 0; target < targets; target++) {
    sums.clear();
    row(target, add);
    const sources = [...sums.keys()].filter((source) => sums.get(source) !== 0).sort((a, b) => a - b);
    yield { target, sources, weights: sources.map((source) => sums.get(source)!) };
  }
}

/** All synapses of a projection, sorted by source and then by target. Weights are as large as their sums are. */
export function synapsesOf(projection: Projection, network: Network): Synapses {
  const afferents = [...afferentsOf(projection, network)];
  const offsets = new Uint32Array(sizeOf(shapeOf(network, projection.source)) + 1);
  for (const { sources } of afferents) for (const source of sources) offsets[source + 1]++;
  for (let source = 1; source < offsets.length; source++) offsets[source] += offsets[source - 1];
  const next = offsets.slice();
  const targets = new Uint32Array(offsets[offsets.length - 1]);
  const weights = new Int32Array(targets.length);
  for (const { target, sources, weights: row } of afferents) {
    sources.forEach((source, k) => {
      targets[next[source]] = target;
      weights[next[source]++] = row[k];
    });
  }
  return { offsets, targets, weights };
}
