/**
 * Records to protobuf bytes by the tables: fields in the order of their numbers, defaults left out, unknown fields last.
 * One record has one encoding, so that the same network is the same file on every machine.
 */
import protobuf from "protobufjs/minimal.js";
import { type AnyRecord, type Field, type Message, pathOf, type RawFields, type Scalar } from "./message.ts";

const varint = 0;
const fixed64 = 1;
const delimited = 2;

/** protobuf's number for how a value of this type stands on the wire. */
export function wireType(type: Scalar | Message): number {
  if (type === "double") return fixed64;
  return type === "bool" || type === "uint32" || type === "sint32" ? varint : delimited;
}

/** The bytes of a record; `unknown` holds what other versions left in the messages below `path`. */
export function writeMessage(table: Message, record: AnyRecord, unknown: RawFields): Uint8Array {
  const writer = new protobuf.Writer();
  writeFields(writer, table, record, unknown, "");
  // A copy: small results of protobufjs share one larger buffer.
  return writer.finish().slice();
}

function writeFields(
  writer: protobuf.Writer,
  table: Message,
  record: AnyRecord,
  unknown: RawFields,
  path: string,
): void {
  for (const [name, field] of Object.entries(table.fields)) {
    const values = valuesOf(field, record[name]);
    if (field.repeated && field.type !== "string" && typeof field.type === "string") {
      writePacked(writer, field, values);
      continue;
    }
    values.forEach((value, index) => {
      writer.uint32((field.id << 3) | wireType(field.type));
      if (typeof field.type === "string") {
        writeScalar(writer, field.type, value);
        return;
      }
      const element = value as AnyRecord;
      const below = pathOf(path, name, element, field.repeated ? index : null);
      writer.fork();
      writeFields(writer, field.type, element, unknown, below);
      writer.ldelim();
    });
  }
  const rest = unknown.get(path);
  if (rest !== undefined) writer.raw(rest);
}

/** What is written of a field: nothing of an absent or default value. */
function valuesOf(field: Field, value: unknown): readonly unknown[] {
  if (field.repeated) return value as readonly unknown[];
  const isDefault =
    value === null ||
    value === "" ||
    value === false ||
    // Not -0: a double's sign is kept.
    Object.is(value, 0) ||
    (value instanceof Uint8Array && value.length === 0);
  return isDefault ? [] : [value];
}

function writePacked(writer: protobuf.Writer, field: Field, values: readonly unknown[]): void {
  if (values.length === 0) return;
  writer.uint32((field.id << 3) | delimited).fork();
  for (const value of values) writeScalar(writer, field.type as Scalar, value);
  writer.ldelim();
}

function writeScalar(writer: protobuf.Writer, type: Scalar, value: unknown): void {
  switch (type) {
    case "string":
      writer.string(value as string);
      return;
    case "bytes":
      writer.bytes(value as Uint8Array);
      return;
    case "bool":
      writer.bool(value as boolean);
      return;
    default:
      writer[type](value as number);
  }
}
