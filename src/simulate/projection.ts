/**
 * A projection made ready to carry spikes: each event of the source adds its weights to the currents of the target.
 * The same code carries integers (simulation, calibration) and floats (the check that folding kept the function).
 */
import { type Connection, type Pair, type Shape, type SumPool, sizeOf } from "../network/network.ts";

/** The weights may also be floats: folding is checked by the code that simulates. */
export type NumericConnection = Connection extends infer Kind
  ? Kind extends { weights: unknown }
    ? Omit<Kind, "weights"> & { readonly weights: ArrayLike<number> }
    : never
  : never;

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

/** Adds value * weights of one neuron, as seen after the pools. */
interface Scatter {
  readonly fanOut: (neuron: number) => number;
  readonly add: (neuron: number, value: number, currents: Float64Array) => void;
}

/** Output extent of a window along one axis. */
export function windowExtent(
  input: number,
  kernel: number,
  stride: number,
  padding: number,
  dilation = 1,
): number {
  return Math.floor((input + padding - (kernel - 1) * dilation - 1) / stride) + 1;
}

export function pooledShape(shape: Shape, pool: SumPool): Shape {
  const [channels, height, width] = shape;
  return [
    channels,
    windowExtent(height, pool.kernel[0], pool.stride[0], pool.padding[0] + pool.padding[2]),
    windowExtent(width, pool.kernel[1], pool.stride[1], pool.padding[1] + pool.padding[3]),
  ];
}

/** Output positions along one axis whose window covers input position `at`, as [output, kernel offset] pairs. */
function covering(
  at: number,
  outputs: number,
  kernel: number,
  stride: number,
  padding: number,
  dilation = 1,
): Pair[] {
  const pairs: Pair[] = [];
  for (let offset = 0; offset < kernel; offset++) {
    const scaled = at + padding - offset * dilation;
    if (scaled >= 0 && scaled % stride === 0 && scaled / stride < outputs)
      pairs.push([scaled / stride, offset]);
  }
  return pairs;
}

/** For each source neuron the pooled neurons that its spike counts in; duplicates add. */
function poolTargets(shape: Shape, pool: SumPool): number[][] {
  const [channels, height, width] = shape;
  const [, outHeight, outWidth] = pooledShape(shape, pool);
  const rows = Array.from({ length: height }, (_, y) =>
    covering(y, outHeight, pool.kernel[0], pool.stride[0], pool.padding[0]),
  );
  const columns = Array.from({ length: width }, (_, x) =>
    covering(x, outWidth, pool.kernel[1], pool.stride[1], pool.padding[1]),
  );
  const targets: number[][] = [];
  for (let channel = 0; channel < channels; channel++)
    for (const row of rows)
      for (const column of columns)
        targets.push(row.flatMap(([y]) => column.map(([x]) => (channel * outHeight + y) * outWidth + x)));
  return targets;
}

function denseScatter(weights: ArrayLike<number>, sources: number, targets: number): Scatter {
  // Transposed once: the weights of one source neuron lie side by side.
  const bySource = new Float64Array(sources * targets);
  for (let target = 0; target < targets; target++)
    for (let source = 0; source < sources; source++)
      bySource[source * targets + target] = weights[target * sources + source];
  return {
    fanOut: () => targets,
    add(neuron, value, currents) {
      const start = neuron * targets;
      for (let target = 0; target < targets; target++) currents[target] += bySource[start + target] * value;
    },
  };
}

function oneToOneScatter(weights: ArrayLike<number>, size: number): Scatter {
  const expanded = Float64Array.from(
    { length: size },
    (_, i) => weights[Math.floor((i * weights.length) / size)],
  );
  return {
    fanOut: () => 1,
    add(neuron, value, currents) {
      currents[neuron] += expanded[neuron] * value;
    },
  };
}

