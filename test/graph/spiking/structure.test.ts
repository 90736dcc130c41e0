import { describe, expect, it } from "vitest";
import { checkSpikingGraph } from "../../../src/graph/check-spiking.ts";
import { delayCycles } from "../../../src/graph/delay-cycles.ts";
import { discretizationOf } from "../../../src/graph/discretization.ts";
import { evaluateSpiking } from "../../../src/graph/evaluate-spiking.ts";
import { flattenGraph } from "../../../src/graph/flatten-graph.ts";
import type { ShapelessSpikingNode, SpikingEdge, SpikingNode, Subgraph } from "../../../src/graph/spiking.ts";
import { fanOuts } from "../../../src/graph/spiking-fan-out.ts";
import { inferSpikingShapes } from "../../../src/graph/spiking-shapes.ts";
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

function subgraph(name: string, nodes: SpikingNode[], edges: [string, string, number?][]): Subgraph {
  const flat = edges.map(([from, to, delay = 0]): SpikingEdge => ({ from, to, delay }));
  return { type: "NIRGraph", ...base(name, [1]), nodes, edges: flat };
}

describe("flattenGraph", () => {
  const inner = subgraph(
    "layer",
    [input(), integrateAndFire("layer.n", 0.5), affine("back", 1, 1, [1], [0]), output()],
    [
      ["input", "layer.n"],
      ["layer.n", "back", 1],
      ["back", "layer.n"],
      ["layer.n", "output"],
    ],
  );
  const nested = graphOf(
    [
      input("in"),
      subgraph(
        "outer",
        [input(), inner, output()],
        [
          ["input", "layer"],
          ["layer", "output"],
        ],
      ),
      output("out"),
    ],
    [
      ["in", "outer"],
      ["outer", "out", 2],
    ],
  );

  it("joins names by a dot, keeps those that have the prefix, and wires ports away", () => {
    const flat = flattenGraph(nested);
    expect(flat.nodes.map(({ name }) => name).sort()).toEqual([
      "in",
      "out",
      "outer.layer.back",
      "outer.layer.n",
    ]);
    expect(new Set(flat.edges.map(({ from, to, delay }) => `${from} ${to} ${delay}`))).toEqual(
      new Set([
        "in outer.layer.n 0",
        "outer.layer.n outer.layer.back 1",
        "outer.layer.back outer.layer.n 0",
        "outer.layer.n out 2",
      ]),
    );
  });

  it("changes nothing of what is computed", () => {
    const record = evaluateSpiking(nested, discretizationOf("nir", 1), Float32Array.of(0, 1, 0, 0, 0));
    expect([...record.spikes.get("out")!]).toEqual([0, 0, 0, 1, 1]);
  });

  it("refuses names that collide, and edges to a nested graph with two inputs", () => {
    const twice = graphOf([input("layer.n"), { ...inner }, output("out")], [["layer.n", "layer"]]);
    expect(() => flattenGraph(twice)).toThrow(expect.objectContaining({ code: "SPK-0202" }));
    const ports = subgraph("two", [input("a"), input("b"), output()], [["a", "output"]]);
    const graph = graphOf([input(), ports, output()], [["input", "two"]]);
    expect(() => flattenGraph(graph)).toThrow(/2 nodes of type Input/);
  });
});

describe("delayCycles", () => {
  const edge = (from: string, to: string): SpikingEdge => ({ from, to, delay: 0 });
  const nodes = [
    input(),
    affine("back", 1, 1, [1], [0]),
    integrateAndFire("n", 1),
    integrateAndFire("m", 1),
    output(),
  ];

  it("delays the edge that leaves the neuron, wherever the file begins", () => {
    const edges = [edge("back", "n"), edge("n", "back"), edge("input", "n"), edge("n", "output")];
    expect(delayCycles(nodes, edges).delayed).toEqual([{ from: "n", to: "back", delay: 1 }]);
  });

  it("delays one edge of a cycle of two neurons, and leaves forward edges alone", () => {
    const edges = [
      edge("input", "n"),
      edge("n", "m"),
      edge("m", "back"),
      edge("back", "n"),
      edge("m", "output"),
    ];
    const { delayed, edges: all } = delayCycles(nodes, edges);
    expect(delayed).toEqual([{ from: "m", to: "back", delay: 1 }]);
    expect(all.filter(({ delay }) => delay === 0)).toHaveLength(4);
  });

  it("delays a neuron's edge to itself", () => {
    expect(delayCycles(nodes, [edge("n", "n")]).edges).toEqual([{ from: "n", to: "n", delay: 1 }]);
  });

  it("takes a chain of 20 000 nodes and a hostile mesh in bounded time", () => {
    const many = Array.from({ length: 20_000 }, (_, i) => integrateAndFire(`n${i}`, 1));
    const line = many.slice(1).map((node, i) => edge(many[i].name, node.name));
    expect(delayCycles(many, line).delayed).toEqual([]);
    const mesh = many.slice(0, 150).flatMap((a) => many.slice(0, 150).map((b) => edge(a.name, b.name)));
    expect(() => delayCycles(many, mesh)).toThrow(expect.objectContaining({ code: "SPK-0204" }));
  });
});

