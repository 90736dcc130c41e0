/**
 * Shapes of a SpikingGraph: what each node gives per step, from its parameters and what feeds it. Cycles are no obstacle,
 * since a shape spreads from the inputs and from whatever has parameters per neuron.
 *
 * Windows follow PyTorch: extent = floor((extent + padding - dilation (kernel - 1) - 1) / stride) + 1; `same` pads
 * dilation (kernel - 1) zeros, the odd one at the end.
 */
import { SpikecError } from "../errors/error.ts";
import { type Padding2d, type Shape, sizeOf, type Tensor } from "./graph.ts";
import { formatOrigin, formatShape, largestLayer, sameShape } from "./shapes.ts";
import type { ShapelessSpikingNode, SpikingEdge, WithoutShape } from "./spiking.ts";
import type { Conv1dNode, Padding1d, SpikingConv2d, SpikingPadding2d } from "./spiking-operations.ts";
import { parametersOf } from "./spiking-parameters.ts";

/**
 * The shape of every node, by name.
 * @throws SpikecError SPK-0201 where a node does not fit what feeds it or its shape cannot be known, SPK-0204 where a
 *   layer is too large
 */
export function inferSpikingShapes(
  nodes: readonly ShapelessSpikingNode[],
  edges: readonly SpikingEdge[],
): Map<string, Shape> {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const targets = new Map<string, string[]>(nodes.map(({ name }) => [name, []]));
  for (const { from, to } of edges) targets.get(from)?.push(to);
  const shapes = new Map<string, Shape>();
  const known: string[] = [];
  const settle = (node: ShapelessSpikingNode, shape: Shape): void => {
    shapes.set(node.name, checkExtents(node, shape));
    known.push(node.name);
  };
  for (const node of nodes) {
    const own = ownShape(node);
    if (own) settle(node, own);
  }
  for (let at = 0; at < known.length; at++) {
    for (const to of targets.get(known[at]) ?? []) {
      const node = byName.get(to);
      if (node && !shapes.has(to)) settle(node, outputShape(node, shapes.get(known[at])!));
    }
  }
  const unknown = nodes.find(({ name }) => !shapes.has(name));
  if (unknown) throw misfit(unknown, "nothing that leads to it has a known shape");
  return shapes;
}

/** The shape that a node has whatever feeds it, or null. */
function ownShape(node: ShapelessSpikingNode): Shape | null {
  switch (node.type) {
    case "Input":
      return node.shape;
    case "NIRGraph":
      return node.nodes.find(({ type }) => type === "Output")?.shape ?? null;
    case "Linear":
    case "Affine":
      return node.weight.shape.slice(0, 1);
    default:
      return parametersOf(node).find(([, tensor]) => sizeOf(tensor.shape) > 1)?.[1].shape ?? null;
  }
}

/**
 * What `node` gives for an input of shape `input`.
 * @throws SpikecError SPK-0201 where they do not fit
 */
export function outputShape(node: ShapelessSpikingNode, input: Shape): Shape {
  switch (node.type) {
    case "Input":
    case "NIRGraph":
      return ownShape(node) ?? input;
    case "Output":
      return input;
    case "Linear":
    case "Affine": {
      const [rows, columns] = node.weight.shape;
      if (input.length !== 1 || input[0] !== columns) {
        throw misfit(node, `its weights take [${columns}] values, its input gives ${formatShape(input)}`);
      }
      return [rows];
    }
    case "Conv1d":
      return conv1dShape(node, input);
    case "Conv2d":
      return conv2dShape(node, input);
    case "SumPool2d":
    case "AvgPool2d": {
      const [channels, height, width] = requireRank(node, input, 3);
      const along = (extent: number, axis: 0 | 1): number =>
        windows(extent, 2 * node.padding[axis], node.kernel[axis], node.stride[axis], 1);
      return [channels, along(height, 0), along(width, 1)];
    }
    case "Flatten":
      return flattenedShape(node, node.startDim, node.endDim, input);
    default:
      return elementwiseShape(node, input);
  }
}

/** Nodes that act neuron by neuron: every parameter is one value, or one a neuron. */
function elementwiseShape(node: ShapelessSpikingNode, input: Shape): Shape {
  for (const [name, tensor] of parametersOf(node)) {
    if (sizeOf(tensor.shape) === 1 || sameShape(tensor.shape, input)) continue;
    throw misfit(
      node,
      `its ${name} has the shape ${formatShape(tensor.shape)}, its input gives ${formatShape(input)}`,
    );
  }
  return input;
}

