/**
 * Network to uCaspian: which neuron gets which id, which synapses it has, and its axonal delay.
 *
 * Ids: the inputs' neurons first (charges reach ids 0..127 only), then the populations, in the Network's order. An input
 * neuron is a relay of threshold 0 that the host charges with 1 before the step in which it fires.
 * Time: Network step k is chip step k + 1; a projection of delay d is an axonal delay of d - 1.
 */
import { SpikecError } from "../../src/errors/error.ts";
import { type Network, type Population, parameterIndex, sizeOf } from "../../src/network/network.ts";
import { FitError } from "../../src/target/fit.ts";
import { afferentsOf } from "../../src/target/synapses.ts";
import type { FitReason, FitReport, Placement, PlaceOptions } from "../../src/target/target.ts";
import { chip } from "./chip.ts";
import { checkRules, unprovenNotes } from "./law.ts";

/** Where an input or a population lies: chip ids first .. first + count - 1, in the order of its neurons. */
export interface Group {
  readonly name: string;
  readonly kind: "input" | "population";
  readonly first: number;
  readonly count: number;
}

/** A neuron of the chip with its synapses. */
export interface PlacedNeuron {
  readonly threshold: number;
  readonly axonalDelay: number;
  readonly output: boolean;
  /** [target id, weight], targets ascending. */
  readonly synapses: readonly (readonly [target: number, weight: number])[];
}

export interface UcaspianPlacement extends Placement {
  readonly groups: readonly Group[];
  /** By chip id. */
  readonly neurons: readonly PlacedNeuron[];
}

/** Beyond these a network cannot fit anyway: first its synapses are only counted, then counting ends too. */
const storedSynapses = 65_536;
const countedSynapses = 2 ** 24;

function groupsOf(network: Network): Group[] {
  const groups: Group[] = [];
  let first = 0;
  const add = (kind: Group["kind"], name: string, count: number) => {
    groups.push({ name, kind, first, count });
    first += count;
  };
  for (const input of network.inputs) add("input", input.name, sizeOf(input.shape));
  for (const population of network.populations) add("population", population.name, sizeOf(population.shape));
  return groups;
}

/** The group of an input or population. */
export function groupNamed(groups: readonly Group[], name: string): Group {
  const group = groups.find((candidate) => candidate.name === name);
  if (group === undefined) throw new SpikecError("SPK-0704", `no input or population is named ${name}`);
  return group;
}

/** What a source neuron has grown so far, over all projections that leave it. */
interface Wiring {
  /** By source id: Network delays of its synapses. */
  readonly delays: Set<number>[];
  /** By source id: weights by target id. */
  readonly weights: Map<number, number>[];
  readonly fanOut: Uint32Array;
  synapses: number;
}

function emptyWiring(neurons: number): Wiring {
  return {
    delays: Array.from({ length: neurons }, () => new Set<number>()),
    weights: Array.from({ length: neurons }, () => new Map<number, number>()),
    fanOut: new Uint32Array(neurons),
    synapses: 0,
  };
}

function addSynapse(wiring: Wiring, source: number, target: number, weight: number): void {
  const before = wiring.weights[source].get(target);
  if (before === undefined) {
    wiring.fanOut[source]++;
    wiring.synapses++;
    if (wiring.synapses > storedSynapses) return;
  }
  wiring.weights[source].set(target, (before ?? 0) + weight);
}

function wire(network: Network, groups: readonly Group[]): Wiring {
  const wiring = emptyWiring(groups.reduce((sum, group) => sum + group.count, 0));
  for (const projection of network.projections) {
    const firstSource = groupNamed(groups, projection.source).first;
    const firstTarget = groupNamed(groups, projection.target).first;
    for (const { target, sources, weights } of afferentsOf(projection, network)) {
      sources.forEach((source, k) => {
        wiring.delays[firstSource + source].add(projection.delay);
        addSynapse(wiring, firstSource + source, firstTarget + target, weights[k]);
      });
      if (wiring.synapses > countedSynapses) return wiring;
    }
  }
  return wiring;
}

/** Reasons that concern single neurons, one a group: the worst neuron stands for it. */
function neuronReasons(network: Network, groups: readonly Group[], wiring: Wiring): FitReason[] {
  const reasons: FitReason[] = [];
  for (const { name, first, count } of groups) {
    const fanOut = wiring.fanOut.subarray(first, first + count).reduce((most, n) => Math.max(most, n), 0);
    if (fanOut > chip.limits.fanOut) {
      const help = "make the layers that it feeds smaller, or prune weights to 0";
      reasons.push({ layer: name, resource: "fan-out", need: fanOut, limit: chip.limits.fanOut, help });
    }
    const delays = wiring.delays
      .slice(first, first + count)
      .reduce((most, set) => Math.max(most, set.size), 0);
    if (delays > 1) {
      const help = "give all projections that leave it the same delay, or feed them from copies of it";
      reasons.push({ layer: name, resource: "delays of one source neuron", need: delays, limit: 1, help });
    }
    reasons.push(...weightReasons(name, wiring.weights.slice(first, first + count)));
  }
  for (const { name, delay } of network.projections) {
    const { low, high } = chip.rules.delay;
    if (delay >= low && delay <= high) continue;
    const help =
      delay < low ? `every projection takes at least ${low} step` : "use shorter delays or fewer layers";
    reasons.push({ layer: name, resource: `delay (${low} to ${high})`, need: delay, limit: high, help });
  }
  return reasons;
}

