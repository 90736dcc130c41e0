import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileSpiking } from "../../../src/graph/compile-spiking.ts";
import { type Discretization, discretizationOf, presetNames } from "../../../src/graph/discretization.ts";
import { evaluateSpiking, recordRun } from "../../../src/graph/evaluate-spiking.ts";
import type { SpikingGraph, SpikingNode } from "../../../src/graph/spiking.ts";
import type { SpikingNeuron } from "../../../src/graph/spiking-neurons.ts";
import {
  affine,
  base,
  chain,
  graphOf,
  input,
  integrateAndFire,
  leaky,
  output,
  scalar,
} from "./small-spiking-graphs.ts";

const plain = discretizationOf("nir", 1e-3);
const change = (part: Partial<Discretization>): Discretization => ({ ...plain, ...part });

/** What the only Output gave in each step. */
function outputs(graph: SpikingGraph, d: Discretization, values: number[]): number[] {
  return [...evaluateSpiking(graph, d, Float32Array.from(values)).spikes.get("output")!];
}

/** Total spikes of one neuron on a constant input, in whole numbers, which float32 holds exactly. */
function total(neuron: SpikingNeuron, d: Discretization, current: number, steps: number): number {
  const spikes = outputs(chain(input(), neuron, output()), d, new Array(steps).fill(current));
  return spikes.reduce((sum, count) => sum + count, 0);
}

describe("closed forms of an IF neuron on a constant input a over T steps", () => {
  const cases = fc.record({
    a: fc.integer({ min: 0, max: 40 }),
    threshold: fc.integer({ min: 1, max: 30 }),
    steps: fc.integer({ min: 0, max: 60 }),
  });
  const subtract = { reset: "subtract" } as const;

  it("unbounded spikes from the threshold on are floor(T a / threshold)", () => {
    fc.assert(
      fc.property(cases, ({ a, threshold, steps }) => {
        const d = change({ ...subtract, compare: "ge", spikes: "multi" });
        expect(total(integrateAndFire("n", threshold), d, a, steps)).toBe(
          Math.floor((steps * a) / threshold),
        );
      }),
    );
  });

  it("single spikes from the threshold on are floor(T a / threshold), or one a step", () => {
    fc.assert(
      fc.property(cases, ({ a, threshold, steps }) => {
        const d = change({ ...subtract, compare: "ge" });
        const expected = a <= threshold ? Math.floor((steps * a) / threshold) : steps;
        expect(total(integrateAndFire("n", threshold), d, a, steps)).toBe(expected);
      }),
    );
  });

  it("single spikes above the threshold are ceil(T a / threshold) - 1", () => {
    fc.assert(
      fc.property(cases, ({ a, threshold, steps }) => {
        fc.pre(a <= threshold);
        const expected = Math.max(0, Math.ceil((steps * a) / threshold) - 1);
        expect(total(integrateAndFire("n", threshold), change(subtract), a, steps)).toBe(expected);
      }),
    );
  });
});

describe("time", () => {
  const fire = integrateAndFire("n", 0.5);

  it("a spike passes a chain without delay in the same step", () => {
    const graph = chain(input(), fire, { ...fire, name: "m" }, output());
    expect(outputs(graph, plain, [0, 1, 0])).toEqual([0, 1, 0]);
  });

  it("an edge of delay d hands values on d steps later, and zeros before", () => {
    const graph = graphOf(
      [input(), fire, output()],
      [
        ["input", "n", 2],
        ["n", "output", 1],
      ],
    );
    expect(outputs(graph, plain, [1, 0, 1, 0, 0, 0])).toEqual([0, 0, 0, 1, 0, 1]);
  });

  it("a Delay node rounds its seconds to steps of dt, neuron by neuron", () => {
    const delay: SpikingNode = {
      type: "Delay",
      ...base("delay", [2]),
      delay: { shape: [2], data: Float64Array.of(1e-3, 2.9e-3) },
    };
    const graph = chain(input("input", [2]), delay, output("output", [2]));
    expect(outputs(graph, plain, [1, 2, 3, 4, 0, 0, 0, 0])).toEqual([0, 0, 1, 0, 3, 0, 0, 2]);
  });

  it.each([
    ["a Delay of ages", [], 1e12],
    ["an edge of a thousand million steps", [1e9], 0],
  ])("%s is refused, not stored", (_, [steps = 0], seconds) => {
    const delay: SpikingNode = { type: "Delay", ...base("delay", [1]), delay: scalar(seconds) };
    const graph = graphOf(
      [input(), delay, output()],
      [
        ["input", "delay"],
        ["delay", "output", steps],
      ],
    );
    expect(() => outputs(graph, plain, [1])).toThrow(expect.objectContaining({ code: "SPK-0204" }));
  });

  it("phase before gives the spikes a step later", () => {
    const before = change({ phase: "before", outputDelay: 1 });
    expect(outputs(chain(input(), fire, output()), before, [0, 1, 0, 0])).toEqual([0, 0, 1, 0]);
  });

  it("Lava's output is that of the plain law, a step later", () => {
    const graph = chain(input(), leaky("n", 5e-3), output());
    const values = Array.from({ length: 40 }, (_, step) => (step % 3) + 1);
    const lava = outputs(graph, discretizationOf("lava", 1e-3), values);
    expect(lava.slice(1)).toEqual(outputs(graph, plain, values).slice(0, -1));
    expect(lava).toContain(1);
  });

  it("a run starts from the initial membranes", () => {
    const graph = chain(input(), { ...integrateAndFire("n", 1), vInit: scalar(0.75) }, output());
    expect(outputs(graph, plain, [0.5, 0.5])).toEqual([1, 0]);
  });

  it("norse starts at v_leak, and a neuron whose v_leak is above threshold fires by itself", () => {
    const neuron = leaky("n", 2e-3, { vLeak: scalar(2) });
    const record = evaluateSpiking(
      chain(input(), neuron, output()),
      discretizationOf("norse", 1e-3),
      new Float32Array(4),
    );
    expect([...record.spikes.get("output")!]).toEqual([1, 0, 1, 0]);
  });
});

