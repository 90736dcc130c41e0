import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { trainAgreement } from "../../../src/simulate/metrics/agreement.ts";
import { deltaSpikes } from "../../../src/simulate/spike-generation/delta.ts";
import { latencyCode, latencySpikes } from "../../../src/simulate/spike-generation/latency.ts";
import { rateSpikes } from "../../../src/simulate/spike-generation/rate.ts";
import type { Values } from "../../../src/simulate/spike-generation/spike-tensor.ts";
import { oneHot, rateTargets, targetRateCode } from "../../../src/simulate/spike-generation/targets.ts";

const unit = fc.array(fc.float({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 });
const flat = (values: ArrayLike<number>): Values => ({
  shape: [values.length],
  data: Float32Array.from(values),
});

describe("rate coding", () => {
  it("is the same for the same seed and another for another", () => {
    const draw = (seed: number) => [...rateSpikes(flat(Array(50).fill(0.5)), { steps: 20, seed }).data];
    expect(draw(3)).toEqual(draw(3));
    expect(draw(3)).not.toEqual(draw(4));
  });

  it("gives floor(x T) spikes where it is deterministic and sums stay exact", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 64 }), fc.integer({ min: 1, max: 64 }), (numerator, steps) => {
        const { data } = rateSpikes(flat([numerator / 64]), { steps, kind: "deterministic" });
        const spikes = data.reduce((sum, spike) => sum + spike, 0);
        expect(spikes).toBe(Math.floor((numerator * steps) / 64));
      }),
    );
  });

  it("refuses times that no spike could have", () => {
    for (const [steps, firstSpikeTime] of [
      [-1, 0],
      [4, -1],
      [4, 4],
    ])
      expect(() => rateSpikes(flat([1]), { steps, firstSpikeTime })).toThrow(
        expect.objectContaining({ code: "SPK-0612" }),
      );
  });
});

describe("latency coding", () => {
  it("lets a larger value never fire later than a smaller one", () => {
    fc.assert(
      fc.property(unit, fc.boolean(), (values, linear) => {
        const { times } = latencyCode(flat(values), { steps: 30, linear, normalize: true });
        const order = values.map((value, i) => [Math.fround(value), times[i]]).sort(([a], [b]) => a - b);
        for (let i = 1; i < order.length; i++) expect(order[i][1]).toBeLessThanOrEqual(order[i - 1][1]);
      }),
    );
  });

  it("gives every value one spike within the window that normalizing fills", () => {
    fc.assert(
      fc.property(unit, fc.integer({ min: 2, max: 40 }), (values, steps) => {
        const { data } = latencySpikes(flat(values), { steps, linear: true, normalize: true });
        expect(data.reduce((sum, spike) => sum + spike, 0)).toBe(values.length);
      }),
    );
  });

  it("refuses what is not between 0 and 1, NaN included", () => {
    for (const value of [-0.1, 1.5, Number.NaN])
      expect(() => latencySpikes(flat([value]), { steps: 9 })).toThrow("values from 0 to 1");
  });
});

describe("delta modulation", () => {
  it("marks rises, and falls where off-spikes are asked for", () => {
    const values = { shape: [4, 1], data: Float32Array.of(0, 1, 1, -1) };
    expect([...deltaSpikes(values, { threshold: 1 }).data]).toEqual([0, 1, 0, 0]);
    expect([...deltaSpikes(values, { threshold: 1, offSpikes: true }).data]).toEqual([0, 1, 0, -1]);
  });
});

describe("targets", () => {
  it("fire at even distances", () => {
    expect(targetRateCode(10, 0.5, 1)).toEqual([1, 3, 5, 7, 9]);
    expect(targetRateCode(10, 0)).toEqual([]);
  });

  it("refuse a label that is no class, by its place", () => {
    expect(() => oneHot(flat([0, 5]), 5)).toThrow("label 1 is 5");
  });

  it("refuse rates between on and off", () => {
    const options = { classes: 3, steps: 4, correctRate: 0.8, incorrectRate: 0.2 };
    expect(() => rateTargets(flat([0]), options)).toThrow(expect.objectContaining({ code: "SPK-0612" }));
  });
});

describe("the agreement of two recordings", () => {
  it("counts places and trains", () => {
    const first = [0, 1, 1, 0, 1, 1];
    const second = [0, 1, 0, 0, 1, 1];
    expect(trainAgreement(first, second, 2)).toEqual({ perStep: 5 / 6, exactTrains: 0.5, spikes: [4, 3] });
  });
});
