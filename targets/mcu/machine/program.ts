/**
 * An image as the board sees it: its tables read and checked once, before anything runs, so that the steps need no checks.
 * What the tables mean is in docs/protocol.md.
 */
import { imageFaults, spikeRowBytes } from "../../../src/link/loader/protocol.ts";
import {
  decays,
  floors,
  headerAt,
  headerBytes,
  imageMagic,
  imageVersion,
  layerAt,
  layerBytes,
  resets,
  roundings,
  selfTestHeadBytes,
  valueRowBytes,
} from "../image/format.ts";
import { createImageReader, demand, ImageFault, type ImageReader } from "./image-reader.ts";
import { type Projection, readProjection } from "./projection.ts";

/** An input, or what a population has in common with one. */
export interface LayerTable {
  readonly neurons: number;
  readonly valued: boolean;
  readonly rows: number;
  /** Offset in the arena. */
  readonly membranes: number;
}

/** Neuron i reads values[floor(i / span)]. */
export interface ParameterTable {
  readonly values: ArrayLike<number>;
  readonly span: number;
}

export interface PopulationTable extends LayerTable {
  readonly latency: number;
  readonly reset: number;
  readonly above: number;
  readonly floor: number;
  readonly wraps: boolean;
  readonly decay: number;
  readonly decayShift: number;
  readonly rounding: number;
  readonly low: number;
  readonly high: number;
  readonly vInit: ParameterTable;
  readonly bias: ParameterTable;
  readonly threshold: ParameterTable;
  readonly multiplier: ParameterTable;
  readonly resetValue: ParameterTable;
  readonly floorValue: ParameterTable;
  readonly incoming: readonly Projection[];
}

export interface GoldenSteps {
  readonly steps: readonly { readonly flags: number; readonly entries: Uint8Array }[];
  readonly digest: number;
}

export interface Program {
  readonly inputs: readonly LayerTable[];
  readonly populations: readonly PopulationTable[];
  /** Bytes of state. */
  readonly arena: number;
  readonly golden: GoldenSteps;
}

function known(value: number, table: Readonly<Record<string, number>>, what: string): number {
  if (Object.values(table).includes(value)) return value;
  throw new ImageFault(imageFaults.unknownPart, `${what} ${value} is unknown`);
}

/** Its state must lie inside the arena. */
function readLayer(
  reader: ImageReader,
  at: number,
  index: number,
  arena: number,
  isInput: boolean,
): LayerTable {
  const u32 = (field: keyof typeof layerAt) => reader.u32(at + layerAt[field]);
  const neurons = reader.u16(at + layerAt.neurons);
  const rows = reader.u8(at + layerAt.lastRow) + 1;
  const valued = reader.u8(at + layerAt.valued) !== 0;
  const [first, membranes, rowBytes] = [u32("rows"), u32("membranes"), u32("rowBytes")];
  demand(rowBytes === (valued ? valueRowBytes(neurons) : spikeRowBytes(neurons)), `rows of layer ${index}`);
  demand((rows & (rows - 1)) === 0 && (isInput || !valued), `layer ${index} keeps ${rows} rows`);
  demand(first % 4 === 0 && first + rows * rowBytes <= arena, `rows of layer ${index} lie outside the arena`);
  const membraneBytes = isInput ? 0 : 4 * neurons;
  demand(membranes % 4 === 0 && membranes + membraneBytes <= arena, `layer ${index} lies outside the arena`);
  return { neurons, valued, rows, membranes };
}

function readParameter(reader: ImageReader, at: number, neurons: number): ParameterTable {
  const [offset, span] = [reader.u32(at), reader.u32(at + 4)];
  if (offset === 0) return { values: [0], span: Math.max(1, neurons) };
  demand(
    (span > 0 && span <= neurons) || neurons === 0,
    `a parameter is shared by ${span} of ${neurons} neurons`,
  );
  return { values: reader.signed(offset, neurons === 0 ? 0 : Math.ceil(neurons / span), 4), span };
}

function readMultiplier(reader: ImageReader, at: number, decay: number, neurons: number): ParameterTable {
  if (decay === decays.multiplyEach) return readParameter(reader, at, neurons);
  return { values: [reader.u16(at)], span: Math.max(1, neurons) };
}

