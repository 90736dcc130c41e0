import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Seen } from "../../../src/lower/calibrate/receptive-field.ts";
import { roundBlocks, roundRow } from "../../../src/lower/calibrate/round-row.ts";
import {
  type Lattice,
  latticeOf,
  roundAlone,
  roundTogether,
} from "../../../src/lower/calibrate/round-together.ts";
import { addSeen, emptySums, type Moments, momentsOf } from "../../../src/lower/calibrate/second-moments.ts";
import { type Random, seeded } from "../graph-parts.ts";

/** Values of `size` weights that follow a few common causes, at one place; some are silent. */
function correlated(random: Random, size: number): Float64Array {
  const causes = Array.from({ length: 3 }, random);
  return Float64Array.from({ length: size }, (_, i) => {
    const value = causes[i % 3] + 0.3 * causes[(i * 7) % 3] + 0.2 * random();
    return random() < 0.1 ? 0 : value;
  });
}

function seenOf(values: Float64Array): Seen {
  const weights = Int32Array.from(values.keys()).filter((i) => values[i] !== 0);
  return { count: weights.length, weights, values: Float64Array.from(weights, (i) => values[i]) };
}

function momentsFrom(places: readonly Float64Array[], widest = 1024): Moments[] {
  const blocks = emptySums(places[0].length, widest);
  for (const values of places) addSeen(blocks, seenOf(values));
  return blocks.map((block) => momentsOf(block, places.length));
}

function correlatedMoments(random: Random, size: number, observations: number): Moments {
  return momentsFrom(Array.from({ length: observations }, () => correlated(random, size)))[0];
}

function randomRow(random: Random, size: number, largest: number): Float64Array {
  return Float64Array.from({ length: size }, () => largest * (2 * random() - 1));
}

/** e' L L' e, with e in the order of the lattice. */
function errorIn({ size, order, factor }: Lattice, weights: Float64Array, integers: Float64Array): number {
  let error = 0;
  for (let column = 0; column < size; column++) {
    let sum = 0;
    for (let i = column; i < size; i++)
      sum += factor[i * size + column] * (weights[order[i]] - integers[order[i]]);
    error += sum * sum;
  }
  return error;
}

const cases = fc.record({ seed: fc.nat(1e6), size: fc.integer({ min: 1, max: 24 }) });
const top = 7;

describe("moments", () => {
  it("are the mean and the covariance of what was seen, block by block", () => {
    const check = fc.property(cases, fc.integer({ min: 1, max: 9 }), ({ seed, size }, widest) => {
      const random = seeded(seed);
      const places = Array.from({ length: 11 }, () => correlated(random, size));
      const meanOf = (value: (place: Float64Array) => number) =>
        places.reduce((sum, place) => sum + value(place), 0) / places.length;
      let first = 0;
      for (const block of momentsFrom(places, widest)) {
        expect(block.first).toBe(first);
        expect(block.size).toBeLessThanOrEqual(widest);
        for (let i = 0; i < block.size; i++) {
          const mean = meanOf((place) => place[first + i]);
          expect(block.mean[i], `mean of weight ${first + i}`).toBeCloseTo(mean, 10);
          for (let j = 0; j < block.size; j++) {
            const product = meanOf((place) => place[first + i] * place[first + j]);
            const covariance = product - mean * meanOf((place) => place[first + j]);
            expect(block.covariance[i * block.size + j], `${i}, ${j}`).toBeCloseTo(covariance, 10);
          }
        }
        first += block.size;
      }
      expect(first).toBe(size);
    });
    fc.assert(check, { numRuns: 60 });
  });
});

