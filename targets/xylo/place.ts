/** Network to the words of a Xylo core: neurons and channels allocated, weights in 8 bits with the shifts of their stage. */

import { latencies } from "../../src/network/latency.ts";
import {
  type IntegrateAndFirePopulation,
  type Network,
  parameterIndex,
  sizeOf,
} from "../../src/network/network.ts";
import { refusal } from "../../src/target/breaches.ts";
import { FitError } from "../../src/target/fit.ts";
import { integrateAndFireOnly } from "../../src/target/populations.ts";
import type { FitReason, Placement, PlaceOptions } from "../../src/target/target.ts";
import { type Allocation, allocate, relayName, sizeOfParts } from "./allocate.ts";
import { checkWords } from "./check-words.ts";
import type { XyloChip } from "./chips.ts";
import type { HiddenNeuron, OutputNeuron, XyloConfiguration } from "./configuration.ts";
import { sizeReasons, synapseReasons, usesOf, wayReasons } from "./fit.ts";
import { dashesOf, ruleBreaches } from "./law.ts";
import { fitNotes } from "./notes.ts";
import { relayNeuron, relayWeight } from "./relay.ts";
import { shiftsOf, stageWeights } from "./weights.ts";

export interface XyloPlacement extends Placement {
  readonly allocation: Allocation;
  readonly configuration: XyloConfiguration;
}

/** A converted network has steps and no seconds: the usual timestep of the maker's tools. */
const usualTimestep = 1e-3;
/** No membrane reaches it: what a population that never fires has for a threshold. */
const unreachable = 32767;

function hiddenNeurons(
  { hidden }: Allocation,
  populations: readonly IntegrateAndFirePopulation[],
  inputShift: number,
): HiddenNeuron[] {
  return hidden.flatMap(({ name, size }) => {
    const population = populations.find((candidate) => candidate.name === name);
    if (population === undefined) return Array.from({ length: size }, () => relayNeuron(inputShift));
    return Array.from({ length: size }, (_, neuron): HiddenNeuron => {
      const { synapseDash, ...rest } = neuronOf(population, neuron);
      return { ...rest, synapseDashes: [synapseDash, 0], alias: null };
    });
  });
}

function neuronOf({ law, shape }: IntegrateAndFirePopulation, neuron: number): OutputNeuron {
  const read = (values: Int32Array) => values[parameterIndex(neuron, sizeOf(shape), values.length)];
  return {
    synapseDash: law.synapse.kind === "trace" ? read(dashesOf(law.synapse.decayU)!) : 0,
    membraneDash: read(dashesOf(law.decayV)!),
    threshold: law.compare === "never" ? unreachable : read(law.threshold),
    bias: read(law.bias),
  };
}

function configurationOf(
  network: Network,
  populations: readonly IntegrateAndFirePopulation[],
  allocation: Allocation,
): { configuration: XyloConfiguration; reasons: readonly FitReason[] } {
  const shiftOf = (name: string) =>
    populations.find((population) => population.name === name)!.law.inputShift;
  const shifts = shiftsOf(network, shiftOf, allocation);
  const { rows, reasons } = stageWeights(network, allocation, shifts, shiftOf);
  for (const { first, size, relay, delay } of allocation.channels)
    for (let k = 0; relay && k < size; k++) {
      const target = allocation.first.get(relayName(delay + 1))! + k;
      rows.input[first + k].push({ target, state: 0, weight: relayWeight });
    }
  const outputs = allocation.outputs.flatMap(({ name, size }) => {
    const population = populations.find((candidate) => candidate.name === name)!;
    return Array.from({ length: size }, (_, neuron) => neuronOf(population, neuron));
  });
  const configuration = {
    hidden: hiddenNeurons(allocation, populations, shifts.input),
    outputs,
    shifts,
    hasBias: populations.some(({ law }) => law.bias.some((value) => value !== 0)),
    synapticStates: 1,
    dt: usualTimestep,
    inputSynapses: rows.input,
    hiddenSynapses: rows.hidden,
    outputSynapses: rows.output,
  } as const;
  return { configuration, reasons };
}

/** Throws FitError with every reason, or SPK-0402 when the network is outside the chip's numeric rules, a number its word. */
export function place(chip: XyloChip, network: Network, options: PlaceOptions = {}): XyloPlacement {
  const refuse = (reasons: readonly FitReason[]) => {
    if (reasons.length > 0) throw new FitError(chip.name, network.name, reasons);
  };
  const allocation = allocate(network, chip.limits.outputSourceNeurons);
  const sizes = sizeReasons(network, allocation, chip);
  const populations = integrateAndFireOnly(network, chip.name);
  const breaches = ruleBreaches(network, populations, allocation.stages, chip);
  const ways = wayReasons(network, allocation);
  // Synapses are looked at where all of them have a place, neurons have one, and laws are the chip's.
  const countable = ways.length === 0 && sizeOfParts(allocation.hidden) <= chip.limits.hiddenNeurons;
  if (breaches.length > 0 || !countable) refuse([...sizes, ...ways]);
  if (breaches.length > 0) throw refusal(chip.name, network, breaches);
  const { configuration, reasons } = configurationOf(network, populations, allocation);
  refuse([...sizes, ...reasons, ...synapseReasons(allocation, configuration, chip)]);
  checkWords(configuration);
  const all = network.populations.map(({ name }) => name);
  const steps = network.timesteps + latencies(network).get(network.readout.population)!;
  return {
    target: chip.name,
    network,
    observed: options.observe === "all" ? all : allocation.outputs.map(({ name }) => name),
    report: {
      uses: usesOf(allocation, configuration, chip),
      notes: fitNotes(network, allocation, configuration, steps, chip),
    },
    allocation,
    configuration,
  };
}
