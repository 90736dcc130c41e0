/** Network to a chip of the family: every neuron gets an address or two, a threshold, a start and its row of synapses. */
import {
  type IntegrateAndFirePopulation,
  type Law,
  type Network,
  parameterIndex,
  sizeOf,
} from "../../src/network/network.ts";
import { FitError } from "../../src/target/fit.ts";
import type { Placement, PlaceOptions } from "../../src/target/target.ts";
import { type FamilyChip, neuronCount, type PlacedNeuron } from "./chip.ts";
import { fifoNotes, fitReasons, sizeReasons, wiredNeurons } from "./fit.ts";
import { checkRules } from "./law.ts";
import { addressCount, addressOf, type Group, groupNamed, groupsOf } from "./layout.ts";
import { isMixed, type Wiring, wire } from "./wiring.ts";

export interface FamilyPlacement extends Placement {
  readonly groups: readonly Group[];
  /** By chip address. */
  readonly neurons: readonly PlacedNeuron[];
}

/** The weights of one address: of two copies the first inhibits and the second excites. */
function weightsOf(wiring: Wiring, groups: readonly Group[], group: Group, neuron: number, copy: number) {
  const weights = new Map<number, number>();
  for (const [target, row] of wiring.efferents.get(group.name)![neuron]) {
    const targetGroup = groupNamed(groups, target);
    for (const [targetNeuron, weight] of row) {
      if (weight === 0 || (group.copies === 2 && weight > 0 !== (copy === 1))) continue;
      for (let twin = 0; twin < targetGroup.copies; twin++)
        weights.set(addressOf(targetGroup, targetNeuron, twin), weight);
    }
  }
  return weights;
}

/** A neuron that only stands for a spike of the host: it never fires by itself. */
const quiet = ({ chip }: FamilyChip) => ({
  threshold: chip.rules.threshold.high,
  vInit: 0,
  leak: 0,
  enabled: false,
});

function leakOf({ decayV }: Law, neuron: number, size: number): number {
  if (decayV.kind !== "constant") return 0;
  return decayV.amount[parameterIndex(neuron, size, decayV.amount.length)];
}

function placeNeurons(
  family: FamilyChip,
  populations: readonly IntegrateAndFirePopulation[],
  groups: readonly Group[],
  wiring: Wiring,
): PlacedNeuron[] {
  return groups.flatMap((group) => {
    const law = populations.find(({ name }) => name === group.name)?.law;
    const read = (values: Int32Array, neuron: number) =>
      values[parameterIndex(neuron, group.neurons, values.length)];
    return Array.from({ length: group.neurons * group.copies }, (_, i): PlacedNeuron => {
      const neuron = Math.floor(i / group.copies);
      const weights = weightsOf(wiring, groups, group, neuron, i % group.copies);
      if (law === undefined) return { ...quiet(family), weights };
      const [threshold, vInit] = [read(law.threshold, neuron), read(law.vInit, neuron)];
      return { threshold, vInit, leak: leakOf(law, neuron, group.neurons), enabled: true, weights };
    });
  });
}

/** Throws FitError with every reason, or SPK-0402 when the network is outside the chip's numeric rules. */
export function place(family: FamilyChip, network: Network, options: PlaceOptions = {}): FamilyPlacement {
  const { chip } = family;
  const size = [...network.inputs, ...network.populations].reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  if (size > wiredNeurons)
    throw new FitError(chip.name, network.name, sizeReasons(groupsOf(network, () => 1)));
  const wiring = wire(network);
  const groups = groupsOf(network, (name) => (family.signPerSource && isMixed(wiring, name) ? 2 : 1));
  const reasons = fitReasons(network, family, groups, wiring);
  if (reasons.length > 0) throw new FitError(chip.name, network.name, reasons);
  const populations = checkRules(network, chip);
  const neurons = placeNeurons(family, populations, groups, wiring);
  const synapses = neurons.reduce((sum, { weights }) => sum + weights.size, 0);
  const all = network.populations.map(({ name }) => name);
  return {
    target: chip.name,
    network,
    observed: options.observe === "all" ? all : [network.readout.population],
    report: {
      uses: [
        { resource: "neurons", used: addressCount(groups), limit: neuronCount },
        { resource: "synapses", used: synapses, limit: neuronCount * neuronCount },
      ],
      notes: fifoNotes(groups, neurons, family.fifoDepth),
    },
    groups,
    neurons,
  };
}
