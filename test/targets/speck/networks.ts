/** Networks for the Speck family, small and random, and the comparison that all of them are put to. */
import fastCheck from "fast-check";
import { expect } from "vitest";
import {
  type Connection,
  type Law,
  type Network,
  type Population,
  type Projection,
  plainLaw,
  type Shape,
  type SumPool,
  sizeOf,
} from "../../../src/network/network.ts";
import type { Events, SpikeTrain } from "../../../src/network/spikes.ts";
import { createSimulator } from "../../../src/simulate/reference.ts";
import { compareTrains } from "../../../src/target/compare.ts";
import type { PlaceOptions, Target } from "../../../src/target/target.ts";

/** What a core computes by steps, with a threshold of its own. */
export const chipLaw: Law = {
  ...plainLaw,
  maxSpikes: 0,
  overflowV: { low: -(2 ** 15), high: 2 ** 31 - 1, overflow: "saturate" },
  threshold: Int32Array.of(20),
};

export function population(name: string, shape: Shape, law: Partial<Law> = {}): Population {
  return {
    name,
    shape,
    kind: "integrateAndFire",
    law: { ...chipLaw, ...law },
    spikeValue: Float64Array.of(1),
    membraneUnit: new Float64Array(0),
    origin: [],
  };
}

export const pool = (side: number): SumPool => ({
  kernel: [side, side],
  stride: [side, side],
  padding: [0, 0, 0, 0],
});

export function projection(
  source: string,
  target: string,
  connection: Connection,
  pools: readonly SumPool[] = [],
): Projection {
  return { name: `${source} to ${target}`, source, target, delay: 0, pools, connection };
}

export function dense(weights: readonly number[]): Connection {
  return { kind: "dense", weights: Int8Array.from(weights) };
}

export function convolution(
  weights: readonly number[],
  side: number,
  { stride = 1, padding = 0, ...rest }: Partial<{ stride: number; padding: number; groups: number }> = {},
): Connection {
  return {
    kind: "convolution",
    weights: Int8Array.from(weights),
    kernel: [side, side],
    stride: [stride, stride],
    padding: [padding, padding, padding, padding],
    dilation: [1, 1],
    groups: 1,
    ...rest,
  };
}

/** Weights that excite and inhibit; the same for the same length. */
export const ramp = (length: number) => Array.from({ length }, (_, i) => ((i * 37) % 61) - 25);

export function network(
  shape: Shape,
  populations: readonly Population[],
  projections: readonly Projection[],
  timesteps = 8,
): Network {
  return {
    name: "small",
    timesteps,
    inputs: [{ name: "in", shape, encoder: { kind: "spikes" }, polarity: "unsigned" }],
    populations,
    projections,
    readout: { population: populations.at(-1)!.name, read: "count", scale: 1, offset: 0 },
    provenance: { version: "0", modelHash: "", calibrationHash: "", options: [] },
    notes: [],
  };
}

/** rows[t][i]: spikes of input neuron i at step t. */
export function eventsOf(rows: readonly (readonly number[])[]): Events {
  const offsets = [0];
  const neurons: number[] = [];
  const values: number[] = [];
  for (const row of rows) {
    row.forEach((value, neuron) => {
      if (value === 0) return;
      neurons.push(neuron);
      values.push(value);
    });
    offsets.push(neurons.length);
  }
  return {
    offsets: Uint32Array.from(offsets),
    neurons: Uint32Array.from(neurons),
    values: Int32Array.from(values),
  };
}

/** Network and chip on the same input, every layer compared; fails on the first difference. Gives the spikes compared. */
export async function expectSame(
  target: Target,
  net: Network,
  rows: readonly (readonly number[])[],
  chip: NonNullable<PlaceOptions["chip"]> = {},
): Promise<number> {
  const placement = target.place(net, { observe: "all", chip });
  const input: SpikeTrain = { steps: net.timesteps, events: new Map([["in", eventsOf(rows)]]) };
  const { train } = createSimulator(placement.network).run(input);
  const device = await target.open(await target.emit(placement));
  const stimulus = target.stimulus(placement, input);
  await device.run(stimulus, train.steps);
  await device.reset();
  const found = target.readings(placement, await device.run(stimulus, train.steps));
  await device.close();
  const names = net.populations.map(({ name }) => name);
  const comparison = compareTrains(train, found, names);
  expect(comparison.first).toBeNull();
  return comparison.spikes;
}

export interface Drawn {
  readonly net: Network;
  readonly rows: number[][];
}

