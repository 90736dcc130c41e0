/**
 * Pass: chips on which spikes have no step send every spike that is due. What a neuron with reset by subtraction would have made
 * up for in later steps leaves at once, which is nearer to its activation; one that resets to zero loses less.
 *
 * A MaxPool as an OR has no form there (refuse-beforehand.ts): several spikes of a window would leave as several, which is a sum.
 */
import { isIntegrateAndFire, type Network, type Population } from "../../network/network.ts";
import type { NumericRules } from "../../target/rules.ts";

export function fireWhatIsDue(network: Network, rules: NumericRules): Network {
  if (rules.maxSpikes !== 0) return network;
  const unbounded = (population: Population): Population =>
    isIntegrateAndFire(population) && population.law.compare !== "never"
      ? { ...population, law: { ...population.law, maxSpikes: 0 } }
      : population;
  return { ...network, populations: network.populations.map(unbounded) };
}
