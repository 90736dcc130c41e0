import { describe, expect, it } from "vitest";
import { checkGraph } from "../../src/graph/check.ts";
import type { Graph, GraphNode } from "../../src/graph/graph.ts";
import { graphOf, tensor } from "./small-graphs.ts";

const sound = graphOf(
  [4],
  [
    { type: "Affine", name: "hidden", weight: tensor([3, 4]), bias: new Float32Array(3) },
    { type: "ReLU", name: "relu", maximum: null },
  ],
);

/** The sound graph with one node changed. */
function changed(name: string, change: object): Graph {
  return {
    ...sound,
    nodes: sound.nodes.map((node) => (node.name === name ? ({ ...node, ...change } as GraphNode) : node)),
  };
}

it("a sound graph passes", () => {
  expect(() => checkGraph(sound)).not.toThrow();
});

describe("a graph is refused, naming the node, where", () => {
  const cases: [string, Graph, RegExp][] = [
    ["two nodes share a name", changed("relu", { name: "hidden" }), /two nodes are named hidden/],
    [
      "a node stands before its input",
      changed("hidden", { inputs: ["relu"] }),
      /relu does not stand before it/,
    ],
    ["there is no input", { ...sound, nodes: sound.nodes.slice(1) }, /one Input node, the first/],
    [
      "there are two inputs",
      { ...sound, nodes: [...sound.nodes, { ...sound.nodes[0], name: "second" }] },
      /one Input node/,
    ],
    ["the output is no node", { ...sound, output: "nothing" }, /nothing is no node/],
    [
      "a shape is not what follows from the inputs",
      changed("relu", { shape: [5] }),
      /its shape is \[3\], the graph says \[5\]/,
    ],
    [
      "a tensor holds too few values",
      changed("hidden", { weight: tensor([3, 4], new Float32Array(11)) }),
      /\[3, 4\] hold 11/,
    ],
    ["a bias is too short", changed("hidden", { bias: new Float32Array(2) }), /2 values for 3 outputs/],
    [
      "a bias is not finite",
      changed("hidden", { bias: Float32Array.of(0, Number.NaN, 0) }),
      /bias holds NaN at index 1/,
    ],
    ["a maximum is zero", changed("relu", { maximum: 0 }), /maximum 0/],
  ];
  it.each(cases)("%s", (_, graph, message) => {
    expect(() => checkGraph(graph)).toThrow(
      expect.objectContaining({ code: "SPK-0202", message: expect.stringMatching(message) }),
    );
  });
});
