/** Networks in Xylo's law, drawn or made by hand, and their comparison on the emulated chip. */
import fastCheck from "fast-check";
import { expect } from "vitest";
import {
  type Connection,
  type Input,
  type IntegrateAndFirePopulation,
  type Law,
  type Network,
  type Projection,
  plainLaw,
  sizeOf,
} from "../../../src/network/network.ts";
import type { SpikeTrain } from "../../../src/network/spikes.ts";
import { createSimulator } from "../../../src/simulate/reference.ts";
import { compareTrains } from "../../../src/target/compare.ts";
import type { Target } from "../../../src/target/target.ts";

const range = { low: -32768, high: 32767, overflow: "saturate" } as const;

interface Dashes {
  readonly synapse?: number;
  readonly membrane?: number;
  readonly shift?: number;
}

export function lawOf(threshold: readonly number[], maxSpikes: number, dashes: Dashes = {}): Law {
  const { synapse = 1, membrane = 15, shift = 0 } = dashes;
  return {
    ...plainLaw,
    synapse: {
      kind: "trace",
      decayU: { kind: "shift", shift: synapse, tail: true },
      overflowU: range,
      synapseOrder: "addThenDecay",
      resetSynapse: false,
    },
    inputShift: shift,
    decayV: { kind: "shift", shift: membrane, tail: true },
    overflowV: range,
    threshold: Int32Array.from(threshold),
    maxSpikes,
  };
}

export function population(name: string, size: number, law: Law): IntegrateAndFirePopulation {
  return {
    name,
    shape: [size],
    kind: "integrateAndFire",
    law,
    spikeValue: Float64Array.of(1),
    membraneUnit: new Float64Array(0),
    origin: [],
  };
}

export const sampleInput = (size: number): Input => ({
  name: "in",
  shape: [size],
  encoder: { kind: "spikes" },
  polarity: "unsigned",
});

export const alwaysOn = (name: string): Input => ({
  name,
  shape: [1],
  encoder: { kind: "always" },
  polarity: "unsigned",
});

export const dense = (rows: readonly (readonly number[])[]): Connection => ({
  kind: "dense",
  weights: Int8Array.from(rows.flat()),
});

export function projection(
  source: string,
  target: string,
  connection: Connection,
  delay: number,
): Projection {
  return { name: `${source} to ${target}`, source, target, delay, pools: [], connection };
}

export function network(
  parts: Pick<Network, "inputs" | "populations" | "projections"> & Partial<Network>,
): Network {
  return {
    name: "small",
    timesteps: 12,
    readout: { population: parts.populations.at(-1)!.name, read: "count", scale: 1, offset: 0 },
    provenance: { version: "0", modelHash: "", calibrationHash: "", options: [] },
    notes: [],
    ...parts,
  };
}

/** rows[t][neuron]: spikes of the sample; always-on inputs fire at every step of it. */
export function trainOf(net: Network, rows: readonly (readonly number[])[]): SpikeTrain {
  const events = new Map(
    net.inputs.map(({ name, shape, encoder }) => {
      const counts =
        encoder.kind === "always" ? rows.map(() => new Array<number>(sizeOf(shape)).fill(1)) : rows;
      const fired = counts.map((row) => row.flatMap((count, neuron) => (count > 0 ? [neuron] : [])));
      const offsets = Uint32Array.from([0, ...fired.map((_, t) => fired.slice(0, t + 1).flat().length)]);
      const values = Int32Array.from(counts.flatMap((row) => row.filter((count) => count > 0)));
      return [name, { offsets, neurons: Uint32Array.from(fired.flat()), values }] as const;
    }),
  );
  return { steps: rows.length, events };
}

/** Every layer spike by spike, and the outputs' membranes; returns the spikes compared. */
export async function expectSame(
  target: Target,
  net: Network,
  rows: readonly (readonly number[])[],
): Promise<number> {
  const input = trainOf(net, rows);
  const outputs = net.readout.population;
  const { train, membranes } = createSimulator(net).run(input, { membranes: new Set([outputs]) });
  const placement = target.place(net, { observe: "all" });
  const device = await target.open(await target.emit(placement));
  const stimulus = target.stimulus(placement, input);
  const events = await device.run(stimulus, train.steps);
  const found = target.readings(placement, events);
  const { spikes, first } = compareTrains(
    train,
    found,
    net.populations.map(({ name }) => name),
  );
  expect(first).toBeNull();
  expect([...found.membranes!.get(outputs)!]).toEqual([...membranes.get(outputs)!.at(-1)!]);
  await device.reset();
  expect(await device.run(stimulus, train.steps)).toEqual(events);
  return spikes;
}

const integers = (count: number, min: number, max: number) =>
  fastCheck.array(fastCheck.integer({ min, max }), { minLength: count, maxLength: count });
const matrix = (rows: number, columns: number, largest: number) =>
  fastCheck.array(integers(columns, -largest, largest), { minLength: rows, maxLength: rows });

export interface Drawn {
  readonly net: Network;
  readonly rows: readonly (readonly number[])[];
}

/** Two recurrent hidden layers and outputs, with dashes, shifts, biases of every layer, and an input with a delay. */
export const recurrentNetworks: fastCheck.Arbitrary<Drawn> = fastCheck
  .record({
    into: matrix(6, 3, 60),
    loop: matrix(6, 6, 12),
    on: matrix(4, 6, 60),
    out: matrix(3, 4, 60),
    biases: fastCheck.tuple(integers(6, -20, 40), integers(4, -20, 40), integers(3, -20, 40)),
    thresholds: fastCheck.tuple(integers(6, 20, 400), integers(4, 20, 400), integers(3, 20, 400)),
    synapse: integers(3, 1, 4),
    membrane: integers(3, 1, 15),
    shift: integers(2, 0, 2),
    delay: fastCheck.integer({ min: 0, max: 3 }),
    rows: fastCheck.array(integers(3, 0, 3), { minLength: 12, maxLength: 12 }),
  })
  .map(({ into, loop, on, out, biases, thresholds, synapse, membrane, shift, delay, rows }) => {
    const law = (k: number, most: number) =>
      lawOf(thresholds[k], most, {
        synapse: synapse[k],
        membrane: membrane[k],
        shift: shift[k === 2 ? 1 : 0],
      });
    const column = (values: readonly number[]) => dense(values.map((value) => [value]));
    const net = network({
      inputs: [sampleInput(3), alwaysOn("a"), alwaysOn("b"), alwaysOn("c")],
      populations: [
        population("first", 6, law(0, 31)),
        population("second", 4, law(1, 31)),
        population("output", 3, law(2, 1)),
      ],
      projections: [
        projection("in", "first", dense(into), delay),
        projection("first", "first", dense(loop), 1),
        projection("first", "second", dense(on), 1),
        projection("second", "output", dense(out), 1),
        projection("a", "first", column(biases[0]), delay),
        projection("b", "second", column(biases[1]), delay + 1),
        projection("c", "output", column(biases[2]), delay + 2),
      ],
    });
    return { net, rows };
  });
