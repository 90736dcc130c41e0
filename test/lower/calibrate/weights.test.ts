import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  integerArray,
  largestMagnitude,
  quantizeWeight,
  type Rows,
  weightFactor,
} from "../../../src/lower/calibrate/weights.ts";

function roundingError(rows: Rows, factor: number, bits: number): number {
  const top = 2 ** (bits - 1) - 1;
  let error = 0;
  for (const row of rows)
    for (const weight of row) error += (quantizeWeight(weight, factor, top) / factor - weight) ** 2;
  return error;
}

const weights = fc.array(fc.double({ min: -4, max: 4, noNaN: true }), { minLength: 1, maxLength: 40 });

describe("the factor of a channel", () => {
  it("makes the largest weight the largest integer at 8 bits", () => {
    const rows = [Float64Array.of(0.5, -2), Float64Array.of(1)];
    const factor = weightFactor(rows, 8);
    expect(quantizeWeight(-2, factor, 127)).toBe(-127);
    expect(quantizeWeight(1, factor, 127)).toBe(64);
  });

  it("clips the largest weight at 4 bits where that serves the others", () => {
    const rows = [Float64Array.from({ length: 200 }, (_, i) => (i === 0 ? 1 : ((i * 7) % 100) / 500))];
    const factor = weightFactor(rows, 4);
    expect(factor).toBeGreaterThan(7 / 1);
    expect(quantizeWeight(1, factor, 7)).toBe(7);
  });

  it("is never worse at 4 bits than without clipping, nor than any clip at a 25th of 0.4 to 1", () => {
    const check = fc.property(weights, (row) => {
      const rows = [Float64Array.from(row)];
      const largest = largestMagnitude(rows);
      fc.pre(largest > 1e-6);
      const chosen = roundingError(rows, weightFactor(rows, 4), 4);
      const shares = [1, ...Array.from({ length: 25 }, (_, k) => 0.4 + (0.6 * k) / 25)];
      const least = Math.min(...shares.map((share) => roundingError(rows, 7 / (largest * share), 4)));
      expect(chosen).toBeCloseTo(least, 12);
    });
    fc.assert(check, { numRuns: 200 });
  });

  it("gives the weights of a quantized model their integers back, also in float32", () => {
    const integers = fc.array(fc.integer({ min: -127, max: 127 }), { minLength: 8, maxLength: 60 });
    const check = fc.property(integers, fc.double({ min: 1e-4, max: 0.1, noNaN: true }), (row, scale) => {
      fc.pre(row.some((value) => Math.abs(value) === 127) && row.filter((value) => value !== 0).length >= 8);
      const rows = [Float64Array.from(row, (value) => Math.fround(value * Math.fround(scale)))];
      const factor = weightFactor(rows, 8);
      expect(Array.from(rows[0], (weight) => quantizeWeight(weight, factor, 127))).toEqual(
        row.map((value) => value + 0),
      );
    });
    fc.assert(check, { numRuns: 200 });
  });

  it("is 1 where all weights are zero", () => expect(weightFactor([new Float64Array(4)], 8)).toBe(1));
});

describe("an integer weight", () => {
  it("lies in [-top, top] and within half a unit of weight times factor", () => {
    const check = fc.property(
      fc.double({ min: -9, max: 9, noNaN: true }),
      fc.double({ min: 0.1, max: 99, noNaN: true }),
      (w, a) => {
        const integer = quantizeWeight(w, a, 127);
        expect(Math.abs(integer)).toBeLessThanOrEqual(127);
        if (Math.abs(w * a) <= 127) expect(Math.abs(integer - w * a)).toBeLessThanOrEqual(0.5 + 1e-9);
      },
    );
    fc.assert(check, { numRuns: 200 });
  });

  it("is kept in the narrowest array that its bits allow", () => {
    expect([4, 8, 9, 16, 17, 32].map((bits) => integerArray(1, bits).BYTES_PER_ELEMENT)).toEqual([
      1, 1, 2, 2, 4, 4,
    ]);
  });
});
