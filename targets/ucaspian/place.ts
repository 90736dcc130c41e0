/**
 * Network to uCaspian: every neuron gets an id, a threshold, an axonal delay and its synapses.
 *
 * An input neuron is a relay of threshold 0 that the host charges with 1 before the step in which it fires.
 * Time: Network step k is chip step k + 1; a projection of delay d is an axonal delay of d - 1.
 */
import { type IntegrateAndFirePopulation, type Network, parameterIndex } from "../../src/network/network.ts";
import { FitError } from "../../src/target/fit.ts";
import { integrateAndFireOnly } from "../../src/target/populations.ts";
import type { Placement, PlaceOptions } from "../../src/target/target.ts";
import { chip } from "./chip.ts";
import { fitReasons, fitUses } from "./fit.ts";
import { checkRules, unprovenNotes } from "./law.ts";
import { type Group, groupsOf } from "./layout.ts";
import { type Wiring, wire } from "./wiring.ts";

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

/** Threshold of each neuron of a group. */
function thresholdsOf(group: Group, population: IntegrateAndFirePopulation | undefined): number[] {
  return Array.from({ length: group.count }, (_, neuron) => {
    if (population === undefined) return 0;
    const { threshold } = population.law;
    return threshold[parameterIndex(neuron, group.count, threshold.length)];
  });
}

/** The chip's neurons by id. The fit was checked: each has one delay at most. */
function placeNeurons(
  network: Network,
  groups: readonly Group[],
  wiring: Wiring,
  observed: readonly string[],
) {
  const populations = integrateAndFireOnly(network, chip.name);
  return groups.flatMap((group) => {
    const population = populations.find(({ name }) => name === group.name);
    const output = observed.includes(group.name);
    return thresholdsOf(group, population).map((threshold, neuron): PlacedNeuron => {
      const id = group.first + neuron;
      const [delay = 1] = wiring.delays[id];
      const synapses = [...wiring.weights[id]].sort(([a], [b]) => a - b);
      return { threshold, axonalDelay: delay - 1, output, synapses };
    });
  });
}

/** Throws FitError with every reason, or SPK-0402 when the network is outside the chip's numeric rules. */
export function place(network: Network, options: PlaceOptions = {}): UcaspianPlacement {
  const groups = groupsOf(network);
  const wiring = wire(network, groups);
  const reasons = fitReasons(network, groups, wiring);
  if (reasons.length > 0) throw new FitError(chip.name, network.name, reasons);
  checkRules(network);
  const observed = options.observe === "all" ? groups.map(({ name }) => name) : [network.readout.population];
  return {
    target: chip.name,
    network,
    observed,
    report: { uses: fitUses(groups, wiring), notes: unprovenNotes(network) },
    groups,
    neurons: placeNeurons(network, groups, wiring, observed),
  };
}
