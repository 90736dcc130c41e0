/**
 * The tables in schema.ts and the schema in network.proto say the same, and protobufjs reads our bytes by the schema.
 */
import { readFileSync } from "node:fs";
import protobuf from "protobufjs";
import { describe, expect, it } from "vitest";
import type { Message } from "../../../src/network/spk/message.ts";
import { readMessage } from "../../../src/network/spk/read-message.ts";
import * as schema from "../../../src/network/spk/schema.ts";
import { encodeNetwork } from "../../../src/network/spk/spk.ts";
import { sampleNetwork } from "../sample-network.ts";

const proto = readFileSync(new URL("../../../src/network/spk/network.proto", import.meta.url), "utf8");
const { root } = protobuf.parse(proto);
const package_ = root.lookup("spikec") as protobuf.Namespace;
const declared = package_.nestedArray.filter((item) => item instanceof protobuf.Type);
const tables: readonly Message[] = Object.values(schema);

describe("network.proto", () => {
  it("declares the messages of schema.ts and no others", () => {
    expect(tables.map(({ name }) => name).sort()).toEqual(declared.map(({ name }) => name).sort());
  });

  it.each(tables.map((table) => [table.name, table] as const))("has the fields of %s", (name, table) => {
    const expected = root.lookupType(`spikec.${name}`).fieldsArray.map((field) => ({
      name: field.name,
      id: field.id,
      type: field.type,
      repeated: field.repeated,
    }));
    const found = Object.entries(table.fields).map(([fieldName, { id, type, repeated }]) => ({
      name: fieldName,
      id,
      type: typeof type === "string" ? type : type.name,
      repeated,
    }));
    expect(found).toEqual(expected);
  });

  it("has no map field and no field numbers out of order", () => {
    for (const { name, fieldsArray } of declared) {
      expect(
        fieldsArray.some((field) => field.map),
        name,
      ).toBe(false);
      const ids = fieldsArray.map(({ id }) => id);
      expect(ids, name).toEqual(ids.toSorted((a, b) => a - b));
    }
  });
});

describe("protobufjs by reflection", () => {
  const type = root.lookupType("spikec.Network");
  const bytes = encodeNetwork(sampleNetwork);

  it("reads from our bytes what our reader reads", () => {
    const { record } = readMessage(schema.network, bytes);
    const reflected = type.toObject(type.decode(bytes), { defaults: true, arrays: true, bytes: Uint8Array });
    expect(plain(reflected)).toEqual(plain(record));
  });

  it("writes bytes that our reader reads the same", () => {
    const { record } = readMessage(schema.network, bytes);
    const theirs = new Uint8Array(type.encode(type.fromObject(record as object)).finish());
    expect(plain(readMessage(schema.network, theirs).record)).toEqual(plain(record));
  });
});

/** Byte arrays of any kind as plain ones, absent messages left out. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Array.from(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(entries.map(([name, inner]) => [name, plain(inner)]));
}
