/**
 * Pass: a flat SpikingGraph to FoldedSpiking. Nodes without a state act on linear values one by one (linear-nodes.ts); a
 * population ends a linear stretch and is the source of the next. A cycle must lead through a population.
 */

import { SpikecError } from "../../errors/error.ts";
import type { Discretization } from "../../graph/discretization.ts";
import { outputNames } from "../../graph/evaluate-spiking.ts";
import { forwardOrder } from "../../graph/forward-order.ts";
import type { SpikingGraph, SpikingNode } from "../../graph/spiking.ts";
import type { LinearValue } from "../linear-form.ts";
import { foldPopulation } from "./fold-population.ts";
import { foldReadout } from "./fold-readout.ts";
import { type FoldedPopulation, type FoldedSpiking, networkShape } from "./folded-network.ts";
import { type Folding, inputOf, inWords, prepareFolding } from "./folding.ts";
import { beginningAt, throughNode } from "./linear-nodes.ts";
import { layerOrder } from "./order.ts";
import { refusal } from "./refusal.ts";

/** graph: flat, with a delay in every cycle. inputWorth: what one spike, or one integer of a current, is worth. */
export function foldSpiking(graph: SpikingGraph, d: Discretization, inputWorth: number): FoldedSpiking {
  const input = onlyInput(graph);
  const folding = prepareFolding(graph, d, inputWorth);
  for (const name of statelessOrder(folding)) {
    const node = folding.nodes.get(name)!;
    if (node.type !== "Input") folding.values.set(name, statelessValue(folding, node));
  }
  const populations = [...folding.forms].map(([name, form]) => foldPopulation(folding, name, form));
  const [output] = outputNames(graph);
  const { readout, integrator } = foldReadout(folding, folding.nodes.get(output)!);
  const all = integrator === null ? populations : [...populations, integrator];
  return {
    input: { name: input.name, shape: networkShape(input.shape) },
    populations: ordered(all, folding, input.name),
    readout,
  };
}

function onlyInput(graph: SpikingGraph): SpikingNode {
  const inputs = graph.nodes.filter(({ type }) => type === "Input");
  if (inputs.length === 1) return inputs[0];
  const [, second] = inputs;
  throw refusal(
    second ?? { name: graph.name, origin: { file: graph.name, node: graph.name, operator: "" } },
    `the network has ${inputs.length} inputs, and a sample enters through one`,
    "Join the inputs to one Input node of all their values, with a Linear node for each part.",
  );
}

/** Nodes without a state in an order in which each comes after what it is made of. */
function statelessOrder({ nodes, into, forms }: Folding): string[] {
  const names = [...nodes.keys()].filter((name) => !forms.has(name));
  const between = [...into.values()].flat().filter(({ from, to }) => !forms.has(from) && !forms.has(to));
  const order = forwardOrder(names, between);
  if (order.length === names.length) return order;
  const placed = new Set(order);
  const stuck = nodes.get(names.find((name) => !placed.has(name))!)!;
  throw refusal(
    stuck,
    "it stands in or behind a cycle without neurons, whose values would have to be kept as numbers",
    "Put a neuron into the cycle.",
  );
}

/** What the node gives; or why it has no such form, which matters only where a population needs it. */
function statelessValue(folding: Folding, node: SpikingNode): LinearValue | SpikecError {
  try {
    const value = inWords(node, () => throughNode(node, inputOf(folding, node), folding.dt));
    return beginningAt(value, folding.awake.get(node.name) ?? 0);
  } catch (error) {
    if (error instanceof SpikecError) return error;
    throw error;
  }
}

/** Sources before targets, where nothing delays what they send; feedback the other way round. */
function ordered(
  populations: readonly FoldedPopulation[],
  { nodes }: Folding,
  input: string,
): FoldedPopulation[] {
  const byName = new Map(populations.map((population) => [population.name, population]));
  const edges = populations.flatMap(({ name, drives }) =>
    drives.map(({ source, delay = 0 }) => ({ from: source, to: name, delay })),
  );
  const order = layerOrder([...byName.keys()], [input], edges);
  const placed = new Set(order);
  const stuck = populations.find(({ name, drives }) => {
    return !placed.has(name) || drives.some(({ source, delay = 0 }) => source === name && delay === 0);
  });
  if (stuck === undefined) return order.map((name) => byName.get(name)!);
  throw refusal(
    nodes.get(stuck.name)!,
    "its spikes come back to it in the same step",
    "Give an edge of the cycle a delay of a step.",
  );
}
