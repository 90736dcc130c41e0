/**
 * An image as the board sees it: its tables read and checked once, before anything runs, so that the steps need no checks.
 * What the tables mean is in docs/protocol.md.
 */
import { imageFaults } from "../../../src/link/loader/protocol.ts";
import {
  decays,
  floors,
  headerAt,
  headerBytes,
  imageMagic,
  imageVersion,
  inputAt,
  inputBytes,
  inputKinds,
  overflows,
  populationAt,
  populationBytes,
  projectionBytes,
  resets,
  roundings,
  spikeRowBytes,
  valueRowBytes,
} from "../image/format.ts";
import { createImageReader, demand, ImageFault, type ImageReader } from "./image-reader.ts";
import { type Projection, readProjection } from "./projection.ts";

export interface InputTable {
  readonly first: number;
  readonly count: number;
  readonly valued: boolean;
  readonly rows: number;
}

/** Neuron i reads values[floor(i / span)]. */
export interface ParameterTable {
  readonly values: ArrayLike<number>;
  readonly span: number;
}

export interface PopulationTable {
  readonly neurons: number;
  readonly latency: number;
  readonly fires: boolean;
  readonly reset: number;
  readonly floor: number;
  readonly overflow: number;
  readonly decay: number;
  readonly decayShift: number;
  readonly rounding: number;
  readonly rows: number;
  readonly low: number;
  readonly high: number;
  readonly threshold: ParameterTable;
  readonly bias: ParameterTable;
  readonly vInit: ParameterTable;
  readonly resetValue: ParameterTable;
  readonly floorValue: ParameterTable;
  readonly multiplier: ParameterTable;
  readonly incoming: readonly Projection[];
}

export interface GoldenSteps {
  readonly steps: readonly { readonly flags: number; readonly entries: Uint8Array }[];
  readonly digest: number;
  readonly spikes: number;
}

export interface Program {
  readonly inputs: readonly InputTable[];
  /** Input addresses: all inputs one after the other. */
  readonly addresses: number;
  readonly populations: readonly PopulationTable[];
  /** Bytes of state. */
  readonly arena: number;
  readonly golden: GoldenSteps | null;
}

function known(value: number, table: Readonly<Record<string, number>>, what: string): number {
  if (Object.values(table).includes(value)) return value;
  throw new ImageFault(imageFaults.unknownPart, `${what} ${value} is unknown`);
}

function readInputs(reader: ImageReader): InputTable[] {
  const count = reader.u16(headerAt.inputs);
  const table = reader.u32(headerAt.inputTable);
  reader.bytes(table, count * inputBytes);
  let next = 0;
  return Array.from({ length: count }, (_, i) => {
    const at = table + i * inputBytes;
    const [first, size] = [reader.u16(at + inputAt.first), reader.u16(at + inputAt.count)];
    const kind = known(reader.u8(at + inputAt.kind), inputKinds, "input kind");
    const rows = reader.u8(at + inputAt.rows);
    demand(first === next && rows > 0, `input ${i} leaves a gap, or keeps no row`);
    next = first + size;
    return { first, count: size, valued: kind === inputKinds.values, rows };
  });
}

function readParameter(reader: ImageReader, at: number, neurons: number): ParameterTable {
  const offset = reader.u32(at);
  if (offset === 0) return { values: [0], span: Math.max(1, neurons) };
  const span = reader.u32(at + 4);
  demand(span > 0 && span <= neurons, `a parameter is shared by ${span} of ${neurons} neurons`);
  return { values: reader.signed(offset, Math.ceil(neurons / span), 4), span };
}

/** Neurons of a source that stands in the tables already, or will: sizes are read ahead, because of feedback. */
interface Sources {
  readonly neurons: readonly number[];
  readonly rows: readonly number[];
  readonly inputs: number;
}

