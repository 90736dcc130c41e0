/** What the neuron law cannot say is refused by node, with the reason and a way out. */
import { describe, expect, it } from "vitest";
import { SpikecError } from "../../../src/errors/error.ts";
import { type Discretization, discretizationOf } from "../../../src/graph/discretization.ts";
import type { Shape, Tensor } from "../../../src/graph/graph.ts";
import type { SpikingGraph, SpikingNode } from "../../../src/graph/spiking.ts";
import type {
  AlphaNode,
  LeakyNode,
  SinabsAlifNode,
  SinabsIafNode,
} from "../../../src/graph/spiking-neurons.ts";
import type { NumericRules } from "../../../src/target/rules.ts";
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
} from "../../graph/spiking/small-spiking-graphs.ts";
import { genericRules, lowered } from "./native.ts";

const nir = discretizationOf("nir", 1e-3);
const half = scalar(0.5);

function snnTorch(change: Partial<LeakyNode> = {}): LeakyNode {
  return {
    type: "Leaky",
    ...base("leaky", [1]),
    threshold: scalar(1),
    reset: "subtract",
    resetDelay: true,
    inhibition: false,
    gradedSpikesFactor: scalar(1),
    stateLevels: null,
    vInit: null,
    beta: half,
    ...change,
  };
}

const alpha: AlphaNode = {
  ...snnTorch(),
  type: "Alpha",
  ...base("alpha", [1]),
  alpha: half,
  beta: scalar(0.25),
  tauAlpha: null,
};

const iaf: SinabsIafNode = {
  type: "SinabsIAF",
  ...base("iaf", [1]),
  threshold: scalar(1),
  spikes: { kind: "multi" },
  reset: { kind: "subtract", amount: null },
  minVMem: null,
  alphaSyn: null,
  recurrentWeight: null,
  vInit: null,
};

const alif: SinabsAlifNode = {
  ...iaf,
  ...base("alif", [1]),
  type: "SinabsALIF",
  alphaMem: half,
  alphaAdapt: half,
  adaptScale: scalar(1),
  normInput: false,
};

function convolution(name: string, shape: Shape): SpikingNode {
  const weight: Tensor = { shape: [1, 1, 2, 2], data: Float64Array.of(1, 2, 3, 4) };
  return {
    ...{ type: "Conv2d", ...base(name, shape), weight, bias: new Float64Array(1) },
    ...{ stride: [1, 1], padding: [0, 0], dilation: [1, 1], groups: 1, inputShape: null },
  };
}

const integrator: SpikingNode = {
  type: "LI",
  ...base("li", [1]),
  tau: scalar(2e-3),
  r: scalar(1),
  vLeak: scalar(0),
  vInit: null,
  discretization: null,
};
const one = (name: string): SpikingNode => affine(name, 1, 1, [1], [0]);
const between = (node: SpikingNode): SpikingGraph => chain(input(), node, output());
const map = (name: string, shape: Shape): SpikingNode => integrateAndFire(name, 1, shape);
const factors: SpikingNode = {
  type: "Scale",
  ...base("factors", [1, 3, 3]),
  scale: { shape: [1, 3, 3], data: Float64Array.from({ length: 9 }, (_, i) => i) },
};

interface Refused {
  readonly graph: SpikingGraph;
  readonly node: string;
  readonly says: string;
  readonly discretization?: Partial<Discretization>;
}

