/**
 * Projections: how a spike of a source neuron spreads to membranes. Every kind is an `add(source, value, membranes)`; sums are
 * 32-bit words, and the image promises that no sum of a step exceeds them.
 */
import { imageFaults } from "../../../src/link/loader/protocol.ts";
import { kinds, poolAt, poolBytes, projectionAt } from "../image/format.ts";
import { demand, ImageFault, type ImageReader } from "./image-reader.ts";

/** Adds weight x value to the membranes that a source neuron reaches. */
export type Spread = (source: number, value: number, membranes: Int32Array) => void;

export interface Projection {
  /** Inputs first, then populations. */
  readonly source: number;
  readonly delay: number;
  readonly spread: Spread;
}

/** What a projection joins: sizes and kept steps of all sources, and the population that it ends in. */
export interface Ends {
  readonly index: number;
  readonly neurons: number;
  readonly sourceNeurons: readonly number[];
  readonly sourceRows: readonly number[];
  readonly inputs: number;
}

interface Window {
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly padding: readonly [number, number];
}

const isPositive = (pair: readonly [number, number]) => pair[0] > 0 && pair[1] > 0;

function dense(reader: ImageReader, at: number, size: number, sources: number, neurons: number): Spread {
  const weights = reader.signed(reader.u32(at + projectionAt.weights), sources * neurons, size);
  return (source, value, membranes) => {
    const row = source * neurons;
    for (let target = 0; target < neurons; target++) membranes[target] += weights[row + target] * value;
  };
}

function oneToOne(reader: ImageReader, at: number, size: number, sources: number, neurons: number): Spread {
  const span = reader.u32(at + projectionAt.offsets);
  demand(
    sources === neurons && span > 0 && span <= Math.max(1, neurons),
    "a one-to-one projection joins other sizes",
  );
  const weights = reader.signed(reader.u32(at + projectionAt.weights), Math.ceil(neurons / span), size);
  return (source, value, membranes) => {
    membranes[source] += weights[Math.floor(source / span)] * value;
  };
}

function sparse(reader: ImageReader, at: number, size: number, sources: number, neurons: number): Spread {
  const offsets = reader.signed(reader.u32(at + projectionAt.offsets), sources + 1, 4);
  const count = offsets[sources];
  const ascending = offsets[0] === 0 && offsets.every((offset, i) => i === 0 || offset >= offsets[i - 1]);
  demand(ascending, "offsets of a sparse projection do not ascend");
  const targets = reader.unsigned16(reader.u32(at + projectionAt.targets), count);
  const weights = reader.signed(reader.u32(at + projectionAt.weights), count, size);
  demand(
    targets.every((target) => target < neurons),
    "a synapse ends in a neuron that is not there",
  );
  return (source, value, membranes) => {
    for (let i = offsets[source]; i < offsets[source + 1]; i++) membranes[targets[i]] += weights[i] * value;
  };
}

function convolution(reader: ImageReader, at: number, size: number, neurons: number): Spread {
  const u16 = (field: keyof typeof projectionAt) => reader.u16(at + projectionAt[field]);
  const pair = (field: keyof typeof projectionAt) => reader.pair(at + projectionAt[field]);
  const [channels, height, width] = [u16("channels"), u16("height"), u16("width")];
  const [outChannels, outHeight, outWidth] = [u16("outChannels"), u16("outHeight"), u16("outWidth")];
  const [kernel, stride, padding, dilation] = [
    pair("kernel"),
    pair("stride"),
    pair("padding"),
    pair("dilation"),
  ];
  const groups = u16("groups");
  const wellFormed =
    groups > 0 &&
    channels % groups === 0 &&
    outChannels % groups === 0 &&
    [kernel, stride, dilation].every(isPositive);
  demand(
    wellFormed && outChannels * outHeight * outWidth === neurons,
    "a convolution does not fit its neurons",
  );
  const perGroup = outChannels / groups;
  const taps = kernel[0] * kernel[1];
  const weights = reader.signed(reader.u32(at + projectionAt.weights), channels * taps * perGroup, size);
  const map = outHeight * outWidth;
  return (source, value, membranes) => {
    const channel = Math.floor(source / (height * width));
    const y = Math.floor(source / width) % height;
    const x = source % width;
    const firstOutput = Math.floor(channel / (channels / groups)) * perGroup * map;
    for (let ky = 0; ky < kernel[0]; ky++) {
      const row = y + padding[0] - ky * dilation[0];
      if (row < 0 || row % stride[0] !== 0 || row / stride[0] >= outHeight) continue;
      for (let kx = 0; kx < kernel[1]; kx++) {
        const column = x + padding[1] - kx * dilation[1];
        if (column < 0 || column % stride[1] !== 0 || column / stride[1] >= outWidth) continue;
        const first = ((channel * kernel[0] + ky) * kernel[1] + kx) * perGroup;
        const target = firstOutput + (row / stride[0]) * outWidth + column / stride[1];
        for (let output = 0; output < perGroup; output++)
          membranes[target + output * map] += weights[first + output] * value;
      }
    }
  };
}

