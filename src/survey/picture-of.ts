/** The two staves of the picture: the float Graph (or a native spiking one), the Network, and which population stands for what. */
import type { Graph, GraphNode } from "../graph/graph.ts";
import type { SpikingGraph, SpikingNode } from "../graph/spiking.ts";
import { isIntegrateAndFire, type Network, type Population } from "../network/network.ts";
import type { Box, Picture, Stave } from "../report/html/report-data.ts";

const shapeText = (shape: readonly number[]) => shape.join("×");

/** A node that cannot be converted, and why. */
export interface RefusedBox {
  readonly node: string;
  readonly why: string;
}

/** Nodes that end a linear stretch: each becomes a population. */
function standsForItself(node: GraphNode, output: string): boolean {
  return node.type === "ReLU" || node.type === "MaxPool2d" || node.name === output;
}

/** By node: the nodes whose weights it goes into, the nearest ones behind it that stand for themselves. */
function endsOf({ nodes, output }: Graph): Map<string, ReadonlySet<string>> {
  const ends = new Map<string, Set<string>>(nodes.map(({ name }) => [name, new Set()]));
  for (const node of nodes.toReversed()) {
    const own = standsForItself(node, output) ? new Set([node.name]) : ends.get(node.name)!;
    for (const input of node.inputs) for (const end of own) ends.get(input)?.add(end);
  }
  return ends;
}

function graphText(
  node: GraphNode,
  ends: ReadonlySet<string>,
  graph: Graph,
  populations: readonly string[],
): string {
  const from = `${node.origin.operator} of ${node.origin.file}`;
  if (populations.length > 0) return `${from}; becomes ${populations.join(", ")}`;
  if (node.type === "Input") return `${from}; the sample enters here`;
  if (standsForItself(node, graph.output)) return `${from}; becomes a population`;
  if (node.type === "Quantize") return `${from}; dropped: populations quantize for themselves`;
  return ends.size === 0
    ? `${from}; nothing needs it`
    : `${from}; folded into the weights of ${[...ends].join(", ")}`;
}

/** Nodes as boxes. refused: by the import or by the lowering. */
function graphStave(graph: Graph, network: Network | null, refused: readonly RefusedBox[]): Stave {
  const ends = endsOf(graph);
  const position = new Map(graph.nodes.map(({ name }, index) => [name, index]));
  const why = new Map(refused.map((one) => [one.node, one.why]));
  const boxes = graph.nodes.map((node): Box => {
    const populations =
      network?.populations.filter(({ origin }) => origin.includes(node.name)).map(({ name }) => name) ?? [];
    const kept = node.type === "Input" || populations.length > 0 || standsForItself(node, graph.output);
    const refusal = why.get(node.name);
    return {
      name: node.name,
      detail: `${node.type} ${shapeText(node.shape)}`,
      text: refusal ?? graphText(node, ends.get(node.name)!, graph, populations),
      state: refusal !== undefined ? "refused" : kept ? "kept" : "folded",
      sources: node.inputs.flatMap((input) => position.get(input) ?? []),
    };
  });
  return { title: "Model", boxes };
}

function populationText(population: Population): string {
  const origin = population.origin.length === 0 ? "" : `; stands for ${population.origin.join(", ")}`;
  if (!isIntegrateAndFire(population)) return `${population.kind}${origin}`;
  const { compare, reset, threshold } = population.law;
  if (compare === "never") return `only integrates, read by its membrane${origin}`;
  const low = threshold.reduce((least, value) => Math.min(least, value));
  const high = threshold.reduce((most, value) => Math.max(most, value));
  return `integrate and fire, threshold ${low === high ? low : `${low} to ${high}`}, reset ${reset.kind}${origin}`;
}

function networkStave({ inputs, populations, projections }: Network): Stave {
  const position = new Map([...inputs, ...populations].map(({ name }, index) => [name, index]));
  const sourcesOf = (name: string) => [
    ...new Set(
      projections.filter(({ target }) => target === name).flatMap(({ source }) => position.get(source) ?? []),
    ),
  ];
  const entries = inputs.map(
    ({ name, shape, encoder }): Box => ({
      name,
      detail: `input ${shapeText(shape)}`,
      text: encoder.kind === "always" ? "fires at every step: a bias" : `encoded as ${encoder.kind}`,
      state: "kept",
      sources: [],
    }),
  );
  const neurons = populations.map(
    (population): Box => ({
      name: population.name,
      detail: `${population.kind === "integrateAndFire" ? "neurons" : population.kind} ${shapeText(population.shape)}`,
      text: populationText(population),
      state: "kept",
      sources: sourcesOf(population.name),
    }),
  );
  return { title: "Spikes", boxes: [...entries, ...neurons] };
}

/** names: of the nodes, in the order of their boxes. */
function linksOf(names: readonly string[], { inputs, populations }: Network): [number, number][] {
  const nodeAt = new Map(names.map((name, index) => [name, index]));
  const origins = [
    ...inputs.map(({ name, encoder }) => (encoder.kind === "always" ? [] : [name])),
    ...populations.map(({ origin }) => origin),
  ];
  return origins.flatMap((names, box) =>
    names.flatMap((name): [number, number][] => (nodeAt.has(name) ? [[nodeAt.get(name)!, box]] : [])),
  );
}

/** graph, network: null where not known. */
export function pictureOf(
  graph: Graph | null,
  network: Network | null,
  refused: readonly RefusedBox[] = [],
): Picture {
  return {
    graph: graph === null ? null : graphStave(graph, network, refused),
    network: network === null ? null : networkStave(network),
    links:
      graph === null || network === null
        ? []
        : linksOf(
            graph.nodes.map(({ name }) => name),
            network,
          ),
  };
}

/** Nested graphs as one list, their names behind those of the graphs. */
function flatNodes(nodes: readonly SpikingNode[], prefix = ""): { node: SpikingNode; name: string }[] {
  return nodes.flatMap((node) => [
    { node, name: prefix + node.name },
    ...(node.type === "NIRGraph" ? flatNodes(node.nodes, `${prefix}${node.name}/`) : []),
  ]);
}

/** Nodes of a native spiking network that lie on its edges: they go into projections. */
const onEdges = new Set([
  "Affine",
  "Linear",
  "Scale",
  "Conv1d",
  "Conv2d",
  "SumPool2d",
  "AvgPool2d",
  "Flatten",
  "Delay",
]);

/** A native spiking network: its neurons stand for themselves. network: what became of it, where that is known. */
export function spikingPicture(
  graph: SpikingGraph,
  network: Network | null = null,
  refused: readonly RefusedBox[] = [],
): Picture {
  const nodes = flatNodes(graph.nodes);
  const position = new Map(nodes.map(({ name }, index) => [name, index]));
  const why = new Map(refused.map((one) => [one.node, one.why]));
  const boxes = nodes.map(
    ({ node, name }): Box => ({
      name,
      detail: `${node.type} ${shapeText(node.shape)}`,
      text: why.get(name) ?? (onEdges.has(node.type) ? "goes into the projections" : "stands for itself"),
      state: why.has(name) ? "refused" : onEdges.has(node.type) ? "folded" : "kept",
      sources: graph.edges.filter(({ to }) => to === name).flatMap(({ from }) => position.get(from) ?? []),
    }),
  );
  return {
    graph: { title: "Model", boxes },
    network: network === null ? null : networkStave(network),
    links: network === null ? [] : linksOf([...position.keys()], network),
  };
}