function convolutionScatter(
  connection: NumericConnection & { kind: "convolution" },
  sourceShape: Shape,
  targetShape: Shape,
): Scatter {
  const [channels, height, width] = sourceShape;
  const [outChannels, outHeight, outWidth] = targetShape;
  const { kernel, stride, padding, dilation, groups } = connection;
  const weights = Float64Array.from(connection.weights);
  const groupInputs = channels / groups;
  const groupOutputs = outChannels / groups;
  const kernelSize = kernel[0] * kernel[1];
  const rows = Array.from({ length: height }, (_, y) =>
    covering(y, outHeight, kernel[0], stride[0], padding[0], dilation[0]),
  );
  const columns = Array.from({ length: width }, (_, x) =>
    covering(x, outWidth, kernel[1], stride[1], padding[1], dilation[1]),
  );
  // The places that one pixel reaches are the same for every channel: position in the map, offset in the kernel.
  const places = rows.map((row) =>
    columns.map((column) => ({
      map: Int32Array.from(row.flatMap(([y]) => column.map(([x]) => y * outWidth + x))),
      tap: Int32Array.from(row.flatMap(([, ky]) => column.map(([, kx]) => ky * kernel[1] + kx))),
    })),
  );
  const mapSize = outHeight * outWidth;
  const place = (neuron: number) => places[Math.floor((neuron % (height * width)) / width)][neuron % width];
  return {
    fanOut: (neuron) => place(neuron).map.length * groupOutputs,
    add(neuron, value, currents) {
      const channel = Math.floor(neuron / (height * width));
      const group = Math.floor(channel / groupInputs);
      const { map, tap } = place(neuron);
      for (let output = group * groupOutputs; output < (group + 1) * groupOutputs; output++) {
        const kernelStart = (output * groupInputs + (channel - group * groupInputs)) * kernelSize;
        const mapStart = output * mapSize;
        for (let p = 0; p < map.length; p++)
          currents[mapStart + map[p]] += weights[kernelStart + tap[p]] * value;
      }
    },
  };
}

function scatterOf(connection: NumericConnection, sourceShape: Shape, targetShape: Shape): Scatter {
  switch (connection.kind) {
    case "dense":
      return denseScatter(connection.weights, sizeOf(sourceShape), sizeOf(targetShape));
    case "oneToOne":
      return oneToOneScatter(connection.weights, sizeOf(sourceShape));
    case "convolution":
      return convolutionScatter(connection, sourceShape, targetShape);
  }
}

function withoutPools(scatter: Scatter, size: number): Carrier {
  return {
    fanOut: Uint32Array.from({ length: size }, (_, neuron) => scatter.fanOut(neuron)),
    carry(neurons, values, from, to, currents) {
      for (let event = from; event < to; event++)
        scatter.add(neurons[event], values === null ? 1 : values[event], currents);
    },
  };
}

function throughPools(scatter: Scatter, routes: readonly number[][]): Carrier {
  const fanOutOf = (route: readonly number[]) =>
    route.reduce((total, pooled) => total + scatter.fanOut(pooled), 0);
  return {
    fanOut: Uint32Array.from(routes, fanOutOf),
    carry(neurons, values, from, to, currents) {
      for (let event = from; event < to; event++)
        for (const pooled of routes[neurons[event]])
          scatter.add(pooled, values === null ? 1 : values[event], currents);
    },
  };
}

/** Prepares a projection. The shapes must agree: `checkNetwork` has seen to it for Networks. */
export function createCarrier(geometry: ProjectionGeometry): Carrier {
  const { pools, connection, targetShape } = geometry;
  let shape = geometry.sourceShape;
  let routes: number[][] | null = null;
  for (const pool of pools) {
    const targets = poolTargets(shape, pool);
    routes = routes === null ? targets : routes.map((route) => route.flatMap((pooled) => targets[pooled]));
    shape = pooledShape(shape, pool);
  }
  const scatter = scatterOf(connection, shape, targetShape);
  return routes === null ? withoutPools(scatter, sizeOf(shape)) : throughPools(scatter, routes);
}
