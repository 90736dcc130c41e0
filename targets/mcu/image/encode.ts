/** Parts to bytes. Same parts, same bytes. */
import { placeState } from "./arena.ts";
import {
  headerAt,
  headerBytes,
  imageMagic,
  imageVersion,
  layerAt,
  layerBytes,
  parts as partBits,
  projectionAt,
  projectionBytes,
  reads,
  selfTestHeadBytes,
  windowAt,
  windowBytes,
} from "./format.ts";
import { type LawRecord, lawRecord } from "./law-record.ts";
import { narrow } from "./narrow.ts";
import type { ImageParts, Parameter, ProjectionPart, SelfTest, WeightArray } from "./parts.ts";
import { synapsesOf } from "./synapses.ts";
import { type Windowed, windowed } from "./windows.ts";

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

/** Offset and span; a word of 0 for all where all values are 0. */
function writeParameter(writer: Writer, at: number, { values, span }: Parameter, neurons: number): void {
  const isZero = values.every((value) => value === 0);
  const offset = isZero ? headerAt.zero : writeValues(writer, values, 4);
  writer.view().setUint32(at, offset, true);
  writer.view().setUint32(at + 4, isZero ? neurons : span, true);
}

function writeLaw(writer: Writer, at: number, law: LawRecord, neurons: number): void {
  const view = writer.view();
  for (const name of ["reset", "above", "decay", "decayShift", "rounding", "floor", "wraps"] as const)
    view.setUint8(at + layerAt[name], law[name]);
  view.setInt32(at + layerAt.low, law.low, true);
  view.setInt32(at + layerAt.high, law.high, true);
  for (const name of ["vInit", "bias", "threshold", "resetValue", "floorValue"] as const)
    writeParameter(writer, at + layerAt[name], law[name], neurons);
  if (typeof law.multiplier === "number")
    writer.view().setUint16(at + layerAt.multiplier, law.multiplier, true);
  else writeParameter(writer, at + layerAt.multiplier, law.multiplier, neurons);
}

function writeWindows(writer: Writer, at: number, form: Windowed): void {
  const weights = writeValues(writer, form.weights, form.weights.BYTES_PER_ELEMENT);
  const view = writer.view();
  view.setUint32(at + projectionAt.weights, weights, true);
  for (const name of ["height", "width", "group", "outputs"] as const)
    view.setUint16(at + projectionAt[name], form[name], true);
  view.setUint8(at + projectionAt.weightBytes, form.weights.BYTES_PER_ELEMENT);
  view.setUint8(at + projectionAt.windows, form.windows.length);
  view.setUint32(at + projectionAt.mapBytes, 4 * form.map, true);
  view.setUint32(at + projectionAt.groupNeurons, form.groupNeurons, true);
  view.setUint32(at + projectionAt.channelBytes, form.channelWeights * form.weights.BYTES_PER_ELEMENT, true);
  form.windows.forEach((window, i) => {
    const record = at + projectionBytes + i * windowBytes;
    for (const name of ["extent", "kernel", "stride", "taps", "places"] as const)
      view.setUint16(record + windowAt[name], window[name], true);
    view.setInt32(record + windowAt.start, window.start, true);
  });
}

function writeSynapses(writer: Writer, at: number, part: ProjectionPart, sources: number): void {
  const { offsets, targets, weights } = synapsesOf(part, sources);
  const small = narrow(weights);
  const places = [
    writeValues(writer, small, small.BYTES_PER_ELEMENT),
    writeValues(writer, offsets, 4),
    writeValues(writer, targets, 2),
  ];
  const view = writer.view();
  [projectionAt.weights, projectionAt.offsets, projectionAt.targets].forEach((field, i) => {
    view.setUint32(at + field, places[i], true);
  });
  view.setUint16(at + projectionAt.height, 1, true);
  view.setUint16(at + projectionAt.width, sources, true);
  view.setUint8(at + projectionAt.weightBytes, small.BYTES_PER_ELEMENT);
  view.setUint8(at + projectionAt.sparse, 1);
}

