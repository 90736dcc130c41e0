/**
 * Synaptic operations of a float graph: each spike costs as many as it has synapses in the layers that it reaches.
 * At the border of a map a convolution has fewer; behind a pool it is the spikes before the pool that count, as on chips that
 * pool by adding spikes up (sinabs counts in the same way). Biases cost nothing.
 */
import { type Shape, sizeOf } from "./graph.ts";
import type { SpikingGraph, SpikingNode } from "./spiking.ts";
import type { Conv1dNode, SpikingAvgPool2d, SpikingConv2d, SumPool2dNode } from "./spiking-operations.ts";
import { paddingAlong, paddingOf } from "./spiking-shapes.ts";

/** The synapses of one layer of weights, seen from what fires into it. */
export interface FanOut {
  /** The node with the weights. */
  readonly node: string;
  /** The neurons (or the Input) whose spikes reach them, through pools and whatever moves no value to another place. */
  readonly source: string;
  /** For each element of the source. */
  readonly synapses: Float64Array;
}

/** The fan-out of every layer of weights of a flat graph, in the order of its nodes. */
export function fanOuts(graph: SpikingGraph): FanOut[] {
  const byName = new Map(graph.nodes.map((node) => [node.name, node]));
  const sourcesOf = (name: string): SpikingNode[] =>
    graph.edges.flatMap(({ from, to }) => (to === name ? [byName.get(from)!] : []));

  const spread = (node: string, source: SpikingNode, synapses: Float64Array): FanOut[] => {
    const pooled = source.type === "SumPool2d" || source.type === "AvgPool2d" ? source : null;
    const passes = pooled || passing.has(source.type);
    if (!passes) return [{ node, source: source.name, synapses }];
    return sourcesOf(source.name).flatMap((before) =>
      spread(node, before, pooled ? beforePool(pooled, before.shape, synapses) : synapses),
    );
  };
  return graph.nodes.flatMap((node) =>
    sourcesOf(node.name).flatMap((source) => {
      const synapses = synapsesOf(node, source.shape);
      return synapses ? spread(node.name, source, synapses) : [];
    }),
  );
}

/** What one spike stays one spike through. */
const passing: ReadonlySet<SpikingNode["type"]> = new Set(["Flatten", "Scale", "Delay", "Output"]);

/** Outputs that each input of a layer of weights reaches; null for other nodes. */
function synapsesOf(node: SpikingNode, input: Shape): Float64Array | null {
  switch (node.type) {
    case "Linear":
    case "Affine":
      return new Float64Array(sizeOf(input)).fill(node.weight.shape[0]);
    case "Conv1d":
      return ofConv1d(node, input);
    case "Conv2d":
      return ofConv2d(node, input);
    default:
      return null;
  }
}

function ofConv1d(node: Conv1dNode, [channels, length]: Shape): Float64Array {
  const kernel = node.weight.shape[2];
  const [before] = paddingAlong(node.padding, kernel, node.dilation);
  const along = meetings(length, kernel, node.shape[1], node.stride, node.dilation, before);
  const filters = node.weight.shape[0] / node.groups;
  return Float64Array.from({ length: channels * length }, (_, i) => filters * along[i % length]);
}

function ofConv2d(node: SpikingConv2d, [channels, height, width]: Shape): Float64Array {
  const [, , kernelHeight, kernelWidth] = node.weight.shape;
  const [top, left] = paddingOf(node);
  const { stride, dilation, shape } = node;
  const rows = meetings(height, kernelHeight, shape[1], stride[0], dilation[0], top);
  const columns = meetings(width, kernelWidth, shape[2], stride[1], dilation[1], left);
  const filters = node.weight.shape[0] / node.groups;
  return Float64Array.from(
    { length: channels * height * width },
    (_, i) => filters * rows[Math.floor(i / width) % height] * columns[i % width],
  );
}

/** For each place along an axis: how many windows have a tap there. */
function meetings(
  extent: number,
  kernel: number,
  windows: number,
  stride: number,
  dilation: number,
  padding: number,
): Float64Array {
  const counts = new Float64Array(extent);
  for (let window = 0; window < windows; window++) {
    for (let tap = 0; tap < kernel; tap++) {
      const place = window * stride - padding + tap * dilation;
      if (place >= 0 && place < extent) counts[place]++;
    }
  }
  return counts;
}

/** An element before a pool has the synapses of every window that it is in. */
function beforePool(
  pool: SumPool2dNode | SpikingAvgPool2d,
  [channels, height, width]: Shape,
  synapses: Float64Array,
): Float64Array {
  const [, windowRows, windowColumns] = pool.shape;
  const before = new Float64Array(channels * height * width);
  let window = 0;
  for (let channel = 0; channel < channels; channel++)
    for (let row = 0; row < windowRows; row++)
      for (let column = 0; column < windowColumns; column++) {
        const top = row * pool.stride[0] - pool.padding[0];
        const left = column * pool.stride[1] - pool.padding[1];
        for (let y = Math.max(top, 0); y < Math.min(top + pool.kernel[0], height); y++)
          for (let x = Math.max(left, 0); x < Math.min(left + pool.kernel[1], width); x++)
            before[(channel * height + y) * width + x] += synapses[window];
        window++;
      }
  return before;
}
