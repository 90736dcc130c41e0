/**
 * One population on given currents, as golden traces of single neurons have it: a Network of one layer, run by an engine,
 * and its spikes and states compared with the recorded ones, step by step.
 */
import type { Law, Network } from "../../../src/network/network.ts";
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

/** Neurons under the law, each with a current of its own: weight 1, no delay. */
function networkOf(law: Law, neurons: number, timesteps: number): Network {
  const currents = { kind: "current", scale: 1, zeroPoint: 0, bits: 31, signed: true } as const;
  return {
    name: "one population",
    timesteps,
    inputs: [{ name: "currents", shape: [neurons], encoder: currents, polarity: "unsigned" }],
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
      {
        name: "into neurons",
        source: "currents",
        target: "neurons",
        delay: 0,
        pools: [],
        connection: { kind: "oneToOne", weights: Int32Array.of(1) },
      },
    ],
    readout: { population: "neurons", read: "count", scale: 1, offset: 0 },
    provenance: { version: "", modelHash: "", calibrationHash: "", options: [] },
    notes: [],
  };
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
  const run = createEngine(networkOf(law, neurons, currents.length), { engine }).run(trainOf(currents), {
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
