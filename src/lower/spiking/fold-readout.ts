/**
 * What is read: the population behind the Output node, seen through nodes that only pass its values on. Where the output is
 * a sum of weights, as of a network whose last layer has no neurons, a population that only integrates adds it up.
 */
import type { SpikingNode } from "../../graph/spiking.ts";
import type { LinearValue } from "../linear-form.ts";
import { collect } from "./fold-population.ts";
import { type FoldedPopulation, type FoldedReadout, networkShape } from "./folded-network.ts";
import { type Folding, inputOf } from "./folding.ts";
import { plainForm } from "./neuron-form.ts";

interface Read {
  readonly readout: FoldedReadout;
  /** A population that was put behind the last weights; null where the readout is a node of the graph. */
  readonly integrator: FoldedPopulation | null;
}

export function foldReadout(folding: Folding, output: SpikingNode): Read {
  const found = populationBehind(folding, output);
  if (found !== null) return { readout: found, integrator: null };
  const value: LinearValue = inputOf(folding, output);
  const form = { ...plainForm, node: output, gain: Float64Array.of(1), firing: null };
  const shape = networkShape(output.shape);
  const integrator = collect(output.name, shape, form, value, output);
  return { readout: { population: output.name, scale: 1 }, integrator };
}

/** The one population whose values the node passes on, one by one and all with the same positive factor; null: none. */
function populationBehind({ into, nodes, forms }: Folding, output: SpikingNode): FoldedReadout | null {
  let node = output;
  let scale = 1;
  while (!forms.has(node.name)) {
    const edges = into.get(node.name)!;
    const factor = passingFactor(node);
    if (edges.length !== 1 || factor === null) return null;
    scale *= factor;
    node = nodes.get(edges[0].from)!;
  }
  const worth = forms.get(node.name)!.firing?.worth;
  if (worth && !(worth.length === 1 && worth[0] > 0)) return null;
  return { population: node.name, scale: scale * (worth?.[0] ?? 1) };
}

/** What every value is multiplied by; null for nodes that do more than that. */
function passingFactor(node: SpikingNode): number | null {
  if (node.type === "Output" || node.type === "Flatten" || node.type === "Delay") return 1;
  if (node.type !== "Scale") return null;
  const [first] = node.scale.data;
  return first > 0 && node.scale.data.every((value) => value === first) ? first : null;
}
