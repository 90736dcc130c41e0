/**
 * A projection in memory: its weights in the order in which its kernel reads them. Weights of a group of outputs lie side by
 * side, so that one spike adds whole vectors; they are as narrow as their values allow.
 */
import type { Connection, IntegerArray, Projection } from "../../network/network.ts";
import type { Choice } from "./choice.ts";
import type { LanePlan } from "./lanes.ts";
import { type Block, blocksOf, lanesOf, neuronsOf, neuronsPerGroup, placesOf } from "./layout.ts";
import type { MemoryPlan } from "./memory.ts";
import type { SpikeList } from "./spike-list.ts";
import { synapsesOf } from "./synapses.ts";
import { rangeOf } from "./widths.ts";

type WeightBytes = 1 | 2 | 4;
type Convolution = Connection & { readonly kind: "convolution" };

interface Common {
  readonly name: string;
  readonly list: SpikeList;
  readonly delay: number;
  /** Entries have values. */
  readonly valued: boolean;
  /** An analog input, the same in every step. */
  readonly analog: boolean;
  readonly weightBytes: WeightBytes;
  readonly weights: number;
}

/** weights [block][entry][lanes of the block] */
export interface DensePlan extends Common {
  readonly kernel: "dense";
}

/** weights [block][kernel row][kernel column][input channel][lanes of the block] */
export interface GatherPlan extends Common {
  readonly kernel: "gather";
  readonly connection: Convolution;
}

/** weights [input channel][kernel row, last first][kernel column, last first][lanes of a place] */
export interface GridPlan extends Common {
  readonly kernel: "grid";
  readonly connection: Convolution;
  /** For each entry, where its weights begin and the first cell that they add to: two i32. */
  readonly cells: number;
  /** Sums of a step: [rows][columns][lanes of a place], with a border that nobody reads. */
  readonly grid: number;
  readonly rows: number;
  readonly columns: number;
}

/**
 * Synapses of entry e: starts[e] .. starts[e + 1], addresses of pairs: where the sum lies after `sums`, weight. Two i32, or
 * u16 and i16 where they fit: the fewer bytes a spike reads, the faster.
 */
export interface SparsePlan extends Common {
  readonly kernel: "sparse";
  readonly starts: number;
  readonly sums: number;
  readonly synapseBytes: 4 | 8;
}

export type IncomingPlan = DensePlan | GatherPlan | GridPlan | SparsePlan;

export interface IncomingRequest {
  readonly projection: Projection;
  readonly choice: Choice;
  readonly lanes: LanePlan;
  readonly list: SpikeList;
  readonly analog: boolean;
  /** Address of what sparse synapses add to, in lanes: sums of a step, or the currents of an analog input. */
  readonly sums: () => number;
}

/** Groups of eight neurons that are summed at once: more would fill the registers, fewer would read spikes more often. */
export const groupsAtOnce = 4;

export function planIncoming(request: IncomingRequest, memory: MemoryPlan): IncomingPlan {
  const { projection, choice, list, analog } = request;
  const { connection, name, delay } = projection;
  const weightBytes = bytesOf(connection.weights);
  const common = { name, list, delay, valued: list.values > 0, analog, weightBytes };
  switch (choice.kernel) {
    case "dense":
      return { ...common, kernel: "dense", weights: memory.place(denseWeights(request, weightBytes)) };
    case "gather": {
      const weights = memory.place(gatherWeights(request, connection as Convolution, weightBytes));
      return { ...common, kernel: "gather", connection: connection as Convolution, weights };
    }
    case "grid":
      return { ...common, ...planGrid(request, connection as Convolution, weightBytes, memory) };
    case "sparse":
      return { ...common, ...planSparse(request, memory) };
  }
}

function bytesOf(weights: IntegerArray): WeightBytes {
  if (weights.BYTES_PER_ELEMENT === 1) return 1;
  const { low, high } = rangeOf(weights);
  for (const bytes of [1, 2] as const)
    if (low >= -(2 ** (8 * bytes - 1)) && high < 2 ** (8 * bytes - 1)) return bytes;
  return 4;
}

function weightArray(bytes: WeightBytes, length: number): IntegerArray {
  if (bytes === 1) return new Int8Array(length);
  return bytes === 2 ? new Int16Array(length) : new Int32Array(length);
}

function blocks({ lanes }: IncomingRequest): Block[] {
  return blocksOf(lanes.layout.groups, groupsAtOnce);
}

/** The neuron of the source, as the connection counts, behind an entry. */
function neuronOfEntry({ seen }: SpikeList, entry: number): number {
  return (entry % seen.channels) * placesOf(seen) + Math.floor(entry / seen.channels);
}

/** One row of weights, spread over every `step`th place. Small and called often, it is soon compiled. */
function spreadRow(
  row: IntegerArray,
  order: Uint32Array,
  { into, at, step }: { readonly into: IntegerArray; readonly at: number; readonly step: number },
): void {
  for (let entry = 0, place = at; entry < order.length; entry++, place += step)
    into[place] = row[order[entry]];
}

function denseWeights(request: IncomingRequest, bytes: WeightBytes): IntegerArray {
  const { list, lanes, projection } = request;
  const { weights } = projection.connection;
  const sources = neuronsOf(list.seen);
  const targets = neuronsOf(lanes.layout);
  const order = Uint32Array.from({ length: sources }, (_, entry) => neuronOfEntry(list, entry));
  const packed = weightArray(bytes, sources * lanes.layout.groups * neuronsPerGroup);
  for (const { firstGroup, groups } of blocks(request)) {
    const first = firstGroup * neuronsPerGroup;
    const step = groups * neuronsPerGroup;
    for (let lane = 0; lane < Math.min(targets - first, step); lane++) {
      const start = (first + lane) * sources;
      const row = weights.subarray(start, start + sources);
      spreadRow(row, order, { into: packed, at: first * sources + lane, step });
    }
  }
  return packed;
}

