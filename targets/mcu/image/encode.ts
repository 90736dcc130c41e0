/** Parts to bytes. Same parts, same bytes. */
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
  kinds,
  overflows,
  poolAt,
  poolBytes,
  populationAt,
  populationBytes,
  projectionAt,
  projectionBytes,
  reads,
  resets,
  roundings,
  selfTestHeadBytes,
} from "./format.ts";
import type {
  ImageParts,
  Parameter,
  PoolPart,
  PopulationPart,
  ProjectionPart,
  SelfTest,
  WeightArray,
} from "./parts.ts";
import { arenaOf } from "./size.ts";

/** Growing bytes: a place is taken, then filled. */
interface Writer {
  /** The offset of `length` new bytes of zero, a multiple of 4. */
  take(length: number): number;
  view(): DataView;
  bytes(): Uint8Array;
}

function createWriter(): Writer {
  let buffer = new ArrayBuffer(65_536);
  let length = 0;
  return {
    take(wanted) {
      const at = Math.ceil(length / 4) * 4;
      length = at + wanted;
      if (length > buffer.byteLength) {
        const larger = new ArrayBuffer(2 * length);
        new Uint8Array(larger).set(new Uint8Array(buffer));
        buffer = larger;
      }
      return at;
    },
    view: () => new DataView(buffer),
    bytes: () => new Uint8Array(buffer.slice(0, Math.ceil(length / 4) * 4)),
  };
}

/** Returns the offset of the values. */
function writeValues(writer: Writer, values: WeightArray, bytes: number): number {
  const at = writer.take(values.length * bytes);
  const view = writer.view();
  for (let i = 0; i < values.length; i++) {
    if (bytes === 1) view.setInt8(at + i, values[i]);
    else if (bytes === 2) view.setInt16(at + 2 * i, values[i], true);
    else view.setInt32(at + 4 * i, values[i], true);
  }
  return at;
}

/** Offset and span; 0 and 0 where all values are 0. */
function writeParameter(writer: Writer, at: number, { values, span }: Parameter): void {
  if (values.every((value) => value === 0)) return;
  const offset = writeValues(writer, values, 4);
  writer.view().setUint32(at, offset, true);
  writer.view().setUint32(at + 4, span, true);
}

function writePopulation(
  writer: Writer,
  at: number,
  part: PopulationPart,
  projections: { first: number; count: number },
): void {
  const view = writer.view();
  const u8 = (field: keyof typeof populationAt, value: number) =>
    view.setUint8(at + populationAt[field], value);
  const u16 = (field: keyof typeof populationAt, value: number) =>
    view.setUint16(at + populationAt[field], value, true);
  u16("neurons", part.neurons);
  u16("latency", part.latency);
  u8("fires", part.fires ? 1 : 0);
  u8("reset", resets[part.reset]);
  u8("floor", floors[part.floor]);
  u8("overflow", overflows[part.overflow]);
  u8("decay", decays[part.decay]);
  u8("decayShift", part.decayShift);
  u8("rounding", roundings[part.rounding]);
  u8("rows", part.rows);
  view.setInt32(at + populationAt.low, part.low, true);
  view.setInt32(at + populationAt.high, part.high, true);
  u16("firstProjection", projections.first);
  u16("projections", projections.count);
  for (const name of ["threshold", "bias", "vInit", "resetValue", "floorValue", "multiplier"] as const)
    writeParameter(writer, at + populationAt[name], part[name]);
}

function writePair(view: DataView, at: number, [first, second]: readonly [number, number]): void {
  view.setUint8(at, first);
  view.setUint8(at + 1, second);
}

function writePools(writer: Writer, pools: readonly PoolPart[]): number {
  const table = writer.take(pools.length * poolBytes);
  const view = writer.view();
  pools.forEach(({ from, to, kernel, stride, padding }, i) => {
    const at = table + i * poolBytes;
    const extents = [...from, to[1], to[2]];
    for (let k = 0; k < extents.length; k++) view.setUint16(at + poolAt.channels + 2 * k, extents[k], true);
    writePair(view, at + poolAt.kernel, kernel);
    writePair(view, at + poolAt.stride, stride);
    writePair(view, at + poolAt.padding, padding);
  });
  return table;
}

