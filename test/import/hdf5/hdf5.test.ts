import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { SpikecError } from "../../../src/errors/error.ts";
import { withReadFile } from "../../../src/import/hdf5/library.ts";
import { readHdf5 } from "../../../src/import/hdf5/read.ts";
import { group, type HdfNode, integer, numbers, text } from "../../../src/import/hdf5/tree.ts";
import { writeHdf5 } from "../../../src/import/hdf5/write.ts";
import { goldenNir } from "../nir/golden-nir.ts";

/** The code of the error, or "read". */
async function outcomeOf(bytes: Uint8Array): Promise<string> {
  try {
    await readHdf5(bytes, "hostile.h5");
    return "read";
  } catch (error) {
    expect(error, String(error)).toBeInstanceOf(SpikecError);
    expect((error as SpikecError).where).toContain("hostile.h5");
    return (error as SpikecError).code;
  }
}

describe("HDF5 files", () => {
  it("come back as they were written, every type of number and every shape", async () => {
    const members: [string, HdfNode][] = [
      ["int8", numbers(Int8Array.of(-128, 127), [2, 1])],
      ["uint8", numbers(Uint8Array.of(255))],
      ["int16", numbers(Int16Array.of(-32768))],
      ["uint16", numbers(Uint16Array.of(65535))],
      ["int32", numbers(Int32Array.of(-(2 ** 31)))],
      ["uint32", numbers(Uint32Array.of(2 ** 32 - 1))],
      ["int64", numbers(BigInt64Array.of(-(2n ** 63n)))],
      ["uint64", numbers(BigUint64Array.of(2n ** 64n - 1n))],
      ["float32", numbers(Float32Array.of(0.1, -0, Number.NaN))],
      ["float64", numbers(Float64Array.of(0.1))],
      ["scalar float32", numbers(Float32Array.of(0.1), [])],
      ["scalar int64", integer(-5)],
      ["scalar uint64", numbers(BigUint64Array.of(7n), [])],
      [
        "packed",
        numbers(
          Float64Array.from({ length: 3000 }, (_, i) => i / 7),
          [30, 100],
        ),
      ],
      ["text", text("μ-spike ✓")],
      ["strings", { kind: "strings", shape: [2, 2], values: ["a", "b", "", "d"], length: null }],
      ["fixed", { kind: "strings", shape: [], values: ["LIF"], length: 3 }],
      ["__proto__", group([["constructor", integer(1)]])],
    ];
    const read = await readHdf5(await writeHdf5(group(members)));
    expect([...read.members.keys()].sort()).toEqual(members.map(([name]) => name).sort());
    for (const [name, node] of members) expect(read.members.get(name), name).toEqual(node);
  });

  it("are the same bytes for the same data", async () => {
    const root = group([
      ["a", numbers(Float64Array.of(1, 2))],
      ["b", group([["c", text("x")]])],
    ]);
    expect(await writeHdf5(root)).toEqual(await writeHdf5(root));
  });

  it("are read with the library's errors thrown, not printed and passed over", async () => {
    const bytes = await writeHdf5(group([["a", integer(1)]]));
    await expect(withReadFile(bytes, (file) => file.get("missing"))).resolves.toBeNull();
    await expect(
      withReadFile(bytes, (_, { Module }) => Module.get_dataset_metadata(0n, "/a")),
    ).rejects.toThrow(/HDF5/);
  });

  it("packed with lzf are refused by the name of the filter", async () => {
    await expect(readHdf5(goldenNir("conformance/affine_lif_lzf.nir"))).rejects.toMatchObject({
      code: "SPK-0114",
      message: expect.stringContaining("the filter lzf"),
    });
  });

  it("give big-endian numbers and float16 as the values that they are", async () => {
    const weightOf = async (name: string) => {
      const { members } = await readHdf5(goldenNir(`conformance_negative/${name}.nir`));
      const path = ["node", "nodes", "fc", "weight"];
      return path.reduce<HdfNode>(
        (node, part) => (node.kind === "group" ? node.members.get(part)! : node),
        group(members),
      );
    };
    expect(await weightOf("big_endian_weight")).toEqual(
      numbers(
        Float64Array.from({ length: 12 }, (_, i) => i),
        [3, 4],
      ),
    );
    expect(await weightOf("float16_weight")).toEqual(
      numbers(new Float32Array(12).fill(1), [3, 4], "float16"),
    );
  });

  it("that lead to other files are refused", async () => {
    await expect(readHdf5(goldenNir("conformance_negative/external_link.nir"))).rejects.toMatchObject({
      code: "SPK-0112",
      message: expect.stringContaining("is a link to another file"),
    });
  });

  it("of zero bytes, or of anything else, are refused", async () => {
    expect(await outcomeOf(new Uint8Array(0))).toBe("SPK-0112");
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), async (bytes) => {
        expect(await outcomeOf(bytes)).toBe("SPK-0112");
      }),
      { numRuns: 100 },
    );
  });

  it("nested more than 32 deep are refused", async () => {
    let node = group([]);
    for (let depth = 0; depth < 40; depth++) node = group([["g", node]]);
    expect(await outcomeOf(await writeHdf5(node))).toBe("SPK-0112");
  });

  // Every 61st position here; every position takes half a minute.
  it("cut short give an error, never half of their data", async () => {
    const bytes = goldenNir("conformance_negative/int8_weight.nir");
    for (let length = 0; length < bytes.length; length += 61)
      expect(await outcomeOf(bytes.slice(0, length)), `${length} bytes`).toBe("SPK-0112");
    expect(await outcomeOf(bytes)).toBe("read");
  });

  it.each([
    ["no", 0n],
    ["a negative", 2n ** 32n - 16n],
  ])("whose heap of strings would be walked in steps of %s length are refused", async (_, size) => {
    const bytes = goldenNir("conformance/conv1d.nir");
    const at = Buffer.from(bytes).indexOf("GCOL");
    expect(at).toBeGreaterThan(0);
    const damaged = bytes.slice();
    // The first object of the heap becomes free space of this size.
    const view = new DataView(damaged.buffer);
    view.setUint16(at + 16, 0, true);
    view.setBigUint64(at + 24, size, true);
    await expect(readHdf5(damaged)).rejects.toMatchObject({
      code: "SPK-0112",
      message: expect.stringContaining("heap"),
    });
  });

  it("with damaged bytes are read or refused, and leave the reader as good as before", async () => {
    const bytes = goldenNir("conformance/conv1d.nir");
    const whole = await readHdf5(bytes);
    const damage = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(damage, async (changes) => {
        const damaged = bytes.slice();
        for (const [at, value] of changes) damaged[at] = value;
        expect(await outcomeOf(damaged)).toMatch(/^(read|SPK-011[24])$/);
      }),
      { numRuns: 150 },
    );
    expect(await readHdf5(bytes)).toEqual(whole);
  });
});

describe("the clock", () => {
  it("leaves no trace in a file: the same data is the same bytes", async () => {
    const tree = group([
      ["small", numbers(Int8Array.of(1, 2))],
      [
        "packed",
        numbers(
          Float32Array.from({ length: 500 }, (_, i) => i),
          [500],
        ),
      ],
      ["words", text("here")],
    ]);
    vi.useFakeTimers({ toFake: ["Date"] });
    const written = [];
    for (const year of [2024, 2031]) {
      vi.setSystemTime(new Date(year, 5, 1));
      written.push(await writeHdf5(tree));
    }
    vi.useRealTimers();
    expect(written[1]).toEqual(written[0]);
  });
});
