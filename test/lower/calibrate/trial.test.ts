import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Currents } from "../../../src/lower/calibrate/currents.ts";
import type { Firing } from "../../../src/lower/calibrate/fire.ts";
import { correctMean, type SearchLimits, searchUnit } from "../../../src/lower/calibrate/search.ts";
import { trainFormat } from "../../../src/lower/calibrate/spike-store.ts";
import { type SearchLayer, trialsOf } from "../../../src/lower/calibrate/trial.ts";
import { plainLaw, traceOf } from "../../simulate/small-laws.ts";

const samples = 6;
const mapSize = 4;
const units = 2;

const windows = [Int32Array.of(0, 1), Int32Array.of(1, 2, 3), Int32Array.of(3)];
const pools = fc.constantFrom<SearchLayer["pool"]>(null, { kind: "or", windows }, { kind: "count", windows });

const arbitraryLayer: fc.Arbitrary<SearchLayer> = fc
  .record({
    timesteps: fc.integer({ min: 1, max: 40 }),
    reset: fc.constantFrom("subtract" as const, "zero" as const),
    pool: pools,
    fitted: fc.boolean(),
    levels: fc.array(fc.integer({ min: -60, max: 120 }), { minLength: 17, maxLength: 17 }),
    activations: fc.array(fc.double({ min: 0, max: 3, noNaN: true }), { minLength: 11, maxLength: 11 }),
    bias: fc.array(fc.integer({ min: -5, max: 5 }), {
      minLength: units * mapSize,
      maxLength: units * mapSize,
    }),
  })
  .map(({ timesteps, reset, pool, fitted, levels, activations, bias }) => {
    const neurons = units * mapSize;
    const data = Int32Array.from(
      { length: samples * neurons * timesteps },
      (_, i) => levels[(i * 5) % levels.length],
    );
    const currents: Currents = { samples, neurons, steps: timesteps, data, largest: 120 };
    const positions = pool?.windows.length ?? mapSize;
    return {
      currents,
      timesteps,
      reset,
      copies: 1,
      format: trainFormat(timesteps, 1),
      state: { low: -(2 ** 31), high: 2 ** 31 - 1, overflow: "saturate" },
      bias: Int32Array.from(bias),
      mapSize,
      pool,
      fitted,
      target: (unit) =>
        Float64Array.from(
          { length: samples * positions },
          (_, i) => activations[(i * 3 + unit) % activations.length],
        ),
    };
  });

const firing: fc.Arbitrary<Firing> = fc.record({
  threshold: fc.integer({ min: 1, max: 200 }),
  vInit: fc.integer({ min: 0, max: 100 }),
  bias: fc.integer({ min: -20, max: 20 }),
});

/** Spikes a step of every position in one sample, pooled as it says: by the law, and one window at a time. */
function ratesByLaw(
  layer: SearchLayer,
  unit: number,
  { threshold, vInit, bias }: Firing,
  sample: number,
): number[] {
  const { currents, timesteps, reset } = layer;
  const first = unit * mapSize;
  const rows = Array.from({ length: timesteps }, (_, step) =>
    Array.from(
      { length: mapSize },
      (_, i) => currents.data[(sample * currents.neurons + first + i) * timesteps + step],
    ),
  );
  const law = {
    ...plainLaw,
    bias: layer.bias.subarray(first, first + mapSize).map((value) => value + bias),
    threshold: Int32Array.of(threshold),
    vInit: Int32Array.of(vInit),
    reset:
      reset === "subtract"
        ? ({ kind: "subtract", amount: null } as const)
        : ({ kind: "zero", value: Int32Array.of(0) } as const),
  };
  const { spikes } = traceOf(law, rows);
  const seen = layer.pool?.windows ?? Array.from({ length: mapSize }, (_, i) => Int32Array.of(i));
  const counts = Array.from({ length: mapSize }, (_, i) => spikes.filter((row) => row[i] > 0).length);
  return seen.map((window) => {
    const any = spikes.filter((row) => window.some((i) => row[i] > 0)).length;
    return (
      (layer.pool?.kind === "count" ? Math.max(...Array.from(window, (i) => counts[i])) : any) / timesteps
    );
  });
}

function squaredError(layer: SearchLayer, unit: number, parameters: Firing, spikeValue: number): number {
  const target = layer.target(unit);
  let error = 0;
  for (let sample = 0; sample < samples; sample++) {
    const rates = ratesByLaw(layer, unit, parameters, sample);
    rates.forEach((rate, i) => {
      error += (target[sample * rates.length + i] - spikeValue * rate) ** 2;
    });
  }
  return error;
}

