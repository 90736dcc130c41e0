/**
 * Projections: how what a source neuron sends reaches membranes, through a chain of windows or along synapses. Everything is
 * checked here, once, so that the steps need no checks; sums are 32-bit words, and the image promises that none exceeds them.
 */
import { projectionAt, projectionBytes, windowAt, windowBytes } from "../image/format.ts";
import { demand, type ImageReader } from "./image-reader.ts";

/** Adds weight x value to the membranes that a source neuron reaches. */
export type Spread = (source: number, value: number, membranes: Int32Array) => void;

export interface Projection {
  /** Inputs first, then populations. */
  readonly source: number;
  readonly delay: number;
  readonly spread: Spread;
  /** Bytes of its record and its windows. */
  readonly bytes: number;
}

/** What a projection joins: sizes and kept rows of all layers, and the one that it ends in. */
export interface Ends {
  readonly index: number;
  readonly neurons: number;
  readonly sourceNeurons: readonly number[];
  readonly sourceRows: readonly number[];
}

interface Window {
  readonly extent: number;
  readonly kernel: number;
  readonly start: number;
  readonly stride: number;
  readonly taps: number;
  readonly places: number;
}

function readWindow(reader: ImageReader, at: number): Window {
  const u16 = (field: keyof typeof windowAt) => reader.u16(at + windowAt[field]);
  const [extent, kernel, stride] = [u16("extent"), u16("kernel"), u16("stride")];
  const start = reader.i32(at + windowAt.start);
  demand(stride > 0 && Math.abs(start) < 2 ** 30, "a window does not move");
  return { extent, kernel, start, stride, taps: u16("taps"), places: u16("places") };
}

/** The largest tap and place that the last two windows reach. */
function reachOf([rows, columns]: readonly Window[]): { taps: number; places: number } {
  const reach = (first: number, factor: number, count: number) => Math.max(0, first) * factor + count - 1;
  return {
    taps: reach(rows.kernel - 1, columns.taps, columns.kernel),
    places: reach(rows.extent - 1, columns.places, columns.extent),
  };
}

type Leaf = (tap: number, place: number) => void;

/** One axis after the other, rows and columns in turn. */
function walk(
  windows: readonly Window[],
  depth: number,
  place: number,
  other: number,
  tap: number,
  target: number,
  leaf: Leaf,
): void {
  if (depth === windows.length) {
    leaf(tap, target);
    return;
  }
  const { extent, kernel, start, stride, taps, places } = windows[depth];
  let inWindow = place + start;
  // Positions whose windows end in front of the place are passed over at once.
  const skipped = Math.max(0, Math.min(extent, Math.ceil(-inWindow / stride)));
  inWindow += skipped * stride;
  for (
    let position = extent - 1 - skipped;
    position >= 0 && inWindow < kernel;
    position--, inWindow += stride
  )
    walk(windows, depth + 1, other, position, tap * taps + inWindow, target * places + position, leaf);
}

function windowed(reader: ImageReader, at: number, size: number, sources: number, neurons: number): Spread {
  const u16 = (field: keyof typeof projectionAt) => reader.u16(at + projectionAt[field]);
  const u32 = (field: keyof typeof projectionAt) => reader.u32(at + projectionAt[field]);
  const [height, width, group, outputs] = [u16("height"), u16("width"), u16("group"), u16("outputs")];
  const [mapBytes, groupNeurons, channelBytes] = [u32("mapBytes"), u32("groupNeurons"), u32("channelBytes")];
  demand(outputs > 0 && mapBytes % 4 === 0, "a projection has no targets");
  const map = mapBytes / 4;
  const count = reader.u8(at + projectionAt.windows);
  demand(
    count >= 2 && count % 2 === 0 && height > 0 && width > 0 && group > 0,
    "a projection has no windows",
  );
  const windows = Array.from({ length: count }, (_, i) =>
    readWindow(reader, at + projectionBytes + i * windowBytes),
  );
  for (let i = 0; i < count; i += 2)
    demand(windows[i].extent * windows[i + 1].extent <= 0xffff, "windows are larger than a map");
  const area = height * width;
  const channels = Math.ceil(sources / area);
  demand(channelBytes % size === 0, "the weights of a channel end in a weight");
  const channelWeights = channelBytes / size;
  const { taps, places } = reachOf(windows.slice(-2));
  const isEmpty = sources === 0 || windows.some(({ extent, kernel }) => extent * kernel === 0);
  const weightCount = isEmpty ? 0 : (channels - 1) * channelWeights + (taps + 1) * outputs;
  const lastGroup = Math.floor((channels - 1) / group);
  const reach = lastGroup * groupNeurons + places + (outputs - 1) * map;
  demand(isEmpty || reach < neurons, "a projection reaches beyond its target");
  const weights = reader.signed(u32("weights"), weightCount, size);
  return (source, value, membranes) => {
    const channel = Math.floor(source / area);
    const y = Math.floor(source / width) % height;
    const firstWeight = channel * channelWeights;
    const firstTarget = Math.floor(channel / group) * groupNeurons;
    walk(windows, 0, y, source % width, 0, 0, (tap, place) => {
      const from = firstWeight + tap * outputs;
      const to = firstTarget + place;
      for (let output = 0; output < outputs; output++)
        membranes[to + output * map] += weights[from + output] * value;
    });
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

export function readProjection(reader: ImageReader, at: number, ends: Ends): Projection {
  reader.bytes(at, projectionBytes);
  const source = reader.u16(at + projectionAt.source);
  const delay = reader.u8(at + projectionAt.delay);
  const windows = reader.u8(at + projectionAt.windows);
  const bytes = projectionBytes + windows * windowBytes;
  reader.bytes(at, bytes);
  const earlier = source < ends.index || delay > 0;
  demand(source < ends.sourceNeurons.length, "a projection comes from nowhere");
  demand(earlier && delay < ends.sourceRows[source], "a projection reads steps that are not kept");
  const size = reader.u8(at + projectionAt.weightBytes);
  demand([1, 2, 4].includes(size), `weights of ${size} bytes`);
  const isSparse = reader.u8(at + projectionAt.sparse) !== 0;
  const read = isSparse ? sparse : windowed;
  demand(!isSparse || windows === 0, "a sparse projection has windows");
  return { source, delay, spread: read(reader, at, size, ends.sourceNeurons[source], ends.neurons), bytes };
}