describe("inferSpikingShapes", () => {
  const edges = (...pairs: [string, string][]): SpikingEdge[] =>
    pairs.map(([from, to]) => ({ from, to, delay: 0 }));
  const flatten = (startDim: number, endDim: number): ShapelessSpikingNode => ({
    type: "Flatten",
    ...base("flatten", []),
    startDim,
    endDim,
  });

  it("spreads through a cycle from what is known", () => {
    const nodes = [
      input("input", [3]),
      integrateAndFire("n", 1),
      affine("back", 3, 3, new Array(9).fill(0), [0, 0, 0]),
    ];
    const shapes = inferSpikingShapes(nodes, edges(["back", "n"], ["n", "back"], ["input", "n"]));
    expect(shapes.get("n")).toEqual([3]);
  });

  it.each([
    [0, -1, [24]],
    [1, -1, [2, 12]],
    [0, 1, [6, 4]],
  ])("Flatten joins axes %i to %i", (startDim, endDim, expected) => {
    const shapes = inferSpikingShapes(
      [input("input", [2, 3, 4]), flatten(startDim, endDim)],
      edges(["input", "flatten"]),
    );
    expect(shapes.get("flatten")).toEqual(expected);
  });

  it("refuses a Flatten of axes that are not there, and a node that nothing known leads to", () => {
    const nodes = [input("input", [2]), flatten(1, -1)];
    expect(() => inferSpikingShapes(nodes, edges(["input", "flatten"]))).toThrow(/axes 1 to -1/);
    expect(() => inferSpikingShapes(nodes, [])).toThrow(expect.objectContaining({ code: "SPK-0201" }));
  });

  it("refuses parameters that do not fit the input", () => {
    const neuron = leaky("n", 1, { tau: { shape: [2], data: Float64Array.of(1, 1) } });
    const nodes = [input("input", [3]), neuron, affine("last", 1, 3, [0, 0, 0], [0])];
    const graph = graphOf(
      [nodes[0], { ...neuron, shape: [3] }, nodes[2]],
      [
        ["input", "n"],
        ["n", "last"],
      ],
    );
    expect(() => checkSpikingGraph(graph)).toThrow(/tau has the shape \[2\]/);
  });
});

describe("checkSpikingGraph", () => {
  const good = chain(input(), leaky("n", 1e-3), output());

  it("passes what is in order", () => {
    expect(() => checkSpikingGraph(good)).not.toThrow();
  });

  it.each([
    ["tau of 0", chain(input(), leaky("n", 0), output()), /tau is 0/],
    [
      "a negative threshold",
      chain(input(), leaky("n", 1, { vThreshold: scalar(-1) }), output()),
      /vThreshold is -1/,
    ],
    ["NaN", chain(input(), leaky("n", 1, { r: scalar(Number.NaN) }), output()), /r holds NaN/],
    ["two nodes of one name", graphOf([input(), input()], []), /two nodes/],
    ["an edge to nowhere", graphOf([input()], [["input", "gone"]]), /gone/],
    ["an edge into an Input", graphOf([input(), input("b")], [["input", "b"]]), /leads to it/],
    ["half a step of delay", graphOf([input(), output()], [["input", "output", 0.5]]), /0\.5 steps/],
    [
      "a bias of the wrong length",
      chain(input(), affine("a", 2, 1, [1, 1], [0]), output("output", [2])),
      /bias holds 1/,
    ],
    [
      "a cycle without delay",
      graphOf(
        [input(), leaky("n", 1)],
        [
          ["input", "n"],
          ["n", "n"],
        ],
      ),
      /cycle n -> n/,
    ],
  ])("refuses %s, and says where", (_, graph, message) => {
    expect(() => checkSpikingGraph(graph)).toThrow(message);
  });

  it("refuses recurrent weights of another size", () => {
    const { vThreshold: threshold, ...rest } = leaky("n", 1);
    const neuron: SpikingNode = {
      ...rest,
      type: "SinabsIAF",
      threshold,
      minVMem: null,
      alphaSyn: null,
      recurrentWeight: { shape: [2, 2], data: new Float32Array(4) },
      spikes: { kind: "multi" },
      reset: { kind: "subtract", amount: null },
    };
    expect(() => checkSpikingGraph(chain(input(), neuron, output()))).toThrow(/\[2, 2\] for 1 neurons/);
  });
});

describe("fanOuts", () => {
  it("counts synapses border by border, and through pools from the spikes before them", () => {
    const conv: SpikingNode = {
      type: "Conv2d",
      ...base("conv", [2, 2, 2]),
      weight: { shape: [2, 1, 3, 3], data: new Float32Array(18) },
      bias: new Float32Array(2),
      stride: [1, 1],
      padding: [1, 1],
      dilation: [1, 1],
      groups: 1,
      inputShape: null,
    };
    const pool: SpikingNode = {
      type: "SumPool2d",
      ...base("pool", [2, 1, 1]),
      kernel: [2, 2],
      stride: [2, 2],
      padding: [0, 0],
    };
    const flatten: SpikingNode = { type: "Flatten", ...base("flatten", [2]), startDim: 0, endDim: -1 };
    const graph = chain(
      input("input", [1, 2, 2]),
      conv,
      integrateAndFire("n", 1, [2, 2, 2]),
      pool,
      flatten,
      affine("last", 3, 2, new Array(6).fill(0), [0, 0, 0]),
      output("output", [3]),
    );
    const [first, second] = fanOuts(graph);
    expect([first.node, first.source, ...first.synapses]).toEqual(["conv", "input", 8, 8, 8, 8]);
    expect([second.node, second.source, ...second.synapses]).toEqual(["last", "n", ...new Array(8).fill(3)]);
  });
});
