/**
 * Lowering a native spiking network by a quantizer of the chip's own (src/target/quantizer.ts) instead of the general way:
 * folded as always, laws and weights from the quantizer, then the chip's delays.
 */
import { SpikecError } from "../../errors/error.ts";
import type { Note } from "../../graph/graph.ts";
import type { SpikingGraph } from "../../graph/spiking.ts";
import { latencies } from "../../network/latency.ts";
import {
  isIntegrateAndFire,
  type Network,
  type Population,
  type Projection,
  sizeOf,
} from "../../network/network.ts";
import type { FloatNetwork, FloatProjection, QuantizedNetwork, Quantizer } from "../../target/quantizer.ts";
import type { NumericRules } from "../../target/rules.ts";
import { alignDelays } from "../legalise/align-delays.ts";
import { constantInputs } from "./constant-inputs.ts";
import { floatNetwork } from "./float-network.ts";
import type { FoldedPopulation, FoldedSpiking } from "./folded-network.ts";
import { chooseReadout, foldGraph } from "./lower-spiking.ts";
import { valueAt } from "./neuron-form.ts";
import { asideNotes } from "./node-quantization.ts";
import { formNotes, timeNote } from "./notes.ts";
import type { LoweredPopulation, SpikingLowering, SpikingLoweringOptions } from "./options.ts";

function populationOf({ name, shape, form }: FoldedPopulation, quantized: QuantizedNetwork): Population {
  const { law, unit } = quantized.populations.get(name)!;
  return {
    kind: "integrateAndFire",
    name,
    shape,
    law,
    membraneUnit: unit,
    spikeValue: form.firing === null ? new Float64Array(0) : form.firing.worth,
    origin: [form.node.name],
  };
}

function projectionOf(projection: FloatProjection, quantized: QuantizedNetwork): Projection {
  const { name, source, target, delay } = projection;
  return {
    name,
    source,
    target,
    delay,
    ...(delay === 0 ? {} : { modelDelay: delay }),
    pools: [],
    connection: { kind: "dense", weights: quantized.weights.get(name)! },
  };
}

/** Constants that enter the population's traces, in the same integers as its weights. */
function constantsOf(folded: FoldedPopulation, quantized: QuantizedNetwork, { weights }: NumericRules) {
  const { law, unit, weightGain } = quantized.populations.get(folded.name)!;
  const factors = unit.map(
    (one, neuron) =>
      (valueAt(folded.form.gain, neuron) * (weightGain?.[neuron] ?? 1)) / (one * 2 ** law.inputShift),
  );
  return constantInputs(folded, { factors, bits: weights.bits });
}

/** Power of the weights over that of their rounding, decibels; infinite where they are exact. */
function weightSnr(float: FloatNetwork, quantized: QuantizedNetwork, target: string): number {
  const { law, unit, weightGain } = quantized.populations.get(target)!;
  let [signal, noise] = [0, 0];
  for (const { name, weights, target: into } of float.projections) {
    if (into !== target) continue;
    const integers = quantized.weights.get(name)!;
    const sources = weights.length / unit.length;
    weights.forEach((weight, i) => {
      const neuron = Math.floor(i / sources);
      const kept = (integers[i] * 2 ** law.inputShift * unit[neuron]) / (weightGain?.[neuron] ?? 1);
      signal += weight ** 2;
      noise += (weight - kept) ** 2;
    });
  }
  return noise === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10(signal / noise);
}

const extremes = (values: ArrayLike<number>): readonly [number, number] => {
  let [low, high] = [values[0], values[0]];
  for (let i = 1; i < values.length; i++) [low, high] = [Math.min(low, values[i]), Math.max(high, values[i])];
  return [low, high];
};

/** A threshold against the one that its unit stands for. */
function thresholdError(wanted: Float64Array | null, threshold: Int32Array, unit: Float64Array): number {
  if (wanted === null) return 0;
  return wanted.reduce((worst, value, i) => {
    const kept = threshold[threshold.length === 1 ? 0 : i] * unit[i];
    return value > 0 ? Math.max(worst, Math.abs(kept / value - 1)) : worst;
  }, 0);
}

function reportOf(
  folded: FoldedPopulation,
  float: FloatNetwork,
  quantized: QuantizedNetwork,
): LoweredPopulation {
  const { name, shape, form } = folded;
  const { law, unit } = quantized.populations.get(name)!;
  const wanted = float.populations.find((population) => population.name === name)!;
  return {
    name,
    type: form.node.type,
    neurons: sizeOf(shape),
    fires: form.firing !== null,
    lead: form.outputDelay,
    weightSnr: weightSnr(float, quantized, name),
    unit: extremes(unit),
    inputShift: law.inputShift,
    threshold: form.firing === null ? null : extremes(law.threshold),
    thresholdError: thresholdError(wanted.threshold, law.threshold, unit),
    decayError: 0,
  };
}

/** Membranes as the chip has them when a population's first step comes. */
function started(network: Network, quantizer: Quantizer): Network {
  const { start } = quantizer;
  if (start === undefined) return network;
  const latency = latencies(network);
  const populations = network.populations.map((population): Population => {
    if (!isIntegrateAndFire(population)) return population;
    const vInit = start(population.law, sizeOf(population.shape), latency.get(population.name)!);
    return { ...population, law: { ...population.law, vInit } };
  });
  return { ...network, populations };
}

/** Throws as `lowerSpiking` does; what the quantizer's numbers break of the chip's rules, its placement says. */
export function quantizeSpiking(
  graph: SpikingGraph,
  quantizer: Quantizer,
  options: SpikingLoweringOptions,
): SpikingLowering {
  const { discretization, input, rules, timesteps, provenance } = options;
  if (input.kind !== "spikes")
    throw new SpikecError(
      "SPK-0305",
      `quantizer ${quantizer.name} takes input of spikes, and these are numbers`,
    );
  const folded: FoldedSpiking = foldGraph(graph, discretization);
  const readout = chooseReadout(folded, options);
  const float = floatNetwork(graph.name, folded, readout, quantizer.takesConstants);
  const quantized = quantizer.quantize(float);
  const constants = folded.populations.flatMap((population) => constantsOf(population, quantized, rules));
  const read = quantized.populations.get(readout.population)!;
  const unit = readout.read === "membrane" ? folded.readout.scale * read.unit[0] : 1;
  const note = (level: Note["level"], text: string): Note => ({ level, where: "quantizer", text });
  const assembled: Network = {
    name: graph.name,
    timesteps,
    inputs: [{ ...folded.input, encoder: input, polarity: "unsigned" }, ...constants.map((one) => one.input)],
    populations: folded.populations.map((population) => populationOf(population, quantized)),
    projections: [
      ...float.projections.map((projection) => projectionOf(projection, quantized)),
      ...constants.map(({ projection }) => projection),
    ],
    readout: { ...readout, scale: readout.scale * unit },
    provenance,
    notes: [
      ...graph.notes,
      timeNote(discretization),
      ...formNotes(folded),
      ...asideNotes(folded),
      note("info", `${quantizer.name}: ${quantizer.what}`),
      ...quantized.notes.map((text) => note("info", text)),
      ...quantized.warnings.map((text) => note("warning", text)),
    ],
  };
  const network = started(alignDelays(assembled, rules), quantizer);
  return {
    network,
    populations: folded.populations.map((population) => reportOf(population, float, quantized)),
    notes: network.notes,
  };
}
