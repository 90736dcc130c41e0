/**
 * readArray: content decides what a file is; IDX, gzip, CSV and archives; and what is refused.
 */

import fc from "fast-check";
import { gzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { readLabels } from "../../src/data/labels.ts";
import { writeNpy } from "../../src/data/npy.ts";
import { writeNpz } from "../../src/data/npz.ts";
import { readArray } from "../../src/data/read-array.ts";
import { codeOf } from "./code-of.ts";

const text = (content: string) => new TextEncoder().encode(content);
const image = { shape: [2, 1, 2], data: Uint8Array.of(1, 2, 3, 255) };

/** An IDX file of unsigned bytes. */
function idx(shape: readonly number[], values: readonly number[], type = 8): Uint8Array {
  const extents = shape.flatMap((extent) => [
    extent >>> 24,
    (extent >> 16) & 255,
    (extent >> 8) & 255,
    extent & 255,
  ]);
  return Uint8Array.from([0, 0, type, shape.length, ...extents, ...values]);
}

describe("readArray", () => {
  it("reads IDX images, plain and gzipped", () => {
    const bytes = idx([2, 1, 2], [1, 2, 3, 255]);
    const expected = { dtype: "uint8", ...image };
    expect(readArray(bytes, "t10k-images-idx3-ubyte")).toEqual(expected);
    expect(readArray(gzipSync(bytes), "t10k-images-idx3-ubyte.gz")).toEqual(expected);
  });

  it("reads big-endian IDX integers and floats", () => {
    expect(readArray(idx([2], [0xff, 0xfe, 0x01, 0x00], 11), "x").data).toEqual(Int16Array.of(-2, 256));
    expect(readArray(idx([1], [0x3f, 0xc0, 0, 0], 13), "x").data).toEqual(Float32Array.of(1.5));
  });

  it("goes by the content, whatever the name", () => {
    expect(readArray(writeNpy(image), "wrong.csv").shape).toEqual([2, 1, 2]);
    expect(readArray(writeNpz(new Map([["anything", image]])), "wrong.npy").shape).toEqual([2, 1, 2]);
    expect(readArray(text("1,2\n3,4\n"), "wrong.npy").shape).toEqual([2, 2]);
  });

  it("takes the samples of an archive that also holds labels", () => {
    const labels = { shape: [2], data: Int32Array.of(7, 8) };
    const archive = writeNpz(
      new Map<string, { shape: number[]; data: Uint8Array | Int32Array }>([
        ["y", labels],
        ["x", image],
      ]),
    );
    expect(readArray(archive, "set.npz").shape).toEqual([2, 1, 2]);
    expect(readLabels(archive, "set.npz")).toEqual(Int32Array.of(7, 8));
  });

  it("names the arrays of an archive where none is clearly meant", () => {
    const archive = writeNpz(
      new Map([
        ["first", image],
        ["second", image],
      ]),
    );
    expect(() => readArray(archive, "set.npz")).toThrowError(
      expect.objectContaining({
        code: "SPK-0610",
        message: expect.stringContaining("first [2,1,2], second [2,1,2]"),
      }),
    );
  });

  it.each([
    ["an empty file", new Uint8Array(0), "SPK-0604"],
    ["an array without samples", writeNpy({ shape: [0, 4], data: new Float32Array(0) }), "SPK-0604"],
    ["NaN", writeNpy({ shape: [2], data: Float32Array.of(0, Number.NaN) }), "SPK-0605"],
    ["an infinity", writeNpy({ shape: [2], data: Float64Array.of(0, -Infinity) }), "SPK-0605"],
    ["bytes of no known format", Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), "SPK-0601"],
    ["an IDX file without its extents", Uint8Array.of(0, 0, 8, 3, 0, 0), "SPK-0602"],
    ["an IDX file that is cut short", idx([2, 2], [1, 2, 3]), "SPK-0602"],
    ["an IDX file with more than its extents", idx([2], [1, 2, 3]), "SPK-0602"],
    ["an IDX file of huge extents", idx([0x7fffffff, 0x7fffffff, 100], [1]), "SPK-0606"],
    ["a gzip file that is cut short", gzipSync(idx([2], [1, 2])).slice(0, -3), "SPK-0602"],
    ["a gzip file of a gzip file", gzipSync(gzipSync(gzipSync(idx([2], [1, 2])))), "SPK-0601"],
  ])("refuses %s", (_, bytes, code) => {
    expect(codeOf(() => readArray(bytes, "x"))).toBe(code);
  });

  it("says where a NaN is", () => {
    const bytes = writeNpy({ shape: [2, 1, 2], data: Float32Array.of(0, 1, 2, Number.NaN) });
    expect(() => readArray(bytes, "x.npy")).toThrowError("the value at [1,0,1] is NaN");
  });

  it("refuses a gzip file whose size or contents do not match its trailer", () => {
    const packed = gzipSync(idx([100], new Array(100).fill(7)));
    for (const position of [packed.length - 1, packed.length - 4, packed.length - 8]) {
      const changed = packed.slice();
      changed[position] ^= 0x40;
      expect(
        codeOf(() => readArray(changed, "x.gz")),
        `byte ${position}`,
      ).toBe("SPK-0602");
    }
  });

  it("never crashes on random bytes, whatever they begin like", () => {
    const starts = [
      [],
      [0, 0, 8, 1],
      [0x50, 0x4b, 3, 4],
      [0x50, 0x4b, 5, 6],
      [0x1f, 0x8b, 8, 0],
      [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59],
    ];
    fc.assert(
      fc.property(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 200 }), (start, random) => {
        codeOf(() => readArray(Uint8Array.from([...start, ...random]), "random"));
      }),
      { numRuns: 3000 },
    );
  });
});

