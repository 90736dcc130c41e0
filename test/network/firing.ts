/** For tests of networks in which every population obeys the neuron law. */
import {
  type IntegrateAndFirePopulation,
  isIntegrateAndFire,
  type Law,
  type Network,
  type Population,
} from "../../src/network/network.ts";

export function firing(population: Population): IntegrateAndFirePopulation {
  if (isIntegrateAndFire(population)) return population;
  throw new Error(`${population.name} is of kind ${population.kind}`);
}

export function firingPopulations(network: Network): IntegrateAndFirePopulation[] {
  return network.populations.map(firing);
}

/** The network with parameters of one population's law changed. */
export function withLawOf(network: Network, name: string, change: Partial<Law>): Network {
  const populations = firingPopulations(network).map((population) =>
    population.name === name ? { ...population, law: { ...population.law, ...change } } : population,
  );
  return { ...network, populations };
}
