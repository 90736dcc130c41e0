/**
 * The .spk file: what goes in comes out, the same bytes each time, and nothing that a file holds makes the reader crash.
 */
import fc from "fast-check";
import protobuf from "protobufjs/minimal.js";
import { describe, expect, it } from "vitest";
import { SpikecError } from "../../../src/errors/error.ts";
import type { Encoder, Network } from "../../../src/network/network.ts";
import {
  type NetworkRecord,
  network as networkMessage,
  type QuantizationRecord,
} from "../../../src/network/spk/schema.ts";
import { decodeNetwork, encodeNetwork, isSpk, readSpk } from "../../../src/network/spk/spk.ts";
import { networkRecord } from "../../../src/network/spk/to-records.ts";
import { writeMessage } from "../../../src/network/spk/write-message.ts";
import { arbitraryNetwork } from "../arbitrary-network.ts";
import { intoOutput, sampleNetwork } from "../sample-network.ts";

const file = "net.spk";

function errorOf(bytes: Uint8Array): SpikecError | null {
  try {
    decodeNetwork(bytes, file);
    return null;
  } catch (error) {
    // Anything but a SpikecError is a crash: let the test show it.
    if (!(error instanceof SpikecError)) throw error;
    return error;
  }
}

describe("a .spk file", () => {
  it("gives back every Network that was written, types of tensors included", () => {
    fc.assert(
      fc.property(arbitraryNetwork, (network) => {
        expect(decodeNetwork(encodeNetwork(network), file)).toStrictEqual(network);
      }),
      { numRuns: 300 },
    );
  });

  it("keeps an Int8Array int8 and an Int16Array int16", () => {
    const { projections } = decodeNetwork(encodeNetwork(sampleNetwork), file);
    expect(projections.map(({ connection }) => connection.weights.constructor.name)).toEqual([
      "Int8Array",
      "Int16Array",
    ]);
  });

  it("is the same bytes for the same network, whether made anew or read from a file", () => {
    const bytes = encodeNetwork(sampleNetwork);
    expect(encodeNetwork(structuredClone(sampleNetwork))).toEqual(bytes);
    expect(encodeNetwork(decodeNetwork(bytes, file))).toEqual(bytes);
  });

  it("does not keep a hold on the bytes it was read from", () => {
    const bytes = encodeNetwork(sampleNetwork);
    const network = decodeNetwork(bytes, file);
    bytes.fill(0);
    expect(network).toStrictEqual(sampleNetwork);
  });

  it("is read from a Node Buffer as from plain bytes", () => {
    const padded = Buffer.concat([Buffer.of(1, 2, 3), encodeNetwork(sampleNetwork)]);
    expect(decodeNetwork(padded.subarray(3), file)).toStrictEqual(sampleNetwork);
  });

  it("begins with spikec.network", () => {
    expect(isSpk(encodeNetwork(sampleNetwork))).toBe(true);
    expect(isSpk(new TextEncoder().encode("spikec.network"))).toBe(false);
  });

  it("holds no network that does not hold together", () => {
    const broken: Network = { ...sampleNetwork, projections: [{ ...intoOutput, source: "nobody" }] };
    expect(() => encodeNetwork(broken)).toThrowError(expect.objectContaining({ code: "SPK-0704" }));
  });
});

