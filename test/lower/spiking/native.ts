/** Native networks in floats and in integers at the same time, for tests: what to lower with, and where the two differ. */
import { readFileSync } from "node:fs";
import { compileSpiking } from "../../../src/graph/compile-spiking.ts";
import type { Discretization } from "../../../src/graph/discretization.ts";
import { recordRun } from "../../../src/graph/evaluate-spiking.ts";
import type { SpikingGraph } from "../../../src/graph/spiking.ts";
import { lowerSpiking } from "../../../src/lower/spiking/lower-spiking.ts";
import type { SpikingLowering, SpikingLoweringOptions } from "../../../src/lower/spiking/options.ts";
import { checkNetwork } from "../../../src/network/check.ts";
import { faithful } from "../../../src/network/fixed-point.ts";
import { latencies } from "../../../src/network/latency.ts";
import { type Population, parameterIndex, sizeOf } from "../../../src/network/network.ts";
import { encodeSample } from "../../../src/simulate/encode.ts";
import { createSimulator, type Run } from "../../../src/simulate/reference.ts";
import type { NumericRules } from "../../../src/target/rules.ts";

const chip = new URL("../../../targets/generic/chip.json", import.meta.url);
export const genericRules: NumericRules = JSON.parse(readFileSync(chip, "utf8")).rules;

/** int8 a channel, the faithful profile, spikes as input, on a chip without limits. */
export function optionsOf(discretization: Discretization, timesteps: number): SpikingLoweringOptions {
  return {
    discretization,
    timesteps,
    weightBits: 8,
    scales: "channel",
    profile: faithful,
    input: { kind: "spikes" },
    readout: null,
    rules: genericRules,
    provenance: { version: "0", modelHash: "", calibrationHash: "", options: [] },
  };
}

/** By these options, but for those that are given. */
export function lowered(
  graph: SpikingGraph,
  discretization: Discretization,
  timesteps: number,
  more: Partial<SpikingLoweringOptions> = {},
): SpikingLowering {
  const result = lowerSpiking(graph, { ...optionsOf(discretization, timesteps), ...more });
  checkNetwork(result.network);
  return result;
}

/** [steps][neurons] of what a population emits from `first` on, each spike for what it is worth. */
export function countsOf(run: Run, population: Population, first: number, steps: number): Float32Array {
  const { name, shape, spikeValue } = population;
  const size = sizeOf(shape);
  const { offsets, neurons, values } = run.train.events.get(name)!;
  const counts = new Float32Array(steps * size);
  for (let step = Math.max(0, -first); step < steps; step++)
    for (let event = offsets[first + step]; event < offsets[first + step + 1]; event++) {
      const worth = spikeValue[parameterIndex(neurons[event], size, spikeValue.length)];
      counts[step * size + neurons[event]] += worth * (values?.[event] ?? 1);
    }
  return counts;
}

/** Spikes of one layer in both worlds, over all samples. */
export interface Agreement {
  pairs: number;
  equal: number;
  spikes: number;
  floatSpikes: number;
  /** "lif1: neuron 3 in step 5 of sample 0 gives 1, not 0". */
  first: string | null;
}

/** By population. Steps in which integers have not begun yet are left out (those of phase "before"). */
export function compareSpikes(
  graph: SpikingGraph,
  discretization: Discretization,
  { network, populations }: SpikingLowering,
  samples: readonly Float32Array[],
): Map<string, Agreement> {
  const simulator = createSimulator(network);
  const floats = compileSpiking(graph, discretization);
  const latency = latencies(network);
  const found = new Map<string, Agreement>();
  samples.forEach((sample, index) => {
    const run = simulator.run(encodeSample(network, sample));
    const record = recordRun(floats, sample, { record: "all" });
    for (const { name, neurons, fires, lead } of populations) {
      if (!fires) continue;
      const sum = found.get(name) ?? { pairs: 0, equal: 0, spikes: 0, floatSpikes: 0, first: null };
      found.set(name, sum);
      const float = record.spikes.get(name)!;
      const population = network.populations.find((one) => one.name === name)!;
      const integers = countsOf(run, population, latency.get(name)! - lead, network.timesteps);
      for (let i = lead * neurons; i < float.length; i++) {
        sum.pairs++;
        sum.spikes += integers[i];
        sum.floatSpikes += float[i];
        if (integers[i] === float[i]) sum.equal++;
        else
          sum.first ??= `${name}: neuron ${i % neurons} in step ${Math.floor(i / neurons)} of sample ${index} gives ${integers[i]}, not ${float[i]}`;
      }
    }
  });
  return found;
}

/** The first difference of all; null where there is none. */
export function firstDifference(found: ReadonlyMap<string, Agreement>): string | null {
  for (const { first } of found.values()) if (first !== null) return first;
  return null;
}
