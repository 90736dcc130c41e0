/**
 * What the passes of folding share: the graph with its edges as delays of the law, the form of every population, and the
 * linear value of what reaches a node.
 */
import { SpikecError } from "../../errors/error.ts";
import type { Discretization } from "../../graph/discretization.ts";
import { firstSteps } from "../../graph/evaluate-spiking/edges.ts";
import { sizeOf } from "../../graph/graph.ts";
import type { SpikingEdge, SpikingGraph, SpikingNode } from "../../graph/spiking.ts";
import { identity, type LinearValue } from "../linear-form.ts";
import { add, NoLinearForm, normalize } from "../linear-operations.ts";
import { networkShape } from "./folded-network.ts";
import { emitsFirst, formOf, isPopulationNode } from "./form-of.ts";
import { delayed, perUnit } from "./linear-nodes.ts";
import type { NeuronForm } from "./neuron-form.ts";
import { refusal } from "./refusal.ts";

export interface Folding {
  readonly graph: SpikingGraph;
  readonly nodes: ReadonlyMap<string, SpikingNode>;
  /** With the delays that they have in steps of the law. */
  readonly into: ReadonlyMap<string, readonly SpikingEdge[]>;
  readonly forms: ReadonlyMap<string, NeuronForm>;
  /** Of nodes without a state: what they give, or why that has no linear form. */
  readonly values: Map<string, LinearValue | SpikecError>;
  /** The first step in which constants of a node act. */
  readonly awake: ReadonlyMap<string, number>;
  readonly dt: number;
  /** What stands for one unit of the input. */
  readonly inputWorth: number;
}

export function prepareFolding(graph: SpikingGraph, d: Discretization, inputWorth: number): Folding {
  const nodes = new Map(graph.nodes.map((node) => [node.name, node]));
  const feeding = new Set(graph.edges.flatMap(({ from, to }) => [from, to]));
  const late = new Set(graph.edges.flatMap(({ from, delay }) => (delay > 0 ? [from] : [])));
  const forms = new Map<string, NeuronForm>();
  for (const node of graph.nodes)
    if (isPopulationNode(node) && feeding.has(node.name))
      forms.set(node.name, formOf(node, d, late.has(node.name)));
  const edges = graph.edges.map((edge) => effectiveEdge(edge, nodes, d));
  const into = new Map<string, SpikingEdge[]>(graph.nodes.map(({ name }) => [name, []]));
  for (const edge of edges) into.get(edge.to)!.push(edge);
  const names = [...nodes.keys()];
  const awake = d.recurrentBiasAtT0 ? new Map<string, number>() : firstSteps(names, edges);
  return { graph, nodes, into, forms, values: new Map(), awake, dt: d.dt, inputWorth };
}

/** As compile-spiking.ts has it: what comes before its update is a step late already, and Output nodes may be late. */
function effectiveEdge(
  edge: SpikingEdge,
  nodes: ReadonlyMap<string, SpikingNode>,
  d: Discretization,
): SpikingEdge {
  const early = edge.delay > 0 && emitsFirst(nodes.get(edge.from)!, d) ? 1 : 0;
  const isOutput = nodes.get(edge.to)!.type === "Output";
  const late = isOutput ? Math.max(0, d.outputDelay - (d.phase === "before" ? 1 : 0)) : 0;
  return { ...edge, delay: edge.delay - early + late };
}

/** What an edge brings, in the units of its source's spikes. Throws where the source gives no spikes. */
export function valueOfEdge(folding: Folding, { from, delay }: SpikingEdge): LinearValue {
  const node = folding.nodes.get(from)!;
  const shape = networkShape(node.shape);
  const size = sizeOf(shape);
  if (node.type === "Input") {
    const value = identity(from, shape, size);
    return delayed(folding.inputWorth === 1 ? value : normalize(value, [folding.inputWorth], [0]), delay);
  }
  const form = folding.forms.get(from);
  if (form === undefined) {
    const value = folding.values.get(from) ?? silence(shape);
    if (value instanceof SpikecError) throw value;
    return delayed(value, delay);
  }
  if (form.firing === null)
    throw refusal(
      node,
      "it gives its membrane, a number, to other nodes, and populations send spikes only",
      "Read it as the output, or put a neuron that fires in its place.",
    );
  const value = identity(from, shape, size);
  const { worth } = form.firing;
  const spikes =
    worth.length === 1 && worth[0] === 1 ? value : normalize(value, perUnit({ data: worth }, value), [0]);
  return delayed(spikes, delay + form.outputDelay);
}

function silence(shape: readonly number[]): LinearValue {
  return { shape, drives: [], constant: new Float64Array(sizeOf(shape)) };
}

/** All that reaches a node, added up. */
export function inputOf(folding: Folding, node: SpikingNode): LinearValue {
  const values = folding.into.get(node.name)!.map((edge) => valueOfEdge(folding, edge));
  if (values.length === 0) return silence(networkShape(node.shape));
  return values.length === 1 ? values[0] : inWords(node, () => add(values));
}

/** What linear-operations cannot multiply out, as a refusal of the node. */
export function inWords<Result>(node: SpikingNode, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof NoLinearForm)) throw error;
    throw refusal(node, `${error.message}, for which no population has a form`, "Put neurons between them.");
  }
}
