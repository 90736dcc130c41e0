/** Network to the words of a Xylo core: neurons and channels allocated, weights in 8 bits with the shifts of their stage. */
import { latencies } from "../../src/network/latency.ts";
import {
  type IntegrateAndFirePopulation,
  type Network,
  type Projection,
  parameterIndex,
  sizeOf,
} from "../../src/network/network.ts";
import { FitError } from "../../src/target/fit.ts";
import { integrateAndFireOnly } from "../../src/target/populations.ts";
import { afferentsOf } from "../../src/target/synapses.ts";
import type { FitReason, Placement, PlaceOptions } from "../../src/target/target.ts";
import { type Allocation, allocate, always, relayName, sizeOfParts } from "./allocate.ts";
import type { XyloChip } from "./chips.ts";
import type { HiddenNeuron, OutputNeuron, XyloConfiguration, XyloSynapse } from "./configuration.ts";
import { sizeReasons, synapseReasons, usesOf, wayReasons } from "./fit.ts";
import { dashesOf, refuseBreaches, ruleBreaches } from "./law.ts";
import { fitNotes } from "./notes.ts";
import { relayNeuron, relayWeight } from "./relay.ts";

export interface XyloPlacement extends Placement {
  readonly allocation: Allocation;
  readonly configuration: XyloConfiguration;
}

/** A converted network has steps and no seconds: the usual timestep of the maker's tools. */
const usualTimestep = 1e-3;
/** No membrane reaches it: what a population that never fires has for a threshold. */
const unreachable = 32767;
/** Neurons are counted in 16 bits while synapses are added up. */
const mostCounted = 2 ** 16;
const weightRange = { low: -128, high: 127 };

type Stage = keyof XyloConfiguration["shifts"];

/** The stage of weights that a projection belongs to. */
function stageOf({ source, target }: Projection, { stages }: Allocation): Stage {
  if (stages.get(target) === "output") return "output";
  return stages.has(source) ? "hidden" : "input";
}

/** Each stage has one shift: the smallest that its populations have; others keep the rest in their weights. */
function shiftsOf(
  network: Network,
  shiftOf: (population: string) => number,
  allocation: Allocation,
): XyloConfiguration["shifts"] {
  const smallest = (stage: Stage) => {
    const shifts = network.projections
      .filter((projection) => stageOf(projection, allocation) === stage)
      .map(({ target }) => shiftOf(target));
    return shifts.length === 0 ? 0 : Math.min(...shifts);
  };
  return { input: smallest("input"), hidden: smallest("hidden"), output: smallest("output") };
}

type Rows = XyloSynapse[][];

const emptyRows = (count: number): Rows => Array.from({ length: count }, () => []);

interface Weights {
  readonly rows: Readonly<Record<Stage, Rows>>;
  readonly reasons: readonly FitReason[];
}

/** Where the spikes of a projection's source come from: first channel or hidden neuron; always-on inputs share one. */
function sourceOf(
  projection: Projection,
  network: Network,
  allocation: Allocation,
): { first: number; shared: boolean } {
  const { source, target, delay } = projection;
  const { first, channels, stages } = allocation;
  if (stages.has(source)) return { first: first.get(source)!, shared: false };
  const { encoder } = network.inputs.find(({ name }) => name === source)!;
  if (encoder.kind !== "always")
    return {
      first: channels.find((part) => part.source === source && part.delay === delay)!.first,
      shared: false,
    };
  if (stages.get(target) === "output") return { first: first.get(relayName(delay))!, shared: true };
  const channel = channels.find((part) => part.source === always && part.delay === delay && !part.relay)!;
  return { first: channel.first, shared: true };
}