function gatherWeights(
  request: IncomingRequest,
  { weights, kernel }: Convolution,
  bytes: WeightBytes,
): IntegerArray {
  const { list, lanes } = request;
  const inputs = list.seen.channels;
  const outputs = lanes.layout.channels;
  const area = kernel[0] * kernel[1];
  const packed = weightArray(bytes, area * inputs * lanes.layout.groups * neuronsPerGroup);
  let at = 0;
  for (const { firstGroup, groups } of blocks(request)) {
    const first = firstGroup * neuronsPerGroup;
    const inBlock = Math.min(outputs - first, groups * neuronsPerGroup);
    for (let tap = 0; tap < area; tap++)
      for (let input = 0; input < inputs; input++) {
        for (let lane = 0; lane < inBlock; lane++)
          packed[at + lane] = weights[((first + lane) * inputs + input) * area + tap];
        at += groups * neuronsPerGroup;
      }
  }
  return packed;
}

/**
 * A spike at (y, x) reaches output (y + top - ky, x + left - kx) through tap (ky, kx). Cell (y + i, x + j) of the grid takes
 * tap (kernel - 1 - i, kernel - 1 - j), so that output (Y, X) reads cell (Y + kernel - 1 - top, X + kernel - 1 - left).
 */
function planGrid(
  { list, lanes, choice }: IncomingRequest,
  connection: Convolution,
  weightBytes: WeightBytes,
  memory: MemoryPlan,
): Omit<GridPlan, keyof Common> & Pick<Common, "weights"> {
  const { kernel, padding, weights } = connection;
  const lanesAtPlace = lanes.layout.groups * neuronsPerGroup;
  const [inputs, height, width] = mapOf(list, choice);
  const area = kernel[0] * kernel[1];
  const packed = weightArray(weightBytes, inputs * area * lanesAtPlace);
  for (let input = 0; input < inputs; input++)
    for (let tap = 0; tap < area; tap++)
      for (let output = 0; output < lanes.layout.channels; output++)
        packed[(input * area + (area - 1 - tap)) * lanesAtPlace + output] =
          weights[(output * inputs + input) * area + tap];
  const outRows = lanes.layout.height + kernel[0] - 1 - padding[0];
  const outColumns = lanes.layout.width + kernel[1] - 1 - padding[1];
  const rows = Math.max(height + kernel[0] - 1, outRows);
  const columns = Math.max(width + kernel[1] - 1, outColumns);
  const grid = memory.reserve(rows * columns * lanesAtPlace * lanes.sumBytes);
  const weightsAddress = memory.place(packed);
  const cells = new Int32Array(inputs * height * width * 2);
  for (let entry = 0; entry < cells.length / 2; entry++) {
    const neuron = neuronOfEntry(list, entry);
    const place = neuron % (height * width);
    const input = Math.floor(neuron / (height * width));
    const cell = Math.floor(place / width) * columns + (place % width);
    cells[2 * entry] = weightsAddress + input * area * lanesAtPlace * weightBytes;
    cells[2 * entry + 1] = grid + cell * lanesAtPlace * lanes.sumBytes;
  }
  return {
    kernel: "grid",
    connection,
    weights: weightsAddress,
    cells: memory.place(cells),
    grid,
    rows,
    columns,
  };
}

/** Channels, height and width of the source after the pools. */
function mapOf({ layout }: SpikeList, { sourceShape }: Choice): [number, number, number] {
  const [channels, height, width] = sourceShape;
  return [channels, height / layout.window[0], width / layout.window[1]];
}

function planSparse(
  { projection, choice, list, lanes, sums, analog }: IncomingRequest,
  memory: MemoryPlan,
): Omit<SparsePlan, keyof Common> & Pick<Common, "weights"> {
  const seenShape = choice.pooled ? mapOf(list, choice) : choice.sourceShape;
  const seen = choice.pooled ? { ...projection, pools: [] } : projection;
  const synapses = synapsesOf(seen, seenShape, choice.targetShape);
  const starts = new Int32Array(neuronsOf(list.seen) + 1);
  const sumsAddress = sums();
  const sumBytes = analog ? lanes.stateBytes : lanes.sumBytes;
  const narrow = lanesOf(lanes.layout) * sumBytes <= 65_536 && bytesOf(synapses.weights) <= 2;
  const synapseBytes = narrow ? 4 : 8;
  const length = synapses.targets.length * 2;
  const pairs = narrow ? new Int16Array(length) : new Int32Array(length);
  let at = 0;
  for (let entry = 0; entry + 1 < starts.length; entry++) {
    const neuron = neuronOfEntry(list, entry);
    starts[entry] = at * synapseBytes;
    for (let i = synapses.starts[neuron]; i < synapses.starts[neuron + 1]; i++, at++) {
      pairs[2 * at] = lanes.laneOf[synapses.targets[i]] * sumBytes;
      pairs[2 * at + 1] = synapses.weights[i];
    }
  }
  starts[starts.length - 1] = at * synapseBytes;
  const weights = memory.place(pairs);
  return {
    kernel: "sparse",
    weights,
    starts: memory.place(starts.map((start) => weights + start)),
    sums: sumsAddress,
    synapseBytes,
  };
}
