import fc from "fast-check";
import { expect, it } from "vitest";
import { splitSynapses } from "../../src/lower/parallel-synapses.ts";
import { sideBySide, synapsesOf } from "../../src/lower/projection-names.ts";
import type { Projection } from "../../src/network/network.ts";

const weights = fc.array(fc.integer({ min: -3000, max: 3000 }), { minLength: 1, maxLength: 12 });

it("synapses side by side add up to the weight, each within its bits, and are no more than needed", () => {
  const check = fc.property(weights, fc.integer({ min: 2, max: 8 }), (wanted, bits) => {
    const top = 2 ** (bits - 1) - 1;
    const parts = splitSynapses({ kind: "oneToOne", weights: Int32Array.from(wanted) }, bits);
    wanted.forEach((weight, i) => {
      expect(
        parts.reduce((sum, part) => sum + part.weights[i], 0),
        `weight ${i}`,
      ).toBe(weight);
      for (const part of parts) expect(Math.abs(part.weights[i])).toBeLessThanOrEqual(top);
    });
    const largest = Math.max(...wanted.map(Math.abs));
    expect(parts.length).toBe(Math.max(1, Math.ceil(largest / top)));
  });
  fc.assert(check, { numRuns: 200 });
});

it("connections that are no element-wise ones stay as they are", () => {
  const dense = { kind: "dense", weights: new Int8Array(4) } as const;
  expect(splitSynapses(dense, 8)).toEqual([dense]);
});

it("are found again by their names, and told as one", () => {
  const named = (name: string): Projection => ({
    name,
    source: "a",
    target: "b",
    delay: 0,
    pools: [],
    connection: { kind: "oneToOne", weights: new Int8Array(1) },
  });
  const projections = ["a -> b", "a -> b (2)", "a -> b (3)", "a -> b:2", "a -> b:2 (2)", "c -> b"].map(named);
  expect(sideBySide(projections).map(({ projection, synapses }) => [projection.name, synapses])).toEqual([
    ["a -> b", 3],
    ["a -> b:2", 2],
    ["c -> b", 1],
  ]);
  expect(synapsesOf(projections, "a -> b").map(({ name }) => name)).toEqual([
    "a -> b",
    "a -> b (2)",
    "a -> b (3)",
  ]);
  expect(synapsesOf(projections, "d -> b")).toEqual([]);
});
