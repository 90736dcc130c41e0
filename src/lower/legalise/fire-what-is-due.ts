/**
 * Pass: chips on which spikes have no step send every spike that is due. What a neuron with reset by subtraction would have made
 * up for in later steps leaves at once, which is nearer to its activation; one that resets to zero loses less.
 *
 * A MaxPool as an OR has no form there: several spikes of a window would leave as several, which is a sum.
 */
import { SpikecError } from "../../errors/error.ts";
import { isIntegrateAndFire, type Network, type Population } from "../../network/network.ts";
import type { NumericRules } from "../../target/rules.ts";
import type { Folded } from "../folded.ts";
import { hasCountPool } from "../recipe.ts";

/** Throws SPK-0304 naming the pools that would have to fire once a step: before anything is searched for them. */
export function refusePools({ activations }: Folded, rules: NumericRules): void {
  if (rules.maxSpikes !== 0 || hasCountPool(rules)) return;
  const pools = activations.filter(({ kind }) => kind === "maxPool").map(({ node }) => node);
  if (pools.length === 0) return;
  throw new SpikecError(
    "SPK-0304",
    `${pools.join(", ")}: a maximum of spikes needs neurons that fire once a step, and those of the target send every spike that is due`,
    { where: pools[0], advice: "Use AveragePool in place of MaxPool, or strides, and train again." },
  );
}

export function fireWhatIsDue(network: Network, rules: NumericRules): Network {
  if (rules.maxSpikes !== 0) return network;
  const unbounded = (population: Population): Population =>
    isIntegrateAndFire(population) && population.law.compare !== "never"
      ? { ...population, law: { ...population.law, maxSpikes: 0 } }
      : population;
  return { ...network, populations: network.populations.map(unbounded) };
}
