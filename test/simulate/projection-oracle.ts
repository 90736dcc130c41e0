/**
 * What a projection adds to its target, from its definition and for floats as for integers: pools and convolutions by
 * walking over outputs (the simulator walks over inputs), with zeros outside the map.
 */
import fc from "fast-check";
import type { Padding2d, Pair, Shape, SumPool } from "../../src/network/network.ts";
import { sizeOf } from "../../src/network/network.ts";
import type { NumericConnection } from "../../src/simulate/numeric-connection.ts";
import type { ProjectionGeometry } from "../../src/simulate/projection.ts";

type Convolution = NumericConnection & { kind: "convolution" };

/** Positions of a window of `span` on `extent` pixels with padding on both sides. */
function positions(extent: number, before: number, after: number, span: number, stride: number): number[] {
  const starts: number[] = [];
  for (let start = -before; start + span <= extent + after; start += stride) starts.push(start);
  return starts;
}

function pixel(
  map: ArrayLike<number>,
  [, height, width]: Shape,
  channel: number,
  y: number,
  x: number,
): number {
  return y < 0 || x < 0 || y >= height || x >= width ? 0 : map[(channel * height + y) * width + x];
}

interface Image {
  readonly shape: Shape;
  readonly values: readonly number[];
}

function sumPool({ shape, values }: Image, { kernel, stride, padding }: SumPool): Image {
  const ys = positions(shape[1], padding[0], padding[2], kernel[0], stride[0]);
  const xs = positions(shape[2], padding[1], padding[3], kernel[1], stride[1]);
  const pooled: number[] = [];
  for (let channel = 0; channel < shape[0]; channel++)
    for (const y of ys)
      for (const x of xs) {
        let sum = 0;
        for (let ky = 0; ky < kernel[0]; ky++)
          for (let kx = 0; kx < kernel[1]; kx++) sum += pixel(values, shape, channel, y + ky, x + kx);
        pooled.push(sum);
      }
  return { shape: [shape[0], ys.length, xs.length], values: pooled };
}

function convolve({ shape, values }: Image, connection: Convolution): Image {
  const { kernel, stride, padding, dilation, groups, weights } = connection;
  const span = (axis: 0 | 1) => dilation[axis] * (kernel[axis] - 1) + 1;
  const ys = positions(shape[1], padding[0], padding[2], span(0), stride[0]);
  const xs = positions(shape[2], padding[1], padding[3], span(1), stride[1]);
  const inputs = shape[0] / groups;
  const outputs = weights.length / (inputs * kernel[0] * kernel[1]);
  const result: number[] = [];
  for (let output = 0; output < outputs; output++)
    for (const y of ys)
      for (const x of xs) {
        let sum = 0;
        let weight = output * inputs * kernel[0] * kernel[1];
        const first = Math.floor((output * groups) / outputs) * inputs;
        for (let channel = first; channel < first + inputs; channel++)
          for (let ky = 0; ky < kernel[0]; ky++)
            for (let kx = 0; kx < kernel[1]; kx++, weight++)
              sum +=
                weights[weight] * pixel(values, shape, channel, y + ky * dilation[0], x + kx * dilation[1]);
        result.push(sum);
      }
  return { shape: [outputs, ys.length, xs.length], values: result };
}

function connect(image: Image, connection: NumericConnection): Image {
  const { weights } = connection;
  const { values, shape } = image;
  if (connection.kind === "convolution") return convolve(image, connection);
  if (connection.kind === "oneToOne")
    return {
      shape,
      values: values.map((value, i) => value * weights[Math.floor((i * weights.length) / values.length)]),
    };
  if (connection.kind === "sparse") {
    // By target, where the simulator goes by source.
    const { offsets, targets, targetSize } = connection;
    const sourceOf = (synapse: number) => offsets.findLastIndex((offset) => offset <= synapse);
    const sums = Array.from({ length: targetSize }, (_, target) =>
      [...targets.keys()]
        .filter((synapse) => targets[synapse] === target)
        .reduce((sum, synapse) => sum + weights[synapse] * values[sourceOf(synapse)], 0),
    );
    return { shape: [targetSize], values: sums };
  }
  const rows = weights.length / values.length;
  const product = Array.from({ length: rows }, (_, row) =>
    values.reduce((sum, value, i) => sum + weights[row * values.length + i] * value, 0),
  );
  return { shape: [rows], values: product };
}

/** Currents of the target, where source neuron i emits values[i]. */
export function currentsByDefinition(
  geometry: ProjectionGeometry,
  values: readonly number[],
): readonly number[] {
  const pooled = geometry.pools.reduce(sumPool, { shape: geometry.sourceShape, values });
  return connect(pooled, geometry.connection).values;
}

