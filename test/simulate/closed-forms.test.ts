/** What a neuron under constant input must do, from arithmetic alone (docs/law.md, "Closed forms"). */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Law } from "../../src/network/network.ts";
import { createEventPopulation } from "../../src/simulate/event-population.ts";
import { plainLaw, traceOfOne } from "./small-laws.ts";

const steps = fc.integer({ min: 1, max: 80 });
const threshold = fc.integer({ min: 1, max: 500 });
const current = fc.integer({ min: 0, max: 1500 });

function spikesUnder(law: Law, theta: number, a: number, timesteps: number): number {
  if (timesteps === 0) return 0;
  const own: Law = { ...law, threshold: Int32Array.of(theta) };
  const { spikes } = traceOfOne(own, new Array<number>(timesteps).fill(a));
  return spikes.reduce((sum, count) => sum + count, 0);
}

describe("a neuron with reset by subtraction under constant current a for T steps", () => {
  it("unbounded, ge: floor(T a / threshold) spikes", () => {
    const law: Law = { ...plainLaw, maxSpikes: 0 };
    const check = fc.property(steps, threshold, current, (T, theta, a) => {
      expect(spikesUnder(law, theta, a, T)).toBe(Math.floor((T * a) / theta));
    });
    fc.assert(check, { numRuns: 300 });
  });

  it("one a step, ge: floor(T a / threshold) spikes for a <= threshold, else T", () => {
    const check = fc.property(steps, threshold, current, (T, theta, a) => {
      expect(spikesUnder(plainLaw, theta, a, T)).toBe(a <= theta ? Math.floor((T * a) / theta) : T);
    });
    fc.assert(check, { numRuns: 300 });
  });

  it("one a step, gt: max(0, ceil(T a / threshold) - 1) spikes for a <= threshold", () => {
    const law: Law = { ...plainLaw, compare: "gt" };
    const check = fc.property(
      steps,
      threshold,
      fc.double({ min: 0, max: 1, noNaN: true }),
      (T, theta, share) => {
        const a = Math.floor(theta * share);
        expect(spikesUnder(law, theta, a, T)).toBe(Math.max(0, Math.ceil((T * a) / theta) - 1));
      },
    );
    fc.assert(check, { numRuns: 300 });
  });

  it("vInit = v moves the count to floor((T a + v) / threshold)", () => {
    const check = fc.property(
      steps,
      threshold,
      fc.double({ min: 0, max: 1, noNaN: true }),
      (T, theta, share) => {
        const a = Math.floor(theta * share);
        const v = Math.floor(theta / 2);
        const law: Law = { ...plainLaw, vInit: Int32Array.of(v) };
        expect(spikesUnder(law, theta, a, T)).toBe(Math.floor((T * a + v) / theta));
      },
    );
    fc.assert(check, { numRuns: 300 });
  });

  it("a bias b is a current of b more", () => {
    const check = fc.property(
      steps,
      threshold,
      current,
      fc.integer({ min: -50, max: 50 }),
      (T, theta, a, b) => {
        const biased: Law = { ...plainLaw, bias: Int32Array.of(b) };
        expect(spikesUnder(biased, theta, a, T)).toBe(spikesUnder(plainLaw, theta, a + b, T));
      },
    );
    fc.assert(check, { numRuns: 300 });
  });
});

describe("a neuron with reset to zero under constant current a for T steps", () => {
  it("fires every ceil(threshold / a) steps", () => {
    const law: Law = { ...plainLaw, reset: { kind: "zero", value: Int32Array.of(0) } };
    const check = fc.property(steps, threshold, fc.integer({ min: 1, max: 1500 }), (T, theta, a) => {
      expect(spikesUnder(law, theta, a, T)).toBe(Math.floor(T / Math.ceil(theta / a)));
    });
    fc.assert(check, { numRuns: 300 });
  });
});

describe("the rest of the law under constant current a for T steps", () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });

  it("refractory for r steps, reset to zero: floor((T + r) / (ceil(threshold / a) + r)) spikes", () => {
    const check = fc.property(
      steps,
      threshold,
      fc.integer({ min: 1, max: 1500 }),
      fc.nat(5),
      (T, theta, a, r) => {
        const law: Law = { ...plainLaw, reset: { kind: "zero", value: Int32Array.of(0) }, refractory: r };
        expect(spikesUnder(law, theta, a, T)).toBe(Math.floor((T + r) / (Math.ceil(theta / a) + r)));
      },
    );
    fc.assert(check, { numRuns: 300 });
  });

  it("a delayed reset, gt, gives the spikes of an immediate one", () => {
    const law: Law = { ...plainLaw, compare: "gt", resetTiming: "delayed" };
    const check = fc.property(steps, threshold, share, (T, theta, part) => {
      const a = Math.floor(theta * part);
      expect(spikesUnder(law, theta, a, T)).toBe(Math.max(0, Math.ceil((T * a) / theta) - 1));
    });
    fc.assert(check, { numRuns: 300 });
  });

  it("phase pre gives one step later what phase post gives", () => {
    const check = fc.property(steps, threshold, current, (T, theta, a) => {
      const pre = spikesUnder({ ...plainLaw, phase: "pre" }, theta, a, T);
      expect(pre).toBe(spikesUnder(plainLaw, theta, a, T - 1));
    });
    fc.assert(check, { numRuns: 300 });
  });

  it("one trace without decay, never firing: v = a T (T + 1) / 2", () => {
    const synapse = {
      kind: "trace",
      decayU: { kind: "none" },
      overflowU: null,
      synapseOrder: "decayThenAdd",
      resetSynapse: false,
    } as const;
    const check = fc.property(steps, current, (T, a) => {
      const law: Law = { ...plainLaw, compare: "never", synapse };
      const { membranes } = traceOfOne(law, new Array<number>(T).fill(a));
      expect(membranes.at(-1)).toBe((a * T * (T + 1)) / 2);
    });
    fc.assert(check, { numRuns: 300 });
  });

  it("n events of weight w, subtract, ge: floor(n w / threshold) spikes for w <= threshold", () => {
    const check = fc.property(steps, threshold, share, (n, theta, part) => {
      const w = Math.floor(theta * part);
      const { reset, receive } = createEventPopulation({ ...plainLaw, threshold: Int32Array.of(theta) }, 1);
      reset();
      let spikes = 0;
      for (let event = 0; event < n; event++) spikes += receive(0, w);
      expect(spikes).toBe(Math.floor((n * w) / theta));
    });
    fc.assert(check, { numRuns: 300 });
  });
});
