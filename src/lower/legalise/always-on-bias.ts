/**
 * Pass: chips without a bias get one always-on neuron a population, whose weights are the biases. It starts with the input and
 * its delay is the population's latency, so that the bias acts in exactly the steps in which the law's bias would.
 */

import { latencies } from "../../network/latency.ts";
import {
  type Input,
  type IntegrateAndFirePopulation,
  isIntegrateAndFire,
  type Network,
  type Projection,
  parameterIndex,
  sizeOf,
} from "../../network/network.ts";
import type { NumericRules } from "../../target/rules.ts";
import { integerArray } from "../calibrate/weights.ts";

function biased(population: IntegrateAndFirePopulation): boolean {
  return population.law.bias.some((bias) => bias !== 0);
}

function alwaysOn(population: IntegrateAndFirePopulation): Input {
  return { name: `${population.name}:bias`, shape: [1], encoder: { kind: "always" }, polarity: "unsigned" };
}

function biasProjection(population: IntegrateAndFirePopulation, delay: number, bits: number): Projection {
  const { bias } = population.law;
  const size = sizeOf(population.shape);
  // A bias that is no weight stays what it is: `violations` names it.
  const fits = bias.every((value) => value >= -(2 ** (bits - 1)) && value < 2 ** (bits - 1));
  const weights = integerArray(size, fits ? bits : 32);
  for (let neuron = 0; neuron < size; neuron++)
    weights[neuron] = bias[parameterIndex(neuron, size, bias.length)];
  const name = `${population.name}:bias -> ${population.name}`;
  return {
    name,
    source: `${population.name}:bias`,
    target: population.name,
    delay,
    pools: [],
    connection: { kind: "dense", weights },
  };
}

export function alwaysOnBias(network: Network, rules: NumericRules): Network {
  if (rules.bias !== null) return network;
  const latency = latencies(network);
  const needy = network.populations.filter(isIntegrateAndFire).filter(biased);
  return {
    ...network,
    inputs: [...network.inputs, ...needy.map(alwaysOn)],
    populations: network.populations.map((population) =>
      isIntegrateAndFire(population)
        ? { ...population, law: { ...population.law, bias: new Int32Array(1) } }
        : population,
    ),
    projections: [
      ...network.projections,
      ...needy.map((population) =>
        biasProjection(population, latency.get(population.name)!, rules.weights.bits),
      ),
    ],
    notes:
      needy.length === 0
        ? network.notes
        : [
            ...network.notes,
            {
              level: "info",
              where: "bias",
              text: `the chip has no bias: ${needy.length} always-on neurons give it`,
            },
          ],
  };
}
