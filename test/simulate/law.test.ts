import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Decay, Law, Rounding } from "../../src/network/network.ts";
import { createIntegrateAndFire } from "../../src/simulate/integrate-and-fire.ts";
import { arbitraryLaw } from "./arbitrary-law.ts";
import { atRest, stepByTheBook } from "./law-oracle.ts";
import { plainLaw, traceOf, traceOfOne } from "./small-laws.ts";

const silent: Law = { ...plainLaw, compare: "never" };

/** What is left of a membrane after one step without input. */
function leftOf(membrane: number, decayV: Decay): number {
  const law: Law = { ...silent, decayV, vInit: Int32Array.of(membrane) };
  return traceOfOne(law, [0]).membranes[0];
}

describe("one timestep", () => {
  it("does what the text of the law says, whatever the parameters", () => {
    const neurons = 3;
    const steps = 12;
    const current = fc.integer({ min: -300, max: 300 });
    const currents = fc.array(fc.array(current, { minLength: neurons, maxLength: neurons }), {
      minLength: steps,
      maxLength: steps,
    });
    const check = fc.property(arbitraryLaw(neurons), currents, (law, rows) => {
      const { spikes, membranes, u, h } = traceOf(law, rows);
      for (let neuron = 0; neuron < neurons; neuron++) {
        let state = atRest(law, neuron);
        rows.forEach((row, step) => {
          const outcome = stepByTheBook(law, neuron, state, BigInt(row[neuron]));
          state = outcome.state;
          const expected = { v: state.v, u: state.u, h: state.h, spikes: outcome.spikes };
          const seen = { v: membranes[step], u: u[step], h: h[step], spikes: spikes[step] };
          const found = Object.fromEntries(
            Object.entries(seen).map(([key, row]) => [key, BigInt(row[neuron])]),
          );
          expect(found, `step ${step}, neuron ${neuron}`).toEqual(expected);
        });
      }
    });
    fc.assert(check, { numRuns: 1000 });
  });

  it("takes the currents and leaves zeros for the next step", () => {
    const population = createIntegrateAndFire(plainLaw, 2);
    const currents = Float64Array.of(3, 4);
    population.reset();
    population.step(currents, () => {});
    expect([...currents]).toEqual([0, 0]);
  });

  it("reports spikes by ascending neuron", () => {
    const population = createIntegrateAndFire(plainLaw, 5);
    const fired: number[] = [];
    population.reset();
    population.step(Float64Array.of(20, 0, 20, 0, 20), (neuron) => fired.push(neuron));
    expect(fired).toEqual([0, 2, 4]);
  });

  it("starts again from vInit after a reset of the population", () => {
    const population = createIntegrateAndFire({ ...plainLaw, vInit: Int32Array.of(4) }, 1);
    population.reset();
    population.step(Float64Array.of(3), () => {});
    expect(population.membrane[0]).toBe(7);
    population.reset();
    expect(population.membrane[0]).toBe(4);
  });
});

describe("bias", () => {
  it("is added at every step, also without input", () => {
    expect(traceOfOne({ ...silent, bias: Int32Array.of(-3) }, [0, 0, 10]).membranes).toEqual([-3, -6, 1]);
  });

  it("holds one value for all, one a channel, or one a neuron", () => {
    const rest = [[0, 0, 0, 0]];
    expect(traceOf({ ...silent, bias: Int32Array.of(1) }, rest).membranes[0]).toEqual([1, 1, 1, 1]);
    expect(traceOf({ ...silent, bias: Int32Array.of(1, 2) }, rest).membranes[0]).toEqual([1, 1, 2, 2]);
    expect(traceOf({ ...silent, bias: Int32Array.of(1, 2, 3, 4) }, rest).membranes[0]).toEqual([1, 2, 3, 4]);
  });
});

