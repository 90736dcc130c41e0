/**
 * The invariants of a SpikingGraph, in one place: whoever builds one has it checked. Each message names the node in the
 * user's own terms.
 */
import { SpikecError } from "../errors/error.ts";
import { firstNotFinite } from "./check.ts";
import { findCycle } from "./delay-cycles.ts";
import { flattenGraph } from "./flatten-graph.ts";
import { type FloatArray, type Shape, sizeOf, type Tensor } from "./graph.ts";
import { formatOrigin, formatShape, sameShape } from "./shapes.ts";
import type { SpikingGraph, SpikingNode } from "./spiking.ts";
import type { Recurrence } from "./spiking-neurons.ts";
import { parametersOf } from "./spiking-parameters.ts";
import { outputShape } from "./spiking-shapes.ts";

/**
 * Checks names, edges, sizes, finite values, ranges (time constants and capacitances > 0, thresholds and delays >= 0),
 * that every shape is what inference gives, and that every cycle holds a delay.
 * @throws SpikecError SPK-0202 or SPK-0201, naming the node
 */
export function checkSpikingGraph(graph: SpikingGraph): void {
  const { nodes, edges } = flattenGraph(graph);
  const byName = new Map<string, SpikingNode>();
  for (const node of nodes) {
    if (byName.has(node.name)) throw inconsistent(node, `two nodes are named ${node.name}`);
    byName.set(node.name, node);
    checkParameters(node);
  }
  for (const { from, to, delay } of edges) {
    const [source, target] = [byName.get(from), byName.get(to)];
    if (!source || !target) throw broken(graph, `an edge joins ${from} to ${to}, and one of them is no node`);
    if (!Number.isInteger(delay) || delay < 0) {
      throw inconsistent(target, `the edge from ${from} has a delay of ${delay} steps`);
    }
    checkFit(source, target);
  }
  const cycle = findCycle([...byName.keys()], edges);
  if (cycle) {
    const names = cycle.map((index) => edges[index].from);
    throw broken(graph, `the cycle ${[...names, names[0]].join(" -> ")} holds no delay`);
  }
}

function checkFit(source: SpikingNode, target: SpikingNode): void {
  const inferred = outputShape(target, source.shape);
  if (target.type === "Input") throw inconsistent(target, `an edge leads to it from ${source.name}`);
  if (sameShape(inferred, target.shape)) return;
  throw new SpikecError(
    "SPK-0201",
    `${source.name} gives ${formatShape(source.shape)}, from which it makes ${formatShape(inferred)}, not ${formatShape(target.shape)}`,
    { where: formatOrigin(target.origin) },
  );
}

/** Parameters that divide: zero or less makes no neuron. */
const positive: ReadonlySet<string> = new Set([
  "tau",
  "tauSyn",
  "tauMem",
  "resistance",
  "capacitance",
  "timeStep",
]);
const notNegative: ReadonlySet<string> = new Set(["vThreshold", "threshold", "delay"]);

function checkParameters(node: SpikingNode): void {
  checkWeights(node);
  for (const [name, tensor] of parametersOf(node)) {
    checkTensor(node, name, tensor);
    if (tensor.data.length !== 1 && !sameShape(tensor.shape, node.shape)) {
      throw inconsistent(
        node,
        `its ${name} has the shape ${formatShape(tensor.shape)}, the node ${formatShape(node.shape)}`,
      );
    }
    if (positive.has(name)) checkEach(node, name, tensor.data, (value) => value > 0, "more than 0");
    // The Threshold node compares any signal; a neuron whose threshold is below its rest fires for ever.
    if (notNegative.has(name) && node.type !== "Threshold") {
      checkEach(node, name, tensor.data, (value) => value >= 0, "0 or more");
    }
  }
}

