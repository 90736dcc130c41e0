/**
 * .npy and .npz: files written by NumPy (see numpy/make.py) are read value for value; damaged ones are refused.
 */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { packZip } from "../../src/data/compressed.ts";
import { readNpy, writeNpy } from "../../src/data/npy.ts";
import { readNpz, writeNpz } from "../../src/data/npz.ts";
import type { Numbers } from "../../src/data/number-array.ts";
import { codeOf } from "./code-of.ts";

const file = (name: string) => new Uint8Array(readFileSync(new URL(`./numpy/${name}`, import.meta.url)));
const expected: Record<string, { dtype: string; shape: number[]; values: number[] }> = JSON.parse(
  new TextDecoder().decode(file("expected.json")),
);

/** A version 1 file with this dictionary and these elements. */
function npy(dictionary: string, elements: ArrayLike<number> = []): Uint8Array {
  const text = new TextEncoder().encode(`${dictionary}\n`);
  const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0];
  return Uint8Array.from([...magic, text.length & 255, text.length >> 8, ...text, ...Array.from(elements)]);
}

describe("readNpy", () => {
  it.each(Object.keys(expected))("reads NumPy's %s.npy value for value", (name) => {
    const { dtype, shape, data } = readNpy(file(`${name}.npy`), name);
    expect({ dtype, shape, values: Array.from(data) }).toEqual(expected[name]);
  });

  it("reads from a view in the middle of a larger buffer", () => {
    const whole = file("f8-little.npy");
    const padded = new Uint8Array(whole.length + 3);
    padded.set(whole, 3);
    expect(Array.from(readNpy(padded.subarray(3)).data)).toEqual(expected["f8-little"].values);
  });

  it("keeps NaN, which checkValues refuses later", () => {
    expect(readNpy(writeNpy({ shape: [1], data: Float32Array.of(Number.NaN) })).data[0]).toBeNaN();
  });

  it("refuses a file cut short at any position", () => {
    const whole = file("i2-little.npy");
    for (let length = 0; length < whole.length; length++) {
      const code = codeOf(() => readNpy(whole.slice(0, length), "cut.npy"));
      expect(["SPK-0601", "SPK-0602"], `${length} bytes`).toContain(code);
    }
  });

  it("refuses bytes after the last element", () => {
    const longer = Uint8Array.from([...file("u1.npy"), 0]);
    expect(codeOf(() => readNpy(longer, "x.npy"))).toBe("SPK-0602");
  });

  it("refuses what is not a .npy file, and says where", () => {
    expect(() => readNpy(new Uint8Array(100), "x.npy")).toThrowError(
      expect.objectContaining({ code: "SPK-0601", where: "x.npy" }),
    );
  });

  it.each([
    ["records", "{'descr': [('a', '<f4'), ('b', '<i4')], 'fortran_order': False, 'shape': (1,), }"],
    ["objects", "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }"],
    ["text", "{'descr': '<U5', 'fortran_order': False, 'shape': (1,), }"],
    ["complex numbers", "{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }"],
    [
      "a type named as a property of every object",
      "{'descr': '<c0', 'fortran_order': False, 'shape': (1,), }",
    ],
  ])("refuses arrays of %s as a type it does not read", (_, dictionary) => {
    expect(codeOf(() => readNpy(npy(dictionary, new Uint8Array(8)), "x.npy"))).toBe("SPK-0603");
  });

  it.each([
    ["(99999999999999999999, 2)", "SPK-0602"],
    ["(1000000, 1000000)", "SPK-0606"],
    ["(4, 0, 300000000)", "SPK-0602"],
    ["(-1,)", "SPK-0602"],
    ["(2, 'x')", "SPK-0602"],
  ])("refuses the shape %s before it takes memory", (shape, code) => {
    const header = `{'descr': '<f8', 'fortran_order': False, 'shape': ${shape}, }`;
    expect(codeOf(() => readNpy(npy(header, [1, 2, 3]), "x.npy"))).toBe(code);
  });

  it("refuses 64-bit integers that no double holds", () => {
    const dictionary = "{'descr': '<i8', 'fortran_order': False, 'shape': (1,), }";
    expect(codeOf(() => readNpy(npy(dictionary, [1, 0, 0, 0, 0, 0, 32, 0]), "x"))).toBe("SPK-0605");
    expect(readNpy(npy(dictionary, [255, 255, 255, 255, 255, 255, 31, 0]), "x").data[0]).toBe(2 ** 53 - 1);
  });

  it("never crashes on random bytes after the magic", () => {
    const start = file("u1.npy").slice(0, 80);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), fc.nat(80), (random, keep) => {
        const bytes = Uint8Array.from([...start.slice(0, Math.max(6, keep)), ...random]);
        codeOf(() => readNpy(bytes, "x.npy"));
      }),
      { numRuns: 2000 },
    );
  });
});

