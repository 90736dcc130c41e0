/** Traces, refractory steps, resets that come late or clear traces, and the comparison before the step, one at a time. */
import { describe, expect, it } from "vitest";
import { checkNetwork } from "../../src/network/check.ts";
import type { Decay, Law, Synapse } from "../../src/network/network.ts";
import { encodeSample } from "../../src/simulate/encode.ts";
import { createEngine } from "../../src/simulate/engine.ts";
import { plainLaw, traceOf, traceOfOne } from "./small-laws.ts";
import { dense, networkOf, population, spikesIn } from "./small-networks.ts";

const half: Decay = { kind: "multiply", multiplier: Int32Array.of(1), shift: 1, rounding: "floor" };
const quarter: Decay = { ...half, shift: 2 };
const trace: Synapse & { kind: "trace" } = {
  kind: "trace",
  decayU: half,
  overflowU: null,
  synapseOrder: "decayThenAdd",
  resetSynapse: false,
};
const silent: Law = { ...plainLaw, compare: "never" };
const flat = (rows: readonly (readonly number[])[]) => rows.map(([value]) => value);
const run = (law: Law, currents: readonly number[]) => {
  const { spikes, membranes, u, h } = traceOf(
    law,
    currents.map((current) => [current]),
  );
  return { spikes: flat(spikes), v: flat(membranes), u: flat(u), h: flat(h) };
};

describe("a synapse with one trace", () => {
  it("keeps the input as a trace that decays, and the membrane takes the trace", () => {
    const { u, v } = run({ ...silent, synapse: trace }, [16, 0, 0, 4]);
    expect(u).toEqual([16, 8, 4, 6]);
    expect(v).toEqual([16, 24, 28, 34]);
  });

  it("addThenDecay: what arrives decays in its first step", () => {
    const synapse: Synapse = { ...trace, synapseOrder: "addThenDecay" };
    expect(run({ ...silent, synapse }, [16, 0, 0]).u).toEqual([8, 4, 2]);
  });

  it.each([
    ["saturate", [7, 7, -8]],
    ["wrap", [4, -2, -6]],
  ] as const)("overflowU holds the trace as its range says: %s", (overflow, expected) => {
    const synapse: Synapse = {
      ...trace,
      decayU: { kind: "none" },
      overflowU: { low: -8, high: 7, overflow },
    };
    expect(run({ ...silent, synapse }, [20, 10, -20]).u).toEqual(expected);
  });

  it("resetSynapse: a spike clears it", () => {
    const synapse: Synapse = { ...trace, resetSynapse: true };
    expect(run({ ...plainLaw, synapse }, [8, 4, 0])).toMatchObject({ spikes: [0, 1, 0], u: [8, 0, 0] });
    expect(run({ ...plainLaw, synapse: trace }, [8, 4, 0])).toMatchObject({ u: [8, 8, 4] });
  });
});

describe("a synapse with two traces", () => {
  const alpha: Synapse = { ...trace, kind: "alpha", decayH: quarter, gain: Int32Array.of(3), gainShift: 1 };

  it("makes the membrane of their difference, rounded half away from zero", () => {
    const { u, h, v } = run({ ...silent, synapse: alpha }, [16, 0, -16]);
    expect(u).toEqual([16, 8, -12]);
    expect(h).toEqual([16, 4, -15]);
    expect(v).toEqual([0, 6, 5]); // 3 (8 - 4) / 2, 3 (-12 + 15) / 2 = 4.5
    expect(run({ ...silent, synapse: { ...alpha, gain: Int32Array.of(-3) } }, [16, 0, -16]).v[2]).toBe(-5);
  });

  it("resetSynapse clears both", () => {
    const law: Law = { ...plainLaw, threshold: Int32Array.of(6), synapse: { ...alpha, resetSynapse: true } };
    expect(run(law, [16, 0, 0])).toMatchObject({ spikes: [0, 1, 0], u: [16, 0, 0], h: [16, 0, 0] });
  });
});

describe("inputShift", () => {
  it("moves the weighted input up, and neither bias nor threshold", () => {
    const law: Law = { ...silent, inputShift: 6, bias: Int32Array.of(1) };
    expect(traceOfOne(law, [2, -1]).membranes).toEqual([129, 66]);
  });
});

describe("a delayed reset", () => {
  const law: Law = { ...plainLaw, compare: "gt", resetTiming: "delayed" };

  it("shows the membrane above the threshold, and subtracts in the next step", () => {
    expect(run(law, [15, 0, 0])).toMatchObject({ spikes: [1, 0, 0], v: [15, 5, 5] });
  });

  it("subtracts after the decay, before the overflow", () => {
    const leaky: Law = { ...law, decayV: half, overflowV: { low: -3, high: 100, overflow: "saturate" } };
    expect(run(leaky, [15, 0]).v).toEqual([15, -3]);
  });

  it("takes off an amount of its own for every spike", () => {
    const several: Law = {
      ...law,
      maxSpikes: 0,
      reset: { kind: "subtract", amount: Int32Array.of(7) },
    };
    expect(run(several, [25, 0])).toMatchObject({ spikes: [2, 1], v: [25, 11] });
  });
});

