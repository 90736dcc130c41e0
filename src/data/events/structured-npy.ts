/**
 * A structured array of a .npy file, [('t', '<i8'), ('x', '<i2'), ...]: records side by side, as NumPy and the event-camera
 * libraries save events. Only plain number fields, in one dimension.
 */
import { badEvents } from "./event-stream.ts";

interface Field {
  readonly name: string;
  readonly offset: number;
  read(view: DataView, at: number): number;
}

type Reader = (view: DataView, at: number, little: boolean) => number;

const readers: Readonly<Record<string, readonly [bytes: number, read: Reader]>> = {
  b1: [1, (view, at) => view.getUint8(at)],
  i1: [1, (view, at) => view.getInt8(at)],
  u1: [1, (view, at) => view.getUint8(at)],
  i2: [2, (view, at, little) => view.getInt16(at, little)],
  u2: [2, (view, at, little) => view.getUint16(at, little)],
  i4: [4, (view, at, little) => view.getInt32(at, little)],
  u4: [4, (view, at, little) => view.getUint32(at, little)],
  i8: [8, (view, at, little) => Number(view.getBigInt64(at, little))],
  u8: [8, (view, at, little) => Number(view.getBigUint64(at, little))],
  f4: [4, (view, at, little) => view.getFloat32(at, little)],
  f8: [8, (view, at, little) => view.getFloat64(at, little)],
};

const largestHeader = 1 << 16;

/** Columns by name; null where the file holds a plain array. Throws SPK-0613 for what cannot be read. */
export function readStructuredNpy(bytes: Uint8Array, file: string): Map<string, Float64Array> | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const textStart = bytes[6] === 1 ? 10 : 12;
  if (bytes.length < textStart) throw badEvents("the file ends inside its header", file);
  const length = bytes[6] === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > largestHeader || textStart + length > bytes.length)
    throw badEvents("the file ends inside its header", file);
  const header = new TextDecoder().decode(bytes.subarray(textStart, textStart + length));
  const described = /['"]descr['"]\s*:\s*\[(.*?)\]\s*,/s.exec(header)?.[1];
  if (described === undefined) return null;
  const { fields, size } = fieldsOf(described, file);
  const count = Number(/['"]shape['"]\s*:\s*\((\d+),\s*\)/.exec(header)?.[1] ?? Number.NaN);
  if (!Number.isSafeInteger(count)) throw badEvents("an array of events has one dimension", file);
  const start = textStart + length;
  if (bytes.length - start !== count * size)
    throw badEvents(`${count} events of ${size} bytes, and the file has ${bytes.length - start} bytes`, file);
  return new Map(
    fields.map(({ name, offset, read }) => [
      name,
      Float64Array.from({ length: count }, (_, i) => read(view, start + i * size + offset)),
    ]),
  );
}

function fieldsOf(described: string, file: string): { fields: Field[]; size: number } {
  const fields: Field[] = [];
  let size = 0;
  for (const [, name, order, type] of described.matchAll(
    /\(\s*['"]([^'"]*)['"]\s*,\s*['"]([<>|=]?)([a-zA-Z]\d*)['"]\s*\)/g,
  )) {
    if (!Object.hasOwn(readers, type)) throw badEvents(`field ${name} has the type ${type}`, file);
    const [bytes, read] = readers[type];
    const little = order !== ">";
    fields.push({ name, offset: size, read: (view, at) => read(view, at, little) });
    size += bytes;
  }
  if (fields.length === 0) throw badEvents("the array's fields are not plain numbers", file);
  return { fields, size };
}