describe("a .spk file of a normalized input", () => {
  const normalization = { offset: Float64Array.of(-3.5), divisor: Float64Array.of(1e4) };
  const normalized: Network = {
    ...sampleNetwork,
    inputs: sampleNetwork.inputs.map((input) => ({
      ...input,
      encoder: { ...input.encoder, normalization } as Encoder,
    })),
  };
  const head = { magic: "spikec.network", majorVersion: 2, minorVersion: 0 };
  const damaged = (change: (record: NonNullable<QuantizationRecord["normalization"]>) => object) => {
    const record = networkRecord(normalized, head);
    const { encoder, ...input } = record.inputs[0];
    const quantization = encoder!.quantization!;
    const own = { ...quantization, normalization: change(quantization.normalization!) };
    const inputs = [{ ...input, encoder: { ...encoder, quantization: own } }];
    return writeMessage(networkMessage, { ...record, inputs } as NetworkRecord, new Map());
  };

  it("is of version 2, so that a reader that would pass the normalization over refuses it; others stay version 1", () => {
    expect(encodeNetwork(normalized)[17]).toBe(2);
    expect(encodeNetwork(sampleNetwork)[17]).toBe(1);
    expect(decodeNetwork(encodeNetwork(normalized), file)).toStrictEqual(normalized);
  });

  it("is refused where offsets or divisors are missing, of another type, or cut short", () => {
    expect(errorOf(damaged((record) => record))).toBeNull();
    expect(errorOf(damaged(({ offset }) => ({ offset, divisor: null })))?.message).toContain("divisor");
    expect(errorOf(damaged(({ divisor }) => ({ offset: null, divisor })))?.message).toContain("offset");
    const integers = { dtype: "int8", shape: [1], data: Uint8Array.of(1) };
    expect(errorOf(damaged(({ offset }) => ({ offset, divisor: integers })))?.code).toBe("SPK-0702");
    const short = { dtype: "float64", shape: [1], data: new Uint8Array(7) };
    expect(errorOf(damaged(({ offset }) => ({ offset, divisor: short })))?.code).toBe("SPK-0702");
    const nought = { dtype: "float64", shape: [1], data: new Uint8Array(8) };
    expect(errorOf(damaged(({ offset }) => ({ offset, divisor: nought })))?.code).toBe("SPK-0704");
  });
});

describe("a damaged .spk file", () => {
  const bytes = encodeNetwork(sampleNetwork);

  it("is refused with its name when cut short at any position", () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(errorOf(bytes.slice(0, length))?.where, `${length} of ${bytes.length} bytes`).toContain(file);
    }
  });

  it("is refused or read, but never crashes the reader, when any one byte changes", () => {
    for (let position = 0; position < bytes.length; position++) {
      for (const change of [0x01, 0x80, 0xff]) {
        const changed = bytes.slice();
        changed[position] ^= change;
        errorOf(changed);
      }
    }
  });

  it("never crashes the reader when it is random bytes after a right beginning", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (random) => {
        const start = bytes.slice(0, 18);
        expect(errorOf(Uint8Array.from([...start, ...random]))?.where).toContain(file);
      }),
      { numRuns: 2000 },
    );
  });

  it("is refused as no .spk file where the beginning is another", () => {
    expect(errorOf(new Uint8Array(0))?.code).toBe("SPK-0701");
    expect(errorOf(new TextEncoder().encode("PK or anything else"))?.code).toBe("SPK-0701");
  });

  it("is refused quickly where a length says gigabytes", () => {
    const writer = new protobuf.Writer().raw(bytes.slice(0, 18));
    writer.uint32((7 << 3) | 2).uint32(0x7fffffff);
    expect(errorOf(writer.finish())?.code).toBe("SPK-0702");
  });

  it("is refused where groups nest without end", () => {
    const nested = new Uint8Array(200_000).fill((99 << 3) | 3);
    expect(errorOf(Uint8Array.from([...bytes.slice(0, 18), ...nested]))?.code).toBe("SPK-0702");
  });

  it("is refused where a few bytes declare a network beyond all bounds", () => {
    const vast = { ...sampleNetwork.populations[1], shape: [60000, 6000, 6000] };
    const few = { ...sampleNetwork, populations: [vast], projections: [] };
    const head = { magic: "spikec.network", majorVersion: 1, minorVersion: 0 };
    const unchecked = writeMessage(networkMessage, networkRecord(few, head), new Map());
    expect(unchecked.length).toBeLessThan(400);
    expect(errorOf(unchecked)?.code).toBe("SPK-0705");
  });
});

