import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bestSpikeValue, subset } from "../../../src/lower/calibrate/threshold.ts";

/** Mean squared error of activations told as counts of lambda / T, straight from the formula. */
function errorAt(values: readonly number[], lambda: number, T: number): number {
  return values.reduce((sum, x) => {
    const count = Math.max(0, Math.min(T, Math.floor((x * T) / lambda + 0.5)));
    return sum + (x - (lambda / T) * count) ** 2;
  }, 0);
}

const activations = fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 1, maxLength: 60 });
const steps = fc.integer({ min: 1, max: 64 });

describe("the value of a spike", () => {
  it("is the k max / 60 of least error, by brute force", () => {
    const check = fc.property(activations, steps, (values, T) => {
      const top = Math.max(...values);
      fc.pre(top > 1e-6);
      const found = bestSpikeValue(Float64Array.from(values), T, null);
      const grid = Array.from({ length: 60 }, (_, k) => (top * (k + 1)) / 60);
      const least = Math.min(...grid.map((lambda) => errorAt(values, lambda, T)));
      expect(grid.some((lambda) => Math.abs(lambda - found) <= 1e-12 * top)).toBe(true);
      expect(errorAt(values, found, T)).toBeCloseTo(least, 9);
    });
    fc.assert(check, { numRuns: 200 });
  });

  it("is bounded by the maximum of a clipped activation", () => {
    const check = fc.property(
      activations,
      steps,
      fc.double({ min: 0.1, max: 50, noNaN: true }),
      (values, T, maximum) => {
        expect(bestSpikeValue(Float64Array.from(values), T, maximum)).toBeLessThanOrEqual(
          maximum * (1 + 1e-12),
        );
      },
    );
    fc.assert(check, { numRuns: 100 });
  });

  it("leaves out a rare peak where that costs less than telling all others coarsely", () => {
    const values = Float64Array.from({ length: 1000 }, (_, i) => (i === 0 ? 10 : (i % 100) / 100));
    expect(bestSpikeValue(values, 4, null)).toBeLessThan(2);
  });

  it("is 0 where nothing is active", () => {
    expect(bestSpikeValue(new Float64Array(5), 16, null)).toBe(0);
    expect(bestSpikeValue(new Float64Array(0), 16, null)).toBe(0);
  });
});

describe("the values looked at", () => {
  it("are all of them, or 20,000 spread over all", () => {
    const few = Float64Array.of(1, 2, 3);
    expect(subset(few)).toBe(few);
    const many = subset(Float64Array.from({ length: 50_000 }, (_, i) => i));
    expect(many.length).toBe(20_000);
    expect(many[0]).toBe(0);
    expect(many.at(-1)).toBe(49_997);
    const steps = many.subarray(1).map((value, i) => value - many[i]);
    expect(new Set(steps)).toEqual(new Set([2, 3]));
  });
});
