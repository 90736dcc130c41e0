/** Placement to Image: the byte program of `program.ts`. What the generic chip lacks of the law is refused by name. */
import { SpikecError } from "../../src/errors/error.ts";
import {
  type IntegrateAndFirePopulation,
  type MaxCountPopulation,
  type Population,
  parameterIndex,
  type Shape,
  sizeOf,
} from "../../src/network/network.ts";
import { type Synapses, synapsesOf } from "../../src/target/synapses.ts";
import type { Image } from "../../src/target/target.ts";
import { beyondProgram } from "./beyond-program.ts";
import { chip } from "./chip.ts";
import type { GenericPlacement } from "./place.ts";
import {
  encodeProgram,
  fires,
  largest,
  observed,
  type ProgramNeuron,
  type ProgramSynapses,
  resetsToZero,
  shown,
  strictly,
  tap,
} from "./program.ts";

type InProgram = IntegrateAndFirePopulation | MaxCountPopulation;

function refuseBeyondProgram(population: Population): asserts population is InProgram {
  const beyond = beyondProgram(population);
  if (beyond.length === 0) return;
  const what = `the generic program has no ${beyond.join(", no ")}`;
  throw new SpikecError("SPK-0402", what, { where: population.name });
}

function flagsOf(placement: GenericPlacement, { name, law }: IntegrateAndFirePopulation): number {
  const { readout } = placement.network;
  return (
    (law.compare === "never" ? 0 : fires) |
    (law.compare === "gt" ? strictly : 0) |
    (law.reset.kind === "zero" ? resetsToZero : 0) |
    (placement.observed.includes(name) ? observed : 0) |
    (readout.read === "membrane" && readout.population === name ? shown : 0)
  );
}

/** A counting pool: its taps, then its neurons. Neither has parameters. */
function countersOf(placement: GenericPlacement, { name, shape, taps }: MaxCountPopulation): ProgramNeuron[] {
  const plain = { threshold: 0, bias: 0, vInit: 0, firstStep: placement.latency.get(name)! };
  const seen = placement.observed.includes(name) ? observed : 0;
  return [
    ...Array.from({ length: sizeOf(taps) }, () => ({ ...plain, flags: tap })),
    ...Array.from({ length: sizeOf(shape) }, () => ({ ...plain, flags: largest | seen })),
  ];
}

function lawfulNeurons(placement: GenericPlacement, population: IntegrateAndFirePopulation): ProgramNeuron[] {
  const { name, law } = population;
  const size = sizeOf(population.shape);
  const at = (values: Int32Array, neuron: number) => values[parameterIndex(neuron, size, values.length)];
  return Array.from({ length: size }, (_, neuron) => ({
    threshold: at(law.threshold, neuron),
    bias: at(law.bias, neuron),
    vInit: at(law.vInit, neuron),
    firstStep: placement.latency.get(name)!,
    flags: flagsOf(placement, population),
  }));
}

function neuronsOf(placement: GenericPlacement, population: Population): ProgramNeuron[] {
  refuseBeyondProgram(population);
  return population.kind === "maxCount"
    ? countersOf(placement, population)
    : lawfulNeurons(placement, population);
}

/** From every tap of a counting pool to the neurons whose windows it lies in. */
function windowSynapses(
  { network }: GenericPlacement,
  { shape, taps, window }: MaxCountPopulation,
): Synapses {
  const end = (name: string, of: Shape) =>
    ({ name, shape: of, encoder: { kind: "spikes" }, polarity: "unsigned" }) as const;
  const one = { kind: "oneToOne", weights: Int8Array.of(1) } as const;
  const windows = {
    name: "windows",
    source: "taps",
    target: "neurons",
    delay: 0,
    pools: [window],
    connection: one,
  };
  return synapsesOf(windows, {
    ...network,
    inputs: [end("taps", taps), end("neurons", shape)],
    populations: [],
  });
}

interface SynapseList {
  /** Address of the first source, and number of the first target among the neurons. */
  readonly source: number;
  readonly target: number;
  readonly delay: number;
  readonly synapses: Synapses;
}

function synapseLists(placement: GenericPlacement): SynapseList[] {
  const { network, first, taps, inputs } = placement;
  const counting = network.populations.filter((population) => population.kind === "maxCount");
  return [
    ...network.projections.map((projection) => ({
      source: first.get(projection.source)!,
      target: (taps.get(projection.target) ?? first.get(projection.target)!) - inputs,
      delay: projection.delay,
      synapses: synapsesOf(projection, network),
    })),
    ...counting.map((population) => ({
      source: taps.get(population.name)!,
      target: first.get(population.name)! - inputs,
      delay: 0,
      synapses: windowSynapses(placement, population),
    })),
  ];
}

/** All of them in one table by source address: counted first, then filled in. */
function synapsesBySource(placement: GenericPlacement): ProgramSynapses {
  const { inputs, neurons } = placement;
  const lists = synapseLists(placement);
  const offsets = new Uint32Array(inputs + neurons + 1);
  for (const { source, synapses } of lists)
    for (let neuron = 0; neuron + 1 < synapses.offsets.length; neuron++)
      offsets[source + neuron + 1] += synapses.offsets[neuron + 1] - synapses.offsets[neuron];
  for (let source = 1; source < offsets.length; source++) offsets[source] += offsets[source - 1];
  const total = offsets[offsets.length - 1];
  const table = {
    targets: new Uint32Array(total),
    weights: new Int32Array(total),
    delays: new Uint32Array(total),
  };
  const next = offsets.slice();
  for (const { source, target, delay, synapses } of lists)
    for (let neuron = 0; neuron + 1 < synapses.offsets.length; neuron++)
      for (let i = synapses.offsets[neuron]; i < synapses.offsets[neuron + 1]; i++) {
        const at = next[source + neuron]++;
        table.targets[at] = target + synapses.targets[i];
        table.weights[at] = synapses.weights[i];
        table.delays[at] = delay;
      }
  return { offsets, ...table };
}

export async function emit(placement: GenericPlacement): Promise<Image> {
  const neurons = placement.network.populations.flatMap((population) => neuronsOf(placement, population));
  const bytes = encodeProgram({ inputs: placement.inputs, neurons, synapses: synapsesBySource(placement) });
  return { target: chip.name, artifacts: [{ name: "program.bin", bytes }] };
}
