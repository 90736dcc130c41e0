import fastCheck from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Connection,
  type Network,
  type Pair,
  type Projection,
  type Shape,
  type SumPool,
  sizeOf,
} from "../../src/network/network.ts";
import { connectionTargetShape, pooledShape } from "../../src/network/shapes.ts";
import { createCarrier } from "../../src/simulate/projection.ts";
import { type Synapses, synapsesOf } from "../../src/target/synapses.ts";
import { network, population, projection, spikeInput } from "../targets/ucaspian/small-networks.ts";

function expand(from: Shape, to: Shape, connection: Connection, pools: readonly SumPool[] = []): Synapses {
  const only: Projection = projection("in", "out", 1, connection, pools);
  const net: Network = network({
    inputs: [{ ...spikeInput("in", 1), shape: from }],
    populations: [population("out", to, [1])],
    projections: [only],
  });
  return synapsesOf(only, net);
}

const upTo = (min: number, max: number) => fastCheck.integer({ min, max });
const pairs = (max: number): fastCheck.Arbitrary<Pair> => fastCheck.tuple(upTo(1, max), upTo(1, max));
const paddings = fastCheck.tuple(upTo(0, 1), upTo(0, 1), upTo(0, 1), upTo(0, 1));

/** A source of up to four channels, up to two pools and a convolution of up to two groups. */
const geometries = fastCheck
  .record({
    size: fastCheck.tuple(upTo(6, 9), upTo(6, 9)),
    inputs: upTo(1, 2),
    outputs: upTo(1, 2),
    groups: upTo(1, 2),
    window: fastCheck.record({ kernel: pairs(3), stride: pairs(3), padding: paddings, dilation: pairs(2) }),
    pools: fastCheck.array(fastCheck.record({ kernel: pairs(3), stride: pairs(2), padding: paddings }), {
      maxLength: 2,
    }),
    seed: upTo(1, 1000),
  })
  .map(({ size, inputs, outputs, groups, window, pools, seed }) => {
    const count = groups * outputs * inputs * window.kernel[0] * window.kernel[1];
    const weights = Int8Array.from({ length: count }, (_, k) => ((k * 37 + seed) % 11) - 5);
    const connection: Connection = { kind: "convolution", weights, groups, ...window };
    const from: Shape = [groups * inputs, ...size];
    return { from, pools, connection };
  });

/** [source, target, weight] of every synapse. */
function list({ offsets, targets, weights }: Synapses): number[][] {
  return [...targets].map((target, k) => [
    offsets.findIndex((offset, source) => offset <= k && k < offsets[source + 1]),
    target,
    weights[k],
  ]);
}

describe("the synapses of a projection", () => {
  it("are the nonzero weights of a dense connection, by source", () => {
    const weights = Int8Array.of(1, 0, 3, 0, 5, 6);
    expect(list(expand([3], [2], { kind: "dense", weights }))).toEqual([
      [0, 0, 1],
      [1, 1, 5],
      [2, 0, 3],
      [2, 1, 6],
    ]);
  });

  it("of a sparse connection are its own, sorted, added up where two join the same neurons", () => {
    const connection: Connection = {
      kind: "sparse",
      offsets: Int32Array.of(0, 4, 4, 6),
      targets: Int32Array.of(2, 0, 2, 1, 3, 3),
      weights: Int8Array.of(5, 1, 4, 0, 9, -9),
      targetSize: 4,
    };
    expect(list(expand([3], [4], connection))).toEqual([
      [0, 0, 1],
      [0, 2, 9],
    ]);
  });

  it("take one weight a channel in a one-to-one connection", () => {
    const weights = Int8Array.of(4, -7);
    const found = list(expand([2, 1, 2], [2, 1, 2], { kind: "oneToOne", weights }));
    expect(found).toEqual([
      [0, 0, 4],
      [1, 1, 4],
      [2, 2, -7],
      [3, 3, -7],
    ]);
  });

  it("add up where two windows of a pool share a neuron, and vanish where the sum is 0", () => {
    // Windows {0,1}, {1,2}: neuron 1 is in both.
    const pool: SumPool = { kernel: [1, 2], stride: [1, 1], padding: [0, 0, 0, 0] };
    const dense = (weights: number[]): Connection => ({ kind: "dense", weights: Int8Array.from(weights) });
    expect(list(expand([1, 1, 3], [1], dense([10, 3]), [pool]))).toEqual([
      [0, 0, 10],
      [1, 0, 13],
      [2, 0, 3],
    ]);
    expect(list(expand([1, 1, 3], [1], dense([10, -10]), [pool]))).toEqual([
      [0, 0, 10],
      [2, 0, -10],
    ]);
  });

  it("carry the same currents as the simulator's projections, for random geometries", () => {
    fastCheck.assert(
      fastCheck.property(geometries, ({ from, pools, connection }) => {
        const to = connectionTargetShape(pools.reduce(pooledShape, from), connection);
        fastCheck.pre(to[1] > 0 && to[2] > 0);
        const { offsets, targets, weights } = expand(from, to, connection, pools);
        const carrier = createCarrier({ sourceShape: from, targetShape: to, pools, connection });
        for (let source = 0; source + 1 < offsets.length; source++) {
          const expected = new Float64Array(sizeOf(to));
          carrier.carry([source], null, 0, 1, expected);
          const found = new Float64Array(sizeOf(to));
          for (let k = offsets[source]; k < offsets[source + 1]; k++) found[targets[k]] += weights[k];
          expect([...found], `source ${source}`).toEqual([...expected]);
        }
      }),
      { numRuns: 60, seed: 4 },
    );
  });
});