const refused: Record<string, Refused> = {
  "a second input": {
    graph: graphOf(
      [input("a"), input("b"), integrateAndFire("if", 1), output()],
      [
        ["a", "if"],
        ["b", "if"],
        ["if", "output"],
      ],
    ),
    node: "b",
    says: "2 inputs",
  },
  "a cycle without neurons": {
    graph: graphOf(
      [input(), one("w"), integrateAndFire("if", 1), output()],
      [
        ["input", "w"],
        ["w", "w", 1],
        ["w", "if"],
        ["if", "output"],
      ],
    ),
    node: "w",
    says: "cycle without neurons",
  },
  "a membrane as input of other nodes": {
    graph: chain(input(), integrator, one("w"), integrateAndFire("if", 1), output()),
    node: "li",
    says: "gives its membrane",
  },
  "Alpha with reset by subtraction": { graph: between(alpha), node: "alpha", says: 'reset "subtract"' },
  inhibition: { graph: between(snnTorch({ inhibition: true })), node: "leaky", says: "inhibition" },
  state_quant: {
    graph: between(snnTorch({ stateLevels: Float32Array.of(0, 1) })),
    node: "leaky",
    says: "state_quant",
  },
  "a start above threshold": {
    graph: between(snnTorch({ vInit: scalar(2) })),
    node: "leaky",
    says: "starts above its threshold",
  },
  "a threshold that adapts": { graph: between(alif), node: "alif", says: "threshold rises" },
  "a reset that adds at every step": {
    graph: between({ ...iaf, reset: { kind: "value", value: 0.5, everyStep: true } }),
    node: "iaf",
    says: "at every step",
  },
  "a step longer than a time constant": {
    graph: between(leaky("lif", 5e-4)),
    node: "lif",
    says: "not between 0 and 1",
  },
  "several spikes a step at a threshold of 0": {
    graph: between({ ...iaf, threshold: scalar(0) }),
    node: "iaf",
    says: "threshold of 0",
  },
  "two kernels without neurons between": {
    graph: chain(
      input("input", [1, 4, 4]),
      convolution("first", [1, 3, 3]),
      convolution("second", [1, 2, 2]),
      map("if", [1, 2, 2]),
      output("output", [1, 2, 2]),
    ),
    node: "second",
    says: "two convolutions",
  },
  "a factor a pixel in front of a kernel": {
    graph: chain(
      input("input", [1, 3, 3]),
      factors,
      convolution("kernel", [1, 2, 2]),
      map("if", [1, 2, 2]),
      output("output", [1, 2, 2]),
    ),
    node: "kernel",
    says: "a factor per pixel",
  },
  "a current that rests at v_leak and decays with what arrives": {
    graph: between({
      ...{ type: "CubaLIF", ...base("cuba", [1]), tauSyn: scalar(2e-3), tauMem: scalar(2e-3), r: scalar(1) },
      ...{
        vLeak: half,
        wIn: scalar(1),
        vThreshold: scalar(1),
        vReset: scalar(0),
        vInit: null,
        discretization: null,
      },
    }),
    node: "cuba",
    says: "starts at v_leak",
    discretization: { currentRest: "leak", synapseOrder: "addThenDecay" },
  },
};

describe.each(Object.entries(refused))("%s", (_, { graph, node, says, discretization }) => {
  it("is refused with the node and a way out", () => {
    let error: unknown = null;
    try {
      lowered(graph, { ...nir, ...discretization }, 4);
    } catch (caught) {
      error = caught;
    }
    if (!(error instanceof SpikecError)) throw error ?? new Error("it was lowered");
    expect(error.code).toBe("SPK-0306");
    expect(error.message).toContain(says);
    expect(error.where).toContain(node);
    expect(error.advice).toMatch(/\.$/);
    expect(error.advice).not.toContain("docs/native.md"); // A way out of its own.
  });
});

it("rules that a chip does not keep are all named at once, by layer", () => {
  const rules: NumericRules = { ...genericRules, decay: ["none"], readouts: ["membrane"] };
  expect(() => lowered(between(leaky("lif", 2e-3)), nir, 4, { rules })).toThrow(
    expect.objectContaining({
      code: "SPK-0304",
      message: expect.stringMatching(/lif: decayV is multiply, allowed: none(.|\n)*lif: readout is count/),
    }),
  );
});

it("a chip that compares after every event is named as one", () => {
  const rules: NumericRules = { ...genericRules, accumulate: "event" };
  expect(() => lowered(between(integrateAndFire("if", 1)), nir, 4, { rules })).toThrow(
    expect.objectContaining({ code: "SPK-0304", message: expect.stringContaining("if: accumulate is step") }),
  );
});
