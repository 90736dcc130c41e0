/** Small flat networks for tests of time and readout, from what matters about them. */
import type {
  Input,
  IntegrateAndFirePopulation,
  Law,
  Network,
  Population,
  Projection,
  Readout,
} from "../../src/network/network.ts";
import type { Events, SpikeTrain } from "../../src/network/spikes.ts";
import { plainLaw } from "./small-laws.ts";

export const spikesIn = (neurons: number): Input => ({
  name: "input",
  shape: [neurons],
  encoder: { kind: "spikes" },
  polarity: "unsigned",
});

export const analogIn = (neurons: number): Input => ({
  name: "input",
  shape: [neurons],
  encoder: { kind: "analog", scale: 1, zeroPoint: 0, bits: 8, signed: true },
  polarity: "unsigned",
});

export function population(name: string, law: Partial<Law> = {}, neurons = 1): IntegrateAndFirePopulation {
  return {
    name,
    shape: [neurons],
    kind: "integrateAndFire",
    law: { ...plainLaw, ...law },
    spikeValue: new Float64Array(0),
    membraneUnit: new Float64Array(0),
    origin: [],
  };
}

/** "a -> b", weights [targets][sources]. */
export function dense(source: string, target: string, weights: readonly number[], delay = 0): Projection {
  return {
    name: `${source} -> ${target} after ${delay}`,
    source,
    target,
    delay,
    pools: [],
    connection: { kind: "dense", weights: Int32Array.from(weights) },
  };
}

interface Parts {
  readonly inputs: readonly Input[];
  readonly populations: readonly Population[];
  readonly projections: readonly Projection[];
  readonly timesteps: number;
  readonly read?: Readout["read"];
}

/** The last population is read. */
export function networkOf({ read = "count", ...parts }: Parts): Network {
  return {
    name: "small",
    ...parts,
    readout: { population: parts.populations.at(-1)!.name, read, scale: 1, offset: 0 },
    provenance: { version: "", modelHash: "", calibrationHash: "", options: [] },
    notes: [],
  };
}

/** [step][neuron]: spikes of an input or population at absolute steps. */
export function rowsOf(train: SpikeTrain, name: string, neurons = 1): number[][] {
  const events: Events = train.events.get(name)!;
  return Array.from({ length: events.offsets.length - 1 }, (_, step) => {
    const row = new Array<number>(neurons).fill(0);
    for (let event = events.offsets[step]; event < events.offsets[step + 1]; event++)
      row[events.neurons[event]] = events.values?.[event] ?? 1;
    return row;
  });
}
