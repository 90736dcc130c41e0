/** The state of a population, by its kind. */
import { type Population, sizeOf } from "../network/network.ts";
import { createIntegrateAndFire } from "./integrate-and-fire.ts";
import { createMaxCount } from "./max-count.ts";
import type { PopulationState } from "./population-state.ts";
import { createSigmaDelta } from "./sigma-delta.ts";

export function createPopulation(population: Population): PopulationState {
  switch (population.kind) {
    case "integrateAndFire":
      return createIntegrateAndFire(population.law, sizeOf(population.shape));
    case "maxCount":
      return createMaxCount(population);
    case "sigmaDelta":
      return createSigmaDelta(population);
  }
}
