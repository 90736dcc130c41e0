/** Presets against the equations of the framework or chip that they are named after, in whole numbers. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkPopulation } from "../../src/network/check-parts.ts";
import { factorOf, faithful, fixedPoint } from "../../src/network/fixed-point.ts";
import type { Law } from "../../src/network/network.ts";
import * as presets from "../../src/network/presets.ts";
import { traceOfOne } from "../simulate/small-laws.ts";

const theta = 1000;
const currents = fc.array(fc.integer({ min: -600, max: 1500 }), { minLength: 1, maxLength: 40 });
/** Three quarters and a half, in a rounding that is no matter of sign. */
const kept = { multiplier: 3, shift: 2, rounding: "floor" } as const;
const synaptic = { multiplier: 1, shift: 1, rounding: "floor" } as const;
const three = (v: number) => Math.floor((v * 3) / 4);
const half = (v: number) => Math.floor(v / 2);

/** Spikes of a neuron written as its framework writes it: `step` takes the input and returns the new membrane. */
function spikesOf(inputs: readonly number[], step: (x: number) => number, fires: (m: number) => boolean) {
  return inputs.map((x) => (fires(step(x)) ? 1 : 0));
}

const above = (m: number) => m > theta;
/** r of snnTorch: whether the membrane that the step before returned is above the threshold. */
const reset = (m: number) => (above(m) ? 1 : 0);

describe("presets of snnTorch give the spikes of its equations", () => {
  const equations: [string, Law, () => (x: number) => number][] = [
    [
      "Leaky, subtract",
      presets.leakySubtract(theta, kept),
      () => {
        let m = 0;
        return (x) => (m = three(m) + x - reset(m) * theta);
      },
    ],
    [
      "Leaky, zero",
      presets.leakyZero(theta, kept),
      () => {
        let m = 0;
        return (x) => (m = three((1 - reset(m)) * m) + x);
      },
    ],
    [
      "Lapicque, zero",
      presets.lapicqueZero(theta, kept),
      () => {
        let m = 0;
        return (x) => (m = (three(m) + x) * (1 - reset(m)));
      },
    ],
    [
      "Synaptic, subtract",
      presets.synapticSubtract(theta, synaptic, kept),
      () => {
        let [i, m] = [0, 0];
        return (x) => {
          i = half(i) + x;
          return (m = three(m) + i - reset(m) * theta);
        };
      },
    ],
    [
      "Synaptic, zero",
      presets.synapticZero(theta, synaptic, kept),
      () => {
        let [i, m] = [0, 0];
        return (x) => {
          i = half(i) + x;
          return (m = (three(m) + i) * (1 - reset(m)));
        };
      },
    ],
    [
      "Alpha, zero",
      presets.alphaZero(theta, kept, synaptic, { gain: 5, gainShift: 0 }),
      () => {
        let [e, h, m] = [0, 0, 0];
        return (x) => {
          const goesOn = 1 - reset(m);
          // snnTorch's h is the negative of the law's: beta h - x.
          [e, h] = [(three(e) + x) * goesOn, (half(h) + x) * goesOn];
          return (m = 5 * (e - h));
        };
      },
    ],
  ];

  it.each(equations)("%s", (_, law, create) => {
    const check = fc.property(currents, (inputs) => {
      expect(traceOfOne(law, inputs).spikes).toEqual(spikesOf(inputs, create(), above));
    });
    fc.assert(check, { numRuns: 200 });
  });

  it("Leaky's delayed reset is an immediate one of threshold / beta, where the division leaves nothing", () => {
    const delayed = presets.leakySubtract(750, kept);
    const amount = Int32Array.of(1000);
    const immediate: Law = { ...delayed, resetTiming: "immediate", reset: { kind: "subtract", amount } };
    const check = fc.property(currents, (inputs) => {
      expect(traceOfOne(immediate, inputs).spikes).toEqual(traceOfOne(delayed, inputs).spikes);
    });
    fc.assert(check, { numRuns: 200 });
  });
});