function writeProjection(writer: Writer, at: number, part: ProjectionPart): void {
  const { connection, from, pools } = part;
  const weightBytes = connection.weights.BYTES_PER_ELEMENT;
  const weights = writeValues(writer, connection.weights, weightBytes);
  const poolTable = pools.length === 0 ? 0 : writePools(writer, pools);
  const u8 = (field: keyof typeof projectionAt, value: number) =>
    writer.view().setUint8(at + projectionAt[field], value);
  const u16 = (field: keyof typeof projectionAt, value: number) =>
    writer.view().setUint16(at + projectionAt[field], value, true);
  const u32 = (field: keyof typeof projectionAt, value: number) =>
    writer.view().setUint32(at + projectionAt[field], value, true);
  u16("source", part.source);
  u16("target", part.target);
  u8("delay", part.delay);
  u8("kind", kinds[connection.kind]);
  u8("weightBytes", weightBytes);
  u8("pools", pools.length);
  u32("weights", weights);
  u32("poolTable", poolTable);
  u16("channels", from[0]);
  u16("height", from[1]);
  u16("width", from[2]);
  if (connection.kind === "oneToOne") u32("offsets", connection.span);
  if (connection.kind === "sparse") {
    const offsets = writeValues(writer, connection.offsets, 4);
    const targets = writeValues(writer, connection.targets, 2);
    u32("offsets", offsets);
    u32("targets", targets);
  }
  if (connection.kind !== "convolution") return;
  u16("outChannels", connection.to[0]);
  u16("outHeight", connection.to[1]);
  u16("outWidth", connection.to[2]);
  u16("groups", connection.groups);
  for (const name of ["kernel", "stride", "padding", "dilation"] as const)
    writePair(writer.view(), at + projectionAt[name], connection[name]);
}

/** Head, then for each step: u16 flags, u16 bytes of entries, the entries, filled up to a word. */
function writeSelfTest(writer: Writer, { steps, digest, spikes }: SelfTest): number {
  const at = writer.take(selfTestHeadBytes);
  [steps.length, digest, spikes].forEach((value, i) => {
    writer.view().setUint32(at + 4 * i, value, true);
  });
  for (const { flags, entries } of steps) {
    const step = writer.take(4 + entries.length);
    writer.view().setUint16(step, flags, true);
    writer.view().setUint16(step + 2, entries.length, true);
    for (let i = 0; i < entries.length; i++) writer.view().setUint8(step + 4 + i, entries[i]);
  }
  return at;
}

function writeInputs(writer: Writer, inputs: ImageParts["inputs"]): number {
  const table = writer.take(inputs.length * inputBytes);
  let first = 0;
  inputs.forEach(({ count, kind, rows }, i) => {
    const at = table + i * inputBytes;
    const view = writer.view();
    view.setUint16(at + inputAt.first, first, true);
    view.setUint16(at + inputAt.count, count, true);
    view.setUint8(at + inputAt.kind, inputKinds[kind]);
    view.setUint8(at + inputAt.rows, rows);
    first += count;
  });
  return table;
}

export function encodeImage(parts: ImageParts): Uint8Array {
  const { inputs, populations, projections } = parts;
  const writer = createWriter();
  writer.take(headerBytes);
  const inputTable = writeInputs(writer, inputs);
  const populationTable = writer.take(populations.length * populationBytes);
  const projectionTable = writer.take(projections.length * projectionBytes);
  populations.forEach((part, index) => {
    const first = projections.findIndex(({ target }) => target === index);
    const count = projections.filter(({ target }) => target === index).length;
    writePopulation(writer, populationTable + index * populationBytes, part, {
      first: Math.max(0, first),
      count,
    });
  });
  projections.forEach((part, index) => {
    writeProjection(writer, projectionTable + index * projectionBytes, part);
  });
  const selfTest = parts.selfTest === null ? 0 : writeSelfTest(writer, parts.selfTest);
  const bytes = writer.bytes();
  const view = new DataView(bytes.buffer);
  const u16 = (field: keyof typeof headerAt, value: number) => view.setUint16(headerAt[field], value, true);
  const u32 = (field: keyof typeof headerAt, value: number) => view.setUint32(headerAt[field], value, true);
  u32("magic", imageMagic);
  u16("version", imageVersion);
  u16("headerBytes", headerBytes);
  u32("length", bytes.length);
  u16("inputs", inputs.length);
  u16("populations", populations.length);
  u16("projections", projections.length);
  u16("timesteps", parts.timesteps);
  u16("steps", parts.steps);
  u16("readout", parts.readout);
  u32("arena", arenaOf(parts));
  u32("inputTable", inputTable);
  u32("populationTable", populationTable);
  u32("projectionTable", projectionTable);
  u32("selfTest", selfTest);
  view.setUint8(headerAt.read, reads[parts.read]);
  return bytes;
}
