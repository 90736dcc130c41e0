/**
 * A converted Network beside the float network that it came from: every population with its activation, every projection
 * with the float weights that its integers stand for (weight-units.ts). Nothing but the two networks is needed, whoever lowered
 * one to the other.
 */
import { SpikecError } from "../../errors/error.ts";
import { type Graph, sizeOf } from "../../graph/graph.ts";
import {
  type Input,
  type IntegerArray,
  type Network,
  type Population,
  type Projection,
  parameterIndex,
} from "../../network/network.ts";
import { sampleInput } from "../../simulate/encode.ts";
import { type Carrier, createCarrier } from "../../simulate/projection.ts";
import { joinCopies } from "../copies.ts";
import { fold } from "../fold.ts";
import type { Activation } from "../folded.ts";
import { firstOfWindow, inhibitMaxPools } from "../inhibit-max-pool.ts";
import type { Drive } from "../linear-form.ts";
import { absorbNormalization } from "../normalize-input.ts";
import { splitPolarity } from "../polarity.ts";
import { projectionName, synapsesOf } from "../projection-names.ts";
import { rewrite } from "../rewrite.ts";
import { scaleDrive } from "../scaled-drive.ts";
import { noiseOf, quantizedWeights, unitsOf } from "./weight-units.ts";

/** One source of a layer; both carriers give values before the non-linearity. */
export interface PairedDrive {
  readonly source: string;
  /** Takes activations. */
  readonly float: Carrier;
  /** Takes spikes a step: activation / spikeValue. */
  readonly quantized: Carrier;
  /** The integers, and the float weights in their unit: what was rounded to them. */
  readonly integers: IntegerArray;
  inUnits(): Float64Array;
}

export interface PairedLayer {
  readonly name: string;
  readonly activation: Activation;
  readonly population: Population;
  /** Activation per spike and step, one a neuron; empty for an output that only integrates. */
  readonly spikeValue: Float64Array;
  readonly drives: readonly PairedDrive[];
  /** Signal to noise of the integer weights, decibels; infinite where they are exact. */
  readonly weightSnr: number;
}

export interface PairedNetwork {
  /** Does what the network does, with one population for each activation: copies of neurons are together (copies.ts). */
  readonly network: Network;
  readonly input: Input;
  /** Value of the input, normalized where its encoder does that, per spike and step (per unit of current: analog), one a neuron. */
  readonly inputValue: Float64Array;
  /** In the order of the road; the output is last. */
  readonly layers: readonly PairedLayer[];
}

function unpaired(what: string, where: string): SpikecError {
  return new SpikecError("SPK-0806", what, { where });
}

/** One value a neuron from one, one a channel or one a neuron. */
function perNeuron(values: ArrayLike<number>, size: number): Float64Array {
  return Float64Array.from({ length: size }, (_, i) => values[Math.floor((i * values.length) / size)]);
}

function valueOfInput({ name, shape, encoder }: Input): Float64Array {
  if (!("scale" in encoder) || encoder.kind === "current")
    throw unpaired(`its input is ${encoder.kind}, which stands for no value of a float network`, name);
  const value = encoder.kind === "analog" ? encoder.scale : encoder.scale * encoder.threshold;
  return new Float64Array(sizeOf(shape)).fill(value);
}

/** One drive's projections as one: synapses side by side add up. */
function joined(parts: readonly Projection[]): Projection {
  const [first] = parts;
  if (parts.length === 1 || first.connection.kind !== "oneToOne") return first;
  const weights = Int32Array.from(first.connection.weights, (_, i) =>
    parts.reduce((sum, { connection }) => sum + connection.weights[i], 0),
  );
  return { ...first, connection: { kind: "oneToOne", weights } };
}

/** The projections that carry an activation's drives. */
function projectionsOf(network: Network, activation: Activation): Projection[] {
  return activation.drives.map(({ source }, d) => {
    const own = synapsesOf(network.projections, projectionName(activation, d));
    if (own.length === 0)
      throw unpaired(`the network has no projection from ${source} to ${activation.name}`, activation.name);
    return joined(own);
  });
}

