/** The checker at the end of lowering: one test for each rule that a network can break. */

import { describe, expect, it } from "vitest";
import { SpikecError } from "../../src/errors/error.ts";
import { lower } from "../../src/lower/lower.ts";
import { violations } from "../../src/lower/violations.ts";
import type { Law, Network } from "../../src/network/network.ts";
import type { NumericRules } from "../../src/target/rules.ts";
import { graphOf } from "../graph/small-graphs.ts";
import { firingPopulations, withLawOf } from "../network/firing.ts";
import { intoHidden, intoOutput, law, sampleNetwork } from "../network/sample-network.ts";
import { affine, relu, seeded } from "./graph-parts.ts";
import { genericRules, lesserRules, optionsFor } from "./lowering.ts";

/** A chip whose neurons only integrate and fire, as most do. */
const { neurons: nativeNeurons, ...plainRules } = genericRules;
const state = genericRules.state;
/** -96, -88, ... 88 */
const evenWeights = Int8Array.from({ length: 24 }, (_, index) => 8 * index - 96);

/** The sample network with membranes that the rules know, and its input as they want it. */
const legal: Network = {
  ...sampleNetwork,
  populations: firingPopulations(sampleNetwork).map((population) => ({
    ...population,
    law: { ...population.law, overflowV: state },
  })),
  projections: [intoHidden, { ...intoOutput, connection: { kind: "dense", weights: evenWeights } }],
};

/** One population changed. */
function withLaw(name: "hidden" | "output", change: Partial<Law>): Network {
  return withLawOf(legal, name, change);
}

function found(network: Network, rules: Partial<NumericRules> = {}): string[] {
  return violations(network, { ...plainRules, ...rules }).map(({ layer, rule }) => `${layer}: ${rule}`);
}

it("a network within the rules has no violations", () => expect(found(legal)).toEqual([]));

