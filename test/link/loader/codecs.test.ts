import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeCobs, encodeCobs, longestEncoding } from "../../../src/link/loader/cobs.ts";
import { crc32 } from "../../../src/link/loader/crc32.ts";
import { createFrameReader, encodeFrame, type Frame } from "../../../src/link/loader/frame.ts";

interface Vector {
  readonly data: string;
  readonly crc32: string;
  readonly cobs_with_delimiter: string;
}

const vectors: Vector[] = JSON.parse(
  readFileSync(new URL("../../golden/link/cobs_crc32_vectors.json", import.meta.url), "utf8"),
);
const fromHex = (text: string) =>
  Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

describe("COBS and CRC-32", () => {
  it.each(vectors)("agree with the golden vector $data", (vector) => {
    const data = fromHex(vector.data);
    expect(toHex(Uint8Array.of(...encodeCobs(data), 0))).toBe(vector.cobs_with_delimiter);
    expect(toHex(decodeCobs(fromHex(vector.cobs_with_delimiter).slice(0, -1))!)).toBe(vector.data);
    expect(crc32(data).toString(16).padStart(8, "0")).toBe(vector.crc32);
  });

  it("bring any bytes back, without a zero and within the length promised", () => {
    const runs = fc.array(
      fc.oneof(
        fc.uint8Array({ maxLength: 300 }),
        fc.nat(600).map((length) => new Uint8Array(length).fill(7)),
      ),
    );
    fc.assert(
      fc.property(runs, (parts) => {
        const data = Uint8Array.from(parts.flatMap((part) => [...part]));
        const encoded = encodeCobs(data);
        expect(encoded).not.toContain(0);
        expect(encoded.length).toBeLessThanOrEqual(longestEncoding(data.length));
        expect(decodeCobs(encoded)).toEqual(data);
      }),
    );
  });

  it("refuse groups that reach beyond the end, and zeros inside", () => {
    for (const broken of ["00", "05aabb", "03aa00", "ff01"]) expect(decodeCobs(fromHex(broken))).toBeNull();
  });

  it("add up: the CRC of a whole from its parts", () => {
    const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i * 7);
    expect(crc32(bytes.subarray(300), crc32(bytes.subarray(0, 300)))).toBe(crc32(bytes));
  });
});

describe("frames", () => {
  const frame: Frame = { operation: 5, sequence: 0x1234, payload: Uint8Array.of(0, 1, 0, 255) };

  it("arrive whole however they are cut", () => {
    const bytes = encodeFrame(frame);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const reader = createFrameReader(64);
      expect([...reader.push(bytes.subarray(0, cut)), ...reader.push(bytes.subarray(cut))]).toEqual([frame]);
    }
  });

  it("are dropped and counted when any one bit of them is wrong, and the next one arrives", () => {
    const bytes = encodeFrame(frame);
    for (let bit = 0; bit < 8 * (bytes.length - 1); bit++) {
      const damaged = bytes.slice();
      damaged[bit >> 3] ^= 1 << (bit & 7);
      const reader = createFrameReader(64);
      expect(reader.push(damaged), `bit ${bit}`).toEqual([]);
      expect(reader.push(Uint8Array.of(0, ...bytes)), `after bit ${bit}`).toEqual([frame]);
      expect(reader.damaged()).toBeGreaterThan(0);
    }
  });

  it("are dropped when they are longer than agreed, in bounded memory", () => {
    const reader = createFrameReader(64);
    expect(reader.push(encodeFrame({ ...frame, payload: new Uint8Array(100).fill(9) }))).toEqual([]);
    expect(reader.push(new Uint8Array(1_000_000).fill(1))).toEqual([]);
    expect(reader.push(Uint8Array.of(0, ...encodeFrame(frame)))).toEqual([frame]);
    expect(reader.damaged()).toBe(2);
  });
});