describe("presets of sinabs and Rockpool", () => {
  it("IAF: n = trunc(v / threshold) where v > 0, subtracted, and never below the least membrane", () => {
    const law = presets.sinabsIaf(theta, { lowest: -theta });
    const check = fc.property(currents, (inputs) => {
      let v = 0;
      const expected = inputs.map((x) => {
        v += 3 * x;
        const n = v > 0 ? Math.trunc(v / theta) : 0;
        v = Math.max(v - n * theta, -theta);
        return n;
      });
      const tripled = inputs.map((x) => 3 * x);
      expect(traceOfOne(law, tripled).spikes).toEqual(expected);
    });
    fc.assert(check, { numRuns: 200 });
  });

  it("LIF with a synapse: the decay also hits what has just arrived", () => {
    const law = presets.leakySynapse(theta, synaptic, kept);
    const check = fc.property(currents, (inputs) => {
      let [i, v] = [0, 0];
      const expected = inputs.map((x) => {
        i = half(i + x);
        v = three(v) + i;
        const n = v > 0 ? Math.trunc(v / theta) : 0;
        v -= n * theta;
        return n;
      });
      expect(traceOfOne(law, inputs).spikes).toEqual(expected);
    });
    fc.assert(check, { numRuns: 200 });
  });
});

describe("presets of chips", () => {
  it("uCaspian: a clamp before the comparison is the chip's clamp after one that failed", () => {
    const law = presets.ucaspian(30000);
    const wide = fc.array(fc.integer({ min: -60000, max: 60000 }), { minLength: 1, maxLength: 30 });
    const check = fc.property(wide, (inputs) => {
      let v = 0;
      const expected = inputs.map((x) => {
        v += x;
        if (v > 30000) {
          v = 0;
          return 1;
        }
        v = Math.min(32767, Math.max(-32768, v));
        return 0;
      });
      expect(traceOfOne(law, inputs).spikes).toEqual(expected);
    });
    fc.assert(check, { numRuns: 200 });
  });

  it("Xylo: the chip's loop of subtractions, while no sum leaves 16 bits", () => {
    const law = presets.xylo(theta, 2, 4);
    const decay = (v: number, dash: number) => Math.floor(v / 2 ** dash) || Math.sign(v);
    const check = fc.property(currents, (inputs) => {
      let [i, v] = [0, 0];
      const expected = inputs.map((x) => {
        i += x;
        i -= decay(i, 2);
        v += i - decay(v, 4);
        let n = 0;
        while (v >= theta && n < 31) {
          n++;
          v -= theta;
        }
        return n;
      });
      expect(traceOfOne(law, inputs).spikes).toEqual(expected);
    });
    fc.assert(check, { numRuns: 200 });
  });
});

describe("every preset", () => {
  const laws: [string, Law][] = [
    ["sinabsIaf", presets.sinabsIaf(5, { lowest: -5, maxSpikes: 3, reset: "zero" })],
    ["convertedIaf", presets.convertedIaf(Int32Array.of(5, 7), 1)],
    ["constantLeakIaf", presets.constantLeakIaf(5, 1)],
    ["leakySubtract", presets.leakySubtract(5, kept)],
    ["leakyZero", presets.leakyZero(5, kept)],
    ["lapicqueZero", presets.lapicqueZero(5, kept)],
    ["synapticSubtract", presets.synapticSubtract(5, synaptic, kept)],
    ["synapticZero", presets.synapticZero(5, synaptic, kept)],
    ["leakySynapse", presets.leakySynapse(5, synaptic, kept)],
    ["alphaZero", presets.alphaZero(5, kept, synaptic, { gain: 5, gainShift: 1 })],
    ["loihi", presets.loihi({ du: 4095, dv: 0, vth: 131071, bias: -4096 * 128 })],
    ["odin", presets.odin(255, 127)],
    ["tinyOdin", presets.tinyOdin(2047, 127)],
    ["ucaspian", presets.ucaspian(32766)],
    ["xylo", presets.xylo(5, 4, 4)],
  ];

  it.each(laws)("%s is a law that holds together", (name, law) => {
    const none = new Float64Array(0);
    const population = { kind: "integrateAndFire", name, shape: [2], law } as const;
    expect(() =>
      checkPopulation({ ...population, spikeValue: none, membraneUnit: none, origin: [] }),
    ).not.toThrow();
  });

  it("stands in this list", () => {
    expect(laws.map(([name]) => name).sort()).toEqual(Object.keys(presets).sort());
  });
});

describe("fixed point", () => {
  it("takes the nearest whole number, halves away from zero", () => {
    expect([...fixedPoint([0.5, -0.5, 1.25, -1.25, 0.124], 1)]).toEqual([1, -1, 3, -3, 0]);
  });

  it("keeps a decay to half a unit of its bits", () => {
    const decay = fc.double({ min: 0, max: 1, noNaN: true });
    const check = fc.property(decay, (beta) => {
      const { multiplier, shift } = factorOf([beta], faithful);
      expect(Math.abs((multiplier as Int32Array)[0] / 2 ** shift - beta)).toBeLessThanOrEqual(2 ** -13);
    });
    fc.assert(check, { numRuns: 200 });
  });
});