function readPopulation(
  reader: ImageReader,
  at: number,
  index: number,
  layers: readonly LayerTable[],
): PopulationTable {
  const u8 = (field: keyof typeof layerAt) => reader.u8(at + layerAt[field]);
  const layer = layers[index];
  const { neurons } = layer;
  const parameter = (field: keyof typeof layerAt) => readParameter(reader, at + layerAt[field], neurons);
  const decay = known(u8("decay"), decays, "decay");
  demand(u8("decayShift") < 32, `population ${index} decays by more than a word`);
  demand(
    decay !== decays.multiply || (u8("decayShift") > 0 && u8("decayShift") <= 16),
    `population ${index} multiplies without a shift`,
  );
  const ends = {
    index,
    neurons,
    sourceNeurons: layers.map((one) => one.neurons),
    sourceRows: layers.map(({ rows }) => rows),
  };
  let next = reader.u32(at + layerAt.projectionTable);
  const incoming = Array.from({ length: reader.u16(at + layerAt.projections) }, () => {
    const projection = readProjection(reader, next, ends);
    next += projection.bytes;
    return projection;
  });
  const [low, high] = [reader.i32(at + layerAt.low), reader.i32(at + layerAt.high)];
  demand(low <= high, `population ${index} has no range`);
  return {
    ...layer,
    latency: reader.u16(at + layerAt.latency),
    reset: known(u8("reset"), resets, "reset"),
    above: u8("above"),
    floor: known(u8("floor"), floors, "floor"),
    wraps: u8("wraps") !== 0,
    decay,
    decayShift: u8("decayShift"),
    rounding: known(u8("rounding"), roundings, "rounding"),
    low,
    high,
    vInit: parameter("vInit"),
    bias: parameter("bias"),
    threshold: parameter("threshold"),
    multiplier: readMultiplier(reader, at + layerAt.multiplier, decay, neurons),
    resetValue: parameter("resetValue"),
    floorValue: parameter("floorValue"),
    incoming,
  };
}

function readGolden(reader: ImageReader): GoldenSteps {
  const start = reader.u32(headerAt.selfTest);
  reader.bytes(start, selfTestHeadBytes);
  const count = reader.u32(start);
  demand(count <= reader.length, "more golden steps than bytes");
  let at = start + selfTestHeadBytes;
  const steps = Array.from({ length: count }, () => {
    reader.bytes(at, 4);
    const length = reader.u16(at + 2);
    const step = { flags: reader.u16(at), entries: reader.bytes(at + 4, length) };
    at += 4 + 4 * Math.ceil(length / 4);
    return step;
  });
  return { steps, digest: reader.u32(start + 4) };
}

/** Throws ImageFault. arena: bytes of state that the board has. parts: those of its firmware. */
export function readProgram(image: Uint8Array, arena: number, parts = 0xffffffff): Program {
  const reader = createImageReader(image);
  if (image.length < headerBytes || reader.u32(headerAt.magic) !== imageMagic)
    throw new ImageFault(imageFaults.notAnImage, "it does not begin with SPKI");
  const version = reader.u16(headerAt.version);
  if (version !== imageVersion) throw new ImageFault(imageFaults.unknownVersion, `format version ${version}`);
  demand(reader.u32(headerAt.length) === image.length, "its length is not the one in its header");
  const needed = reader.u32(headerAt.arena);
  if (needed > arena)
    throw new ImageFault(imageFaults.tooLittleMemory, `its state takes ${needed} bytes of ${arena}`);
  if ((reader.u32(headerAt.parts) & ~parts) !== 0)
    throw new ImageFault(imageFaults.unknownPart, "it needs parts that are not there");
  const [count, inputs] = [reader.u16(headerAt.layers), reader.u16(headerAt.inputs)];
  reader.bytes(headerBytes, count * layerBytes);
  demand(inputs < count, "it has no population");
  const records = Array.from({ length: count }, (_, i) => headerBytes + i * layerBytes);
  const layers = records.map((at, i) => readLayer(reader, at, i, needed, i < inputs));
  const populations = records.slice(inputs).map((at, i) => readPopulation(reader, at, inputs + i, layers));
  return { inputs: layers.slice(0, inputs), populations, arena: needed, golden: readGolden(reader) };
}
