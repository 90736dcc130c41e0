/**
 * lava-dl's way from floats to integers, as its CUBA neurons and their synapses quantize (lava-dl d825ac5, src/lava/lib/dl/slayer/neuron:
 * base.py quantize_8bit and v_th_mant, cuba.py): one fixed scale of 64 for weights, thresholds and biases, whatever their size. Weights
 * become even numbers of 8 bits; how many of the bits and which exponent a layer takes is chosen when the file is loaded
 * (core/weights.ts). Meant for networks that were trained within that scale: larger weights are cut off.
 */
import type { FloatNetwork, FloatPopulation, QuantizedNetwork } from "../../../src/target/quantizer.ts";
import { loihiLaw, refuseSoftResets, takenWeights, withoutLoss } from "./loihi-law.ts";
import { roundHalfEven } from "./nengo-discretize.ts";

const scale = 64;
const weightRange = { low: -256, high: 254 };
const decayUnity = 4096;

function quantizedWeight(weight: number): number {
  const even = 2 * roundHalfEven((weight * scale) / 2);
  return Math.min(weightRange.high, Math.max(weightRange.low, even));
}

const decaysOf = (keeps: Float64Array | null, size: number) =>
  keeps === null
    ? withoutLoss(size)
    : keeps.map((kept) => decayUnity - roundHalfEven(decayUnity * (1 - kept)));

function populationOf(population: FloatPopulation) {
  const size = population.bias.length;
  const law = loihiLaw({
    keptU: population.traceKeeps && decaysOf(population.traceKeeps, size),
    keptV: decaysOf(population.membraneKeeps, size),
    threshold: population.threshold?.map((threshold) => Math.trunc(threshold * scale)) ?? null,
    bias: population.bias.map((bias) => roundHalfEven(bias * scale)),
  });
  return [population.name, { law, unit: new Float64Array(size).fill(1 / (scale * 64)) }] as const;
}

export function quantizeLavaDl(network: FloatNetwork): QuantizedNetwork {
  refuseSoftResets(network);
  const clipped: string[] = [];
  const weights = network.projections.map((projection) => {
    const taken = takenWeights(network, projection);
    const integers = Int16Array.from(taken, quantizedWeight);
    const lost = taken.filter((weight, i) => Math.abs(weight * scale - integers[i]) > 1).length;
    if (lost > 0)
      clipped.push(
        `${projection.name}: ${lost} of ${taken.length} weights lie beyond 4 and are cut off: the scale is lava-dl's, 64`,
      );
    return [projection.name, integers] as const;
  });
  return {
    populations: new Map(network.populations.map(populationOf)),
    weights: new Map(weights),
    notes: [],
    warnings: clipped,
  };
}
