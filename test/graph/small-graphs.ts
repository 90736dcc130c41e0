/**
 * Graphs for tests, from a few nodes: names, shapes and origins are filled in.
 */
import type { FloatArray, Graph, GraphNode, Shape, Tensor } from "../../src/graph/graph.ts";
import { inferShape, type ShapelessNode } from "../../src/graph/shapes.ts";

type Part<Node = ShapelessNode> = Node extends ShapelessNode
  ? Omit<Node, "name" | "inputs" | "origin">
  : never;
/** A node; without `inputs` it takes what the node before it gives. */
export type GraphPart = Part & { readonly name?: string; readonly inputs?: readonly string[] };

export function graphOf(inputShape: Shape, parts: readonly GraphPart[]): Graph {
  const origin = (node: string, operator: string) => ({ file: "test", node, operator });
  const nodes: GraphNode[] = [
    { type: "Input", name: "input", inputs: [], shape: inputShape, origin: origin("input", "Input") },
  ];
  for (const [index, part] of parts.entries()) {
    const name = part.name ?? `${part.type}${index + 1}`;
    const inputs = part.inputs ?? [nodes.at(-1)!.name];
    const node = { ...part, name, inputs, origin: origin(name, part.type) } as ShapelessNode;
    const shapes = inputs.map((input) => nodes.find((other) => other.name === input)!.shape);
    nodes.push({ ...node, shape: inferShape(node, shapes) } as GraphNode);
  }
  return { name: "test", nodes, output: nodes.at(-1)!.name, head: null, notes: [] };
}

/** Small whole numbers, so that every order of summation gives the same sum. */
export function wholeNumbers(count: number, seed = 1): Float64Array {
  return Float64Array.from({ length: count }, (_, index) => ((index * 7919 + seed * 104729) % 17) - 8);
}

export function tensor(
  shape: Shape,
  data: FloatArray = wholeNumbers(shape.reduce((a, b) => a * b, 1)),
): Tensor {
  return { shape, data };
}