describe("refractory", () => {
  const law: Law = {
    ...plainLaw,
    refractory: 2,
    reset: { kind: "zero", value: Int32Array.of(-1) },
    synapse: { ...trace, decayU: { kind: "none" } },
  };

  it("holds the membrane at the reset's value for so many steps after a spike, while the trace goes on", () => {
    expect(run(law, [10, 0, 1, 0])).toMatchObject({
      spikes: [1, 0, 0, 1],
      v: [-1, -1, -1, -1],
      u: [10, 10, 11, 11],
    });
  });

  it("holds the trace as well with refractoryHoldsSynapse: what arrives meanwhile is lost", () => {
    const held = run({ ...law, refractoryHoldsSynapse: true }, [10, 0, 1, 0]);
    expect(held.u).toEqual([10, 10, 10, 10]);
  });

  it("holds at 0 where the reset subtracts", () => {
    expect(run({ ...law, reset: { kind: "subtract", amount: null } }, [17, 0]).v).toEqual([7, 0]);
  });
});

describe("phase pre", () => {
  it("compares and resets what the step before has left", () => {
    const law: Law = { ...plainLaw, phase: "pre" };
    expect(run(law, [12, 1, 0])).toMatchObject({ spikes: [0, 1, 0], v: [12, 3, 3] });
  });

  it("holds for the steps after the one in which it fires", () => {
    const law: Law = {
      ...plainLaw,
      phase: "pre",
      refractory: 1,
      reset: { kind: "zero", value: Int32Array.of(0) },
    };
    expect(run(law, [12, 12, 12, 12])).toMatchObject({ spikes: [0, 1, 0, 0], v: [12, 12, 0, 12] });
  });
});

describe("parameters of a neuron", () => {
  it("may each be its own: amounts, resets, floors", () => {
    const both = (first: number, second: number) => Int32Array.of(first, second);
    const amount: Law = { ...plainLaw, reset: { kind: "subtract", amount: both(1, 2) } };
    expect(traceOf(amount, [[10, 10]]).membranes).toEqual([[9, 8]]);
    const zero: Law = { ...plainLaw, reset: { kind: "zero", value: both(3, 4) } };
    expect(traceOf(zero, [[10, 10]]).membranes).toEqual([[3, 4]]);
    const clamped: Law = { ...plainLaw, floor: { kind: "clamp", value: both(-1, -2) } };
    expect(traceOf(clamped, [[-9, -9]]).membranes).toEqual([[-1, -2]]);
  });
});

describe("a run", () => {
  const network = networkOf({
    inputs: [spikesIn(1)],
    populations: [population("a", { synapse: trace }), population("b")],
    projections: [dense("input", "a", [8]), dense("a", "b", [1])],
    timesteps: 3,
  });
  const input = encodeSample(network, [1, 0, 1]);

  it("records traces where it is asked to, and zeros of a population without", () => {
    const { traces } = createEngine(network).run(input, { traces: new Set(["a", "b"]) });
    expect(traces!.get("a")!.map(({ u, h }) => [u[0], h])).toEqual([
      [8, null],
      [4, null],
      [10, null],
    ]);
    expect(traces!.get("b")!.map(({ u }) => u[0])).toEqual([0, 0, 0]);
    expect(createEngine(network).run(input).traces).toBeUndefined();
  });
});

describe("checkNetwork", () => {
  const check = (law: Partial<Law>) => () =>
    checkNetwork(
      networkOf({
        inputs: [spikesIn(1)],
        populations: [population("a", law)],
        projections: [dense("input", "a", [1])],
        timesteps: 1,
      }),
    );
  const alpha: Synapse = { ...trace, kind: "alpha", decayH: half, gain: Int32Array.of(1), gainShift: 0 };
  const delayed = { resetTiming: "delayed" } as const;

  it.each<[string, Partial<Law>, string]>([
    ["a bias beside two traces", { synapse: alpha, bias: Int32Array.of(1) }, "two traces make its membrane"],
    ["a decay of v beside two traces", { synapse: alpha, decayV: half }, "two traces make its membrane"],
    ["gains beyond 20 bits", { synapse: { ...alpha, gain: Int32Array.of(2 ** 20) } }, "gain is 1048576"],
    ["refractory steps after a delayed reset", { ...delayed, refractory: 1 }, "begin at the spike"],
    [
      "traces cleared by a delayed reset",
      { ...delayed, synapse: { ...trace, resetSynapse: true } },
      "begin at the spike",
    ],
  ])("refuses %s", (_, law, words) => {
    expect(check(law)).toThrowError(
      expect.objectContaining({ code: "SPK-0704", message: expect.stringContaining(words) }),
    );
  });

  it("takes two traces and delayed resets by themselves", () => {
    expect(check({ synapse: alpha })).not.toThrow();
    expect(check(delayed)).not.toThrow();
  });
});