describe("decayV", () => {
  const half = (rounding: Rounding): Decay => ({
    kind: "multiply",
    multiplier: Int32Array.of(1),
    shift: 1,
    rounding,
  });

  it.each<[Rounding, readonly number[]]>([
    ["trunc0", [2, 1, 0, 0, -1, -2]],
    ["floor", [2, 1, 0, -1, -2, -3]],
    ["halfAway", [3, 2, 1, -1, -2, -3]],
    ["halfEven", [2, 2, 0, 0, -2, -2]],
  ])("multiply rounds halves as %s says", (rounding, expected) => {
    const left = [5, 3, 1, -1, -3, -5].map((membrane) => leftOf(membrane, half(rounding)));
    expect(left.map((value) => value + 0)).toEqual(expected);
  });

  it.each<Rounding>(["halfAway", "halfEven"])(
    "multiply with %s goes to the nearer whole number",
    (rounding) => {
      const third: Decay = { kind: "multiply", multiplier: Int32Array.of(5), shift: 4, rounding };
      // 5/16 of 10 = 3.125, of 6 = 1.875, of -6 = -1.875
      expect([10, 6, -6].map((membrane) => leftOf(membrane, third))).toEqual([3, 2, -2]);
    },
  );

  it("multiplies the widest state by the widest numerator exactly", () => {
    const decay: Decay = { kind: "multiply", multiplier: Int32Array.of(65535), shift: 16, rounding: "floor" };
    expect(leftOf(2 ** 31 - 1, decay)).toBe(2147450879); // floor((2^31 - 1) 65535 / 2^16)
    expect(leftOf(-(2 ** 31), decay)).toBe(-2147450880);
  });

  it("shift takes off a power-of-two share, rounded down", () => {
    const eighth: Decay = { kind: "shift", shift: 3, tail: false };
    expect([80, 7, -7, -80].map((membrane) => leftOf(membrane, eighth))).toEqual([70, 7, -6, -70]);
  });

  it("shift with a tail still moves small states by one toward zero", () => {
    const eighth: Decay = { kind: "shift", shift: 3, tail: true };
    expect([80, 7, 1, 0, -7, -80].map((membrane) => leftOf(membrane, eighth))).toEqual([
      70, 6, 0, 0, -6, -70,
    ]);
  });

  it("constant takes off an amount, toward zero without crossing it", () => {
    const toZero: Decay = { kind: "constant", amount: Int32Array.of(4), towardZero: true };
    expect([9, 3, 0, -3, -9].map((membrane) => leftOf(membrane, toZero) + 0)).toEqual([5, 0, 0, 0, -5]);
  });

  it("constant without towardZero takes off the amount wherever the state is", () => {
    const down: Decay = { kind: "constant", amount: Int32Array.of(4), towardZero: false };
    expect([9, 3, -9].map((membrane) => leftOf(membrane, down))).toEqual([5, -1, -13]);
  });

  it("comes before the input: what arrives is not decayed in its first step", () => {
    const decayV: Decay = { kind: "multiply", multiplier: Int32Array.of(1), shift: 1, rounding: "floor" };
    expect(traceOfOne({ ...silent, decayV }, [8, 0]).membranes).toEqual([8, 4]);
  });
});

describe("overflowV", () => {
  const range = { low: -8, high: 7 } as const;

  it("saturate stops at the ends", () => {
    const law: Law = { ...silent, overflowV: { ...range, overflow: "saturate" } };
    expect(traceOfOne(law, [100, 1, -200, -1]).membranes).toEqual([7, 7, -8, -8]);
  });

  it("wrap goes round, any number of times", () => {
    const law: Law = { ...silent, overflowV: { ...range, overflow: "wrap" } };
    expect(traceOfOne(law, [8, 0, 16, 33, -10]).membranes).toEqual([-8, -8, -8, -7, -1]);
  });

  it("acts once, at the end of the sum of input and bias", () => {
    const law: Law = {
      ...silent,
      bias: Int32Array.of(-100),
      overflowV: { ...range, overflow: "saturate" },
    };
    expect(traceOfOne(law, [103]).membranes).toEqual([3]);
  });

  it("acts before the comparison: a membrane that saturates below the threshold never fires", () => {
    const law: Law = { ...plainLaw, overflowV: { ...range, overflow: "saturate" } };
    expect(traceOfOne(law, [100, 100]).spikes).toEqual([0, 0]);
  });
});

