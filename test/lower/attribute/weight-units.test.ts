import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createAttributor } from "../../../src/lower/attribute/attribution.ts";
import { pairLayers } from "../../../src/lower/attribute/pair-layers.ts";
import { noiseOf, quantizedWeights, unitsOf } from "../../../src/lower/attribute/weight-units.ts";
import { lower } from "../../../src/lower/lower.ts";
import { graphOf } from "../../graph/small-graphs.ts";
import {
  affine,
  averagePool,
  convolution,
  correlatedSamples,
  flatten,
  type Random,
  relu,
  seeded,
} from "../graph-parts.ts";
import { optionsFor } from "../lowering.ts";

const cases = fc.record({
  seed: fc.nat(1e6),
  units: fc.integer({ min: 1, max: 6 }),
  weights: fc.integer({ min: 2, max: 30 }),
  bits: fc.integer({ min: 3, max: 10 }),
});

/** Weights of units, and the factor of each that makes its largest one the top of `bits`. */
function weightsOf(random: Random, units: number, weights: number, bits: number) {
  const scaled = Float64Array.from({ length: units * weights }, () => random() - 0.5);
  const factors = Array.from({ length: units }, (_, unit) => {
    const own = scaled.subarray(unit * weights, (unit + 1) * weights);
    return (2 ** (bits - 1) - 1) / own.reduce((largest, weight) => Math.max(largest, Math.abs(weight)), 0);
  });
  return { scaled, factorAt: (i: number) => factors[Math.floor(i / weights)] };
}

describe("weights that were rounded", () => {
  it("stand for their integers, times a unit that is nearly the factor's inverse", () => {
    const check = fc.property(cases, ({ seed, units, weights, bits }) => {
      const { scaled, factorAt } = weightsOf(seeded(seed), units, weights, bits);
      const integers = Int16Array.from(scaled, (weight, i) => Math.round(weight * factorAt(i)));
      const found = unitsOf([scaled], [integers], units);
      const [values] = quantizedWeights([scaled], [integers], found);
      for (const [i, value] of values.entries())
        expect(value, `weight ${i}`).toBe(found[Math.floor(i / weights)] * integers[i]);
    });
    fc.assert(check, { numRuns: 200 });
  });
});

describe("weights that were refit", () => {
  it("give way to the model's own, rounded in their unit; units that were not stay", () => {
    const check = fc.property(cases, ({ seed, units, weights }) => {
      const random = seeded(seed);
      const { scaled, factorAt } = weightsOf(random, units, weights, 8);
      const refit = (i: number) => i < weights;
      const integers = Int16Array.from(scaled, (weight, i) =>
        Math.round(weight * factorAt(i) + (refit(i) ? 12 * (i % 2) - 6 : 0)),
      );
      const found = unitsOf([scaled], [integers], units);
      // Of few weights, what moves them may be no more than another unit.
      const moved = Array.from(
        integers.subarray(0, weights),
        (integer, i) => (scaled[i] / found[0] - integer) ** 2,
      );
      fc.pre(found[0] > 0 && moved.reduce((sum, square) => sum + square, 0) > weights);
      const [values] = quantizedWeights([scaled], [integers], found);
      for (const [i, value] of values.entries()) {
        const unit = found[Math.floor(i / weights)];
        if (refit(i)) expect(Math.abs(value - scaled[i]), `weight ${i}`).toBeLessThanOrEqual(unit / 2 + 1e-9);
        else expect(value, `weight ${i}`).toBe(unit * integers[i]);
      }
    });
    fc.assert(check, { numRuns: 200 });
  });

  it("cost an attribution nothing where it computes with exact values", () => {
    const random = seeded(17);
    const graph = graphOf(
      [2, 8, 8],
      [
        convolution(random, 6, 2),
        relu(),
        convolution(random, 6, 6, { groups: 2, padding: [1, 1, 1, 1] }),
        relu(),
        averagePool([2, 2]),
        flatten(),
        affine(random, 5, 54),
      ],
    );
    const values = correlatedSamples([2, 8, 8], 60, 7);
    const calibration = { values, samples: 60, inputScale: null };
    const { network, explanations } = lower(graph, { ...optionsFor(graph, { timesteps: 4 }), calibration });
    expect(JSON.stringify(explanations), "the network has refit weights").toContain("refit");
    const attributor = createAttributor(pairLayers(graph, network));
    for (let sample = 0; sample < 60; sample++)
      attributor.add(Float32Array.from(values.subarray(sample * 128, (sample + 1) * 128)), -1);
    const { stages } = attributor.result();
    expect(stages[1]).toMatchObject({ stage: "integers" });
    expect(stages[1].logitError).toBeLessThan(0.03);
    expect(stages[4].logitError, "what spikes lose").toBeGreaterThan(stages[1].logitError);
  });
});

describe("the noise of weights", () => {
  it("is what rounding changed, in decibels, and none where nothing was", () => {
    expect(noiseOf([Float64Array.of(3, 4)], [Float64Array.of(3, 3.5)])).toBeCloseTo(20, 10);
    expect(noiseOf([Float64Array.of(3, 4)], [Float64Array.of(3, 4)])).toBe(Number.POSITIVE_INFINITY);
  });
});
