/** What is read of a native spiking network: of its integers in place of what they say, and of its floats in the same way. */
import { Option } from "commander";
import { SpikecError } from "../../errors/error.ts";
import type { ReadableNode } from "../../graph/compile-spiking.ts";
import { isIntegrateAndFire, type Network, neverFires, type Readout } from "../../network/network.ts";

export type Read = Readout["read"];

export const readoutOption = (): Option =>
  new Option("--readout <kind>", "native networks: what is read, in place of what was converted").choices([
    "membrane",
    "count",
    "firstSpike",
  ]);

/** The network read in another way. Throws SPK-0002 where that would compare what cannot be compared. */
export function withReadout(network: Network, read: Read | undefined): Network {
  if (read === undefined || read === network.readout.read) return network;
  const population = network.populations.find(({ name }) => name === network.readout.population)!;
  const refuse = (why: string): never => {
    throw new SpikecError("SPK-0002", `--readout ${read}: ${why}`, { where: population.name });
  };
  if (read !== "membrane" && neverFires(population)) refuse("the population that is read never fires");
  const units = isIntegrateAndFire(population) ? population.membraneUnit : new Float64Array(0);
  if (read === "membrane" && units.some((unit) => unit !== units[0]))
    refuse("its membranes count in different units; convert with --readout membrane");
  const scale = read === "membrane" ? (units[0] ?? 1) * network.timesteps : 1;
  return { ...network, readout: { population: population.name, read, scale, offset: 0 } };
}

export interface FloatReading {
  /** After each step, from 0 on. */
  observe(step: number): void;
  /** What the steps so far give, `timesteps` of them. */
  after(timesteps: number): Float64Array;
  /** The next sample begins. */
  clear(): void;
}

/** Counts, T - step of the first spike (0: none), or membranes at the end; what has none is added up. */
export function createFloatReading({ output, membrane }: ReadableNode, read: Read): FloatReading {
  const sums = new Float64Array(output.length);
  const never = Number.POSITIVE_INFINITY;
  const firstSteps = new Float64Array(output.length).fill(never);
  const addUp = () => {
    for (let i = 0; i < sums.length; i++) sums[i] += output[i];
  };
  const observers: Record<Read, (step: number) => void> = {
    count: addUp,
    firstSpike: (step) => {
      for (let i = 0; i < sums.length; i++)
        if (output[i] !== 0 && firstSteps[i] === never) firstSteps[i] = step;
    },
    membrane: () => (membrane ? sums.set(membrane) : addUp()),
  };
  return {
    observe: observers[read],
    after: (timesteps) =>
      read === "firstSpike" ? firstSteps.map((step) => Math.max(0, timesteps - step)) : sums.slice(),
    clear() {
      sums.fill(0);
      firstSteps.fill(never);
    },
  };
}
