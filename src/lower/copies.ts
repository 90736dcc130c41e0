/**
 * Several neurons for one activation. Copies hear the same through the same weights and start a level apart, so that K of them
 * tell K times as many levels, and a network needs a K-th of the timesteps (docs/conversion.md, Copies).
 *
 * While layers are converted such a neuron is one that sends up to K spikes a step. K copies with K times its threshold, the
 * k-th of them k thresholds ahead, send the very same in sum, step by step:
 *
 *   floor(x) = sum over k = 0 .. K-1 of floor((x + k) / K)                        (Hermite's identity, x = V / threshold)
 *
 * since each copy is due where the sum of charge passes every K-th threshold, and none twice in a step in which no more than K
 * thresholds are passed. A copy's membrane lies 0 to K - 1 of these thresholds above that of the one neuron.
 */
import { SpikecError } from "../errors/error.ts";
import {
  type IntegrateAndFirePopulation,
  isIntegrateAndFire,
  type Law,
  type Network,
  type Population,
  type Projection,
  parameterIndex,
} from "../network/network.ts";
import type { NumericRules } from "../target/rules.ts";

/** What trains of copies hold in a step: 16 bits. */
export const mostCopies = 16;

const endOfName = / copy \d+( to \d+)?$/;

/** Counted from 1. */
function copyName(name: string, copy: number): string {
  return `${name} copy ${copy}`;
}

/** The name of what a population or projection is a copy of; its own where it is none. */
export function nameWithoutCopy(name: string): string {
  return name.replace(endOfName, "");
}

/** 1 where each activation is one neuron. Of a pool that is an OR as many as of the map in front of it. */
function copiesOf(population: Population): number {
  return isIntegrateAndFire(population) && population.law.compare !== "never"
    ? Math.max(1, population.law.maxSpikes)
    : 1;
}

/** A pool that is an OR: each of its copies is the OR of one copy of the map, and they share no threshold. */
function isOr(population: Population | undefined): boolean {
  return population !== undefined && isIntegrateAndFire(population) && population.law.reset.kind === "zero";
}

function lawOfCopy(law: Law, copy: number, copies: number): Law {
  const { threshold, vInit } = law;
  const length = Math.max(threshold.length, vInit.length);
  const entry = (values: Int32Array, i: number) => values[parameterIndex(i, length, values.length)];
  return {
    ...law,
    maxSpikes: 1,
    threshold: threshold.map((value) => copies * value),
    vInit: Int32Array.from({ length }, (_, i) => entry(vInit, i) + (copy - 1) * entry(threshold, i)),
  };
}

/** Copies are read in the mean: a spike of one alone stands for what one of each would. */
function apart(population: Population): Population[] {
  const copies = copiesOf(population);
  if (copies === 1) return [population];
  const { law, spikeValue } = population as IntegrateAndFirePopulation;
  return Array.from({ length: copies }, (_, k) => ({
    ...(population as IntegrateAndFirePopulation),
    name: copyName(population.name, k + 1),
    law: isOr(population) ? { ...law, maxSpikes: 1 } : lawOfCopy(law, k + 1, copies),
    spikeValue: spikeValue.map((value) => copies * value),
  }));
}

/** Copy k of the source reaches copy k of the target, and no other. */
function copyByCopy(projection: Projection, copies: number): Projection[] {
  return Array.from({ length: copies }, (_, k) => ({
    ...projection,
    name: copyName(projection.name, k + 1),
    source: copyName(projection.source, k + 1),
    target: copyName(projection.target, k + 1),
  }));
}

/** Every copy of the source reaches every copy of the target. */
function betweenCopies(projection: Projection, sources: number, targets: number): Projection[] {
  const { name, source, target } = projection;
  if (sources === 1 && targets === 1) return [projection];
  return Array.from({ length: sources * targets }, (_, i) => {
    const [from, to] = [Math.floor(i / targets) + 1, (i % targets) + 1];
    const ends = [...(sources > 1 ? [from] : []), ...(targets > 1 ? [to] : [])];
    return {
      ...projection,
      name: `${name} copy ${ends.join(" to ")}`,
      source: sources > 1 ? copyName(source, from) : source,
      target: targets > 1 ? copyName(target, to) : target,
    };
  });
}

