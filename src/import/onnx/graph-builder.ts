/**
 * Collects Graph nodes while operators are translated: unique names, inferred shapes, and the one change allowed
 * afterwards, a bias added to a linear node.
 */
import { SpikecError } from "../../errors/error.ts";
import { type FloatArray, type GraphNode, type Note, type Shape, sizeOf } from "../../graph/graph.ts";
import { inferShape, type ShapelessNode } from "../../graph/shapes.ts";
import type { OnnxNode } from "./node.ts";
import type { Activation } from "./values.ts";

/** What an importer says of a node: everything but what the builder knows. */
export type NodeSpecification<Node = ShapelessNode> = Node extends ShapelessNode
  ? Omit<Node, "name" | "origin" | "inputs">
  : never;

export interface GraphBuilder {
  readonly file: string;
  /** In topological order; by name, since a bias may replace a node by itself with the bias. */
  readonly nodes: Map<string, GraphNode>;
  /** The type of every node, in the order in which they were added. */
  readonly added: GraphNode["type"][];
  readonly notes: Note[];
  /** Weights, activations and computed constants so far: see `spend`. */
  values: number;
}

/**
 * Values that a whole network may hold, weights and activations of one sample together: 2 GB of float64. A small file
 * can ask for more by using one tensor a thousand times, so every step pays before the next one is made.
 */
const largestNetwork = 2 ** 28;

export function createBuilder(file: string, notes: readonly Note[]): GraphBuilder {
  return { file, nodes: new Map(), added: [], notes: [...notes], values: 0 };
}

/** @throws SpikecError SPK-0204 */
export function spend(builder: GraphBuilder, values: number, node: string): void {
  builder.values += values;
  if (builder.values > largestNetwork) {
    throw new SpikecError("SPK-0204", `up to here the network holds more than ${largestNetwork} values`, {
      where: `${builder.file}, node ${node}`,
    });
  }
}

/**
 * Adds a Graph node named after the ONNX node it comes from.
 * @throws SpikecError SPK-0201 or SPK-0204
 */
export function addNode(
  builder: GraphBuilder,
  from: OnnxNode,
  inputs: readonly Activation[],
  specification: NodeSpecification,
): Activation {
  const name = uniqueName(builder, from);
  const shapeless = {
    ...specification,
    name,
    inputs: inputs.map(({ node }) => node),
    origin: { file: builder.file, node: from.name, operator: from.operator },
  } as ShapelessNode;
  const shape = inferShape(
    shapeless,
    inputs.map((input) => input.shape),
  );
  return insert(builder, { ...shapeless, shape } as GraphNode);
}

export function addInput(builder: GraphBuilder, name: string, shape: Shape): Activation {
  const origin = { file: builder.file, node: name, operator: "input" };
  const node = { type: "Input", name, inputs: [], origin } as const;
  return insert(builder, { ...node, shape: inferShape(node, [shape]) });
}

function insert(builder: GraphBuilder, node: GraphNode): Activation {
  const weights = node.type === "Affine" || node.type === "Conv2d" ? node.weight.data.length : 0;
  spend(builder, weights + sizeOf(node.shape), node.name);
  builder.nodes.set(node.name, node);
  builder.added.push(node.type);
  return { kind: "activation", node: node.name, shape: node.shape };
}

/** Adds `bias`, one value a row or channel, to an Affine or Conv2d node that is already there. */
export function addBias(builder: GraphBuilder, name: string, bias: FloatArray): void {
  const node = builder.nodes.get(name);
  if (node?.type !== "Affine" && node?.type !== "Conv2d") return;
  const present = node.bias;
  spend(builder, bias.length, name);
  builder.nodes.set(name, {
    ...node,
    bias: present ? Float64Array.from(bias, (value, i) => value + present[i]) : bias,
  });
}

/** Node names need not be unique in ONNX; names of values are. One ONNX node may become several Graph nodes. */
function uniqueName(builder: GraphBuilder, from: OnnxNode): string {
  const candidates = [from.name, `${from.name} (${from.outputs[0]})`];
  const free = candidates.find((name) => !builder.nodes.has(name));
  if (free !== undefined) return free;
  let count = 2;
  while (builder.nodes.has(`${candidates[1]} ${count}`)) count++;
  return `${candidates[1]} ${count}`;
}