describe("a .spk file of another version", () => {
  const bytes = encodeNetwork(sampleNetwork);

  it("is refused by name where the major version is newer, whatever follows", () => {
    for (const version of [3, 100, 300]) {
      const head = bytes.slice(0, 16);
      const writer = new protobuf.Writer()
        .raw(head)
        .uint32(2 << 3)
        .uint32(version)
        .raw(Uint8Array.of(255, 255));
      const error = errorOf(writer.finish());
      expect(error?.code).toBe("SPK-0703");
      expect(error?.message).toContain(`version ${version}`);
      expect(error?.message).toContain("reads version 2");
    }
  });

  it("keeps the fields it does not know, in every message, through a rewrite", () => {
    const marked = markEveryMessage(bytes);
    const { network, unknown } = readSpk(marked, file);
    expect(network).toStrictEqual(sampleNetwork);
    const rewritten = encodeNetwork(network, unknown);
    const again = readSpk(rewritten, file);
    expect(again.unknown).toStrictEqual(unknown);
    expect(again.network).toStrictEqual(sampleNetwork);
    // Every message of the file was marked; every mark is there.
    expect(unknown.fields.size).toBe(countMessages(bytes));
    expect(rewritten.length).toBe(marked.length);
  });

  it("keeps unknown fields with their population when another one is taken away", () => {
    const { network, unknown } = readSpk(markEveryMessage(bytes), file);
    const shorter: Network = {
      ...network,
      populations: [network.populations[0]],
      projections: [network.projections[0]],
      readout: { ...network.readout, population: "hidden" },
    };
    const again = readSpk(encodeNetwork(shorter, unknown), file);
    expect(again.unknown.fields.get("populations/hidden/law")).toEqual(
      unknown.fields.get("populations/hidden/law"),
    );
    expect([...again.unknown.fields.keys()].filter((path) => path.includes("output"))).toEqual([]);
  });

  it("keeps the newer minor version", () => {
    const { network, unknown } = readSpk(bytes, file);
    const newer = encodeNetwork(network, { ...unknown, minorVersion: 7 });
    expect(readSpk(newer, file).unknown.minorVersion).toBe(7);
  });
});

/** Ids of fields that hold messages, by where they are: [field, fields below]. */
type Nesting = { readonly [id: number]: Nesting };
const tensors = { 1: {}, 4: {}, 9: {} };
const nesting: Nesting = {
  6: { 3: { 2: {} } },
  7: { 4: { ...tensors, 2: { 2: {}, 6: {} }, 3: {}, 7: {}, 8: {} }, 5: {} },
  8: { 5: {}, 6: { 2: {} } },
  9: { 4: {} },
  10: {},
  11: {},
};

/** The same file with a field 1000 at the end of every message, as a newer version might have written it. */
function markEveryMessage(bytes: Uint8Array): Uint8Array {
  let mark = 0;
  const rewrite = (message: Uint8Array, below: Nesting): Uint8Array => {
    const reader = new protobuf.Reader(message);
    const writer = new protobuf.Writer();
    while (reader.pos < reader.len) {
      const start = reader.pos;
      const tag = reader.uint32();
      const inner = below[tag >>> 3];
      if (inner === undefined) {
        reader.skipType(tag & 7);
        writer.raw(message.slice(start, reader.pos));
      } else {
        writer.uint32(tag).bytes(rewrite(reader.bytes(), inner));
      }
    }
    writer.uint32((1000 << 3) | 0).uint32(++mark);
    return writer.finish().slice();
  };
  return rewrite(bytes, nesting);
}

function countMessages(bytes: Uint8Array): number {
  const marked = markEveryMessage(bytes);
  let marks = 0;
  const count = (message: Uint8Array, below: Nesting): void => {
    const reader = new protobuf.Reader(message);
    while (reader.pos < reader.len) {
      const tag = reader.uint32();
      if (tag >>> 3 === 1000) marks++;
      const inner = below[tag >>> 3];
      if (inner === undefined) reader.skipType(tag & 7);
      else count(reader.bytes(), inner);
    }
  };
  count(marked, nesting);
  return marks;
}