/** Pass: populations of up to K spikes a step become K populations of one. */
export function splitIntoCopies(network: Network): Network {
  const { populations, projections } = network;
  const byName = new Map(populations.map((population) => [population.name, population]));
  const countOf = (population: Population | undefined) => (population ? copiesOf(population) : 1);
  return {
    ...network,
    populations: populations.flatMap(apart),
    projections: projections.flatMap((projection) => {
      const [source, target] = [byName.get(projection.source), byName.get(projection.target)];
      const copies = countOf(target);
      return copies > 1 && isOr(target)
        ? copyByCopy(projection, copies)
        : betweenCopies(projection, countOf(source), copies);
    }),
  };
}

/** Throws SPK-0806 for an OR: how many of its copies fire is no matter of how many spikes a window sends. */
function together(copies: readonly IntegrateAndFirePopulation[]): Population {
  const [first] = copies;
  const { law, spikeValue } = first;
  if (isOr(first))
    throw new SpikecError(
      "SPK-0806",
      "copies of an OR of spikes are no single neuron that could be looked at",
      {
        where: nameWithoutCopy(first.name),
        advice: "Convert with --maxpool inhibit or count to look into layers, where the target has it.",
      },
    );
  return {
    ...first,
    name: nameWithoutCopy(first.name),
    law: {
      ...law,
      maxSpikes: copies.length,
      threshold: law.threshold.map((value) => value / copies.length),
    },
    spikeValue: spikeValue.map((value) => value / copies.length),
  };
}

/**
 * The network before it was split: what is computed of it per activation has one population for each. Throws SPK-0806 where pools
 * are ORs.
 */
export function joinCopies(network: Network): Network {
  const isCopy = (name: string) => endOfName.test(name);
  const isFirst = (name: string) => !isCopy(name) || / copy 1( to 1)?$/.test(name);
  const populations = network.populations
    .filter(({ name }) => isFirst(name))
    .map((population) => {
      const base = nameWithoutCopy(population.name);
      if (base === population.name || !isIntegrateAndFire(population)) return population;
      return together(
        network.populations.filter(isIntegrateAndFire).filter(({ name }) => nameWithoutCopy(name) === base),
      );
    });
  const projections = network.projections
    .filter(({ source, target }) => isFirst(source) && isFirst(target))
    .map((projection) => ({
      ...projection,
      name: nameWithoutCopy(projection.name),
      source: nameWithoutCopy(projection.source),
      target: nameWithoutCopy(projection.target),
    }));
  return { ...network, populations, projections };
}

/** Why copies of a neuron would not do what one neuron of several spikes does: null where they do. */
function lackForCopies({ accumulate, maxSpikes, vInit }: NumericRules, reset: "subtract" | "zero") {
  if (maxSpikes !== 1)
    return "neurons that fire once a step, and those of the target fire more often by themselves";
  if (accumulate === "event") return "a step as a whole, and the target compares after every event";
  if (reset !== "subtract") return "a reset by subtraction";
  if (vInit === null) return "starting membranes, and those of the target all start at 0";
  return null;
}

/** Throws SPK-0002 for another number than 1 to 16, SPK-0305 where the target has no use for copies. */
export function checkCopies(copies: number, reset: "subtract" | "zero", rules: NumericRules): void {
  if (!(Number.isInteger(copies) && copies >= 1 && copies <= mostCopies))
    throw new SpikecError("SPK-0002", `an activation is 1 to ${mostCopies} neurons, not ${copies}`);
  const lack = copies === 1 ? null : lackForCopies(rules, reset);
  if (lack === null) return;
  throw new SpikecError("SPK-0305", `${copies} copies of a neuron need ${lack}`, {
    advice: "Convert without --copies, for more timesteps.",
  });
}