describe("weights rounded together", () => {
  it("are integers of their bits, never far from the lattice: error <= sum of L_ii^2 / 4 where none is clipped", () => {
    const check = fc.property(
      cases,
      fc.double({ min: 0.1, max: 20, noNaN: true }),
      ({ seed, size }, largest) => {
        const random = seeded(seed);
        const lattice = latticeOf(correlatedMoments(random, size, 40), 40);
        const weights = randomRow(random, size, largest);
        const { integers, error } = roundTogether(lattice, weights, top);
        for (const integer of integers) {
          expect(Number.isInteger(integer)).toBe(true);
          expect(Math.abs(integer)).toBeLessThanOrEqual(top);
        }
        const expected = errorIn(lattice, weights, integers);
        expect(Math.abs(error - expected)).toBeLessThanOrEqual(1e-9 * (1 + expected));
        if (integers.some((integer) => Math.abs(integer) === top)) return;
        let bound = 0;
        for (let i = 0; i < size; i++) bound += lattice.factor[i * size + i] ** 2 / 4;
        expect(error).toBeLessThanOrEqual(bound * (1 + 1e-9));
      },
    );
    fc.assert(check, { numRuns: 200 });
  });

  it("cost less than two thirds of weights rounded alone, where what they meet is correlated", () => {
    let together = 0;
    let alone = 0;
    for (let seed = 0; seed < 20; seed++) {
      const random = seeded(seed);
      const lattice = latticeOf(correlatedMoments(random, 60, 500), 500);
      const weights = randomRow(random, 60, top);
      together += roundTogether(lattice, weights, top).error;
      alone += roundAlone(lattice, weights, top).error;
    }
    expect(together).toBeLessThan((2 * alone) / 3);
  });

  it("are those rounded alone where nothing is correlated", () => {
    const check = fc.property(cases, ({ seed, size }) => {
      const random = seeded(seed);
      const covariance = new Float64Array(size * size);
      for (let i = 0; i < size; i++) covariance[i * size + i] = 1;
      const moments = { first: 0, size, mean: new Float64Array(size), covariance, observations: 100 };
      const lattice = latticeOf(moments, 100);
      const weights = randomRow(random, size, 12);
      expect(roundTogether(lattice, weights, top)).toEqual(roundAlone(lattice, weights, top));
    });
    fc.assert(check, { numRuns: 60 });
  });

  it("stay integers where they are such, and stay 0 where there is no synapse", () => {
    const random = seeded(3);
    const lattice = latticeOf(correlatedMoments(random, 30, 100), 100);
    const integers = randomRow(random, 30, top).map((weight) => Math.round(weight) + 0); // -0 is no integer of a chip.
    const exact = roundTogether(lattice, integers, top);
    expect(exact).toEqual({ integers, error: 0 });
    const pruned = randomRow(random, 30, top).map((weight, i) => (i % 2 === 0 ? 0 : weight));
    const rounded = roundTogether(lattice, pruned, top).integers;
    for (let i = 0; i < 30; i += 2) expect(rounded[i], `weight ${i}`).toBe(0);
  });

  it("do without values that never vary, and are the same every time", () => {
    const silent = momentsFrom([new Float64Array(5), new Float64Array(5)])[0];
    const weights = Float64Array.of(0.4, -0.6, 1.2, 3.7, -9);
    const lattice = latticeOf(silent, 2);
    expect([...roundTogether(lattice, weights, top).integers]).toEqual([0, -1, 1, 4, -7]);
    const moments = correlatedMoments(seeded(5), 20, 30);
    const row = randomRow(seeded(6), 20, top);
    expect(roundTogether(latticeOf(moments, 30), row, top)).toEqual(
      roundTogether(latticeOf(moments, 30), row, top),
    );
  });
});

describe("a row", () => {
  const limits = fc.record({ low: fc.integer({ min: -3, max: 0 }), high: fc.integer({ min: 0, max: 3 }) });

  it("never costs more than rounded alone, also where blocks are narrow and the bias has no room", () => {
    const check = fc.property(
      cases,
      limits,
      fc.integer({ min: 1, max: 9 }),
      ({ seed, size }, room, widest) => {
        const random = seeded(seed);
        const places = Array.from({ length: 30 }, () => correlated(random, size));
        const blocks = momentsFrom(places, widest).map((moments) => ({
          moments,
          lattice: latticeOf(moments, 30),
        }));
        const weights = randomRow(random, size, 12);
        const { integers, shift, error } = roundRow(blocks, weights, top, room);
        const alone = roundBlocks(blocks, weights, top, room, roundAlone);
        expect(error).toBeLessThanOrEqual(alone.error);
        expect(shift).toBeGreaterThanOrEqual(room.low);
        expect(shift).toBeLessThanOrEqual(room.high);
        for (const integer of integers) expect(Math.abs(integer)).toBeLessThanOrEqual(top);
      },
    );
    fc.assert(check, { numRuns: 200 });
  });

  it("leaves the mean of the current alone where the bias has room", () => {
    const random = seeded(8);
    const places = Array.from({ length: 50 }, () => correlated(random, 30));
    const blocks = momentsFrom(places).map((moments) => ({ moments, lattice: latticeOf(moments, 50) }));
    const weights = randomRow(random, 30, top);
    const { integers, shift } = roundRow(blocks, weights, top, { low: -100, high: 100 });
    const meanOf = (row: Float64Array) =>
      places.reduce((sum, place) => sum + place.reduce((own, value, i) => own + value * row[i], 0), 0) / 50;
    expect(meanOf(integers) + shift).toBeCloseTo(meanOf(weights), 9);
  });
});