const extent = fc.integer({ min: 1, max: 3 });
const pair: fc.Arbitrary<Pair> = fc.tuple(extent, extent);
const padding: fc.Arbitrary<Padding2d> = fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2), fc.nat(2));
const weight = fc.integer({ min: -20, max: 20 });

function weightsOf(length: number): fc.Arbitrary<Int32Array> {
  return fc.array(weight, { minLength: length, maxLength: length }).map((values) => Int32Array.from(values));
}

function fits(shape: Shape): boolean {
  return shape.every((size) => size >= 1);
}

/** Shape after a window, by the oracle's own walk. */
function windowed([channels, height, width]: Shape, kernel: Pair, stride: Pair, pad: Padding2d): Shape {
  const rows = positions(height, pad[0], pad[2], kernel[0], stride[0]);
  return [channels, rows.length, positions(width, pad[1], pad[3], kernel[1], stride[1]).length];
}

const pools: fc.Arbitrary<SumPool[]> = fc.array(fc.record({ kernel: pair, stride: pair, padding }), {
  maxLength: 2,
});

function convolutionFrom(shape: Shape): fc.Arbitrary<NumericConnection> {
  const groups = fc.constantFrom(...[1, 2, 3, 4].filter((count) => shape[0] % count === 0));
  return fc
    .record({ kernel: pair, stride: pair, padding, dilation: pair, groups, outputsPerGroup: extent })
    .chain(({ outputsPerGroup, ...window }) => {
      const length = outputsPerGroup * shape[0] * window.kernel[0] * window.kernel[1];
      return weightsOf(length).map((weights) => ({ kind: "convolution" as const, ...window, weights }));
    });
}

function sparseFrom(sources: number): fc.Arbitrary<NumericConnection> {
  return fc
    .record({
      counts: fc.array(fc.nat(3), { minLength: sources, maxLength: sources }),
      targetSize: fc.integer({ min: 1, max: 5 }),
    })
    .chain(({ counts, targetSize }) => {
      let count = 0;
      const offsets = Int32Array.of(0, ...counts.map((own) => (count += own)));
      const targets = fc.array(fc.nat(targetSize - 1), { minLength: count, maxLength: count });
      return fc.tuple(targets, weightsOf(count)).map(([ends, weights]) => ({
        kind: "sparse" as const,
        offsets,
        targets: Int32Array.from(ends),
        weights,
        targetSize,
      }));
    });
}

function connectionFrom(shape: Shape): fc.Arbitrary<NumericConnection> {
  const size = sizeOf(shape);
  const dense = extent.chain((rows) => weightsOf(rows * size));
  const oneToOne = fc.constantFrom(1, shape[0], size).chain(weightsOf);
  return fc.oneof(
    { weight: 3, arbitrary: convolutionFrom(shape) },
    { weight: 1, arbitrary: dense.map((weights) => ({ kind: "dense" as const, weights })) },
    { weight: 1, arbitrary: oneToOne.map((weights) => ({ kind: "oneToOne" as const, weights })) },
    { weight: 1, arbitrary: sparseFrom(size) },
  );
}

/** Projections of every kind from a small map, with the values that its neurons emit (0: silent). */
export const arbitraryProjection: fc.Arbitrary<{ geometry: ProjectionGeometry; values: number[] }> = fc
  .tuple(
    fc.integer({ min: 1, max: 4 }),
    fc.integer({ min: 1, max: 6 }),
    fc.integer({ min: 1, max: 6 }),
    pools,
  )
  .map(([channels, height, width, made]) => {
    const sourceShape: Shape = [channels, height, width];
    const fitting: SumPool[] = [];
    let shape = sourceShape;
    for (const pool of made) {
      const next = windowed(shape, pool.kernel, pool.stride, pool.padding);
      if (!fits(next)) break;
      fitting.push(pool);
      shape = next;
    }
    return { sourceShape, pools: fitting, shape };
  })
  .chain(({ sourceShape, pools: made, shape }) => {
    const size = sizeOf(sourceShape);
    const emitted = fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.integer({ min: -3, max: 9 }));
    return fc
      .tuple(connectionFrom(shape), fc.array(emitted, { minLength: size, maxLength: size }))
      .map(([connection, values]) => {
        const target = connect({ shape, values: new Array<number>(sizeOf(shape)).fill(0) }, connection).shape;
        return { geometry: { sourceShape, targetShape: target, pools: made, connection }, values };
      });
  })
  .filter(({ geometry }) => fits(geometry.targetShape));
