/** Pass: chips that fire at the threshold get one more; exact for integers: v > theta is v >= theta + 1. */
import { isIntegrateAndFire, type Network, type Population } from "../../network/network.ts";
import type { NumericRules } from "../../target/rules.ts";

export function compareInclusively(network: Network, rules: NumericRules): Network {
  if (rules.compare.includes("gt")) return network;
  const inclusive = (population: Population): Population => {
    if (!isIntegrateAndFire(population) || population.law.compare !== "gt") return population;
    // Reset by subtraction, and several spikes a step, take the threshold itself, which is no longer the same number.
    const { reset, maxSpikes } = population.law;
    if (reset.kind === "subtract" || maxSpikes !== 1) return population;
    const threshold = population.law.threshold.map((value) => value + 1);
    return { ...population, law: { ...population.law, compare: "ge", threshold } };
  };
  return { ...network, populations: network.populations.map(inclusive) };
}