describe("recurrence", () => {
  /** A neuron that is fed its own spike of the last step through a weight and a bias. */
  const loop = (weight: number, bias: number): SpikingGraph =>
    graphOf(
      [input(), integrateAndFire("n", 0.9), affine("back", 1, 1, [weight], [bias]), output()],
      [
        ["input", "n"],
        ["n", "back", 1],
        ["back", "n"],
        ["n", "output"],
      ],
    );

  it("a spike comes back in the next step", () => {
    expect(outputs(loop(1, 0), plain, [1, 0, 0])).toEqual([1, 1, 1]);
    expect(outputs(loop(0, 0), plain, [1, 0, 0])).toEqual([1, 0, 0]);
  });

  it("the bias of recurrent weights acts in the first step or not, as recurrentBiasAtT0 says", () => {
    expect(outputs(loop(0, 1), plain, [0, 0])).toEqual([1, 1]);
    expect(outputs(loop(0, 1), change({ recurrentBiasAtT0: false }), [0, 0])).toEqual([0, 1]);
  });

  it("a second sample begins as the first did, where nothing has come back yet", () => {
    const run = compileSpiking(loop(0, 1), change({ recurrentBiasAtT0: false }));
    const once = () => [...recordRun(run, new Float32Array(3)).spikes.get("output")!];
    expect(once()).toEqual([0, 1, 1]);
    expect(once()).toEqual([0, 1, 1]);
  });

  it("a cycle without delay is refused by name", () => {
    const graph = graphOf(
      [input(), integrateAndFire("n", 1), affine("back", 1, 1, [1], [0]), output()],
      [
        ["input", "n"],
        ["n", "back"],
        ["back", "n"],
        ["n", "output"],
      ],
    );
    expect(() => outputs(graph, plain, [1])).toThrow(expect.objectContaining({ code: "SPK-0202" }));
  });
});

describe("several inputs and outputs", () => {
  const graph = graphOf(
    [
      input("a"),
      input("b"),
      integrateAndFire("n", 1.5),
      output("spikes"),
      affine("twice", 1, 1, [2], [0]),
      output("sum"),
    ],
    [
      ["a", "n"],
      ["b", "n"],
      ["n", "spikes"],
      ["b", "twice"],
      ["twice", "sum"],
      ["a", "sum"],
    ],
  );

  it("what several edges bring is added up", () => {
    const record = evaluateSpiking(
      graph,
      plain,
      new Map([
        ["a", Float32Array.of(1, 1, 0)],
        ["b", Float32Array.of(1, 0, 3)],
      ]),
    );
    expect([...record.spikes.get("spikes")!]).toEqual([1, 0, 1]);
    expect([...record.spikes.get("sum")!]).toEqual([3, 1, 6]);
  });

  it.each([
    ["one array for two inputs", Float32Array.of(1)],
    ["an input without values", new Map([["a", Float32Array.of(1)]])],
    [
      "inputs of different lengths",
      new Map([
        ["a", Float32Array.of(1, 1)],
        ["b", Float32Array.of(1)],
      ]),
    ],
  ])("%s is refused", (_, values) => {
    expect(() => evaluateSpiking(graph, plain, values)).toThrow(
      expect.objectContaining({ code: "SPK-0203" }),
    );
  });

  it("records membranes and currents of the nodes that are asked for", () => {
    const cuba: SpikingNode = {
      type: "CubaLI",
      ...base("n", [1]),
      tauSyn: scalar(2e-3),
      tauMem: scalar(4e-3),
      r: scalar(4),
      vLeak: scalar(0),
      wIn: scalar(2),
      vInit: null,
      discretization: null,
    };
    const record = evaluateSpiking(chain(input(), cuba, output()), plain, Float32Array.of(1, 0, 0), {
      record: new Set(["n"]),
    });
    // decay 1/2 and 3/4, gains w_in dt / tau_syn = 1 and r dt / tau_mem = 1.
    expect([...record.currents.get("n")!]).toEqual([1, 0.5, 0.25]);
    expect([...record.membranes.get("n")!]).toEqual([1, 1.25, 1.1875]);
    expect([...record.membranes.keys()]).toEqual(["n"]);
    expect([...record.spikes.keys()]).toEqual(["n", "output"]);
  });
});

describe("every preset", () => {
  it.each(presetNames)("%s runs a LIF to spikes that more input makes more", (preset) => {
    const d = discretizationOf(preset, 1e-3);
    const neuron = leaky("n", preset === "sinabs" ? 10 : 1e-2, { r: scalar(1) });
    // What is added whole makes a tenth of it enough: tau is ten steps.
    const unit = d.input === "dirac" ? 0.1 : 1;
    const counts = [0, 2, 4].map((current) => total(neuron, d, current * unit, 100));
    expect(counts[0]).toBe(0);
    expect(counts[1]).toBeGreaterThan(0);
    expect(counts[2]).toBeGreaterThan(counts[1]);
  });
});
