/**
 * Network to the layers of a `.net` file and the settings that go with it.
 *
 * Time: a synapse takes a step, so that a projection of delay d is a layer's delay of d - 1. Biases of a `.net` act from the
 * first step; those of the Network from a population's latency. So layers are cleared once, each at its own latency: lava-dl
 * clears layer k one step after layer k - 1 (LIFReset), which is just that.
 */

import { SpikecError } from "../../src/errors/error.ts";
import { latencies } from "../../src/network/latency.ts";
import { isIntegrateAndFire, type Network, sizeOf } from "../../src/network/network.ts";
import { inputBreaches, readoutBreaches, refusal } from "../../src/target/breaches.ts";
import { FitError } from "../../src/target/fit.ts";
import type { FitReason, PlaceOptions } from "../../src/target/target.ts";
import { boundNotes } from "./bounds.ts";
import { type Chain, type ChainLink, chainOf } from "./chain.ts";
import type { LoihiChip } from "./chip.ts";
import { coreFit } from "./fit.ts";
import { chipNeurons, lawBreaches, unitBreaches } from "./law.ts";
import { convolutionOf, matrixSize, mostMatrixWeights, weightsOf } from "./layer-weights.ts";
import { isImage, type LoihiPlacement, type PlacedLayer } from "./placement.ts";
import { rangeReasons } from "./ranges.ts";
import { placeSigmaDelta, sigmaDeltaBreaches, spikeExponentOf } from "./sigma-delta.ts";

/** lava-dl's own choice, where nothing asks for another. */
const usualSpikeExponent = 6;

/**
 * Numbers go in as graded spikes where the chip has them. Conversions are not offered them (chip.json): the sums of a whole
 * image of 8-bit numbers leave the chip's 16 bits.
 */
function inputsOf(chip: LoihiChip): readonly string[] {
  return chip.limits.gradedBits > 0 ? [...chip.rules.inputs, "analog", "current"] : chip.rules.inputs;
}

function breachesOf(network: Network, chip: LoihiChip): string[] {
  const { populations } = network;
  const lines = populations.flatMap((population) => {
    if (population.kind === "sigmaDelta" && chip.limits.gradedBits > 0) return [];
    if (!isIntegrateAndFire(population))
      return [`${population.name}: the chip has no populations of kind ${population.kind}`];
    const found = [...lawBreaches(population.law, chip), ...unitBreaches(population)];
    return found.map((breach) => `${population.name}: ${breach}`);
  });
  return [
    ...lines,
    ...inputBreaches(network.inputs, inputsOf(chip)),
    ...readoutBreaches(network, chip.rules.readouts),
  ];
}

/** Matrices that would be too large to make: before they are made. */
function matrixReasons(network: Network, { links }: Chain): FitReason[] {
  return links
    .filter(({ population }) => !(population.kind === "sigmaDelta" && population.value === "input"))
    .filter(({ projection }) => convolutionOf(projection, network) === null)
    .map(({ population, projection }) => ({
      layer: population.name,
      resource: "weights of a matrix",
      need: matrixSize(projection, network),
      limit: mostMatrixWeights,
      help: "even padding and pools without rests keep a convolution a convolution",
    }))
    .filter(({ need, limit }) => need > limit);
}

function placeLayer(network: Network, link: ChainLink, latency: number, first: number): PlacedLayer {
  const { population, projection, feedback } = link;
  if (population.kind === "sigmaDelta") return placeSigmaDelta(network, link, population, latency, first);
  if (!isIntegrateAndFire(population))
    throw new SpikecError("SPK-0001", `a population of kind ${population.kind} was not refused`);
  const { neuron, bias, membraneScale } = chipNeurons(population);
  const silent = population.law.compare === "never";
  const isSum = silent && neuron.kind === "LIF" && neuron.iDecay === 0 && neuron.vDecay === 4096;
  return {
    name: population.name,
    shape: population.shape,
    weights: weightsOf(projection, network),
    recurrent: feedback === null ? null : weightsOf(feedback, network).weights,
    delay: projection.delay,
    recurrentDelay: feedback?.delay ?? null,
    neuron: isSum ? null : neuron,
    bias,
    silent,
    membraneScale,
    latency,
    first,
    size: sizeOf(population.shape),
  };
}

