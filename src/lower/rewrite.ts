/**
 * Graph to Graph, before folding: three small rewrites that keep the function and leave fewer cases behind.
 * Quantizers of activations go (populations quantize for themselves) and leave their bounds, zero padding moves into the
 * window behind it, and ReLU moves in front of MaxPool (max and ReLU commute), so that every pool sees spikes.
 */
import type {
  Graph,
  GraphNode,
  MaxPool2dNode,
  Note,
  Padding2d,
  PadNode,
  QuantizeNode,
  ReluNode,
} from "../graph/graph.ts";

/** Replaces every use of a node by another. */
function redirect(graph: Graph, from: string, to: string): Graph {
  const nodes = graph.nodes
    .filter((node) => node.name !== from)
    .map((node) => ({ ...node, inputs: node.inputs.map((input) => (input === from ? to : input)) }));
  return { ...graph, nodes, output: graph.output === from ? to : graph.output };
}

function replace(graph: Graph, ...replacements: readonly GraphNode[]): Graph {
  const byName = new Map(replacements.map((node) => [node.name, node]));
  return { ...graph, nodes: graph.nodes.map((node) => byName.get(node.name) ?? node) };
}

function nodeNamed(graph: Graph, name: string): GraphNode {
  return graph.nodes.find((node) => node.name === name)!;
}

function usersOf(graph: Graph, name: string): GraphNode[] {
  return graph.nodes.filter((node) => node.inputs.includes(name));
}

/** Node types whose values are not negative where their inputs are not. */
const keepsSign: ReadonlySet<GraphNode["type"]> = new Set([
  "MaxPool2d",
  "AvgPool2d",
  "Flatten",
  "Pad2d",
  "Concat",
  "Add",
]);

/** Whether a value cannot fall below zero, by the nodes that lead to it. */
function isNonNegative(graph: Graph, name: string): boolean {
  const found = new Set<string>();
  for (const node of graph.nodes) {
    const kept = keepsSign.has(node.type) && node.inputs.every((input) => found.has(input));
    if (node.type === "ReLU" || kept) found.add(node.name);
  }
  return found.has(name);
}

/** Whether a value is the sample itself, laid out anew at most. */
function isSample(graph: Graph, name: string): boolean {
  const node = nodeNamed(graph, name);
  return node.type === "Input" || (node.type === "Flatten" && isSample(graph, node.inputs[0]));
}

/**
 * What is left of a quantizer. Quantizers cut: one whose lowest value is 0 stands for the ReLU that exporters leave out in
 * front of it, and the top of one behind a ReLU bounds that ReLU. A sample is quantized by the network's own encoder.
 */
function withoutQuantizer(graph: Graph, node: QuantizeNode): Graph {
  const [source] = node.inputs;
  const lowest = (node.low - node.zeroPoint) * node.scale;
  const maximum = (node.high - node.zeroPoint) * node.scale;
  const before = nodeNamed(graph, source);
  if (lowest === 0 && !isNonNegative(graph, source) && !isSample(graph, source)) {
    const { name, inputs, shape, origin } = node;
    return replace(graph, { type: "ReLU", name, inputs, shape, origin, maximum });
  }
  const alone = usersOf(graph, source).length === 1 && graph.output !== source;
  const bounded =
    before.type === "ReLU" && alone
      ? replace(graph, { ...before, maximum: Math.min(before.maximum ?? maximum, maximum) })
      : graph;
  return redirect(bounded, node.name, source);
}

export function dropQuantizers(graph: Graph): Graph {
  let rewritten = graph;
  const notes: Note[] = [];
  for (const node of graph.nodes) {
    if (node.type !== "Quantize") continue;
    rewritten = withoutQuantizer(rewritten, nodeNamed(rewritten, node.name) as QuantizeNode);
    notes.push({
      level: "info",
      where: node.name,
      text: "the activation's quantizer is dropped: its population quantizes by its own threshold",
    });
  }
  return { ...rewritten, notes: [...rewritten.notes, ...notes] };
}

/** Zeros around a maximum may win; they do not where nothing is below zero, or where a ReLU cuts at zero anyway. */
function zerosNeverWin(graph: Graph, pad: PadNode, pool: MaxPool2dNode): boolean {
  const users = usersOf(graph, pool.name);
  const cut = graph.output !== pool.name && users.length > 0 && users.every(({ type }) => type === "ReLU");
  return cut || isNonNegative(graph, pad.inputs[0]);
}

function absorbs(graph: Graph, pad: PadNode, user: GraphNode): boolean {
  if (user.type === "MaxPool2d") return zerosNeverWin(graph, pad, user);
  if (user.type === "AvgPool2d") return user.countPadding || user.padding.every((p) => p === 0);
  return user.type === "Conv2d";
}

function withPadding(user: GraphNode, pad: PadNode): GraphNode {
  if (!("padding" in user)) return user;
  const padding = user.padding.map((value, side) => value + pad.padding[side]) as unknown as Padding2d;
  // The zeros of a Pad node count in the mean: they were there before the pool looked.
  return user.type === "AvgPool2d"
    ? { ...user, padding, countPadding: true }
    : ({ ...user, padding } as GraphNode);
}

/** Pad2d goes into the convolutions and pools behind it; an all-zero Pad2d vanishes. */
export function absorbPadding(graph: Graph): Graph {
  let rewritten = graph;
  for (const { name, type } of graph.nodes) {
    if (type !== "Pad2d") continue;
    const pad = nodeNamed(rewritten, name) as PadNode;
    const users = usersOf(rewritten, name);
    const empty = pad.padding.every((value) => value === 0);
    const absorbed = users.length > 0 && name !== rewritten.output;
    if (!empty && !(absorbed && users.every((user) => absorbs(rewritten, pad, user)))) continue;
    if (!empty) rewritten = replace(rewritten, ...users.map((user) => withPadding(user, pad)));
    rewritten = redirect(rewritten, name, pad.inputs[0]);
  }
  return rewritten;
}

/** The ReLU that is the only user of a pool, if there is one. */
function onlyRelu(graph: Graph, pool: MaxPool2dNode): ReluNode | null {
  const users = usersOf(graph, pool.name);
  return users.length === 1 && users[0].type === "ReLU" && graph.output !== pool.name ? users[0] : null;
}

/** MaxPool then ReLU becomes ReLU then MaxPool; names stay with the values they name at the end of the pair. */
export function reluBeforeMaxPool(graph: Graph): Graph {
  let rewritten = graph;
  // From the last pool to the first, so that a ReLU passes through pools that follow each other.
  for (const pool of graph.nodes.toReversed()) {
    if (pool.type !== "MaxPool2d") continue;
    const relu = onlyRelu(rewritten, pool);
    if (relu === null) continue;
    const { shape } = nodeNamed(rewritten, pool.inputs[0]);
    const first: ReluNode = { ...relu, name: pool.name, inputs: pool.inputs, shape };
    const second: MaxPool2dNode = { ...pool, name: relu.name, inputs: [pool.name] };
    rewritten = replace(rewritten, first, second);
  }
  return rewritten;
}

export const rewrites: readonly ((graph: Graph) => Graph)[] = [
  dropQuantizers,
  absorbPadding,
  reluBeforeMaxPool,
];

/** All rewrites in order. */
export function rewrite(graph: Graph): Graph {
  return rewrites.reduce((current, pass) => pass(current), graph);
}
