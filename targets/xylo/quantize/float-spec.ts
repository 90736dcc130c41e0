/**
 * A native spiking network as a spec: all hidden populations one after the other, the population that is read as the outputs.
 *
 * A chip's state keeps 1 - 2^-dash of itself a step, so that dash = -log2(1 - kept), which is log2(tau / dt) for decays of 1 -
 * dt / tau. Rockpool's mapper writes weights as they are, and its quantizers round dashes; `compensated`, weights and biases make up
 * for what that changes.
 */
import { SpikecError } from "../../../src/errors/error.ts";
import { sizeOf } from "../../../src/network/network.ts";
import type { FloatNetwork, FloatPopulation } from "../../../src/target/quantizer.ts";
import type { XyloSpec } from "./spec.ts";

const mostDash = 15;

/** Where populations and projections of the network stand in the spec. */
export interface SpecLayout {
  readonly hidden: readonly { readonly name: string; readonly first: number; readonly size: number }[];
  readonly output: { readonly name: string; readonly size: number };
}

export function layoutOf({ populations, readout }: FloatNetwork): SpecLayout {
  let first = 0;
  const hidden = populations
    .filter(({ name }) => name !== readout.population)
    .map(({ name, shape }) => {
      const part = { name, first, size: sizeOf(shape) };
      first += part.size;
      return part;
    });
  const output = populations.find(({ name }) => name === readout.population)!;
  return { hidden, output: { name: output.name, size: sizeOf(output.shape) } };
}

/** What keeps all of itself gets the highest shift: 15, which loses one unit a step. */
function dashesOf(keeps: Float64Array | null, size: number): Float64Array {
  if (keeps === null) return new Float64Array(size).fill(mostDash);
  return keeps.map((kept) => Math.min(mostDash, kept < 1 ? Math.max(0, -Math.log2(1 - kept)) : mostDash));
}

/** A network without traces: input is handed on nearly at once. */
const quickest = (size: number) => new Float64Array(size).fill(1);

function synapseDashes({ traceKeeps, shape }: FloatPopulation): Float64Array {
  return traceKeeps === null ? quickest(sizeOf(shape)) : dashesOf(traceKeeps, sizeOf(shape));
}

/** All that a state hands on of a unit that it is given: 1 + k + k^2 + ... */
const handedOn = (kept: number) => 1 / (1 - kept);

/** What the chip keeps at the rounded dash. */
const keptAt = (dash: number) => 1 - 2 ** -Math.round(dash);

/**
 * By how much weights must grow so that a steady input drives a membrane as far as in the model: the chip's traces take an input
 * after its first decay, and dashes are rounded to whole numbers, which alone may change a membrane by a third.
 */
export function compensation(population: FloatPopulation, neuron: number): number {
  const { traceKeeps, traceOrder, membraneKeeps } = population;
  const chipTrace = Math.max(0.5, keptAt(synapseDashes(population)[neuron]));
  const kept = traceKeeps?.[neuron] ?? 0;
  const model = traceKeeps === null ? 1 : handedOn(kept) * (traceOrder === "addThenDecay" ? kept : 1);
  return (model / (handedOn(chipTrace) * chipTrace)) * membraneCompensation(membraneKeeps, neuron);
}

/** The same of the membrane alone: what a bias needs. 1 for membranes that keep all. */
function membraneCompensation(keeps: Float64Array | null, neuron: number): number {
  if (keeps === null || keeps[neuron] >= 1) return 1;
  const dash = -Math.log2(1 - keeps[neuron]);
  return dash > mostDash ? 1 : handedOn(keeps[neuron]) / handedOn(keptAt(Math.max(0, dash)));
}

/** Of a population that never fires: 0, which no quantizer scales anything by. */
function thresholdsOf({ threshold, shape }: FloatPopulation): Float64Array {
  return threshold ?? new Float64Array(sizeOf(shape));
}

const joined = (parts: readonly Float64Array[]) => Float64Array.from(parts.flatMap((part) => [...part]));

function biasOf({ bias, membraneKeeps }: FloatPopulation, compensated: boolean): Float64Array {
  return compensated ? bias.map((value, i) => value * membraneCompensation(membraneKeeps, i)) : bias;
}

/** Throws SPK-0402 for what has no place. */
export function floatSpec(network: FloatNetwork, compensated: boolean): XyloSpec {
  const { populations, projections, input } = network;
  const layout = layoutOf(network);
  const inputs = sizeOf(input.shape);
  const hidden = layout.hidden.reduce((sum, { size }) => sum + size, 0);
  const outputs = layout.output.size;
  const byName = new Map(populations.map((population) => [population.name, population]));
  const parts = layout.hidden.map(({ name }) => byName.get(name)!);
  const output = byName.get(layout.output.name)!;
  const firstOf = new Map(layout.hidden.map(({ name, first }) => [name, first]));
  const matrices = {
    in: new Float64Array(inputs * hidden),
    hidden: new Float64Array(hidden * hidden),
    out: new Float64Array(hidden * outputs),
  };
  for (const { name, source, target, weights } of projections) {
    const into = byName.get(target)!;
    const ontoOutput = target === output.name;
    const from = source === input.name ? null : firstOf.get(source);
    if (from === undefined || (from === null && ontoOutput))
      throw new SpikecError("SPK-0402", `${name}: outputs hear hidden neurons alone, and feed nobody`, {
        where: network.name,
        advice: "Put a layer of neurons between input and output, or read a layer behind the recurrent one.",
      });
    const columns = ontoOutput ? outputs : hidden;
    const matrix = ontoOutput ? matrices.out : from === null ? matrices.in : matrices.hidden;
    const onto = ontoOutput ? 0 : firstOf.get(target)!;
    const neurons = sizeOf(into.shape);
    const sources = weights.length / neurons;
    weights.forEach((weight, i) => {
      const neuron = Math.floor(i / sources);
      const scale = compensated ? compensation(into, neuron) : 1;
      matrix[((from ?? 0) + (i % sources)) * columns + onto + neuron] += weight * scale;
    });
  }
  const biases = [...parts, output].some(({ bias }) => bias.some((value) => value !== 0));
  return {
    inputs,
    inputHidden: hidden,
    hidden,
    outputHidden: hidden,
    outputs,
    states: 1,
    weightsIn: matrices.in,
    weightsHidden: matrices.hidden,
    weightsOut: matrices.out,
    threshold: joined(parts.map(thresholdsOf)),
    dashMembrane: joined(parts.map(({ membraneKeeps, shape }) => dashesOf(membraneKeeps, sizeOf(shape)))),
    dashSynapse: joined(parts.map(synapseDashes)),
    dashSynapse2: new Float64Array(hidden),
    thresholdOut: thresholdsOf(output),
    dashMembraneOut: dashesOf(output.membraneKeeps, outputs),
    dashSynapseOut: synapseDashes(output),
    bias: biases ? joined(parts.map((part) => biasOf(part, compensated))) : null,
    biasOut: biases ? biasOf(output, compensated) : null,
    comparesMembranes: network.readout.read === "membrane",
  };
}