const integer = (min: number, max: number) => fastCheck.integer({ min, max });
const listOf = (length: number, each: fastCheck.Arbitrary<number>) =>
  fastCheck.array(each, { minLength: length, maxLength: length });
const weightsOf = (length: number) => listOf(length, integer(-60, 90));

function laws(shape: Shape): fastCheck.Arbitrary<Partial<Law>> {
  const size = sizeOf(shape);
  return fastCheck
    .record({
      threshold: integer(25, 300),
      floor: fastCheck.option(integer(-400, -1)),
      bias: fastCheck.option(listOf(shape[0], integer(-20, 40))),
      vInit: fastCheck.option(listOf(size, integer(-50, 200))),
      reset: fastCheck.constantFrom("subtract" as const, "zero" as const),
    })
    .map(({ threshold, floor, bias, vInit, reset }) => ({
      threshold: Int32Array.of(threshold),
      floor: floor === null ? null : { kind: "clamp" as const, value: Int32Array.of(floor) },
      bias: Int32Array.from(bias ?? [0]),
      vInit: Int32Array.from(vInit ?? [0]),
      reset:
        reset === "zero" ? { kind: "zero", value: Int32Array.of(0) } : { kind: "subtract", amount: null },
    }));
}

/** Input, then a branch into two convolutions that merge again in one, then classes: every kind of edge that there is. */
export const branches: fastCheck.Arbitrary<Drawn> = fastCheck
  .record({
    height: integer(4, 6),
    width: integer(4, 6),
    stride: fastCheck.constantFrom(1, 2),
    side: integer(1, 2),
  })
  .chain(({ height, width, stride, side }) => {
    const first: Shape = [3, Math.floor((height - 1) / stride) + 1, Math.floor((width - 1) / stride) + 1];
    const pooled = [3, Math.floor(first[1] / side), Math.floor(first[2] / side)];
    const middle: Shape = [4, pooled[1], pooled[2]];
    const [rows, columns] = [middle[1] + 1, middle[2] + 1];
    return fastCheck
      .record({
        weights: fastCheck.tuple(
          weightsOf(3 * 2 * 9),
          weightsOf(4 * 3 * 9),
          weightsOf(4 * 3),
          weightsOf(2 * 4 * 4),
        ),
        laws: fastCheck.tuple(laws(first), laws(middle), laws(middle), laws([2, rows, columns])),
        rows: fastCheck.array(listOf(2 * height * width, integer(0, 2)), { minLength: 4, maxLength: 4 }),
      })
      .map(({ weights, laws: [a, b, c, d], rows: input }) => ({
        net: network(
          [2, height, width],
          [
            population("a", first, a),
            population("b", middle, b),
            population("c", middle, c),
            population("d", [2, rows, columns], d),
          ],
          [
            projection("in", "a", convolution(weights[0], 3, { stride, padding: 1 })),
            projection("a", "b", convolution(weights[1], 3, { padding: 1 }), side === 1 ? [] : [pool(side)]),
            projection("a", "c", convolution(weights[2], 1), side === 1 ? [] : [pool(side)]),
            projection("b", "d", convolution(weights[3], 2, { padding: 1 })),
            projection("c", "d", convolution(weights[3], 2, { padding: 1 })),
          ],
          4,
        ),
        rows: input,
      }));
  });

/** Pools in front of everything, one after the other in one place, single neurons behind maps, and a diagonal. */
export const pooledClasses: fastCheck.Arbitrary<Drawn> = fastCheck
  .record({
    weights: fastCheck.tuple(
      weightsOf(4 * 1 * 9),
      weightsOf(5 * 4),
      listOf(5, integer(1, 90)),
      weightsOf(3 * 5),
    ),
    laws: fastCheck.tuple(laws([4, 6, 6]), laws([5]), laws([5]), laws([3])),
    rows: fastCheck.array(listOf(13 * 12, integer(0, 1)), { minLength: 6, maxLength: 6 }),
  })
  .map(({ weights, laws: [a, b, c, d], rows }) => ({
    net: network(
      [1, 13, 12],
      [
        population("a", [4, 6, 6], a),
        population("b", [5], b),
        population("c", [5], c),
        population("d", [3], d),
      ],
      [
        projection("in", "a", convolution(weights[0], 3, { padding: 1 }), [pool(2)]),
        projection("a", "b", dense(weights[1]), [pool(2), pool(2)]),
        projection("b", "c", { kind: "oneToOne", weights: Int8Array.from(weights[2]) }),
        projection("c", "d", dense(weights[3])),
      ],
      6,
    ),
    rows,
  }));
