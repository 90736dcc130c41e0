/**
 * Protobuf bytes to records by the tables. Fields that the tables lack are kept as they came. Whatever is wrong with the
 * bytes is thrown as a plain Error; spk.ts gives it a code and a file.
 */
import protobuf from "protobufjs/minimal.js";
import { type AnyRecord, type Field, type Message, pathOf, type RecordOf, type Scalar } from "./message.ts";
import { wireType } from "./write-message.ts";

const delimited = 2;

/** A record, and the fields of this message and those below that are not known here (see RawFields). */
export interface ReadMessage<Declared extends Message> {
  readonly record: RecordOf<Declared>;
  readonly unknown: ReadonlyMap<string, Uint8Array>;
}

/** Reads a whole message. Tensors' bytes are views of `bytes`. */
export function readMessage<Declared extends Message>(
  table: Declared,
  bytes: Uint8Array,
): ReadMessage<Declared> {
  const unknownOf = new Map<AnyRecord, Uint8Array>();
  const record = readFields(table, bytes, unknownOf);
  const unknown = new Map<string, Uint8Array>();
  if (unknownOf.size > 0) collectUnknown(table, record, unknownOf, "", unknown);
  return { record: record as RecordOf<Declared>, unknown };
}

function readFields(table: Message, bytes: Uint8Array, unknownOf: Map<AnyRecord, Uint8Array>): AnyRecord {
  const record: Record<string, unknown> = {};
  const byId = new Map<number, readonly [string, Field]>();
  for (const [name, field] of Object.entries(table.fields)) {
    record[name] = defaultOf(field);
    byId.set(field.id, [name, field]);
  }
  const unknown: Uint8Array[] = [];
  const reader = new protobuf.Reader(bytes);
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const tag = reader.tag();
    const known = byId.get(tag >>> 3);
    if (known === undefined) {
      if (tag >>> 3 === 0) throw new Error(`${table.name} has a field number 0`);
      reader.skipType(tag & 7, 0, tag >>> 3);
      unknown.push(bytes.slice(start, reader.pos));
      continue;
    }
    const [name, field] = known;
    const values = readValues(reader, bytes, field, tag & 7, `${table.name}.${name}`, unknownOf);
    if (field.repeated) for (const value of values) (record[name] as unknown[]).push(value);
    // A field written twice: the last one counts, as everywhere in protobuf.
    else record[name] = values.at(-1);
  }
  if (unknown.length > 0) unknownOf.set(record, joined(unknown));
  return record;
}

/** One value, or those of a packed list: both forms of a repeated number are valid (protobuf.dev, "Encoding"). */
function readValues(
  reader: protobuf.Reader,
  bytes: Uint8Array,
  field: Field,
  wire: number,
  name: string,
  unknownOf: Map<AnyRecord, Uint8Array>,
): unknown[] {
  const { type } = field;
  const expected = wireType(type);
  if (wire === delimited && typeof type !== "string") {
    return [readFields(type, readSlice(reader, bytes), unknownOf)];
  }
  if (wire === expected) return [readScalar(reader, bytes, type as Scalar)];
  if (wire === delimited && field.repeated) {
    const packed = readSlice(reader, bytes);
    const inner = new protobuf.Reader(packed);
    const values: unknown[] = [];
    while (inner.pos < inner.len) values.push(readScalar(inner, packed, type as Scalar));
    return values;
  }
  throw new Error(`${name} has wire type ${wire} instead of ${expected}`);
}

function readScalar(reader: protobuf.Reader, bytes: Uint8Array, type: Scalar): unknown {
  switch (type) {
    case "bytes":
      return readSlice(reader, bytes);
    case "string":
      return reader.stringVerify();
    default:
      return reader[type]();
  }
}

/** A length and that many bytes, as a view. */
function readSlice(reader: protobuf.Reader, bytes: Uint8Array): Uint8Array {
  const length = reader.uint32();
  const start = reader.pos;
  reader.skip(length);
  return bytes.subarray(start, reader.pos);
}

function defaultOf(field: Field): unknown {
  if (field.repeated) return [];
  if (typeof field.type !== "string") return null;
  if (field.type === "string") return "";
  if (field.type === "bool") return false;
  return field.type === "bytes" ? new Uint8Array(0) : 0;
}

/** Files the unknown bytes of every message under its path. */
function collectUnknown(
  table: Message,
  record: AnyRecord,
  unknownOf: ReadonlyMap<AnyRecord, Uint8Array>,
  path: string,
  collected: Map<string, Uint8Array>,
): void {
  const own = unknownOf.get(record);
  if (own !== undefined) collected.set(path, own);
  for (const [name, { type, repeated }] of Object.entries(table.fields)) {
    if (typeof type === "string" || record[name] === null) continue;
    const elements = (repeated ? record[name] : [record[name]]) as readonly AnyRecord[];
    elements.forEach((element, index) => {
      const below = pathOf(path, name, element, repeated ? index : null);
      collectUnknown(type, element, unknownOf, below, collected);
    });
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