function checkWeights(node: SpikingNode): void {
  switch (node.type) {
    case "Linear":
      checkTensor(node, "weight", node.weight, 2);
      break;
    case "Affine":
      checkTensor(node, "weight", node.weight, 2);
      checkBias(node, node.bias, node.weight.shape);
      break;
    case "Conv1d":
      checkTensor(node, "weight", node.weight, 3);
      checkBias(node, node.bias, node.weight.shape);
      checkCounts(node, "stride, dilation, groups", [node.stride, node.dilation, node.groups]);
      checkPadding(node, [node.padding], [node.stride]);
      break;
    case "Conv2d":
      checkTensor(node, "weight", node.weight, 4);
      checkBias(node, node.bias, node.weight.shape);
      checkCounts(node, "stride, dilation, groups", [...node.stride, ...node.dilation, node.groups]);
      checkPadding(node, typeof node.padding === "string" ? [node.padding] : node.padding, node.stride);
      break;
    case "SumPool2d":
    case "AvgPool2d":
      checkCounts(node, "kernel, stride", [...node.kernel, ...node.stride]);
      checkPadding(node, node.padding, node.stride);
      break;
    case "RLeaky":
    case "RSynaptic":
      checkRecurrence(node, node.recurrence);
      break;
    case "SinabsIAF":
    case "SinabsLIF":
    case "SinabsALIF":
    case "SinabsExpLeak":
      if (node.recurrentWeight) checkSquare(node, node.recurrentWeight);
      break;
  }
}

function checkRecurrence(node: SpikingNode, recurrence: Recurrence): void {
  if (recurrence.kind === "dense") {
    checkSquare(node, recurrence.weight);
    if (recurrence.bias) checkBias(node, recurrence.bias, recurrence.weight.shape);
    return;
  }
  checkTensor(node, "recurrent weight", recurrence.weight);
  const { length } = recurrence.weight.data;
  if (length !== 1 && length !== sizeOf(node.shape)) {
    throw inconsistent(node, `its recurrent weight holds ${length} values for ${sizeOf(node.shape)} neurons`);
  }
}

function checkSquare(node: SpikingNode, weight: Tensor): void {
  checkTensor(node, "recurrent weight", weight, 2);
  const size = sizeOf(node.shape);
  if (weight.shape[0] === size && weight.shape[1] === size) return;
  throw inconsistent(node, `its recurrent weight is ${formatShape(weight.shape)} for ${size} neurons`);
}

function checkTensor(node: SpikingNode, name: string, { shape, data }: Tensor, rank?: number): void {
  if ((rank !== undefined && shape.length !== rank) || sizeOf(shape) !== data.length || data.length === 0) {
    throw inconsistent(node, `its ${name} ${formatShape(shape)} holds ${data.length} values`);
  }
  checkFinite(node, name, data);
}

function checkBias(node: SpikingNode, bias: FloatArray, weights: Shape): void {
  if (bias.length !== weights[0]) {
    throw inconsistent(node, `its bias holds ${bias.length} values for ${weights[0]} outputs`);
  }
  checkFinite(node, "bias", bias);
}

function checkFinite(node: SpikingNode, name: string, values: FloatArray): void {
  const index = firstNotFinite(values);
  if (index >= 0) throw inconsistent(node, `its ${name} holds ${values[index]} at index ${index}`);
}

function checkEach(
  node: SpikingNode,
  name: string,
  values: FloatArray,
  allowed: (value: number) => boolean,
  wanted: string,
): void {
  const index = values.findIndex((value) => !allowed(value));
  if (index >= 0)
    throw inconsistent(node, `its ${name} is ${values[index]} at index ${index}: ${wanted} is needed`);
}

function checkCounts(node: SpikingNode, name: string, values: readonly number[]): void {
  if (values.every((value) => Number.isInteger(value) && value > 0)) return;
  throw inconsistent(node, `its ${name} is ${formatShape(values)}: positive integers are needed`);
}

function checkPadding(
  node: SpikingNode,
  padding: readonly (number | "same" | "valid")[],
  stride: readonly number[],
): void {
  for (const value of padding) {
    if (value === "same" && stride.some((step) => step !== 1)) {
      throw inconsistent(node, `its padding is same, with a stride of ${formatShape(stride)}: 1 is needed`);
    }
    if (typeof value === "number" && !(Number.isInteger(value) && value >= 0)) {
      throw inconsistent(node, `its padding is ${value}: integers of 0 or more are needed`);
    }
  }
}

function inconsistent(node: SpikingNode, what: string): SpikecError {
  return new SpikecError("SPK-0202", what, { where: formatOrigin(node.origin) });
}

function broken(graph: SpikingGraph, what: string): SpikecError {
  return new SpikecError("SPK-0202", what, { where: graph.name });
}
