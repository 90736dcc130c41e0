/** Pass: chips that fire only above the threshold get one less; exact for integers: v >= theta is v > theta - 1. */
import { isIntegrateAndFire, type Network, type Population } from "../../network/network.ts";
import type { NumericRules } from "../../target/rules.ts";

export function compareStrictly(network: Network, rules: NumericRules): Network {
  if (rules.compare.includes("ge")) return network;
  const strict = (population: Population): Population => {
    if (!isIntegrateAndFire(population) || population.law.compare !== "ge") return population;
    // Reset by subtraction takes the threshold off, which is no longer the same number.
    if (population.law.reset.kind === "subtract") return population;
    const threshold = population.law.threshold.map((value) => value - 1);
    return { ...population, law: { ...population.law, compare: "gt", threshold } };
  };
  return { ...network, populations: network.populations.map(strict) };
}