function carrierOf(drive: Drive, { shape }: Activation, weights: Float64Array): Carrier {
  const { sourceShape, pools, operator } = drive;
  // A map of weights may be wider than the operator's own: the connection's kind decides how it is read.
  return createCarrier({ sourceShape, targetShape: shape, pools, connection: { ...operator, weights } });
}

/** As the network states them: one value, one a channel or one a neuron. */
type SpikeValues = ReadonlyMap<string, Float64Array>;

function pairDrives(network: Network, activation: Activation, values: SpikeValues) {
  const projections = projectionsOf(network, activation);
  const scaled = activation.drives.map((drive, d) => {
    const { connection, name } = projections[d];
    const { weights } = scaleDrive(drive, values.get(drive.source)!, activation.shape);
    if (connection.kind !== drive.operator.kind || connection.weights.length !== weights.length)
      throw unpaired(
        `${name} has ${connection.weights.length} ${connection.kind} weights, the model ${weights.length} ${drive.operator.kind}`,
        activation.name,
      );
    return weights;
  });
  const integers = projections.map(({ connection }) => connection.weights);
  const units = unitsOf(scaled, integers, activation.shape[0]);
  const quantized = quantizedWeights(scaled, integers, units);
  const drives = activation.drives.map((drive, d) => ({
    source: drive.source,
    float: carrierOf(drive, activation, drive.operator.weights),
    quantized: carrierOf(drive, activation, quantized[d]),
    integers: integers[d],
    inUnits: () =>
      scaled[d].map((weight, i) => {
        const unit = units[parameterIndex(i, scaled[d].length, units.length)];
        return unit === 0 ? 0 : weight / unit;
      }),
  }));
  return { drives, weightSnr: noiseOf(scaled, quantized) };
}

function pairLayer(network: Network, activation: Activation, values: SpikeValues): PairedLayer {
  const { name, kind, shape } = activation;
  const population = network.populations.find((candidate) => candidate.name === name);
  if (population === undefined)
    throw unpaired(`the network has no population for ${name} of the model`, name);
  if (population.shape.join() !== shape.join())
    throw unpaired(
      `${name} is ${population.shape.join("x")} in the network and ${shape.join("x")} in the model`,
      name,
    );
  if (kind !== "output" && population.spikeValue.length === 0)
    throw unpaired(`${name} does not say what its spikes are worth`, name);
  const spikeValue =
    kind === "output" ? new Float64Array(0) : perNeuron(population.spikeValue, sizeOf(shape));
  // A pool has no weights of its own: it is a maximum wherever it is computed in values.
  if (kind === "maxPool")
    return { name, activation, population, spikeValue, drives: [], weightSnr: Number.POSITIVE_INFINITY };
  return { name, activation, population, spikeValue, ...pairDrives(network, activation, values) };
}

/**
 * graph: the model that the network was converted from. converted: as it was written, copies apart.
 * Throws SPK-0806 where it is not, or where the network is no conversion of a network of activations at all.
 */
export function pairLayers(graph: Graph, converted: Network): PairedNetwork {
  const network = joinCopies(converted);
  const input = sampleInput(network);
  const inputValue = valueOfInput(input);
  const apart = (pool: string) => network.populations.some(({ name }) => name === firstOfWindow(pool));
  const model = inhibitMaxPools(fold(rewrite(graph)), apart);
  const folded = splitPolarity(absorbNormalization(model, input), input);
  if (folded.inputName !== input.name)
    throw unpaired(`the network's input is ${input.name}, the model's ${folded.inputName}`, input.name);
  const values = new Map([[input.name, inputValue.subarray(0, 1)]]);
  const layers = folded.activations.map((activation) => {
    const layer = pairLayer(network, activation, values);
    values.set(activation.name, layer.population.spikeValue);
    return layer;
  });
  if (network.readout.population !== layers[layers.length - 1].name)
    throw unpaired(`the network is read at ${network.readout.population}`, network.readout.population);
  return { network, input, inputValue, layers };
}
