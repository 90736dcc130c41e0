/**
 * Graph to Graph, before folding: three small rewrites that keep the function and leave fewer cases behind.
 * Quantizers of activations go (populations quantize for themselves), zero padding moves into the window behind it, and
 * ReLU moves in front of MaxPool (max and ReLU commute), so that every pool sees spikes.
 */
import type { Graph, GraphNode, MaxPool2dNode, Note, Padding2d, PadNode, ReluNode } from "../graph/graph.ts";

/** Replaces every use of a node by another. */
function redirect(graph: Graph, from: string, to: string): Graph {
  const nodes = graph.nodes
    .filter((node) => node.name !== from)
    .map((node) => ({ ...node, inputs: node.inputs.map((input) => (input === from ? to : input)) }));
  return { ...graph, nodes, output: graph.output === from ? to : graph.output };
}

function usersOf(graph: Graph, name: string): GraphNode[] {
  return graph.nodes.filter((node) => node.inputs.includes(name));
}

/** A quantizer that only cuts at 0 and at its top still bounds the activation: the bound is kept as a ReLU's maximum. */
export function dropQuantizers(graph: Graph): Graph {
  let rewritten = graph;
  const notes: Note[] = [];
  for (const node of graph.nodes) {
    if (node.type !== "Quantize") continue;
    rewritten = redirect(rewritten, node.name, node.inputs[0]);
    notes.push({
      level: "info",
      where: node.name,
      text: "the activation's quantizer is dropped: its population quantizes by its own threshold",
    });
  }
  return { ...rewritten, notes: [...rewritten.notes, ...notes] };
}

function absorbs(user: GraphNode): boolean {
  return user.type === "Conv2d" || user.type === "MaxPool2d" || user.type === "AvgPool2d";
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
  for (const node of graph.nodes) {
    if (node.type !== "Pad2d") continue;
    const users = usersOf(rewritten, node.name);
    const empty = node.padding.every((value) => value === 0);
    const absorbed = users.length > 0 && node.name !== rewritten.output && users.every(absorbs);
    const mixed = users.some(
      (user) => user.type === "AvgPool2d" && !user.countPadding && user.padding.some((p) => p !== 0),
    );
    if (!empty && (!absorbed || mixed)) continue;
    const nodes = rewritten.nodes.map((user) => (users.includes(user) ? withPadding(user, node) : user));
    rewritten = redirect({ ...rewritten, nodes: empty ? rewritten.nodes : nodes }, node.name, node.inputs[0]);
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
  for (const pool of graph.nodes) {
    if (pool.type !== "MaxPool2d") continue;
    const relu = onlyRelu(rewritten, pool);
    if (relu === null) continue;
    const source = rewritten.nodes.find((node) => node.name === pool.inputs[0])!;
    const first: ReluNode = { ...relu, name: pool.name, inputs: pool.inputs, shape: source.shape };
    const second: MaxPool2dNode = { ...pool, name: relu.name, inputs: [pool.name] };
    const replace = (node: GraphNode) =>
      node.name === pool.name ? first : node.name === relu.name ? second : node;
    rewritten = { ...rewritten, nodes: rewritten.nodes.map(replace) };
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
