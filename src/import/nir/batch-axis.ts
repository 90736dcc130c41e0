/**
 * Shapes in NIR are those of one sample, but files of early writers count a batch of one as well: [1, 2, 34, 34] for an
 * image, parameters of [1, 16, 16, 16], a Flatten from axis 1. Such an axis is taken off where the shapes fit only without.
 */
import { type Shape, sizeOf, type Tensor } from "../../graph/graph.ts";
import { sameShape } from "../../graph/shapes.ts";
import type { ShapelessSpikingNode } from "../../graph/spiking.ts";
import { parametersOf } from "../../graph/spiking-parameters.ts";
import type { FileNode } from "./file-node.ts";

export function withoutLeadingOnes(shape: Shape): Shape {
  const first = shape.findIndex((extent) => extent !== 1);
  return first < 0 ? [] : shape.slice(first);
}

/** Whether `shape` is `wanted` behind one or more axes of extent 1. */
export function hasBatchBefore(shape: Shape, wanted: Shape): boolean {
  const more = shape.length - wanted.length;
  return (
    more > 0 && shape.slice(0, more).every((extent) => extent === 1) && sameShape(shape.slice(more), wanted)
  );
}

/** The node with the parameters that have a batch axis before `shape` relieved of it, and whether there were any. */
export function withoutParameterBatch(
  node: ShapelessSpikingNode,
  shape: Shape,
): { node: ShapelessSpikingNode; repaired: boolean } {
  const repairs = parametersOf(node)
    .filter(([, tensor]) => hasBatchBefore(tensor.shape, shape))
    .map(([key, { data }]): [string, Tensor] => [key, { shape, data }]);
  if (repairs.length === 0) return { node, repaired: false };
  return { node: { ...node, ...Object.fromEntries(repairs) } as ShapelessSpikingNode, repaired: true };
}

/**
 * The nodes as they are if every Input, and every axis that a Flatten names, counts a batch; null where that cannot be.
 * @returns with the names of the nodes that were changed
 */
export function withoutInputBatch(nodes: readonly FileNode[]): { nodes: FileNode[]; names: string[] } | null {
  const inputs = nodes.flatMap(({ node }) => (node.type === "Input" ? [node.shape] : []));
  if (inputs.some((shape) => shape.length < 2 || shape[0] !== 1)) {
    // Images of samples, and only a Flatten that counts as PyTorch does.
    if (inputs.some((shape) => shape.length > 3)) return null;
    return changed(nodes, flattenWithoutBatch);
  }
  return changed(nodes, (node) =>
    node.type === "Input" ? { ...node, shape: node.shape.slice(1) } : flattenWithoutBatch(node),
  );
}

function flattenWithoutBatch(node: ShapelessSpikingNode): ShapelessSpikingNode {
  if (node.type !== "Flatten" || node.startDim < 1) return node;
  const endDim = node.endDim > 0 ? node.endDim - 1 : node.endDim;
  return { ...node, startDim: node.startDim - 1, endDim };
}

function changed(
  nodes: readonly FileNode[],
  change: (node: ShapelessSpikingNode) => ShapelessSpikingNode,
): { nodes: FileNode[]; names: string[] } | null {
  const names: string[] = [];
  const result = nodes.map((file) => {
    const node = change(file.node);
    if (node !== file.node) names.push(node.name);
    return { ...file, node };
  });
  return names.length === 0 ? null : { nodes: result, names };
}

/** The shape of a node that acts neuron by neuron, from its own parameters; null where one value stands for all. */
export function parameterShape(node: ShapelessSpikingNode): Shape | null {
  const parameters = parametersOf(node).map(([, { shape }]) => shape);
  return (
    parameters.find((shape) => sizeOf(shape) > 1) ?? parameters.find((shape) => shape.length > 0) ?? null
  );
}