/** Head, then for each step: u16 flags, u16 bytes of entries, the entries, filled up to a word. */
function writeSelfTest(writer: Writer, { steps, digest }: SelfTest): number {
  const at = writer.take(selfTestHeadBytes);
  writer.view().setUint32(at, steps.length, true);
  writer.view().setUint32(at + 4, digest, true);
  for (const { flags, entries } of steps) {
    const step = writer.take(4 + entries.length);
    writer.view().setUint16(step, flags, true);
    writer.view().setUint16(step + 2, entries.length, true);
    for (let i = 0; i < entries.length; i++) writer.view().setUint8(step + 4 + i, entries[i]);
  }
  return at;
}

/** Records of a population's projections, one behind the other; returns where they begin, and the parts that they need. */
function writeProjections(
  writer: Writer,
  projections: readonly ProjectionPart[],
  targets: number,
  sources: readonly number[],
): { at: number; needs: number } {
  const forms = projections.map((part) => windowed(part, targets));
  const sizes = forms.map((form) => projectionBytes + (form?.windows.length ?? 0) * windowBytes);
  const table = writer.take(sizes.reduce((sum, size) => sum + size, 0));
  let at = table;
  projections.forEach((part, i) => {
    writer.view().setUint16(at + projectionAt.source, part.source, true);
    writer.view().setUint8(at + projectionAt.delay, part.delay);
    const form = forms[i];
    if (form === null) writeSynapses(writer, at, part, sources[part.source]);
    else writeWindows(writer, at, form);
    at += sizes[i];
  });
  return { at: table, needs: forms.includes(null) ? partBits.sparse : 0 };
}

export function encodeImage(parts: ImageParts): Uint8Array {
  const { inputs, populations, projections } = parts;
  const writer = createWriter();
  writer.take(headerBytes);
  const { layers, arena } = placeState(parts);
  const table = writer.take(layers.length * layerBytes);
  let needs = 0;
  layers.forEach(({ neurons, rows, rowBytes, lastRow, membranes, valued }, index) => {
    const at = table + index * layerBytes;
    writer.view().setUint16(at + layerAt.neurons, neurons, true);
    writer.view().setUint32(at + layerAt.rows, rows, true);
    writer.view().setUint32(at + layerAt.rowBytes, rowBytes, true);
    writer.view().setUint32(at + layerAt.membranes, membranes, true);
    writer.view().setUint8(at + layerAt.lastRow, lastRow);
    writer.view().setUint8(at + layerAt.valued, valued ? 1 : 0);
    if (index < inputs.length) return;
    const part = populations[index - inputs.length];
    const law = lawRecord(part);
    writeLaw(writer, at, law, neurons);
    const incoming = projections.filter(({ target }) => target === index - inputs.length);
    const sources = layers.map((layer) => layer.neurons);
    const written = writeProjections(writer, incoming, neurons, sources);
    needs |= law.needs | written.needs;
    writer.view().setUint16(at + layerAt.latency, part.latency, true);
    writer.view().setUint16(at + layerAt.projections, incoming.length, true);
    writer.view().setUint32(at + layerAt.projectionTable, written.at, true);
  });
  const selfTest = writeSelfTest(writer, parts.selfTest ?? { steps: [], digest: 0 });
  const bytes = writer.bytes();
  const view = new DataView(bytes.buffer);
  const u16 = (field: keyof typeof headerAt, value: number) => view.setUint16(headerAt[field], value, true);
  const u32 = (field: keyof typeof headerAt, value: number) => view.setUint32(headerAt[field], value, true);
  u32("magic", imageMagic);
  u16("version", imageVersion);
  u16("inputs", inputs.length);
  u32("length", bytes.length);
  u16("layers", layers.length);
  u16("projections", projections.length);
  u32("arena", arena);
  u32("parts", needs);
  u16("timesteps", parts.timesteps);
  u16("steps", parts.steps);
  u16("readout", parts.readout);
  view.setUint8(headerAt.read, reads[parts.read]);
  u32("selfTest", selfTest);
  return bytes;
}
