/** For chips whose only neurons are integrate-and-fire ones. */
import { SpikecError } from "../errors/error.ts";
import { type IntegrateAndFirePopulation, isIntegrateAndFire, type Network } from "../network/network.ts";

/** All populations; throws SPK-0402 where one is of another kind. */
export function integrateAndFireOnly(network: Network, chip: string): readonly IntegrateAndFirePopulation[] {
  return network.populations.map((population) => {
    if (isIntegrateAndFire(population)) return population;
    throw new SpikecError("SPK-0402", `${chip} has no populations of kind ${population.kind}`, {
      where: population.name,
    });
  });
}