const factor = 40;

describe("a trial", () => {
  it("has the squared error of the rates that the law gives, pooled or not", () => {
    const check = fc.property(arbitraryLayer, firing, fc.nat(units - 1), (layer, parameters, unit) => {
      const { error, spikeValue } = trialsOf(layer, unit, factor)(parameters)!;
      expect(error).toBeCloseTo(squaredError(layer, unit, parameters, spikeValue), 8);
    });
    fc.assert(check, { numRuns: 200 });
  });

  it("fits the value of a spike: no other value has a smaller error", () => {
    const check = fc.property(
      arbitraryLayer,
      firing,
      fc.constantFrom(0.8, 0.99, 1.01, 1.3),
      (whole, parameters, share) => {
        const layer = { ...whole, fitted: true };
        const { spikeValue, error } = trialsOf(layer, 1, factor)(parameters)!;
        expect(squaredError(layer, 1, parameters, spikeValue * share)).toBeGreaterThanOrEqual(error - 1e-9);
      },
    );
    fc.assert(check, { numRuns: 200 });
  });

  it("takes threshold / a for a spike where nothing is fitted", () => {
    const check = fc.property(arbitraryLayer, firing, (layer, parameters) => {
      const { spikeValue } = trialsOf({ ...layer, fitted: false }, 0, factor)(parameters)!;
      expect(spikeValue).toBe(parameters.threshold / factor);
    });
    fc.assert(check, { numRuns: 20 });
  });

  it("takes threshold / a for the spike of a unit that never fires", () => {
    const check = fc.property(arbitraryLayer, (layer) => {
      const silent: Firing = { threshold: 100_000, vInit: 0, bias: 0 };
      expect(trialsOf(layer, 0, factor)(silent)!.spikeValue).toBe(100_000 / factor);
    });
    fc.assert(check, { numRuns: 20 });
  });

  it("is given up exactly where its error reaches the limit", () => {
    const check = fc.property(
      arbitraryLayer,
      firing,
      fc.double({ min: 0.1, max: 2, noNaN: true }),
      (layer, parameters, share) => {
        const trial = trialsOf(layer, 0, factor);
        const whole = trial(parameters)!;
        fc.pre(whole.error > 1e-9 && Math.abs(share - 1) > 1e-6);
        const limited = trial(parameters, whole.error * share);
        if (share > 1) expect(limited).toEqual(whole);
        else expect(limited).toBeNull();
      },
    );
    fc.assert(check, { numRuns: 200 });
  });
});

const limits: SearchLimits = {
  thresholdLow: 5,
  thresholdHigh: 150,
  vInitHigh: 100,
  biasLow: -10,
  biasHigh: 10,
};
const start: Firing = { threshold: 60, vInit: 30, bias: 0 };

describe("the search of a unit", () => {
  it("never ends worse than it started, and within the limits of the chip", () => {
    const check = fc.property(arbitraryLayer, fc.nat(units - 1), (layer, unit) => {
      const before = trialsOf(layer, unit, factor)(start)!;
      const best = searchUnit(layer, unit, start, factor, limits);
      expect(best.error).toBeLessThanOrEqual(before.error);
      const { threshold, vInit, bias } = best.firing;
      expect(threshold).toBeGreaterThanOrEqual(limits.thresholdLow);
      expect(threshold).toBeLessThanOrEqual(limits.thresholdHigh);
      expect(vInit).toBeLessThanOrEqual(limits.vInitHigh!);
      expect(Math.abs(bias)).toBeLessThanOrEqual(10);
      expect(trialsOf(layer, unit, factor)(best.firing)).toEqual(best);
    });
    fc.assert(check, { numRuns: 60 });
  });

  it("leaves vInit at 0 on a chip without one", () => {
    const check = fc.property(arbitraryLayer, (layer) => {
      const none = { ...limits, vInitHigh: null };
      expect(searchUnit(layer, 0, { ...start, vInit: 0 }, factor, none).firing.vInit).toBe(0);
    });
    fc.assert(check, { numRuns: 30 });
  });

  it("of the mean alone moves the bias by what every step lacks, within the limits", () => {
    const check = fc.property(arbitraryLayer, (layer) => {
      const { missing } = trialsOf(layer, 0, factor)(start)!;
      const { firing: found } = correctMean(layer, 0, start, factor, limits);
      const bias = Math.max(-10, Math.min(10, Math.round(missing)));
      expect({ ...found, bias: found.bias + 0 }).toEqual({ ...start, bias: bias + 0 });
    });
    fc.assert(check, { numRuns: 60 });
  });
});