describe("a violation is found where", () => {
  it("a threshold is out of range, or finer than allowed", () => {
    const range = { low: 1, high: 99, granularity: "neuron" } as const;
    expect(found(legal, { threshold: range })).toEqual(["output: threshold"]);
    expect(found(legal, { threshold: { ...range, low: 2, high: 100 } })).toEqual(["hidden: threshold"]);
    expect(found(legal, { threshold: { low: 1, high: 100, granularity: "channel" } })).toEqual([
      "hidden: threshold granularity",
    ]);
    const channels = withLaw("hidden", { threshold: Int32Array.of(3, 4) });
    expect(found(channels, { threshold: { low: 1, high: 100, granularity: "channel" } })).toEqual([]);
    expect(found(channels, { threshold: { low: 1, high: 100, granularity: "population" } })).toEqual([
      "hidden: threshold granularity",
    ]);
  });

  it("the comparison is not the chip's", () => {
    expect(found(legal, { compare: ["gt"] })).toEqual(["hidden: compare", "output: compare"]);
    expect(found(withLaw("hidden", { compare: "gt" }), { compare: ["ge"] })).toEqual(["hidden: compare"]);
  });

  it("the reset is not the chip's, or none", () => {
    expect(found(legal, { reset: ["zero"] })).toEqual(["hidden: reset", "output: reset"]);
    const kept = withLaw("hidden", { reset: { kind: "none" } });
    expect(found(kept)).toEqual(["hidden: reset"]);
    expect(found(kept, { neurons: { ...nativeNeurons!, resetNone: true } })).toEqual([]);
    expect(found(kept, { neurons: { ...nativeNeurons!, resetNone: false } })).toEqual(["hidden: reset"]);
  });

  it("there are more spikes a step than the chip gives", () => {
    expect(found(withLaw("hidden", { maxSpikes: 3 }), { maxSpikes: 2 })).toEqual(["hidden: maxSpikes"]);
    expect(found(withLaw("hidden", { maxSpikes: 0 }), { maxSpikes: 31 })).toEqual(["hidden: maxSpikes"]);
    expect(found(withLaw("hidden", { maxSpikes: 2 }), { maxSpikes: 2 })).toEqual([]);
    const unbounded = withLaw("hidden", { maxSpikes: 0 });
    expect(found(unbounded, { neurons: { ...nativeNeurons!, unboundedSpikes: true } })).toEqual([]);
  });

  it("a membrane has another range, or overflows in another way", () => {
    expect(found(withLaw("output", { overflowV: null }))).toEqual(["output: state"]);
    expect(found(withLaw("output", { overflowV: { ...state, high: 32767 } }))).toEqual(["output: state"]);
    expect(found(withLaw("output", { overflowV: { ...state, low: -1 } }))).toEqual(["output: state"]);
    expect(found(withLaw("output", { overflowV: { ...state, overflow: "wrap" } }))).toEqual([
      "output: state",
    ]);
  });

  it("a membrane has a range of its own, which some chips allow within theirs", () => {
    const neurons = { ...nativeNeurons!, narrowStates: true };
    const narrow = withLaw("output", { overflowV: { low: -128, high: 127, overflow: "saturate" } });
    expect(found(narrow)).toEqual(["output: state"]);
    expect(found(narrow, { neurons })).toEqual([]);
    const wrapping = withLaw("output", { overflowV: { low: -128, high: 127, overflow: "wrap" } });
    expect(found(wrapping, { neurons })).toEqual(["output: state"]);
    const wider = withLaw("output", { overflowV: { ...state, high: state.high + 1 } });
    expect(found(wider, { neurons })).toEqual(["output: state"]);
  });

  it("there is a bias on a chip without, or it is out of range, or finer than allowed", () => {
    expect(found(legal, { bias: null })).toEqual(["hidden: bias"]);
    expect(found(withLaw("hidden", { bias: new Int32Array(8) }), { bias: null })).toEqual([]);
    expect(found(legal, { bias: { low: -3, high: 3, granularity: "neuron" } })).toEqual(["hidden: bias"]);
    expect(found(legal, { bias: { low: -4, high: 3, granularity: "channel" } })).toEqual([]);
    expect(found(legal, { bias: { low: -4, high: 3, granularity: "population" } })).toEqual([
      "hidden: bias granularity",
    ]);
  });

  it("membranes start elsewhere than the chip's", () => {
    expect(found(legal, { vInit: null })).toEqual(["hidden: vInit", "output: vInit"]);
    expect(found(withLaw("output", { vInit: Int32Array.of(0) }), { vInit: null })).toEqual(["hidden: vInit"]);
    expect(found(legal, { vInit: { low: 0, high: 49, granularity: "neuron" } })).toEqual([
      "hidden: vInit",
      "output: vInit",
    ]);
    const channels = withLaw("hidden", { vInit: Int32Array.of(1, 2) });
    expect(found(channels, { vInit: { low: 0, high: 50, granularity: "population" } })).toEqual([
      "hidden: vInit granularity",
    ]);
  });

  it("a decay or a floor is not the chip's", () => {
    const leaky = withLaw("hidden", { decayV: { kind: "shift", shift: 4, tail: true } });
    expect(found(leaky, { decay: ["none"] })).toEqual(["hidden: decayV"]);
    expect(found(legal, { decay: ["shift"] })).toEqual(["hidden: decayV", "output: decayV"]);
    const floored = withLaw("output", { floor: { kind: "clamp", value: Int32Array.of(0) } });
    expect(found(floored, { floor: ["none", "zero"] })).toEqual(["output: floor"]);
    expect(found(legal, { floor: ["clamp"] })).toEqual(["hidden: floor", "output: floor"]);
  });

  it("a weight is too wide, of the wrong sign, or between the chip's steps", () => {
    const weights = { bits: 7, signed: true, step: 1 };
    expect(found(legal, { weights })).toEqual(["hidden to output: weight"]);
    expect(found(legal, { weights: { bits: 8, signed: false, step: 1 } })).toEqual([
      "input to hidden: weight",
      "hidden to output: weight",
    ]);
    expect(found(legal, { weights: { bits: 8, signed: true, step: 2 } })).toEqual([
      "input to hidden: weight step",
    ]);
  });

  it("a delay is out of range, or differs where a source has one for all", () => {
    expect(found(legal, { delay: { low: 1, high: 9, granularity: "projection" } })).toEqual([
      "hidden to output: delay",
    ]);
    expect(found(legal, { delay: { low: 0, high: 0, granularity: "projection" } })).toEqual([
      "input to hidden: delay",
    ]);
    const [, last] = legal.projections;
    const again = { ...last, name: "again", delay: 2 };
    const network = { ...legal, projections: [...legal.projections, again] };
    expect(found(network, { delay: { low: 0, high: 9, granularity: "projection" } })).toEqual([]);
    expect(found(network, { delay: { low: 0, high: 9, granularity: "source" } })).toEqual(["again: delay"]);
  });

  it("the input or the readout is not the chip's", () => {
    expect(found(legal, { inputs: ["analog", "spikes"] })).toEqual(["input: input"]);
    expect(found(legal, { readouts: ["membrane"] })).toEqual(["output: readout"]);
  });
});