describe("a CSV file", () => {
  it.each([
    ["commas", "1,2.5,-3e2\n4,.5,+6\n"],
    ["semicolons", "1;2.5;-3e2\r\n4;.5;+6\r\n"],
    ["tabs", "1\t2.5\t-3e2\n4\t.5\t+6"],
    ["spaces", "1 2.5   -3e2\n\n4 .5 +6\n\n"],
    ["a header and a comment", '# made by hand\n"a","b","c"\n"1","2.5","-3e2"\n4,.5,+6\n'],
  ])("is read with %s", (_, content) => {
    const { shape, data } = readArray(text(content), "x.csv");
    expect(shape).toEqual([2, 3]);
    expect(Array.from(data)).toEqual([1, 2.5, -300, 4, 0.5, 6]);
  });

  it("of one column is one-dimensional", () => {
    expect(readArray(text("3\n1\n4\n"), "y.csv").shape).toEqual([3]);
  });

  it.each([
    ["a cell that is no number", "1,2\n3,x\n", "line 2, column 2: 'x' is not a number"],
    ["an empty cell", "1,2\n,4\n", "line 2, column 1: '' is not a number"],
    ["a first line with one bad cell", "1,oops\n3,4\n", "line 1, column 2: 'oops' is not a number"],
    ["a second line of names", "a,b\nc,d\n1,2\n", "line 2, column 1: 'c' is not a number"],
    ["hexadecimal", "0x10\n", "the file holds no line of numbers"],
    ["lines of different length", "1,2\n3,4,5\n", "line 2 has 3 columns; the lines before have 2"],
    ["nothing but a header", "a,b\n", "the file holds no line of numbers"],
    ["NaN", "1,2\nnan,4\n", "the value at [1,0] is NaN"],
  ])("is refused with %s", (_, content, message) => {
    expect(() => readArray(text(content), "x.csv")).toThrowError(message);
  });
});

describe("readLabels", () => {
  it("reads [N] and [N, 1] of any type that holds whole numbers", () => {
    expect(readLabels(writeNpy({ shape: [3], data: Uint8Array.of(1, 0, 9) }), "y")).toEqual(
      Int32Array.of(1, 0, 9),
    );
    expect(readLabels(writeNpy({ shape: [2, 1], data: Float32Array.of(1, 2) }), "y")).toEqual(
      Int32Array.of(1, 2),
    );
    expect(readLabels(text("label\n3\n4\n"), "y.csv")).toEqual(Int32Array.of(3, 4));
  });

  it.each([
    ["fractions", { shape: [2], data: Float32Array.of(1, 1.5) }],
    ["negative numbers", { shape: [2], data: Int8Array.of(1, -1) }],
    ["one-hot lines", { shape: [2, 2], data: Uint8Array.of(0, 1, 1, 0) }],
  ])("refuses %s", (_, array) => {
    expect(codeOf(() => readLabels(writeNpy(array), "y.npy"))).toBe("SPK-0608");
  });
});
