/**
 * The invariants of a Graph, in one place: whoever builds one (an importer, a pass that folds) can have it checked.
 */
import { SpikecError } from "../errors/error.ts";
import { type FloatArray, type Graph, type GraphNode, type Shape, sizeOf, type Tensor } from "./graph.ts";
import { formatOrigin, formatShape, inferShape, sameShape } from "./shapes.ts";

/**
 * Checks names, order, the one Input, the output, array sizes, finite values, and that every shape is what
 * inference gives.
 * @throws SpikecError SPK-0202, SPK-0201 or SPK-0204, naming the node.
 */
export function checkGraph(graph: Graph): void {
  const shapes = new Map<string, Shape>();
  for (const [index, node] of graph.nodes.entries()) {
    if (shapes.has(node.name)) throw inconsistent(node, `two nodes are named ${node.name}`);
    if ((node.type === "Input") !== (index === 0))
      throw inconsistent(node, "a graph has one Input node, the first");
    checkParameters(node);
    const inferred = inferShape(node, node.type === "Input" ? [node.shape] : inputShapes(node, shapes));
    if (!sameShape(inferred, node.shape)) {
      throw inconsistent(
        node,
        `its shape is ${formatShape(inferred)}, the graph says ${formatShape(node.shape)}`,
      );
    }
    shapes.set(node.name, node.shape);
  }
  if (!shapes.has(graph.output)) {
    throw new SpikecError("SPK-0202", `the output ${graph.output} is no node of the graph`, {
      where: graph.name,
    });
  }
}

function inputShapes(node: GraphNode, shapes: ReadonlyMap<string, Shape>): Shape[] {
  return node.inputs.map((name) => {
    const shape = shapes.get(name);
    if (!shape) throw inconsistent(node, `its input ${name} does not stand before it`);
    return shape;
  });
}

function checkParameters(node: GraphNode): void {
  switch (node.type) {
    case "Affine":
      checkTensor(node, node.weight, 2);
      checkBias(node, node.bias, node.weight.shape[0]);
      break;
    case "Conv2d":
      checkTensor(node, node.weight, 4);
      checkBias(node, node.bias, node.weight.shape[0]);
      checkPositive(node, "stride", node.stride);
      checkPositive(node, "dilation", node.dilation);
      checkPositive(node, "groups", [node.groups]);
      checkPadding(node, node.padding);
      break;
    case "Normalization":
      checkFinite(node, "scale", node.scale);
      checkFinite(node, "shift", node.shift);
      break;
    case "AvgPool2d":
    case "MaxPool2d":
      checkPositive(node, "kernel", node.kernel);
      checkPositive(node, "stride", node.stride);
      checkPadding(node, node.padding);
      break;
    case "Pad2d":
      checkPadding(node, node.padding);
      break;
    case "ReLU":
      if (node.maximum !== null && !(node.maximum > 0 && Number.isFinite(node.maximum))) {
        throw inconsistent(node, `its maximum ${node.maximum} is not a positive number`);
      }
      break;
    case "Quantize":
      if (!(node.scale > 0 && Number.isFinite(node.scale)) || !(node.low < node.high)) {
        throw inconsistent(
          node,
          `scale ${node.scale} or range ${node.low}..${node.high} makes no quantization`,
        );
      }
      break;
  }
}

function checkTensor(node: GraphNode, tensor: Tensor, rank: number): void {
  if (tensor.shape.length !== rank || sizeOf(tensor.shape) !== tensor.data.length) {
    throw inconsistent(node, `its weights ${formatShape(tensor.shape)} hold ${tensor.data.length} values`);
  }
  checkPositive(node, "weight shape", tensor.shape);
  checkFinite(node, "weight", tensor.data);
}

function checkBias(node: GraphNode, bias: FloatArray | null, rows: number): void {
  if (!bias) return;
  if (bias.length !== rows)
    throw inconsistent(node, `its bias holds ${bias.length} values for ${rows} outputs`);
  checkFinite(node, "bias", bias);
}

function checkFinite(node: GraphNode, name: string, values: FloatArray): void {
  const index = firstNotFinite(values);
  if (index >= 0) throw inconsistent(node, `its ${name} holds ${values[index]} at index ${index}`);
}

/** Index of the first NaN or infinity; -1 where all values are finite. */
export function firstNotFinite(values: FloatArray): number {
  for (let index = 0; index < values.length; index++) {
    if (!Number.isFinite(values[index])) return index;
  }
  return -1;
}

function checkPositive(node: GraphNode, name: string, values: readonly number[]): void {
  if (!values.every((value) => Number.isInteger(value) && value > 0)) {
    throw inconsistent(node, `its ${name} is ${formatShape(values)}: positive integers are needed`);
  }
}

function checkPadding(node: GraphNode, padding: readonly number[]): void {
  if (!padding.every((value) => Number.isInteger(value) && value >= 0)) {
    throw inconsistent(node, `its padding is ${formatShape(padding)}: integers of 0 or more are needed`);
  }
}

function inconsistent(node: GraphNode, what: string): SpikecError {
  return new SpikecError("SPK-0202", what, { where: formatOrigin(node.origin) });
}