/** All synapses; parallel ones add up. Reasons: weights that 8 bits do not hold. */
function weightsOf(
  network: Network,
  allocation: Allocation,
  shifts: XyloConfiguration["shifts"],
  shiftOf: (population: string) => number,
): Weights {
  const hidden = sizeOfParts(allocation.hidden);
  const sums = {
    input: new Map<number, number>(),
    hidden: new Map<number, number>(),
    output: new Map<number, number>(),
  };
  const worst = new Map<string, number>();
  const key = (source: number, target: number) => source * 2 ** 16 + target;
  for (const projection of network.projections) {
    const stage = stageOf(projection, allocation);
    const { first, shared } = sourceOf(projection, network, allocation);
    const onto = allocation.first.get(projection.target)!;
    const rest = 2 ** (shiftOf(projection.target) - shifts[stage]);
    for (const { target, sources, weights } of afferentsOf(projection, network))
      sources.forEach((source, k) => {
        const at = key(shared ? first : first + source, onto + target);
        const sum = (sums[stage].get(at) ?? 0) + weights[k] * rest;
        sums[stage].set(at, sum);
        if (sum < weightRange.low || sum > weightRange.high)
          worst.set(
            projection.name,
            Math.abs(sum) > Math.abs(worst.get(projection.name) ?? 0) ? sum : worst.get(projection.name)!,
          );
      });
  }
  const rows = {
    input: emptyRows(sizeOfParts(allocation.channels)),
    hidden: emptyRows(hidden),
    output: emptyRows(hidden),
  };
  for (const stage of ["input", "hidden", "output"] as const)
    for (const [at, weight] of [...sums[stage]].sort(([a], [b]) => a - b))
      if (weight !== 0)
        rows[stage][Math.floor(at / 2 ** 16)].push({ target: at % 2 ** 16, state: 0, weight });
  return { rows, reasons: [...worst].map(([layer, need]) => weightReason(layer, need)) };
}

function weightReason(layer: string, need: number): FitReason {
  const negative = need < 0;
  return {
    layer,
    resource: negative ? "size of a negative weight" : "weight",
    need: Math.abs(need),
    limit: negative ? -weightRange.low : weightRange.high,
    help: "convert the model for this target; parallel connections and the shifts of layers that share a stage add up",
  };
}

function hiddenNeurons(
  { hidden }: Allocation,
  populations: readonly IntegrateAndFirePopulation[],
  inputShift: number,
): HiddenNeuron[] {
  return hidden.flatMap(({ name, size }) => {
    const population = populations.find((candidate) => candidate.name === name);
    if (population === undefined) return [relayNeuron(inputShift)];
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
  const { rows, reasons } = weightsOf(network, allocation, shifts, shiftOf);
  for (const { first, relay, delay } of allocation.channels)
    if (relay)
      rows.input[first].push({
        target: allocation.first.get(relayName(delay + 1))!,
        state: 0,
        weight: relayWeight,
      });
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

/** Throws FitError with every reason, or SPK-0402 when the network is outside the chip's numeric rules. */
export function place(chip: XyloChip, network: Network, options: PlaceOptions = {}): XyloPlacement {
  const refuse = (reasons: readonly FitReason[]) => {
    if (reasons.length > 0) throw new FitError(chip.name, network.name, reasons);
  };
  const allocation = allocate(network, chip.limits.outputSourceNeurons);
  const sizes = sizeReasons(network, allocation, chip);
  const populations = integrateAndFireOnly(network, chip.name);
  const breaches = ruleBreaches(network, populations, allocation.stages, chip);
  const ways = wayReasons(network, allocation);
  // Synapses are looked at where all of them have a place, numbers fit a word and laws are the chip's.
  const countable = ways.length === 0 && sizeOfParts(allocation.hidden) <= mostCounted;
  if (breaches.length > 0 || !countable) refuse([...sizes, ...ways]);
  refuseBreaches(breaches, network, chip);
  const { configuration, reasons } = configurationOf(network, populations, allocation);
  refuse([...sizes, ...reasons, ...synapseReasons(allocation, configuration, chip)]);
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
