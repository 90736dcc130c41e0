import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { factorize, solve } from "../../../src/lower/calibrate/cholesky.ts";
import { addLack, emptyLack, joined, type Lack, lackOf } from "../../../src/lower/calibrate/lack.ts";
import type { Seen } from "../../../src/lower/calibrate/receptive-field.ts";
import { changeOf, confirmedShare, currentError, refitOf } from "../../../src/lower/calibrate/refit.ts";
import { type Random, seeded } from "../graph-parts.ts";

const cases = fc.record({ seed: fc.nat(1e6), size: fc.integer({ min: 1, max: 20 }) });

interface Place {
  readonly met: Float64Array;
  readonly exact: Float64Array;
}

/** Exact values with common causes, met in levels, and a little less of them: what a population of so many steps brings. */
function places(random: Random, size: number, count: number, lost = 0.2, levels = 4): Place[] {
  return Array.from({ length: count }, () => {
    const causes = Array.from({ length: 3 }, random);
    const exact = Float64Array.from({ length: size }, (_, i) =>
      Math.max(0, causes[i % 3] + 0.5 * random() - 0.4),
    );
    return { exact, met: exact.map((value) => Math.round(levels * value * (1 - lost)) / levels) };
  });
}

function seenOf(values: Float64Array): Seen {
  const weights = Int32Array.from(values.keys()).filter((i) => values[i] !== 0);
  return { count: weights.length, weights, values: Float64Array.from(weights, (i) => values[i]) };
}

function sumsOf(observed: readonly Place[], widest = 1024) {
  const blocks = emptyLack(observed[0].met.length, widest);
  for (const { met, exact } of observed) addLack(blocks, seenOf(met), seenOf(exact));
  return blocks;
}

function lackFrom(observed: readonly Place[]): Lack {
  return lackOf(sumsOf(observed)[0], observed.length);
}

function row(random: Random, size: number): Float64Array {
  return Float64Array.from({ length: size }, () => 2 * random() - 1);
}

/** Var[w'(y - x) - d'x] over the places. */
function errorOf(observed: readonly Place[], weights: Float64Array, change: Float64Array): number {
  const errors = observed.map(({ met, exact }) =>
    met.reduce((sum, value, i) => sum + weights[i] * (exact[i] - value) - change[i] * value, 0),
  );
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  return errors.reduce((sum, error) => sum + (error - mean) ** 2, 0) / errors.length;
}

describe("equations", () => {
  it("are solved: the matrix times the solution is the right side", () => {
    const check = fc.property(cases, ({ seed, size }) => {
      const random = seeded(seed);
      const root = Float64Array.from({ length: size * size }, () => random() - 0.5);
      const matrix = new Float64Array(size * size);
      for (let i = 0; i < size; i++)
        for (let j = 0; j < size; j++) {
          for (let k = 0; k < size; k++) matrix[i * size + j] += root[i * size + k] * root[j * size + k];
          if (i === j) matrix[i * size + j] += 0.1;
        }
      const right = row(random, size);
      const solution = solve(factorize(matrix.slice(), size), size, right.slice());
      for (let i = 0; i < size; i++) {
        let product = 0;
        for (let j = 0; j < size; j++) product += matrix[i * size + j] * solution[j];
        expect(product, `row ${i}`).toBeCloseTo(right[i], 8);
      }
    });
    fc.assert(check, { numRuns: 100 });
  });
});

describe("what weights lack", () => {
  it("is E[y - x] and Cov[y - x, x], block by block", () => {
    const check = fc.property(cases, fc.integer({ min: 1, max: 9 }), ({ seed, size }, widest) => {
      const observed = places(seeded(seed), size, 12);
      const mean = (value: (place: Place) => number) =>
        observed.reduce((sum, place) => sum + value(place), 0) / observed.length;
      for (const block of sumsOf(observed, widest)) {
        const { moments, missing, covariance } = lackOf(block, observed.length);
        for (let i = 0; i < moments.size; i++) {
          const lacking = ({ met, exact }: Place) => exact[moments.first + i] - met[moments.first + i];
          expect(missing[i]).toBeCloseTo(mean(lacking), 10);
          for (let j = 0; j < moments.size; j++) {
            const metMean = mean(({ met }) => met[moments.first + j]);
            const expected = mean((place) => lacking(place) * (place.met[moments.first + j] - metMean));
            expect(covariance[i * moments.size + j], `${i}, ${j}`).toBeCloseTo(expected, 10);
          }
        }
      }
    });
    fc.assert(check, { numRuns: 60 });
  });

  it("of two halves joined is that of the whole", () => {
    const observed = places(seeded(3), 7, 20);
    const [even, odd] = [0, 1].map((half) => sumsOf(observed.filter((_, i) => i % 2 === half))[0]);
    const whole = lackFrom(observed);
    const both = lackOf(joined(even, odd), observed.length);
    for (const [i, value] of both.covariance.entries()) expect(value).toBeCloseTo(whole.covariance[i], 12);
    for (const [i, value] of both.missing.entries()) expect(value).toBeCloseTo(whole.missing[i], 12);
  });
});

