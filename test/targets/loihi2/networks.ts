/** Networks for the Loihi targets, small and random, and the comparison that all of them are put to. */
import fastCheck from "fast-check";
import { expect } from "vitest";
import {
  type Connection,
  type Encoder,
  type Law,
  type Network,
  type Population,
  type Projection,
  plainLaw,
  sizeOf,
} from "../../../src/network/network.ts";
import type { Events, SpikeTrain } from "../../../src/network/spikes.ts";
import { createSimulator } from "../../../src/simulate/reference.ts";
import { compareTrains } from "../../../src/target/compare.ts";
import type { Target } from "../../../src/target/target.ts";

export function population(name: string, shape: readonly number[], law: Partial<Law>): Population {
  return {
    name,
    shape,
    kind: "integrateAndFire",
    law: { ...plainLaw, compare: "gt", reset: { kind: "zero", value: Int32Array.of(0) }, ...law },
    spikeValue: Float64Array.of(1),
    membraneUnit: new Float64Array(0),
    origin: [],
  };
}

export function projection(
  source: string,
  target: string,
  delay: number,
  connection: Connection,
): Projection {
  return { name: `${source} to ${target}`, source, target, delay, pools: [], connection };
}

export function dense(weights: readonly number[]): Connection {
  return { kind: "dense", weights: Int32Array.from(weights) };
}

export const spikes: Encoder = { kind: "spikes" };
export const analog: Encoder = { kind: "analog", scale: 1, zeroPoint: 0, bits: 5, signed: true };

export interface Parts extends Pick<Network, "populations" | "projections"> {
  readonly shape: readonly number[];
  readonly encoder?: Encoder;
  readonly read?: "membrane" | "count";
}

export function network({ shape, encoder = spikes, read = "count", ...parts }: Parts): Network {
  return {
    name: "small",
    timesteps: 12,
    inputs: [{ name: "in", shape, encoder, polarity: "unsigned" }],
    readout: { population: parts.populations.at(-1)!.name, read, scale: 1, offset: 0 },
    provenance: { version: "0", modelHash: "", calibrationHash: "", options: [] },
    notes: [],
    ...parts,
  };
}

/** rows[t][i]: what input neuron i sends at step t. */
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
  const plain = values.every((value) => value === 1);
  return {
    offsets: Uint32Array.from(offsets),
    neurons: Uint32Array.from(neurons),
    values: plain ? null : Int32Array.from(values),
  };
}

/** Runs network and chip on the same input, all layers observed; fails on the first difference. Gives the spikes compared. */
export async function expectSame(
  target: Target,
  net: Network,
  rows: readonly (readonly number[])[],
): Promise<number> {
  const analogInput = net.inputs[0].encoder.kind === "analog";
  const given = analogInput ? Array.from({ length: net.timesteps }, () => rows[0]) : rows;
  const input: SpikeTrain = { steps: net.timesteps, events: new Map([["in", eventsOf(given)]]) };
  const run = createSimulator(net).run(input);
  const placement = target.place(net, { observe: "all" });
  const device = await target.open(await target.emit(placement));
  const stimulus = target.stimulus(placement, { ...input, steps: run.train.steps });
  await device.reset();
  await device.run(stimulus, run.train.steps);
  await device.reset();
  const found = target.readings(placement, await device.run(stimulus, run.train.steps));
  await device.close();
  const names = net.populations.map(({ name }) => name);
  const comparison = compareTrains(run.train, found, names);
  expect(comparison.first).toBeNull();
  if (net.readout.read === "membrane")
    expect([...found.membranes!.get(net.readout.population)!]).toEqual([...run.tieBreaks[0]]);
  return comparison.spikes;
}

const integer = (min: number, max: number) => fastCheck.integer({ min, max });
const listOf = (length: number, each: fastCheck.Arbitrary<number>) =>
  fastCheck.array(each, { minLength: length, maxLength: length });

/** Not all 0, which no `.net` file can hold. */
const weightsOf = (length: number, top = 127) =>
  listOf(length, integer(-top - 1, top)).filter((weights) => weights.some((weight) => weight !== 0));

const fineLaw = fastCheck.record({
  keptU: integer(0, 4095),
  keptV: integer(1, 4096),
  threshold: integer(1, 600),
});

/** The chip's own units, with leaks. */
export function leaky({
  keptU,
  keptV,
  threshold,
}: {
  keptU: number;
  keptV: number;
  threshold: number;
}): Partial<Law> {
  const kept = (value: number) =>
    ({ kind: "multiply", multiplier: Int32Array.of(value), shift: 12, rounding: "trunc0" }) as const;
  return {
    inputShift: 6,
    synapse: {
      kind: "trace",
      decayU: kept(keptU),
      overflowU: { low: -(2 ** 23) + 1, high: 2 ** 23, overflow: "wrap" },
      synapseOrder: "decayThenAdd",
      resetSynapse: false,
    },
    decayV: kept(keptV),
    overflowV: { low: -(2 ** 23) + 1, high: 2 ** 23 - 1, overflow: "saturate" },
    threshold: Int32Array.of(threshold * 64),
  };
}