/** Synapses of several projections or pool windows between the same two neurons are one synapse here. */
function weightReasons(name: string, weights: readonly Map<number, number>[]): FitReason[] {
  const worst = { high: 0, low: 0 };
  for (const row of weights) {
    for (const weight of row.values()) {
      worst.high = Math.max(worst.high, weight);
      worst.low = Math.min(worst.low, weight);
    }
  }
  const help = "use smaller weights, or pool without overlap";
  const reasons: FitReason[] = [];
  if (worst.high > 127) reasons.push({ layer: name, resource: "weight", need: worst.high, limit: 127, help });
  if (worst.low < -128)
    reasons.push({ layer: name, resource: "negative weight", need: worst.low, limit: -128, help });
  return reasons;
}

function totalReasons(neurons: number, inputs: number, synapses: number): FitReason[] {
  const reason = (resource: string, need: number, limit: number, help: string): FitReason => {
    return { layer: "network", resource, need, limit, help };
  };
  const { limits } = chip;
  return [
    reason("neurons", neurons, limits.neurons, "use fewer or smaller layers (inputs count too)"),
    reason("input ids", inputs, limits.inputIds, "use a smaller input (a layer's bias takes an id too)"),
    reason("synapses", synapses, limits.synapses, "use smaller layers or prune weights to 0"),
  ].filter(({ need, limit }) => need > limit);
}

/** Threshold of each neuron of a group. */
function thresholdsOf(group: Group, population: Population | undefined): number[] {
  return Array.from({ length: group.count }, (_, neuron) => {
    if (population === undefined) return 0;
    const { threshold } = population.law;
    return threshold[parameterIndex(neuron, group.count, threshold.length)];
  });
}

function placeNeurons(
  network: Network,
  groups: readonly Group[],
  wiring: Wiring,
  observed: readonly string[],
) {
  return groups.flatMap((group) => {
    const population = network.populations.find(({ name }) => name === group.name);
    const output = observed.includes(group.name);
    return thresholdsOf(group, population).map((threshold, neuron): PlacedNeuron => {
      const id = group.first + neuron;
      const [delay = 1] = wiring.delays[id];
      const synapses = [...wiring.weights[id]].filter(([, weight]) => weight !== 0).sort(([a], [b]) => a - b);
      return { threshold, axonalDelay: delay - 1, output, synapses };
    });
  });
}

function reportOf(network: Network, neurons: readonly PlacedNeuron[], inputs: number): FitReport {
  const { limits } = chip;
  const fanOut = neurons.reduce((most, { synapses }) => Math.max(most, synapses.length), 0);
  const synapses = neurons.reduce((total, neuron) => total + neuron.synapses.length, 0);
  return {
    uses: [
      { resource: "neurons", used: neurons.length, limit: limits.neurons },
      { resource: "synapses", used: synapses, limit: limits.synapses },
      { resource: "fan-out", used: fanOut, limit: limits.fanOut },
      { resource: "input ids", used: inputs, limit: limits.inputIds },
    ],
    notes: unprovenNotes(network),
  };
}

/** Throws FitError with every reason, or SPK-0402 when the network is outside the chip's numeric rules. */
export function place(network: Network, options: PlaceOptions = {}): UcaspianPlacement {
  const groups = groupsOf(network);
  const neuronsNeeded = groups.reduce((sum, group) => sum + group.count, 0);
  const inputs = network.inputs.reduce((sum, input) => sum + sizeOf(input.shape), 0);
  const wiring = wire(network, groups);
  const reasons = [
    ...totalReasons(neuronsNeeded, inputs, wiring.synapses),
    ...neuronReasons(network, groups, wiring),
  ];
  if (reasons.length > 0) throw new FitError(chip.name, network.name, reasons);
  checkRules(network);
  const observed = options.observe === "all" ? groups.map(({ name }) => name) : [network.readout.population];
  const neurons = placeNeurons(network, groups, wiring, observed);
  return {
    target: chip.name,
    network,
    observed,
    report: reportOf(network, neurons, inputs),
    groups,
    neurons,
  };
}