function readPopulation(reader: ImageReader, at: number, index: number, sources: Sources): PopulationTable {
  const u8 = (field: keyof typeof populationAt) => reader.u8(at + populationAt[field]);
  const neurons = reader.u16(at + populationAt.neurons);
  const parameter = (field: keyof typeof populationAt) =>
    readParameter(reader, at + populationAt[field], neurons);
  const first = reader.u16(at + populationAt.firstProjection);
  const count = reader.u16(at + populationAt.projections);
  demand(
    first + count <= reader.u16(headerAt.projections),
    `population ${index} has projections beyond the last`,
  );
  const decay = known(u8("decay"), decays, "decay");
  demand(
    u8("decayShift") < 32 && u8("rows") > 0,
    `population ${index} decays by more than a word, or keeps no row`,
  );
  const incoming = Array.from({ length: count }, (_, i) => {
    const projectionTable = reader.u32(headerAt.projectionTable);
    return readProjection(reader, projectionTable + (first + i) * projectionBytes, {
      index,
      neurons,
      ...sourcesOf(sources),
    });
  });
  return {
    neurons,
    latency: reader.u16(at + populationAt.latency),
    fires: u8("fires") !== 0,
    reset: known(u8("reset"), resets, "reset"),
    floor: known(u8("floor"), floors, "floor"),
    overflow: known(u8("overflow"), overflows, "overflow"),
    decay,
    decayShift: u8("decayShift"),
    rounding: known(u8("rounding"), roundings, "rounding"),
    rows: u8("rows"),
    low: reader.i32(at + populationAt.low),
    high: reader.i32(at + populationAt.high),
    threshold: parameter("threshold"),
    bias: parameter("bias"),
    vInit: parameter("vInit"),
    resetValue: parameter("resetValue"),
    floorValue: parameter("floorValue"),
    multiplier: parameter("multiplier"),
    incoming,
  };
}

function sourcesOf({ neurons, rows, inputs }: Sources) {
  return { sourceNeurons: neurons, sourceRows: rows, inputs };
}

/** The same formula as in docs/protocol.md; what the header says must agree. */
function arenaOf(inputs: readonly InputTable[], populations: readonly PopulationTable[]): number {
  let bytes = 0;
  for (const { count, valued, rows } of inputs)
    bytes += rows * (valued ? valueRowBytes(count) : spikeRowBytes(count));
  for (const { neurons, rows } of populations) bytes += 4 * neurons + rows * spikeRowBytes(neurons);
  return bytes;
}

function readGolden(reader: ImageReader): GoldenSteps | null {
  const start = reader.u32(headerAt.selfTest);
  if (start === 0) return null;
  reader.bytes(start, 12);
  const count = reader.u32(start);
  demand(count <= reader.length, "more golden steps than bytes");
  let at = start + 12;
  const steps = Array.from({ length: count }, () => {
    reader.bytes(at, 4);
    const length = reader.u16(at + 2);
    const step = { flags: reader.u16(at), entries: reader.bytes(at + 4, length) };
    at += 4 + 4 * Math.ceil(length / 4);
    return step;
  });
  return { steps, digest: reader.u32(start + 4), spikes: reader.u32(start + 8) };
}

/** Throws ImageFault. arena: bytes of state that the board has. */
export function readProgram(image: Uint8Array, arena: number): Program {
  const reader = createImageReader(image);
  if (image.length < headerBytes || reader.u32(headerAt.magic) !== imageMagic)
    throw new ImageFault(imageFaults.notAnImage, "it does not begin with SPKI");
  const version = reader.u16(headerAt.version);
  if (version !== imageVersion) throw new ImageFault(imageFaults.unknownVersion, `format version ${version}`);
  demand(reader.u32(headerAt.length) === image.length, "its length is not the one in its header");
  const inputs = readInputs(reader);
  const addresses = inputs.reduce((sum, { count }) => sum + count, 0);
  const table = reader.u32(headerAt.populationTable);
  const count = reader.u16(headerAt.populations);
  reader.bytes(table, count * populationBytes);
  reader.bytes(reader.u32(headerAt.projectionTable), reader.u16(headerAt.projections) * projectionBytes);
  const records = Array.from({ length: count }, (_, i) => table + i * populationBytes);
  const sources: Sources = {
    neurons: [
      ...inputs.map((input) => input.count),
      ...records.map((at) => reader.u16(at + populationAt.neurons)),
    ],
    rows: [...inputs.map(({ rows }) => rows), ...records.map((at) => reader.u8(at + populationAt.rows))],
    inputs: inputs.length,
  };
  const populations = records.map((at, index) => readPopulation(reader, at, index, sources));
  const needed = arenaOf(inputs, populations);
  demand(needed === reader.u32(headerAt.arena), "its state is not as large as its header says");
  if (needed > arena)
    throw new ImageFault(imageFaults.tooLittleMemory, `its state takes ${needed} bytes of ${arena}`);
  return { inputs, addresses, populations, arena: needed, golden: readGolden(reader) };
}