/** What lava-dl cannot clear at the right step, in words. */
function clearBreaches(layers: readonly PlacedLayer[]): string[] {
  return layers.flatMap(({ name, latency, recurrent }, index) => {
    const due = layers[0].latency + index;
    if (latency !== due)
      return [
        `${name}: it acts from step ${latency}, and its biases can begin at step ${due} only: delays above 1 behind the first layer go without biases`,
      ];
    return recurrent !== null && layers.slice(0, index + 1).some(hasBias)
      ? [
          `${name}: it is recurrent, and what biases made it send before step ${latency} would come back: go without biases up to here`,
        ]
      : [];
  });
}

/** A bias that must wait for the layer's latency; those of sigma-delta neurons act from the first step anyway. */
const hasBias = ({ bias, neuron }: PlacedLayer) =>
  neuron?.kind !== "SDNN" && bias.some((value) => value !== 0);

/** Decays that the fields of a file cannot say, in words. */
function decayBreaches({ name, neuron }: PlacedLayer): string[] {
  if (neuron?.kind !== "LIF") return [];
  const found: string[] = [];
  if (neuron.iDecay < 1) found.push(`${name}: a trace that keeps everything, on neurons that fire or leak`);
  if (neuron.vDecay > 4095) found.push(`${name}: a membrane that keeps nothing, on neurons that fire`);
  return found;
}

/** Throws SPK-0402 for what the chip does not compute, FitError with every reason for what does not fit. */
export function place(chip: LoihiChip, network: Network, options: PlaceOptions = {}): LoihiPlacement {
  const chain = chainOf(network);
  const breaches = breachesOf(network, chip);
  if (!("links" in chain)) throw refusal(chip.name, network, [...breaches, ...chain]);
  breaches.push(...sigmaDeltaBreaches(chain.links));
  if (breaches.length > 0) throw refusal(chip.name, network, breaches);
  const large = matrixReasons(network, chain);
  if (large.length > 0) throw new FitError(chip.name, network.name, large);

  const latency = latencies(network);
  const layers: PlacedLayer[] = [];
  let first = 0;
  for (const link of chain.links) {
    layers.push(placeLayer(network, link, latency.get(link.population.name)!, first));
    first += sizeOf(link.population.shape);
  }
  const biased = layers.some(hasBias);
  const late = [
    ...layers.flatMap(decayBreaches),
    ...(biased ? clearBreaches(layers) : []),
    ...imageBreaches(layers),
  ];
  if (late.length > 0) throw refusal(chip.name, network, late);

  const fit = coreFit(chip, network, chain, layers);
  const reasons = [...layers.flatMap(rangeReasons), ...fit.reasons];
  if (reasons.length > 0) throw new FitError(chip.name, network.name, reasons);
  const { encoder, shape, name } = chain.input;
  const graded = encoder.kind === "analog" || encoder.kind === "current";
  return {
    target: chip.name,
    network,
    observed: options.observe === "all" ? layers.map((layer) => layer.name) : [network.readout.population],
    report: { uses: fit.uses, notes: [...boundNotes(network, chain, layers, chip), ...fit.notes] },
    input: { name, shape, messageBits: graded ? encoder.bits : 0 },
    layers,
    clearAt: biased ? layers[0].latency : null,
    spikeExponent: spikeExponentOf(chain) ?? usualSpikeExponent,
    steps: network.timesteps + latency.get(network.readout.population)!,
  };
}

/** lava-dl joins images to convolutions only. */
function imageBreaches(layers: readonly PlacedLayer[]): string[] {
  return layers
    .filter(
      ({ weights }, index) => weights?.kind === "convolution" && index > 0 && !isImage(layers[index - 1]),
    )
    .map(
      ({ name }) => `${name}: a convolution behind a layer of single neurons, which a .net file cannot join`,
    );
}
