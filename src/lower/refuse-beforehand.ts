/**
 * What a chip's rules forbid of a graph whatever the search would find: refused before any layer is converted, which may take
 * minutes. `violations` at the end would name the same; here the way out is known, too.
 */
import { SpikecError } from "../errors/error.ts";
import type { Graph } from "../graph/graph.ts";
import type { Network, Projection } from "../network/network.ts";
import { plainLaw } from "../network/network.ts";
import type { NumericRules } from "../target/rules.ts";
import { fold } from "./fold.ts";
import type { Folded } from "./folded.ts";
import { alignDelays } from "./legalise/align-delays.ts";
import { completeRecipe, type Recipe } from "./recipe.ts";
import { rewrite } from "./rewrite.ts";
import { searchRules } from "./search-rules.ts";
import { delayViolations, refuseAll } from "./violations.ts";

/** Why no neuron of the chip is the OR of its window: null where one is. */
function lackForOr({ maxSpikes, reset }: NumericRules): string | null {
  if (maxSpikes === 0)
    return "neurons that fire once a step, and those of the target send every spike that is due";
  if (!reset.includes("zero"))
    return "neurons that are reset to zero, and those of the target keep what is above their threshold";
  return null;
}

/** As an OR, a MaxPool is a neuron of threshold 1 for each window: what spikes at the same time is one spike, and nothing is left. */
function refusePools({ activations }: Folded, { maxPool }: Recipe, rules: NumericRules): void {
  const pools = activations.filter(({ kind }) => kind === "maxPool").map(({ node }) => node);
  const lack = lackForOr(rules);
  if (pools.length === 0 || maxPool === "count" || lack === null) return;
  throw new SpikecError("SPK-0304", `${pools.join(", ")}: a maximum of spikes needs ${lack}`, {
    where: pools[0],
    advice: "Use AveragePool in place of MaxPool, or strides, and train again.",
  });
}

/** The folded network's populations and projections without any number in them: as much as delays depend on. */
function skeletonOf({ inputName, inputShape, activations }: Folded): Network {
  const populations = activations.map(({ name, shape }) => ({
    name,
    shape,
    kind: "integrateAndFire" as const,
    law: plainLaw,
    spikeValue: new Float64Array(0),
    membraneUnit: new Float64Array(0),
    origin: [],
  }));
  const projections = activations.flatMap(({ name: target, drives }) =>
    drives.map(
      ({ source }): Projection => ({
        name: `${source} to ${target}`,
        source,
        target,
        delay: 0,
        pools: [],
        connection: { kind: "oneToOne", weights: new Int8Array(0) },
      }),
    ),
  );
  return {
    name: "skeleton",
    timesteps: 1,
    inputs: [{ name: inputName, shape: inputShape, encoder: { kind: "spikes" }, polarity: "unsigned" }],
    populations,
    projections,
    readout: { population: activations[activations.length - 1].name, read: "count", scale: 1, offset: 0 },
    provenance: { version: "", modelHash: "", calibrationHash: "", options: [] },
    notes: [],
  };
}

/** Paths of different length that meet take delays: more than a chip may have, or two behind one source. */
function refuseDelays(folded: Folded, rules: NumericRules): void {
  refuseAll(delayViolations(alignDelays(skeletonOf(folded), rules), rules));
}

/** The same of a graph for which nothing was asked for: null where nothing is known against it. Throws SPK-03xx as `fold` does. */
export function refusalBeforehand(graph: Graph, rules: NumericRules): SpikecError | null {
  const folded = fold(rewrite(graph));
  try {
    refuseBeforehand(folded, completeRecipe({}, searchRules(rules)), rules);
    return null;
  } catch (error) {
    if (error instanceof SpikecError) return error;
    throw error;
  }
}

/** @param rules the chip's own, not what the search takes it for. Throws SPK-0304 with the layers. */
export function refuseBeforehand(folded: Folded, recipe: Recipe, rules: NumericRules): void {
  refusePools(folded, recipe, rules);
  refuseDelays(folded, rules);
}
