/**
 * Pass: chips whose membranes wrap, and that have a floor which subtracts. Strong inhibition would wrap to the top of the range
 * and fire. A floor as much above the lower end as one step can take away keeps every membrane inside:
 * v >= floor before a step, v >= low after it, and below the floor v - floor takes it back.
 *
 * The charge that it takes away is inhibition that no later input of the run would have made up for, or a little of it.
 */
import {
  isIntegrateAndFire,
  type Network,
  type Population,
  parameterIndex,
  sizeOf,
} from "../../network/network.ts";
import type { NumericRules } from "../../target/rules.ts";
import { afferentsOf } from "../../target/synapses.ts";
import { boundsByFloor } from "../search-rules.ts";

/** The most that one step takes away from each neuron, as a number <= 0: its negative weights and bias. */
function losses(network: Network, population: Population & { kind: "integrateAndFire" }): Int32Array {
  const { bias } = population.law;
  const size = sizeOf(population.shape);
  const loss = Int32Array.from({ length: size }, (_, neuron) =>
    Math.min(0, bias[parameterIndex(neuron, size, bias.length)]),
  );
  for (const projection of network.projections) {
    if (projection.target !== population.name) continue;
    for (const { target, weights } of afferentsOf(projection, network))
      for (const weight of weights) loss[target] += Math.min(0, weight);
  }
  return loss;
}

export function boundMembranes(network: Network, rules: NumericRules): Network {
  if (!boundsByFloor(rules)) return network;
  const { low, high, overflow } = rules.state;
  const bounded = (population: Population): Population => {
    if (!isIntegrateAndFire(population)) return population;
    const value = losses(network, population).map((loss) => Math.min(0, low - loss));
    const law = {
      ...population.law,
      overflowV: { low, high, overflow },
      floor: { kind: "subtract", value },
    } as const;
    return { ...population, law };
  };
  return { ...network, populations: network.populations.map(bounded) };
}