const arrays: fc.Arbitrary<Numbers> = fc.oneof(
  fc.int8Array(),
  fc.uint8Array(),
  fc.int16Array(),
  fc.uint16Array(),
  fc.int32Array(),
  fc.uint32Array(),
  fc.float32Array(),
  fc.float64Array(),
);

describe("writeNpy", () => {
  it("writes what readNpy reads back, in the type of the typed array", () => {
    fc.assert(
      fc.property(arrays, (data) => {
        const back = readNpy(writeNpy({ shape: [data.length], data }));
        expect(back.data).toStrictEqual(data);
        expect(back.shape).toEqual([data.length]);
      }),
    );
  });

  it.each(["u1", "f8-little", "i2-little", "bool", "scalar"])(
    "writes %s.npy byte for byte as NumPy does",
    (name) => {
      const bytes = file(`${name}.npy`);
      expect(writeNpy(readNpy(bytes, name))).toEqual(bytes);
    },
  );
});

describe("readNpz", () => {
  it("reads NumPy's archives, stored and compressed, in their order", () => {
    const two = readNpz(file("two.npz"), "two.npz");
    expect([...two.keys()]).toEqual(["x", "y"]);
    expect(Array.from(two.get("x")!.data)).toEqual(Array.from({ length: 24 }, (_, index) => index));
    const packed = readNpz(file("packed.npz"), "packed.npz");
    expect(packed.get("x")!.shape).toEqual([50, 20]);
  });

  it("refuses an archive cut short at any position", () => {
    const whole = file("packed.npz");
    for (let length = 0; length < whole.length; length++) {
      expect(
        codeOf(() => readNpz(whole.slice(0, length), "cut")),
        `${length} bytes`,
      ).not.toBeNull();
    }
  });

  it("refuses any changed byte of an array's contents", () => {
    const whole = file("packed.npz");
    // The first entry's compressed bytes begin after its local header: 30 bytes, the name, the extra field.
    const view = new DataView(whole.buffer);
    const start = 30 + view.getUint16(26, true) + view.getUint16(28, true);
    const size = new Map([...readNpz(whole)]).size;
    expect(size).toBe(2);
    for (let position = start; position < start + 60; position++) {
      const changed = whole.slice();
      changed[position] ^= 0x10;
      expect(
        codeOf(() => readNpz(changed, "changed")),
        `byte ${position}`,
      ).not.toBeNull();
    }
  });

  it("refuses an archive that declares gigabytes in a few bytes", () => {
    const whole = file("packed.npz");
    const at = lastIndexOf(whole, [0x50, 0x4b, 1, 2]);
    new DataView(whole.buffer).setUint32(at + 24, 0xf0000000, true);
    expect(codeOf(() => readNpz(whole, "bomb.npz"))).toMatch(/SPK-060[26]/);
  });

  it("refuses an archive without arrays", () => {
    const archive = packZip(new Map([["readme.txt", Uint8Array.of(65)]]));
    expect(codeOf(() => readNpz(archive, "x.npz"))).toBe("SPK-0604");
  });
});

describe("writeNpz", () => {
  it("writes what readNpz reads back, and the same bytes each time", () => {
    const written = new Map([
      ["trace", { shape: [2, 2], data: Int32Array.of(1, -2, 3, -4) }],
      ["rate", { shape: [1], data: Float64Array.of(0.5) }],
    ]);
    const bytes = writeNpz(written);
    const back = readNpz(bytes);
    expect([...back].map(([name, { shape, data }]) => [name, { shape, data }])).toEqual([...written]);
    expect(writeNpz(written)).toEqual(bytes);
  });
});

function lastIndexOf(bytes: Uint8Array, pattern: readonly number[]): number {
  for (let at = bytes.length - pattern.length; at >= 0; at--) {
    if (pattern.every((byte, index) => bytes[at + index] === byte)) return at;
  }
  return -1;
}