/** Positions [first, last] of the windows that hold a place; empty where last < first. */
function windowsOf(place: number, { kernel, stride, padding }: Window, axis: 0 | 1, extent: number) {
  const shifted = place + padding[axis];
  const first = Math.max(0, Math.floor((shifted - kernel[axis]) / stride[axis]) + 1);
  return [first, Math.min(extent - 1, Math.floor(shifted / stride[axis]))] as const;
}

/** A pool in front: the spike goes on to every window that holds its neuron. */
function pooled(reader: ImageReader, at: number, next: Spread): Spread {
  const u16 = (field: keyof typeof poolAt) => reader.u16(at + poolAt[field]);
  const [height, width, outHeight, outWidth] = [
    u16("height"),
    u16("width"),
    u16("outHeight"),
    u16("outWidth"),
  ];
  const window: Window = {
    kernel: reader.pair(at + poolAt.kernel),
    stride: reader.pair(at + poolAt.stride),
    padding: reader.pair(at + poolAt.padding),
  };
  demand(isPositive(window.kernel) && isPositive(window.stride), "a pool has no window");
  return (source, value, membranes) => {
    const channel = Math.floor(source / (height * width));
    const [top, bottom] = windowsOf(Math.floor(source / width) % height, window, 0, outHeight);
    const [left, right] = windowsOf(source % width, window, 1, outWidth);
    for (let y = top; y <= bottom; y++)
      for (let x = left; x <= right; x++) next((channel * outHeight + y) * outWidth + x, value, membranes);
  };
}

function connection(reader: ImageReader, at: number, sources: number, neurons: number): Spread {
  const size = reader.u8(at + projectionAt.weightBytes);
  demand([1, 2, 4].includes(size), `weights of ${size} bytes`);
  const kind = reader.u8(at + projectionAt.kind);
  switch (kind) {
    case kinds.dense:
      return dense(reader, at, size, sources, neurons);
    case kinds.convolution:
      return convolution(reader, at, size, neurons);
    case kinds.sparse:
      return sparse(reader, at, size, sources, neurons);
    case kinds.oneToOne:
      return oneToOne(reader, at, size, sources, neurons);
    default:
      throw new ImageFault(imageFaults.unknownPart, `projection kind ${kind} is unknown`);
  }
}

export function readProjection(reader: ImageReader, at: number, ends: Ends): Projection {
  const u16 = (field: keyof typeof projectionAt) => reader.u16(at + projectionAt[field]);
  const source = u16("source");
  const delay = reader.u8(at + projectionAt.delay);
  const earlier = source < ends.inputs + ends.index || delay > 0;
  demand(u16("target") === ends.index && source < ends.sourceNeurons.length, "a projection leads nowhere");
  demand(earlier && delay < ends.sourceRows[source], "a projection reads steps that are not kept");
  const seen = u16("channels") * u16("height") * u16("width");
  const pools = reader.u8(at + projectionAt.pools);
  const table = reader.u32(at + projectionAt.poolTable);
  reader.bytes(table, pools * poolBytes);
  let spread = connection(reader, at, seen, ends.neurons);
  let size = seen;
  for (let pool = pools - 1; pool >= 0; pool--) {
    const record = table + pool * poolBytes;
    const extents = [0, 2, 4, 6, 8].map((offset) => reader.u16(record + offset));
    const [channels, height, width, outHeight, outWidth] = extents;
    demand(channels * outHeight * outWidth === size, "a pool does not fit what follows it");
    spread = pooled(reader, record, spread);
    size = channels * height * width;
  }
  demand(size === ends.sourceNeurons[source], "a projection does not fit its source");
  return { source, delay, spread };
}
