/**
 * A SpikingGraph made ready to run, step by step, in float32. Everything is laid out once; samples follow each other with a
 * reset between them.
 *
 * One step: neurons whose spikes come from the last membrane put them out; then every node steps, each after those that feed
 * it without delay; then delayed edges keep what their sources gave.
 */
import { SpikecError } from "../errors/error.ts";
import type { Discretization } from "./discretization.ts";
import { compileNode, type FlatNode } from "./evaluate-spiking/compile-node.ts";
import {
  compileSum,
  type Feed,
  firstSteps,
  type History,
  keepHistory,
  orderNodes,
} from "./evaluate-spiking/edges.ts";
import type { Stepper } from "./evaluate-spiking/stepper.ts";
import { flattenGraph } from "./flatten-graph.ts";
import { type Shape, sizeOf } from "./graph.ts";
import type { SpikingEdge, SpikingGraph } from "./spiking.ts";

/** A node that can be read after each step. */
export type ReadableNode = Omit<Stepper, "step" | "reset" | "emit"> & { readonly shape: Shape };

export interface SpikingRun {
  /** The graph that runs: no graph within it. */
  readonly graph: SpikingGraph;
  /** Every node of it, by name. */
  readonly nodes: ReadonlyMap<string, ReadableNode>;
  /** Where this step's values go, by the name of the Input node. They stay until they are overwritten. */
  readonly inputs: ReadonlyMap<string, Float32Array>;
  /** One step of dt. */
  step(): void;
  /** Back to before the first step: membranes, currents, delays. */
  reset(): void;
}

/**
 * @throws SpikecError SPK-0202 for an edge without node or a cycle without delay, SPK-0204 for delays beyond memory
 */
export function compileSpiking(graph: SpikingGraph, d: Discretization): SpikingRun {
  const flat = flattenGraph(graph);
  const nodes = flat.nodes.filter((node): node is FlatNode => node.type !== "NIRGraph");
  const names = nodes.map(({ name }) => name);
  const shapes = new Map(nodes.map(({ name, shape }) => [name, shape]));
  const into = edgesInto(flat, names);
  const steppers = new Map<string, Stepper>();
  for (const node of nodes) {
    const source = into.get(node.name)![0]?.from;
    steppers.set(node.name, compileNode(node, source === undefined ? node.shape : shapes.get(source)!, d));
  }
  const outputs = new Set(nodes.filter(({ type }) => type === "Output").map(({ name }) => name));
  const effective = flat.edges.map((edge) => effectiveEdge(edge, steppers, outputs, d));
  const feeds = connect(names, effective, steppers, flat.name);
  const first = d.recurrentBiasAtT0 ? null : firstSteps(names, effective);
  const ordering = effective.filter(({ from, delay }) => delay === 0 && !steppers.get(from)!.emit);
  const order = orderNodes(names, ordering, flat.name);
  const inputs = new Map<string, Float32Array>();
  for (const { name, type, shape } of nodes)
    if (type === "Input") inputs.set(name, new Float32Array(sizeOf(shape)));

  const emissions = [...steppers.values()].flatMap(({ emit }) => (emit ? [emit] : []));
  let now = 0;
  const actions = order.map((name) => {
    const stepper = steppers.get(name)!;
    const own = inputs.get(name);
    const feed: Feed = own ? () => own : compileSum(feeds.into.get(name)!, inputSize(name, into, shapes));
    const awake = first?.get(name) ?? 0;
    return awake === 0
      ? () => stepper.step(feed())
      : () => {
          if (now >= awake) stepper.step(feed());
        };
  });
  return {
    graph: flat,
    nodes: new Map(nodes.map(({ name, shape }) => [name, { ...steppers.get(name)!, shape }])),
    inputs,
    step: () => {
      for (const emit of emissions) emit();
      for (const action of actions) action();
      for (const history of feeds.histories) history.keep();
      now++;
    },
    reset: () => {
      for (const stepper of steppers.values()) {
        stepper.reset();
        // Nodes that nothing has reached yet give zeros, and not what they gave last in the sample before.
        stepper.output.fill(0);
      }
      for (const history of feeds.histories) history.reset();
      for (const input of inputs.values()) input.fill(0);
      now = 0;
    },
  };
}

/**
 * What a neuron puts out before its update is a step late already: a delay on the way out of it is a step shorter. Edges into
 * an Output are late by what `outputDelay` asks for beyond that.
 */
function effectiveEdge(
  edge: SpikingEdge,
  steppers: ReadonlyMap<string, Stepper>,
  outputs: ReadonlySet<string>,
  d: Discretization,
): SpikingEdge {
  const early = steppers.get(edge.from)!.emit !== null && edge.delay > 0 ? 1 : 0;
  const late = outputs.has(edge.to) ? d.outputDelay - (d.phase === "before" ? 1 : 0) : 0;
  return { ...edge, delay: edge.delay - early + Math.max(late, 0) };
}

function edgesInto(graph: SpikingGraph, names: readonly string[]): Map<string, SpikingEdge[]> {
  const into = new Map<string, SpikingEdge[]>(names.map((name) => [name, []]));
  for (const edge of graph.edges) {
    const edges = into.get(edge.to);
    if (!edges || !into.has(edge.from)) {
      const what = `an edge joins ${edge.from} to ${edge.to}, and one of them is no node`;
      throw new SpikecError("SPK-0202", what, { where: graph.name });
    }
    edges.push(edge);
  }
  return into;
}

/** What feeds each node, undelayed edges first, each kind in the order of the graph's edges. */
function connect(
  names: readonly string[],
  edges: readonly SpikingEdge[],
  steppers: ReadonlyMap<string, Stepper>,
  where: string,
): { into: Map<string, Feed[]>; histories: History[] } {
  const depths = new Map<string, number>();
  for (const { from, delay } of edges)
    if (delay > 0) depths.set(from, Math.max(delay, depths.get(from) ?? 0));
  const histories = new Map<string, History>();
  for (const [name, depth] of depths) histories.set(name, keepHistory(steppers.get(name)!, depth, where));
  const into = new Map<string, Feed[]>(names.map((name) => [name, []]));
  for (const { from, to, delay } of edges) {
    const { output } = steppers.get(from)!;
    if (delay === 0) into.get(to)!.push(() => output);
  }
  for (const { from, to, delay } of edges) {
    const history = histories.get(from);
    if (delay > 0 && history) into.get(to)!.push(() => history.before(delay));
  }
  return { into, histories: [...histories.values()] };
}

function inputSize(
  name: string,
  into: ReadonlyMap<string, readonly SpikingEdge[]>,
  shapes: ReadonlyMap<string, Shape>,
): number {
  const [edge] = into.get(name)!;
  return sizeOf(shapes.get(edge?.from ?? name)!);
}
