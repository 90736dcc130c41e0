/**
 * One population on given currents, as golden traces of single neurons have it: a Network of one layer, run by an engine,
 * and its spikes and states compared with the recorded ones, step by step.
 */
import type { Connection, Encoder, Law, Network } from "../../../src/network/network.ts";
import type { SpikeTrain } from "../../../src/network/spikes.ts";
import { createEngine, type EngineKind } from "../../../src/simulate/engine.ts";
import { createEventList } from "../../../src/simulate/event-list.ts";

/** [step][neuron] */
export type Rows = readonly (readonly number[])[];

/** What was recorded, by name; each after the step. */
export interface Recorded {
  readonly spikes: Rows;
  readonly v: Rows;
  readonly u?: Rows;
}

/** Bits of the largest number, and a sign. */
function bitsOf(rows: Rows): number {
  const largest = rows.flat().reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  return Math.ceil(Math.log2(largest + 1)) + 1;
}

/** An input named currents, and a population named neurons: weights lead from one to the other without delay. */
export function networkOfOne(
  law: Law,
  connection: Connection & { readonly kind: "dense" | "oneToOne" },
  encoder: Encoder,
  timesteps: number,
  neurons = 1,
): Network {
  const sources = connection.kind === "dense" ? connection.weights.length / neurons : neurons;
  return {
    name: "one population",
    timesteps,
    inputs: [{ name: "currents", shape: [sources], encoder, polarity: "unsigned" }],
    populations: [
      {
        kind: "integrateAndFire",
        name: "neurons",
        shape: [neurons],
        law,
        spikeValue: new Float64Array(0),
        membraneUnit: new Float64Array(0),
        origin: [],
      },
    ],
    projections: [
      { name: "into neurons", source: "currents", target: "neurons", delay: 0, pools: [], connection },
    ],
    readout: { population: "neurons", read: "count", scale: 1, offset: 0 },
    provenance: { version: "", modelHash: "", calibrationHash: "", options: [] },
    notes: [],
  };
}

/** Neurons under the law, each with a current of its own. bits: of a current. */
function networkOf(law: Law, neurons: number, timesteps: number, bits: number): Network {
  const currents = { kind: "current", scale: 1, zeroPoint: 0, bits, signed: true } as const;
  return networkOfOne(law, { kind: "oneToOne", weights: Int32Array.of(1) }, currents, timesteps, neurons);
}

function trainOf(rows: Rows): SpikeTrain {
  const list = createEventList();
  for (const row of rows) {
    row.forEach((value, neuron) => {
      if (value !== 0) list.push(neuron, value);
    });
    list.endStep();
  }
  return { steps: rows.length, events: new Map([["currents", list.toEvents()]]) };
}

/** Spikes and states of every neuron at every step. */
export function runLaw(law: Law, currents: Rows, engine: EngineKind): Required<Recorded> {
  const neurons = currents[0].length;
  const probe = new Set(["neurons"]);
  const network = networkOf(law, neurons, currents.length, bitsOf(currents));
  const made = createEngine(network, { engine });
  // A fallback would prove nothing about the engine.
  if (made.kind !== engine) throw new Error(`the law ${made.note}`);
  const run = made.run(trainOf(currents), {
    membranes: probe,
    traces: probe,
  });
  const { offsets, neurons: fired, values } = run.train.events.get("neurons")!;
  const spikes = currents.map((_, step) => {
    const row = new Array<number>(neurons).fill(0);
    for (let event = offsets[step]; event < offsets[step + 1]; event++)
      row[fired[event]] += values?.[event] ?? 1;
    return row;
  });
  const v = run.membranes.get("neurons")!.map((row) => [...row]);
  const u = run.traces?.get("neurons")?.map((sample) => [...sample.u]) ?? v.map((row) => row.map(() => 0));
  return { spikes, v, u };
}

/** The first step and neuron that differ, in words; null: none does. */
export function firstDifference(found: Required<Recorded>, expected: Recorded): string | null {
  for (const what of ["u", "v", "spikes"] as const) {
    const rows = expected[what];
    if (rows === undefined) continue;
    for (let step = 0; step < Math.max(rows.length, found[what].length); step++)
      for (let neuron = 0; neuron < rows[0].length; neuron++) {
        const [is, was] = [found[what][step]?.[neuron], rows[step]?.[neuron]];
        if (is !== was) return `${what} of neuron ${neuron} at step ${step}: ${is}, expected ${was}`;
      }
  }
  return null;
}
