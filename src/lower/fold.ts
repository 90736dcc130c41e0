/**
 * Pass: Graph to Folded. Walks the nodes in order and lets each act on the linear form of its inputs; a ReLU or MaxPool
 * ends a linear stretch and starts a new source. Every node that has no form on integrate-and-fire hardware is reported,
 * all in one error.
 */
import { SpikecError } from "../errors/error.ts";
import {
  type FloatArray,
  type Graph,
  type GraphNode,
  type MaxPool2dNode,
  type ReluNode,
  sizeOf,
} from "../graph/graph.ts";
import type { SumPool } from "../network/network.ts";
import { windowExtent } from "../network/shapes.ts";
import type { Activation, Folded } from "./folded.ts";
import { identity, type Joined, type LinearValue } from "./linear-form.ts";
import { add, affine, averagePool, convolve, NoLinearForm, normalize } from "./linear-operations.ts";

interface Folding {
  readonly values: Map<string, Joined>;
  readonly activations: Activation[];
}

function sourceOf(activation: Activation): LinearValue {
  return identity(activation.name, activation.shape, sizeOf(activation.shape));
}

/** Names the parts of a split node "name:0", "name:1"; a whole node keeps its name. */
function partName(node: GraphNode, part: number, parts: number): string {
  return parts === 1 ? node.name : `${node.name}:${part}`;
}

function relu(node: ReluNode, input: Joined, folding: Folding): Joined {
  let start = 0;
  return input.map((value, part) => {
    const activation: Activation = {
      kind: "relu",
      name: partName(node, part, input.length),
      shape: value.shape,
      maximum: node.maximum,
      drives: value.drives,
      constant: value.constant,
      node: node.name,
      start,
    };
    start += value.constant.length;
    folding.activations.push(activation);
    return sourceOf(activation);
  });
}

/** The value is a source times non-negative factors: pooling the source and scaling after is the same. */
function isScaledSource(value: LinearValue): boolean {
  const [drive] = value.drives;
  return (
    value.drives.length === 1 &&
    drive.pools.length === 0 &&
    drive.operator.kind === "oneToOne" &&
    drive.operator.weights.length <= value.shape[0] &&
    drive.operator.weights.every((weight) => weight >= 0)
  );
}

/** One shift a channel survives a maximum; a map of shifts does not. */
function channelShifts(value: LinearValue): Float64Array {
  const mapSize = value.constant.length / value.shape[0];
  const shifts = Float64Array.from(
    { length: value.shape[0] },
    (_, channel) => value.constant[channel * mapSize],
  );
  if (value.constant.some((c, i) => c !== shifts[Math.floor(i / mapSize)]))
    throw new NoLinearForm("a maximum over values with different shifts");
  return shifts;
}

function maxPool(node: MaxPool2dNode, input: Joined, folding: Folding): Joined {
  let start = 0;
  return input.map((value, part) => {
    if (!isScaledSource(value)) throw new NoLinearForm("a maximum over values that are not spikes");
    const [drive] = value.drives;
    if (!folding.activations.some(({ name }) => name === drive.source))
      throw new NoLinearForm("a maximum over the network's input");
    const shifts = channelShifts(value);
    const { kernel, stride, padding } = node;
    const pool: SumPool = { kernel, stride, padding };
    const height = windowExtent(value.shape[1], kernel[0], stride[0], padding[0] + padding[2]);
    const width = windowExtent(value.shape[2], kernel[1], stride[1], padding[1] + padding[3]);
    const shape = [value.shape[0], height, width];
    const bare = { kind: "oneToOne", weights: new Float64Array([1]) } as const;
    const activation: Activation = {
      kind: "maxPool",
      name: partName(node, part, input.length),
      shape,
      drives: [{ ...drive, pools: [pool], operator: bare }],
      constant: new Float64Array(sizeOf(shape)),
      node: node.name,
      start,
    };
    start += sizeOf(shape);
    folding.activations.push(activation);
    if (drive.operator.kind !== "oneToOne") return sourceOf(activation);
    return normalize(sourceOf(activation), drive.operator.weights, shifts);
  });
}

/** Of parameters for `total` neurons (one for all, one a channel, one a feature) those of neurons [start, end). */
function slice(values: FloatArray, total: number, start: number, end: number): FloatArray {
  const shared = total / values.length;
  return values.length === 1 ? values : values.subarray(start / shared, end / shared);
}

function foldNode(node: GraphNode, folding: Folding): Joined {
  const inputs = node.inputs.map((input) => folding.values.get(input)!);
  const [first] = inputs;
  switch (node.type) {
    case "Input":
      return [identity(node.name, node.shape, sizeOf(node.shape))];
    case "Affine":
      return [affine(first, node.weight.data, node.bias)];
    case "Conv2d":
      return [convolve(first, node)];
    case "Normalization": {
      const total = sizeOf(node.shape);
      let start = 0;
      return first.map((value) => {
        const end = start + value.constant.length;
        const scale = slice(node.scale, total, start, end);
        const shift = slice(node.shift, total, start, end);
        start = end;
        return normalize(value, scale, shift);
      });
    }
    case "AvgPool2d":
      return first.map((value) => averagePool(value, node));
    case "Flatten":
      return first; // Row-major values keep their order: only the name of the shape changes.
    case "Concat":
      return inputs.flat();
    case "Add":
      if (inputs.some((joined) => joined.length > 1)) throw new NoLinearForm("a sum over a Concat");
      return [add(inputs.map(([value]) => value))];
    case "ReLU":
      return relu(node, first, folding);
    case "MaxPool2d":
      return maxPool(node, first, folding);
    case "Pad2d":
      throw new NoLinearForm("zero padding that no convolution or pool follows");
    case "Quantize":
      throw new NoLinearForm("a quantizer that was not dropped");
  }
}

function refusal(refused: readonly { node: GraphNode; reason: string }[]): SpikecError {
  const lines = refused.map(
    ({ node, reason }) => `${node.name} (${node.origin.operator} of ${node.origin.file}): ${reason}`,
  );
  return new SpikecError("SPK-0301", `cannot be lowered:\n  ${lines.join("\n  ")}`, {
    where: refused[0].node.name,
  });
}

/** graph: after `rewrite`. Throws SPK-0301 with every node that has no form, and why. */
export function fold(graph: Graph): Folded {
  const folding: Folding = { values: new Map(), activations: [] };
  const refused: { node: GraphNode; reason: string }[] = [];
  for (const node of graph.nodes) {
    if (node.inputs.some((input) => !folding.values.has(input))) continue; // Behind a refused node.
    try {
      folding.values.set(node.name, foldNode(node, folding));
    } catch (error) {
      if (!(error instanceof NoLinearForm)) throw error;
      refused.push({ node, reason: error.message });
    }
  }
  if (refused.length > 0) throw refusal(refused);
  const output = folding.values.get(graph.output)!;
  const outputNode = graph.nodes.find((node) => node.name === graph.output)!;
  if (output.length > 1) throw refusal([{ node: outputNode, reason: "a Concat as the network's output" }]);
  const [{ shape, drives, constant }] = output;
  const name = folding.activations.some((activation) => activation.name === graph.output)
    ? `${graph.output}:logits`
    : graph.output;
  folding.activations.push({ kind: "output", name, shape, drives, constant, node: graph.output, start: 0 });
  const input = graph.nodes.find((node) => node.type === "Input")!;
  return { inputName: input.name, inputShape: input.shape, activations: folding.activations };
}