function conv1dShape(node: Conv1dNode | WithoutShape<Conv1dNode>, input: Shape): Shape {
  const [channels, length] = requireRank(node, input, 2);
  const [filters, depth, kernel] = node.weight.shape;
  checkChannels(node, channels, filters, depth, node.groups);
  const [before, after] = paddingAlong(node.padding, kernel, node.dilation);
  return [filters, windows(length, before + after, kernel, node.stride, node.dilation)];
}

function conv2dShape(node: SpikingConv2d | WithoutShape<SpikingConv2d>, input: Shape): Shape {
  const [channels, height, width] = requireRank(node, input, 3);
  const [filters, depth, ...kernel] = node.weight.shape;
  checkChannels(node, channels, filters, depth, node.groups);
  const [top, left, bottom, right] = paddingOf(node);
  return [
    filters,
    windows(height, top + bottom, kernel[0], node.stride[0], node.dilation[0]),
    windows(width, left + right, kernel[1], node.stride[1], node.dilation[1]),
  ];
}

/** [top, left, bottom, right] of a Conv2d, whatever way it is given. */
export function paddingOf(node: {
  readonly padding: SpikingPadding2d;
  readonly dilation: readonly [number, number];
  readonly weight: Tensor;
}): Padding2d {
  const { padding, dilation, weight } = node;
  const given = (axis: 0 | 1): Padding1d => (typeof padding === "string" ? padding : padding[axis]);
  const [top, bottom] = paddingAlong(given(0), weight.shape[2], dilation[0]);
  const [left, right] = paddingAlong(given(1), weight.shape[3], dilation[1]);
  return [top, left, bottom, right];
}

/** [before, after] along one axis. */
export function paddingAlong(padding: Padding1d, kernel: number, dilation: number): [number, number] {
  if (padding === "valid") return [0, 0];
  if (padding !== "same") return [padding, padding];
  const zeros = dilation * (kernel - 1);
  return [Math.floor(zeros / 2), Math.ceil(zeros / 2)];
}

function windows(extent: number, padding: number, kernel: number, stride: number, dilation: number): number {
  return Math.floor((extent + padding - dilation * (kernel - 1) - 1) / stride) + 1;
}

function flattenedShape(node: ShapelessSpikingNode, startDim: number, endDim: number, input: Shape): Shape {
  const axis = (dim: number): number => (dim < 0 ? dim + input.length : dim);
  const [start, end] = [axis(startDim), axis(endDim)];
  if (!(start >= 0 && start <= end && end < input.length)) {
    throw misfit(node, `it joins the axes ${startDim} to ${endDim}, its input gives ${formatShape(input)}`);
  }
  return [...input.slice(0, start), sizeOf(input.slice(start, end + 1)), ...input.slice(end + 1)];
}

function checkChannels(
  node: ShapelessSpikingNode,
  channels: number,
  filters: number,
  depth: number,
  groups: number,
): void {
  if (channels === depth * groups && filters % groups === 0) return;
  throw misfit(
    node,
    `its ${filters} filters of depth ${depth} in ${groups} group(s) take ${depth * groups} channels, its input gives ${channels}`,
  );
}

function requireRank(node: ShapelessSpikingNode, shape: Shape, rank: 2 | 3): Shape {
  if (shape.length === rank) return shape;
  const wanted = rank === 2 ? "[channels, length]" : "[channels, height, width]";
  throw misfit(node, `it needs ${wanted}, its input gives ${formatShape(shape)}`);
}

function checkExtents(node: ShapelessSpikingNode, shape: Shape): Shape {
  if (shape.some((extent) => !Number.isInteger(extent) || extent < 1)) {
    throw misfit(node, `its output would be ${formatShape(shape)}`);
  }
  if (sizeOf(shape) <= largestLayer) return shape;
  throw new SpikecError("SPK-0204", `${formatShape(shape)} holds ${sizeOf(shape)} values`, {
    where: formatOrigin(node.origin),
  });
}

function misfit(node: ShapelessSpikingNode, what: string): SpikecError {
  return new SpikecError("SPK-0201", what, { where: formatOrigin(node.origin) });
}
