/** `quant` of the text form: what it becomes in the graph, on its way through files of both forms, and what it cannot say. */
import { describe, expect, it } from "vitest";
import { exportNir } from "../../../src/export/nir/export-nir.ts";
import { exportYaml } from "../../../src/export/yaml/export-yaml.ts";
import type { SpikingGraph } from "../../../src/graph/spiking.ts";
import { importNir } from "../../../src/import/nir/import-nir.ts";
import { complaintOf, read } from "./small-text.ts";

/** All kinds of nodes that take it, and some without. */
const text = `format: snn/1
time: {dt: 1e-3}
nodes:
  input: {type: Input, shape: [1, 4, 4]}
  conv: {type: Conv2d, weight: [[[[1, 2], [3, 4]]]], quant: {bits: 4, scale: per_channel}}
  one: {type: IF, quant: {state_bits: 16}}
  flat: {type: Flatten}
  fc: {type: Affine, weight: [[1, 2, 3, 4, 5, 6, 7, 8, 9]], quant: {scale: per_layer}}
  two: {type: CubaLIF, tau_syn: 0.01, tau_mem: 0.02, quant: {state_bits: 20}}
  last: {type: Linear, weight: [[1], [2]], quant: {bits: 8}}
  back: {type: Linear, weight: [[1]]}
  output: {type: Output}
chain: [input, conv, one, flat, fc, two, last, output]
edges: [{from: two, to: back, delay: 1}, [back, two]]
`;

const wanted = {
  conv: { bits: 4, scale: "channel" },
  one: { stateBits: 16 },
  fc: { scale: "layer" },
  two: { stateBits: 20 },
  last: { bits: 8 },
};

/** Of the nodes that have one. */
function quantizations({ nodes }: SpikingGraph): object {
  return Object.fromEntries(
    nodes.flatMap((node) => ("quantization" in node ? [[node.name, node.quantization]] : [])),
  );
}

const throughText = async (graph: SpikingGraph) => (await read(exportYaml(graph, "net.npz").text)).graph;
const throughNir = async (graph: SpikingGraph) => importNir((await exportNir(graph)).bytes, "net.nir");

describe("quant", () => {
  it("is kept by the graph, node by node, and comes back from the text", async () => {
    const { graph } = await read(text);
    expect(quantizations(graph)).toEqual(wanted);
    const again = await throughText(graph);
    expect(quantizations(again)).toEqual(wanted);
    expect(exportYaml(again, "net.npz").text).toBe(exportYaml(graph, "net.npz").text);
  });

  it("travels in the metadata of a .nir, and is taken out of it where a node says nothing any more", async () => {
    const { graph } = await read(text);
    const nir = await throughNir(graph);
    expect(quantizations(nir)).toEqual(wanted);
    expect(quantizations(await throughText(nir))).toEqual(wanted);
    const silent = nir.nodes.map(({ ...node }) => {
      if ("quantization" in node) delete (node as { quantization?: unknown }).quantization;
      return node;
    });
    expect(quantizations(await throughNir({ ...nir, nodes: silent }))).toEqual({});
  });

  it("is a warning, no error, where a .nir has one that is not understood", async () => {
    const { graph } = await read(text);
    const spoilt = graph.nodes.map((node) =>
      node.name === "last" ? { ...node, quantization: { bits: 99 } } : node,
    );
    const { nodes, notes } = await throughNir({ ...graph, nodes: spoilt as SpikingGraph["nodes"] });
    expect(nodes.find(({ name }) => name === "last")).not.toHaveProperty("quantization");
    expect(notes.map(({ level, where }) => `${level} ${where}`)).toContainEqual(
      expect.stringMatching(/^warning .*last.*quantization/),
    );
  });

  it.each(["Leaky, beta: 0.9", "SinabsLIF, tau_mem: 10"])("is taken by neurons of type %s", async (type) => {
    const { graph } = await read(text.replace("type: IF", `type: ${type}`));
    expect(quantizations(await throughText(graph))).toEqual(wanted);
  });
});

describe("a quant that says", () => {
  const weights = "quant: {bits: 8}";
  const state = "quant: {state_bits: 16}";
  const cases: [what: string, from: string, to: string, complaint: string][] = [
    ["nothing", weights, "quant: {}", "net.snn.yaml:10 nodes.last.quant: bits or scale is needed"],
    [
      "too few bits",
      weights,
      "quant: {bits: 1}",
      "net.snn.yaml:10 nodes.last.quant.bits: 2 or more is needed",
    ],
    ["too many", weights, "quant: {bits: 17}", "net.snn.yaml:10 nodes.last.quant.bits: 16 or less is needed"],
    ["half a bit", weights, "quant: {bits: 7.5}", "nodes.last.quant.bits: a whole number is needed"],
    ["words", weights, "quant: {bits: all}", "nodes.last.quant.bits: a number is needed"],
    ["only a number", weights, "quant: 8", "net.snn.yaml:10 nodes.last.quant: a group of keys is needed"],
    [
      "a scale there is not",
      weights,
      "quant: {scale: per_chanel}",
      "nodes.last.quant.scale: one of these is needed: per_layer, per_channel; did you mean per_channel?",
    ],
    [
      "a key there is not",
      weights,
      "quant: {bit: 8}",
      'net.snn.yaml:10 nodes.last.quant.bit: there is no key "bit" here; did you mean bits?',
    ],
    [
      "bits of a state of weights",
      weights,
      "quant: {state_bits: 8}",
      "nodes.last.quant.state_bits: there is no key",
    ],
    [
      "bits of weights of a neuron",
      state,
      "quant: {bits: 8}",
      "net.snn.yaml:6 nodes.one.quant.bits: there is no key",
    ],
    [
      "a state of too few",
      state,
      "quant: {state_bits: 7}",
      "nodes.one.quant.state_bits: 8 or more is needed",
    ],
    [
      "a state of too many",
      state,
      "quant: {state_bits: 33}",
      "nodes.one.quant.state_bits: 32 or less is needed",
    ],
    [
      "something of a Flatten",
      "type: Flatten",
      "type: Flatten, quant: {bits: 8}",
      "nodes.flat.quant: there is no key",
    ],
  ];
  it.each(cases)("%s is refused with its line and key", async (_, from, to, complaint) => {
    expect(text).toContain(from);
    expect(await complaintOf(text.replace(from, to))).toContain(`SPK-0121 `);
    expect(await complaintOf(text.replace(from, to))).toContain(complaint);
  });
});