describe("threshold and compare", () => {
  it("ge fires at the threshold, gt one above it, never not at all", () => {
    const spikes = (compare: Law["compare"]) => traceOf({ ...plainLaw, compare }, [[9, 10, 11]]).spikes[0];
    expect(spikes("ge")).toEqual([0, 1, 1]);
    expect(spikes("gt")).toEqual([0, 0, 1]);
    expect(spikes("never")).toEqual([0, 0, 0]);
  });

  it("never leaves a membrane alone, however high it is", () => {
    expect(traceOfOne(silent, [1000, 1000]).membranes).toEqual([1000, 2000]);
  });

  it("gt at threshold 0 is what ge is at threshold 1", () => {
    const law: Law = {
      ...plainLaw,
      compare: "gt",
      threshold: Int32Array.of(0),
      reset: { kind: "zero", value: Int32Array.of(0) },
    };
    expect(traceOf(law, [[-1, 0, 1]]).spikes[0]).toEqual([0, 0, 1]);
  });
});

describe("maxSpikes", () => {
  const spikes = (maxSpikes: number) => traceOfOne({ ...plainLaw, maxSpikes }, [47]);

  it("1 gives one spike a step and keeps the rest of the membrane", () => {
    expect(spikes(1)).toEqual({ spikes: [1], membranes: [37] });
  });

  it("n gives up to n spikes a step", () => {
    expect(spikes(3)).toEqual({ spikes: [3], membranes: [17] });
    expect(spikes(9)).toEqual({ spikes: [4], membranes: [7] });
  });

  it("0 gives as many as the membrane holds", () => {
    expect(spikes(0)).toEqual({ spikes: [4], membranes: [7] });
  });
});

describe("reset", () => {
  const membraneAfter = (reset: Law["reset"], maxSpikes = 1) =>
    traceOfOne({ ...plainLaw, reset, maxSpikes }, [25]).membranes[0];

  it("none leaves the membrane", () => expect(membraneAfter({ kind: "none" })).toBe(25));
  it("zero puts it to its value, whatever was above the threshold", () => {
    expect(membraneAfter({ kind: "zero", value: Int32Array.of(0) })).toBe(0);
    expect(membraneAfter({ kind: "zero", value: Int32Array.of(-4) })).toBe(-4);
  });
  it("subtract takes off one threshold a spike", () => {
    expect(membraneAfter({ kind: "subtract", amount: null })).toBe(15);
    expect(membraneAfter({ kind: "subtract", amount: null }, 0)).toBe(5);
  });
});

describe("floor", () => {
  const below = (floor: Law["floor"]) => traceOfOne({ ...plainLaw, floor }, [-30, 5]).membranes;

  it("none lets the membrane sink", () => expect(below(null)).toEqual([-30, -25]));
  it("clamp stops it", () => expect(below({ kind: "clamp", value: Int32Array.of(-20) })).toEqual([-20, -15]));
  it("subtract takes the floor off", () =>
    expect(below({ kind: "subtract", value: Int32Array.of(-20) })).toEqual([-10, -5]));
  it("zero puts it to 0", () => expect(below({ kind: "zero", value: Int32Array.of(-20) })).toEqual([0, 5]));
  it("acts only below its value", () => {
    expect(
      traceOfOne({ ...plainLaw, floor: { kind: "zero", value: Int32Array.of(-30) } }, [-30]).membranes,
    ).toEqual([-30]);
  });
  it("acts after the reset", () => {
    const law: Law = {
      ...plainLaw,
      reset: { kind: "zero", value: Int32Array.of(-5) },
      floor: { kind: "clamp", value: Int32Array.of(-2) },
    };
    expect(traceOfOne(law, [10]).membranes).toEqual([-2]);
  });
});

describe("vInit", () => {
  it("is where the first step starts from", () => {
    const law: Law = { ...plainLaw, vInit: Int32Array.of(9, 10) };
    expect(traceOf(law, [[0, 0]]).spikes[0]).toEqual([0, 1]);
  });
});
