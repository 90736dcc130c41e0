/** Small hand-made networks under the law of the ODIN family. */
import {
  type Connection,
  type Input,
  type IntegrateAndFirePopulation,
  type Network,
  type Projection,
  plainLaw,
} from "../../../src/network/network.ts";
import type { Events, SpikeTrain } from "../../../src/network/spikes.ts";
import type { Chip } from "../../../src/target/target.ts";

export function spikeInput(name: string, size: number): Input {
  return { name, shape: [size], encoder: { kind: "spikes" }, polarity: "unsigned" };
}

export function dense(rows: readonly (readonly number[])[]): Connection {
  return { kind: "dense", weights: Int8Array.from(rows.flat()) };
}

export function projection(source: string, target: string, connection: Connection, delay = 0): Projection {
  return { name: `${source} to ${target}`, source, target, delay, pools: [], connection };
}

/** A population under the chip's own law. */
export function eventPopulation(
  { rules }: Chip,
  name: string,
  thresholds: readonly number[],
  vInit: readonly number[] = [0],
  leak = 0,
): IntegrateAndFirePopulation {
  const { low, high, overflow } = rules.state;
  return {
    name,
    shape: [thresholds.length],
    kind: "integrateAndFire",
    law: {
      ...plainLaw,
      accumulate: "event",
      decayV:
        leak === 0 ? { kind: "none" } : { kind: "constant", amount: Int32Array.of(leak), towardZero: true },
      overflowV: { low, high, overflow },
      threshold: Int32Array.from(thresholds),
      reset: { kind: "zero", value: Int32Array.of(0) },
      vInit: Int32Array.from(vInit),
    },
    spikeValue: Float64Array.of(1),
    membraneUnit: new Float64Array(0),
    origin: [],
  };
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
export function train(entries: Readonly<Record<string, readonly (readonly number[])[]>>): SpikeTrain {
  const eventsOf = (steps: readonly (readonly number[])[]): Events => ({
    offsets: Uint32Array.from([0, ...steps.map((_, t) => steps.slice(0, t + 1).flat().length)]),
    neurons: Uint32Array.from(steps.flat()),
    values: null,
  });
  const events = new Map(Object.entries(entries).map(([name, steps]) => [name, eventsOf(steps)]));
  return { steps: Object.values(entries)[0].length, events };
}
