/**
 * Pass: chips that fire only above the threshold get one less; exact for integers: v >= theta is v > theta - 1. Where that would
 * be below the chip's lowest threshold, weights and threshold are multiplied first: the OR of a MaxPool, 1 v >= 1, is 2 v > 1.
 */
import {
  type IntegrateAndFirePopulation,
  isIntegrateAndFire,
  type Law,
  type Network,
  type Population,
  type Projection,
} from "../../network/network.ts";
import type { NumericRules } from "../../target/rules.ts";

/** Reset by subtraction takes the threshold off, which is no longer the same number. */
function becomesStrict(population: Population): population is IntegrateAndFirePopulation {
  if (!isIntegrateAndFire(population)) return false;
  const { compare, reset } = population.law;
  return compare === "ge" && reset.kind !== "subtract";
}

/** Whether the neuron adds up its weights and nothing else: what is multiplied then stays the same neuron. */
function onlyAddsUp({ synapse, decayV, floor, bias, vInit, reset }: Law): boolean {
  const values = [bias, vInit, reset.kind === "zero" ? reset.value : []].flatMap((list) => [...list]);
  const lasting = synapse.kind === "none" && decayV.kind === "none" && floor === null;
  return lasting && values.every((value) => value === 0);
}

/** The least number by which all thresholds of the population, one less, are the chip's; 1 for most. */
function factorOf({ law }: IntegrateAndFirePopulation, { threshold: { low } }: NumericRules): number {
  const least = law.threshold.reduce((smallest, value) => Math.min(smallest, value));
  if (least > low || least <= 0 || !onlyAddsUp(law)) return 1;
  return Math.ceil((low + 1) / least);
}

export function compareStrictly(network: Network, rules: NumericRules): Network {
  if (rules.compare.includes("ge")) return network;
  const factors = new Map(
    network.populations.filter(becomesStrict).map((one) => [one.name, factorOf(one, rules)] as const),
  );
  const strict = (population: Population): Population => {
    const factor = factors.get(population.name);
    if (factor === undefined || !isIntegrateAndFire(population)) return population;
    const threshold = population.law.threshold.map((value) => value * factor - 1);
    const membraneUnit = population.membraneUnit.map((unit) => unit / factor);
    return { ...population, membraneUnit, law: { ...population.law, compare: "gt", threshold } };
  };
  const multiplied = (projection: Projection): Projection => {
    const factor = factors.get(projection.target) ?? 1;
    if (factor === 1) return projection;
    // As wide as any factor needs; the rules say later whether the chip has such weights.
    const weights = Int32Array.from(projection.connection.weights, (weight) => weight * factor);
    return { ...projection, connection: { ...projection.connection, weights } };
  };
  const projections = network.projections.map(multiplied);
  return { ...network, populations: network.populations.map(strict), projections };
}