export interface Drawn {
  readonly net: Network;
  readonly rows: number[][];
}

function inputRows(size: number, encoder: Encoder): fastCheck.Arbitrary<number[][]> {
  const each = encoder.kind === "analog" ? integer(-16, 15) : integer(0, 1);
  return fastCheck.array(listOf(size, each), { minLength: 12, maxLength: 12 });
}

/** Chains of plain neurons with biases, after spikes or after numbers, with a delay in front. */
export function plainChains(encoder: Encoder): fastCheck.Arbitrary<Drawn> {
  const law = (size: number) =>
    fastCheck
      .record({ threshold: integer(1, 400), bias: listOf(size, integer(-40, 60)) })
      .map(({ threshold, bias }) => ({ threshold: Int32Array.of(threshold), bias: Int32Array.from(bias) }));
  const parts = fastCheck.record({
    weights: fastCheck.tuple(weightsOf(5 * 7), weightsOf(7 * 4), weightsOf(4 * 3)),
    laws: fastCheck.tuple(law(7), law(4), law(3)),
    delay: integer(1, 9),
    read: fastCheck.constantFrom("membrane" as const, "count" as const),
    rows: inputRows(5, encoder),
  });
  return parts.map(({ weights, laws, delay, read, rows }) => {
    const last = read === "membrane" ? { ...laws[2], compare: "never" as const } : laws[2];
    const net = network({
      shape: [5],
      encoder,
      read,
      populations: [population("a", [7], laws[0]), population("b", [4], laws[1]), population("c", [3], last)],
      projections: [
        projection("in", "a", delay, dense(weights[0])),
        projection("a", "b", 1, dense(weights[1])),
        projection("b", "c", 1, dense(weights[2])),
      ],
    });
    return { net, rows };
  });
}

/** Leaky neurons in the chip's own units, recurrent, with delays behind. */
export const leakyRecurrent: fastCheck.Arbitrary<Drawn> = fastCheck
  .record({
    weights: fastCheck.tuple(weightsOf(5 * 8), weightsOf(8 * 8), weightsOf(8 * 4)),
    laws: fastCheck.tuple(fineLaw, fineLaw),
    delay: integer(1, 63),
    rows: inputRows(5, spikes),
  })
  .map(({ weights, laws, delay, rows }) => {
    const net = network({
      shape: [5],
      populations: [population("a", [8], leaky(laws[0])), population("b", [4], leaky(laws[1]))],
      projections: [
        projection("in", "a", 1, dense(weights[0])),
        { ...projection("a", "a", 1, dense(weights[1])), name: "a to itself" },
        projection("a", "b", delay, dense(weights[2])),
      ],
    });
    return { net, rows };
  });

/** Two convolutions, with groups, strides, dilation, padding and a pool, and a matrix behind them. */
export const convolutions: fastCheck.Arbitrary<Drawn> = fastCheck
  .record({
    first: weightsOf(4 * 2 * 3 * 2),
    second: weightsOf(4 * 2 * 2 * 2, 31),
    last: weightsOf(3 * 4 * 2 * 3),
    thresholds: fastCheck.tuple(integer(1, 300), integer(1, 300), integer(1, 300)),
    bias: listOf(4, integer(-30, 40)),
    rows: inputRows(2 * 8 * 9, spikes),
  })
  .map(({ first, second, last, thresholds, bias, rows }) => {
    const law = (i: number) => ({
      threshold: Int32Array.of(thresholds[i]),
      bias: Int32Array.from(i < 2 ? bias : [3]),
    });
    const shapes = [
      [4, 4, 9],
      [4, 2, 3],
    ] as const;
    const net = network({
      shape: [2, 8, 9],
      populations: [
        population("a", shapes[0], law(0)),
        population("b", shapes[1], law(1)),
        population("c", [3], law(2)),
      ],
      projections: [
        projection("in", "a", 1, {
          kind: "convolution",
          weights: Int32Array.from(first),
          kernel: [3, 2],
          stride: [2, 1],
          padding: [1, 1, 1, 1],
          dilation: [1, 2],
          groups: 1,
        }),
        {
          ...projection("a", "b", 1, {
            kind: "convolution",
            weights: Int32Array.from(second),
            kernel: [2, 2],
            stride: [1, 1],
            padding: [0, 0, 0, 0],
            dilation: [1, 1],
            groups: 2,
          }),
          pools: [{ kernel: [2, 2], stride: [1, 2], padding: [0, 0, 0, 0] }],
        },
        projection("b", "c", 1, dense(last)),
      ],
    });
    expect(sizeOf(shapes[1]) * 3).toBe(last.length);
    return { net, rows };
  });
