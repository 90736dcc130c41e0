/**
 * Float evaluation of a Graph: the original network, against which every conversion is measured.
 * Samples go through one at a time on buffers that are laid out once; sums are taken in float64.
 */
import { SpikecError } from "../errors/error.ts";
import { type FloatArray, type Graph, type GraphNode, type Shape, sizeOf } from "./graph.ts";
import type { Kernel } from "./kernels/kernel.ts";
import { compileAffine, compileConv2d, compilePad } from "./kernels/linear.ts";
import { add, compileNormalization, compileQuantize, compileRelu, concat } from "./kernels/pointwise.ts";
import { compileAvgPool2d, compileMaxPool2d } from "./kernels/pooling.ts";
import { formatShape } from "./shapes.ts";

export interface EvaluateOptions {
  /** Nodes whose activations are wanted beside the output's: all, or those named. */
  readonly keep?: "all" | ReadonlySet<string>;
}

/**
 * Runs `count` samples, [count, ...shape of the input] in one array, through the graph.
 * @returns for every kept node, the output always among them, its activations [count, ...shape], in float32 where
 *   `samples` are float32 and in float64 where they are float64
 * @throws SpikecError SPK-0203 where `samples` does not hold `count` inputs
 */
export function evaluate(
  graph: Graph,
  samples: FloatArray,
  count: number,
  options: EvaluateOptions = {},
): Map<string, FloatArray> {
  const [input] = graph.nodes;
  const inputSize = sizeOf(input.shape);
  if (!Number.isInteger(count) || count < 0 || samples.length !== count * inputSize) {
    throw new SpikecError(
      "SPK-0203",
      `${count} samples of ${formatShape(input.shape)} are ${count * inputSize} values, ${samples.length} were given`,
      { where: graph.name },
    );
  }
  const buffers = layOut(graph);
  const shapes = new Map(graph.nodes.map(({ name, shape }) => [name, shape]));
  const steps = graph.nodes.slice(1).flatMap((node) => compileStep(node, shapes, buffers));
  const kept = keptActivations(graph, samples, count, options.keep ?? new Set());
  const inputBuffer = bufferOf(buffers, input.name);

  for (let sample = 0; sample < count; sample++) {
    inputBuffer.set(samples.subarray(sample * inputSize, (sample + 1) * inputSize));
    for (const step of steps) step();
    for (const [name, activations] of kept) {
      const buffer = bufferOf(buffers, name);
      activations.set(buffer, sample * buffer.length);
    }
  }
  return kept;
}

/** One buffer a node; a Flatten shares its input's, since it moves nothing. */
function layOut(graph: Graph): Map<string, Float64Array> {
  const buffers = new Map<string, Float64Array>();
  for (const node of graph.nodes) {
    const shared = node.type === "Flatten" ? bufferOf(buffers, node.inputs[0]) : null;
    buffers.set(node.name, shared ?? new Float64Array(sizeOf(node.shape)));
  }
  return buffers;
}

function compileStep(
  node: GraphNode,
  shapes: ReadonlyMap<string, Shape>,
  buffers: ReadonlyMap<string, Float64Array>,
): (() => void)[] {
  const kernel = compileKernel(node, shapes.get(node.inputs[0]) ?? []);
  if (!kernel) return [];
  const inputs = node.inputs.map((name) => bufferOf(buffers, name));
  const output = bufferOf(buffers, node.name);
  return [() => kernel(inputs, output)];
}

function compileKernel(node: GraphNode, inputShape: Shape): Kernel | null {
  switch (node.type) {
    case "Input":
    case "Flatten":
      return null;
    case "Affine":
      return compileAffine(node);
    case "Conv2d":
      return compileConv2d(node, inputShape);
    case "Normalization":
      return compileNormalization(node);
    case "ReLU":
      return compileRelu(node);
    case "AvgPool2d":
      return compileAvgPool2d(node, inputShape);
    case "MaxPool2d":
      return compileMaxPool2d(node, inputShape);
    case "Pad2d":
      return compilePad(inputShape, node.padding).kernel;
    case "Add":
      return add;
    case "Concat":
      return concat;
    case "Quantize":
      return compileQuantize(node);
  }
}

function keptActivations(
  graph: Graph,
  samples: FloatArray,
  count: number,
  keep: "all" | ReadonlySet<string>,
): Map<string, FloatArray> {
  const kept = new Map<string, FloatArray>();
  for (const { name, shape } of graph.nodes) {
    if (name !== graph.output && keep !== "all" && !keep.has(name)) continue;
    const size = count * sizeOf(shape);
    kept.set(name, samples instanceof Float32Array ? new Float32Array(size) : new Float64Array(size));
  }
  return kept;
}

function bufferOf(buffers: ReadonlyMap<string, Float64Array>, name: string): Float64Array {
  const buffer = buffers.get(name);
  if (!buffer) {
    throw new SpikecError("SPK-0202", `no node named ${name} stands before its use`, { where: name });
  }
  return buffer;
}