describe("the error of currents", () => {
  it("is the deviation of w'(y - x) over that of w'y, over all rows", () => {
    const check = fc.property(cases, ({ seed, size }) => {
      const random = seeded(seed);
      const observed = places(random, size, 30);
      const rows = [row(random, size), row(random, size)];
      const exactly = observed.map(({ exact }) => ({ exact, met: new Float64Array(size) }));
      const none = new Float64Array(size);
      const error = rows.reduce((sum, weights) => sum + errorOf(observed, weights, none), 0);
      const current = rows.reduce((sum, weights) => sum + errorOf(exactly, weights, none), 0);
      const expected = current > 0 ? Math.sqrt(error / current) : 0;
      expect(currentError(lackFrom(observed), rows)).toBeCloseTo(expected, 6);
    });
    fc.assert(check, { numRuns: 60 });
  });
});

describe("weights refit", () => {
  it("err less than the weights that were, by an amount that no other change beats by more than the ridge takes", () => {
    const check = fc.property(cases, ({ seed, size }) => {
      const random = seeded(seed);
      const observed = places(random, size, 60);
      const lack = lackFrom(observed);
      const weights = row(random, size);
      const change = changeOf(refitOf(lack, 60), weights);
      const error = errorOf(observed, weights, change);
      expect(error).toBeLessThanOrEqual(errorOf(observed, weights, new Float64Array(size)) + 1e-12);
      const variance = change.reduce((sum, _, i) => sum + lack.moments.covariance[i * (size + 1)], 0);
      const ridge = (0.03 * variance) / size;
      const cost = (moved: Float64Array) =>
        errorOf(observed, weights, moved) + ridge * moved.reduce((sum, d) => sum + d * d, 0);
      const other = change.map((d) => d + 0.01 * (random() - 0.5));
      expect(cost(change)).toBeLessThanOrEqual(cost(other) + 1e-12);
    });
    fc.assert(check, { numRuns: 100 });
  });

  it("halve the error, on places not seen before, of rates that are a third too small", () => {
    const random = seeded(5);
    const weights = row(random, 12);
    const change = changeOf(refitOf(lackFrom(places(random, 12, 400, 1 / 3, 8)), 400), weights);
    const unseen = places(random, 12, 400, 1 / 3, 8);
    const before = errorOf(unseen, weights, new Float64Array(12));
    expect(errorOf(unseen, weights, change)).toBeLessThan(0.5 * before);
  });
});

describe("the share of a change that is confirmed", () => {
  const rowsOf = (seed: number) => Array.from({ length: 4 }, (_, i) => row(seeded(seed + i), 10));
  const halves = (even: Lack, odd: Lack) => [refitOf(even, 200), refitOf(odd, 200)] as const;

  it("is nearly all where both halves lack the same", () => {
    const random = seeded(9);
    const [even, odd] = [places(random, 10, 400, 0.4), places(random, 10, 400, 0.4)].map(lackFrom);
    expect(confirmedShare(halves(even, odd), rowsOf(1))).toBeGreaterThan(0.9);
  });

  it("is none where one half lacks what the other has too much of", () => {
    const random = seeded(9);
    const [even, odd] = [places(random, 10, 400, 0.4), places(random, 10, 400, -0.4)].map(lackFrom);
    expect(confirmedShare(halves(even, odd), rowsOf(1))).toBe(0);
  });

  it("is small where what is lacking is chance, and observations are few", () => {
    const random = seeded(4);
    const noise = () =>
      Array.from({ length: 14 }, () => ({ met: row(random, 10), exact: row(random, 10) })).map(
        ({ met, exact }) => ({ met, exact: met.map((value, i) => value + 0.3 * exact[i]) }),
      );
    const refit = [noise(), noise()].map((observed) => refitOf(lackFrom(observed), 14));
    expect(confirmedShare([refit[0], refit[1]], rowsOf(1))).toBeLessThan(0.3);
  });

  it("is that of least error, on the halves not fitted to", () => {
    const random = seeded(21);
    const sets = [places(random, 10, 30), places(random, 10, 30)];
    const refits = [refitOf(lackFrom(sets[0]), 30), refitOf(lackFrom(sets[1]), 30)] as const;
    const rows = rowsOf(2);
    const errorWith = (share: number) =>
      rows.reduce((sum, weights) => {
        const of = (fitted: number) => changeOf(refits[fitted], weights).map((d) => share * d);
        return sum + errorOf(sets[1], weights, of(0)) + errorOf(sets[0], weights, of(1));
      }, 0);
    const share = confirmedShare(refits, rows);
    expect(share).toBeGreaterThan(0);
    for (const other of [0, share - 0.05, Math.min(1, share + 0.05)])
      expect(errorWith(share)).toBeLessThanOrEqual(errorWith(other) + 1e-12);
  });
});
