/** Small hand-made Networks and spike trains for the uCaspian tests. */

import type { SpikecError } from "../../../src/errors/error.ts";
import {
  type Connection,
  type Input,
  type IntegrateAndFirePopulation,
  type Network,
  type Projection,
  plainLaw,
} from "../../../src/network/network.ts";
import type { Events, SpikeTrain } from "../../../src/network/spikes.ts";

export function spikeInput(name: string, size: number): Input {
  return { name, shape: [size], encoder: { kind: "spikes" }, polarity: "unsigned" };
}

export function population(
  name: string,
  shape: readonly number[],
  thresholds: readonly number[],
): IntegrateAndFirePopulation {
  return {
    name,
    shape,
    kind: "integrateAndFire",
    law: {
      ...plainLaw,
      overflowV: { low: -32768, high: 32767, overflow: "saturate" },
      threshold: Int32Array.from(thresholds),
      compare: "gt",
      reset: { kind: "zero", value: Int32Array.of(0) },
    },
    spikeValue: Float64Array.of(1),
    membraneUnit: new Float64Array(0),
    origin: [],
  };
}

export function dense(rows: readonly (readonly number[])[]): Connection {
  return { kind: "dense", weights: Int8Array.from(rows.flat()) };
}

export function projection(
  source: string,
  target: string,
  delay: number,
  connection: Connection,
  pools: Projection["pools"] = [],
): Projection {
  return { name: `${source} to ${target}`, source, target, delay, pools, connection };
}

export function network(
  parts: Pick<Network, "inputs" | "populations" | "projections"> & Partial<Network>,
): Network {
  return {
    name: "small",
    timesteps: 8,
    readout: { population: parts.populations.at(-1)!.name, read: "count", scale: 1, offset: 0 },
    provenance: { version: "0", modelHash: "", calibrationHash: "", options: [] },
    notes: [],
    ...parts,
  };
}

/** steps[t]: the neurons that fire at step t. */
export function eventsOf(steps: readonly (readonly number[])[]): Events {
  const offsets = Uint32Array.from([0, ...steps.map((_, t) => steps.slice(0, t + 1).flat().length)]);
  return { offsets, neurons: Uint32Array.from(steps.flat()), values: null };
}

export function train(entries: Readonly<Record<string, readonly (readonly number[])[]>>): SpikeTrain {
  const events = new Map(Object.entries(entries).map(([name, steps]) => [name, eventsOf(steps)]));
  return { steps: Object.values(entries)[0].length, events };
}

/** The events back as one list of neurons a step, for comparison. */
export function stepsOfEvents({ offsets, neurons }: Events): number[][] {
  return Array.from({ length: offsets.length - 1 }, (_, t) => [
    ...neurons.subarray(offsets[t], offsets[t + 1]),
  ]);
}

/** Two inputs with different delays, a hidden layer and an output: a little of everything that the chip can do. */
export function twoLayers(): Network {
  return network({
    inputs: [spikeInput("pixels", 3), { ...spikeInput("bias", 1), encoder: { kind: "always" } }],
    populations: [population("hidden", [4], [5, 9, 3, 0]), population("output", [2], [7])],
    projections: [
      projection(
        "pixels",
        "hidden",
        1,
        dense([
          [4, -2, 3],
          [5, 5, -1],
          [0, 2, 2],
          [-3, 1, 1],
        ]),
      ),
      projection(
        "hidden",
        "output",
        2,
        dense([
          [4, 4, -3, 6],
          [-2, 7, 5, 0],
        ]),
      ),
      projection("bias", "output", 3, dense([[1], [2]])),
    ],
  });
}

/** The error that `action` throws. Fails when it throws none. */
export async function errorOf(action: () => unknown): Promise<SpikecError> {
  try {
    await action();
  } catch (error) {
    return error as SpikecError;
  }
  throw new Error("no error was thrown");
}