it("a population that never fires has no threshold, comparison or reset to be checked", () => {
  const silent = withLaw("output", {
    compare: "never",
    reset: { kind: "none" },
    threshold: Int32Array.of(0),
    maxSpikes: 0,
  });
  expect(
    found({ ...silent, readout: { ...legal.readout, read: "membrane" } }, { compare: ["ge"], maxSpikes: 1 }),
  ).toEqual([]);
});

it("an always-on input is allowed whatever inputs the chip takes", () => {
  const always = { name: "bias", shape: [1], encoder: { kind: "always" }, polarity: "unsigned" } as const;
  expect(found({ ...legal, inputs: [...legal.inputs, always] }, { inputs: ["rate"] })).toEqual([]);
});

it("violations name what was found and what is allowed", () => {
  const [violation] = violations(legal, {
    ...genericRules,
    threshold: { low: 1, high: 99, granularity: "neuron" },
  });
  expect(violation).toEqual({ layer: "output", rule: "threshold", found: "100 at 0", allowed: "1..99" });
  expect(law.threshold[0]).toBe(100);
});

describe("neurons that count in fine units", () => {
  const { low, high, overflow } = { low: -(2 ** 23) + 1, high: 2 ** 23 - 1, overflow: "saturate" } as const;
  const trace = { low, high: 2 ** 23, overflow: "wrap" } as const;
  const fine = { inputShift: 6, state: { low, high, overflow }, trace };
  const rules: Partial<NumericRules> = {
    neurons: { ...nativeNeurons!, inputShift: { low: 0, high: 0 }, fine },
    threshold: { low: 1, high: 1000, granularity: "neuron" },
  };
  const finely = (change: Partial<Law>): Network =>
    withLaw("hidden", {
      inputShift: 6,
      overflowV: fine.state,
      threshold: Int32Array.of(64_000),
      bias: Int32Array.of(128),
      ...change,
    });

  it("have ranges of their own, thresholds and biases in multiples of a unit", () => {
    expect(found(finely({}), rules)).toEqual([]);
    expect(found(finely({ threshold: Int32Array.of(64_064) }), rules)).toEqual(["hidden: threshold"]);
    expect(found(finely({ threshold: Int32Array.of(100) }), rules)).toEqual(["hidden: threshold step"]);
    expect(found(finely({ bias: Int32Array.of(1) }), rules)).toEqual(["hidden: bias step"]);
    expect(found(finely({ inputShift: 5 }), rules)).toContain("hidden: inputShift");
    expect(found(finely({ overflowV: state }), rules)).toEqual(["hidden: state"]);
  });

  it("have traces of a range of their own", () => {
    const synapse = {
      kind: "trace",
      decayU: { kind: "none" },
      overflowU: trace,
      synapseOrder: "decayThenAdd",
      resetSynapse: false,
    } as const;
    expect(found(finely({ synapse }), rules)).toEqual([]);
    const unbounded = { ...synapse, overflowU: null };
    expect(found(finely({ synapse: unbounded }), rules)).toEqual(["hidden: state of a trace"]);
  });
});

describe("lowering", () => {
  const random = seeded(8);
  const graph = graphOf([6], [affine(random, 8, 6), relu(), affine(random, 3, 8)]);

  it.each(Object.entries(lesserRules))("gives a legal network for a chip with %s", (_name, rules) => {
    const { network } = lower(graph, optionsFor(graph, { rules }));
    expect(violations(network, rules)).toEqual([]);
  });

  it("refuses what it could not make legal, naming every layer and rule", () => {
    const rules: NumericRules = { ...genericRules, decay: ["shift"], floor: ["clamp"] };
    const attempt = () => lower(graph, optionsFor(graph, { rules }));
    expect(attempt).toThrow(SpikecError);
    expect(attempt).toThrow(expect.objectContaining({ code: "SPK-0304", exitCode: 4 }));
    expect(attempt).toThrow(/ReLU2: decayV.*\n.*ReLU2: floor.*\n.*Affine3: decayV.*\n.*Affine3: floor/);
  });

  it("refuses an input that the chip does not take", () => {
    const rules: NumericRules = { ...genericRules, inputs: ["rate"] };
    const attempt = () => lower(graph, optionsFor(graph, { rules, input: "analog" }));
    expect(attempt).toThrow(expect.objectContaining({ code: "SPK-0305" }));
  });

  it("refuses to learn from zeros", () => {
    const options = optionsFor(graph);
    const zeros = { ...options, calibration: { ...options.calibration, values: new Float32Array(48 * 6) } };
    expect(() => lower(graph, zeros)).toThrow(expect.objectContaining({ code: "SPK-0303" }));
  });
});
