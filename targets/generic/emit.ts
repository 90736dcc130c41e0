/** Placement to Image: the byte program of `program.ts`. What the generic chip lacks of the law is refused by name. */
import { SpikecError } from "../../src/errors/error.ts";
import { beyondPlain } from "../../src/network/law-extent.ts";
import { type IntegrateAndFirePopulation, parameterIndex, sizeOf } from "../../src/network/network.ts";
import { integrateAndFireOnly } from "../../src/target/populations.ts";
import { synapsesOf } from "../../src/target/synapses.ts";
import type { Image } from "../../src/target/target.ts";
import { chip } from "./chip.ts";
import type { GenericPlacement } from "./place.ts";
import {
  encodeProgram,
  fires,
  observed,
  type ProgramNeuron,
  type ProgramSynapses,
  resetsToZero,
  shown,
  strictly,
} from "./program.ts";

function refuseBeyondProgram({ name, law }: IntegrateAndFirePopulation): void {
  const beyond = [
    ...beyondPlain(law),
    law.decayV.kind === "none" ? null : `decayV ${law.decayV.kind}`,
    law.floor === null ? null : `floor ${law.floor.kind}`,
    law.maxSpikes === 1 ? null : `maxSpikes ${law.maxSpikes}`,
    law.reset.kind === "zero" && law.reset.value.some((value) => value !== 0)
      ? `reset to ${law.reset.value}`
      : null,
  ].filter((what) => what !== null);
  if (beyond.length > 0)
    throw new SpikecError("SPK-0402", `the generic program has no ${beyond.join(", no ")}`, { where: name });
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

function neuronsOf(placement: GenericPlacement, population: IntegrateAndFirePopulation): ProgramNeuron[] {
  refuseBeyondProgram(population);
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

/** All projections in one table by source address: counted first, then filled in. */
function synapsesBySource({ network, first, inputs, neurons }: GenericPlacement): ProgramSynapses {
  const lists = network.projections.map((projection) => ({
    source: first.get(projection.source)!,
    target: first.get(projection.target)! - inputs,
    delay: projection.delay,
    synapses: synapsesOf(projection, network),
  }));
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
  const populations = integrateAndFireOnly(placement.network, chip.name);
  const neurons = populations.flatMap((population) => neuronsOf(placement, population));
  const bytes = encodeProgram({ inputs: placement.inputs, neurons, synapses: synapsesBySource(placement) });
  return { target: chip.name, artifacts: [{ name: "program.bin", bytes }] };
}
