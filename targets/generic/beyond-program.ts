/** What the generic chip's rules allow, and its program has no words for: such networks are simulated, and not emitted. */
import { beyondPlain } from "../../src/network/law-extent.ts";
import type { Network, Population } from "../../src/network/network.ts";

/** "decayV multiply", one for each; none for a population that the program holds. */
export function beyondProgram(population: Population): string[] {
  if (population.kind === "maxCount") return [];
  if (population.kind !== "integrateAndFire") return [`populations of kind ${population.kind}`];
  const { law } = population;
  return [
    ...beyondPlain(law),
    law.decayV.kind === "none" ? null : `decayV ${law.decayV.kind}`,
    law.floor === null ? null : `floor ${law.floor.kind}`,
    law.maxSpikes === 1 ? null : `maxSpikes ${law.maxSpikes}`,
    law.reset.kind === "zero" && law.reset.value.some((value) => value !== 0)
      ? `reset to ${law.reset.value}`
      : null,
  ].filter((what) => what !== null);
}

/** For the fit report: none where the program holds the network. */
export function beyondNotes({ populations }: Network): string[] {
  const lacks = new Set(populations.flatMap(beyondProgram));
  return lacks.size === 0
    ? []
    : [`the program has no ${[...lacks].join(", no ")}: the network can be simulated, and emit refuses it`];
}
