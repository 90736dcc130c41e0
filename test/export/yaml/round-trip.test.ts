/** NIR to text and back, text to NIR: the same network. */
import { describe, expect, it } from "vitest";
import { exportNir } from "../../../src/export/nir/export-nir.ts";
import { exportYaml } from "../../../src/export/yaml/export-yaml.ts";
import { discretizationOf } from "../../../src/graph/discretization.ts";
import { evaluateSpiking } from "../../../src/graph/evaluate-spiking.ts";
import type { SpikingGraph, SpikingNode } from "../../../src/graph/spiking.ts";
import type { SpikingNeuron } from "../../../src/graph/spiking-neurons.ts";
import { importNir } from "../../../src/import/nir/import-nir.ts";
import { scalar } from "../../conformance/runners/single-neuron.ts";
import { base, chain, graphOf, input, output } from "../../graph/spiking/small-spiking-graphs.ts";
import { goldenNir, goldenNirNames } from "../../import/nir/golden-nir.ts";
import { read } from "../../import/yaml/small-text.ts";

/** What the text keeps: all but where nodes came from, how fields stood in a file, and notes. */
function kept(graph: SpikingGraph): object {
  const { nodes, storage: _, notes: __, ...rest } = graph;
  return { ...rest, nodes: nodes.map(keptNode) };
}

function keptNode({ origin: _, storage: __, ...node }: SpikingNode): object {
  return node.type === "NIRGraph" ? { ...node, nodes: node.nodes.map(keptNode) } : node;
}

async function throughText(graph: SpikingGraph): Promise<SpikingGraph> {
  const { text, arrays } = exportYaml(graph, "net.npz");
  const again = await read(text, async ({ path, part }) => {
    expect(path).toBe("net.npz");
    return arrays.get(part!)!;
  });
  return again.graph;
}

const readable = [
  ...goldenNirNames("conformance").filter((name) => name.endsWith(".nir") && !name.includes("lzf")),
  ...["int8_weight", "scalar_params", "orphan_node", "no_output", "float16_weight"].map(
    (name) => `conformance_negative/${name}.nir`,
  ),
  "digits/digits_lif.nir",
];

describe("a .nir file", () => {
  it.each(readable)("%s comes back from the text equal, every value in its precision", async (name) => {
    const graph = await importNir(goldenNir(name), name);
    expect(kept(await throughText(graph))).toEqual(kept(graph));
  });

  it("keeps choices about time, of the graph and of one node, and where membranes start", async () => {
    const time = { ...discretizationOf("norse", 1e-3), compare: "ge", vFloor: -1 } as const;
    const lif: SpikingNode = {
      type: "LIF",
      ...base("lif", [2]),
      tau: { shape: [2], data: Float32Array.of(0.1, 0.3) },
      r: scalar(1),
      vLeak: scalar(0),
      vThreshold: scalar(1),
      vReset: scalar(-0),
      vInit: { shape: [2], data: Float64Array.of(0.1, 1e-300) },
      discretization: { reset: "subtract", recurrentBiasAtT0: false },
    };
    const graph = { ...chain(input("input", [2]), lif, output("output", [2])), discretization: time };
    expect(kept(await throughText(graph))).toEqual(kept(graph));
  });
});

const common = {
  threshold: scalar(0.5),
  resetDelay: true,
  inhibition: false,
  gradedSpikesFactor: scalar(1),
  stateLevels: null,
  vInit: null,
} as const;
const sinabs = { minVMem: scalar(-1), alphaSyn: null, recurrentWeight: null, vInit: null } as const;
const square = { shape: [2, 2], data: Float64Array.of(0.1, 0.2, 0.3, 0.4) };
const float = (value: number) => ({ shape: [], data: Float32Array.of(value) });

/** One of each that NIR has no word for, with options that are not the usual ones. */
const neurons: readonly SpikingNeuron[] = [
  {
    type: "Lapicque",
    ...base("lapicque", [2]),
    ...common,
    reset: "none",
    resistance: scalar(5.1),
    capacitance: scalar(5e-3),
    timeStep: scalar(1e-3),
  },
  { type: "Leaky", ...base("leaky", [2]), ...common, reset: "zero", resetDelay: false, beta: float(0.9) },
  {
    type: "RLeaky",
    ...base("rleaky", [2]),
    ...common,
    reset: "subtract",
    stateLevels: Float32Array.of(-0.1, 0.3),
    beta: scalar(0.9),
    recurrence: { kind: "dense", weight: square, bias: Float32Array.of(0.1, 0.2) },
  },
  {
    type: "RSynaptic",
    ...base("rsynaptic", [2]),
    ...common,
    reset: "subtract",
    inhibition: true,
    alpha: scalar(0.8),
    beta: scalar(0.9),
    recurrence: { kind: "oneToOne", weight: scalar(0.3) },
  },
  {
    type: "Synaptic",
    ...base("synaptic", [2]),
    ...common,
    reset: "subtract",
    gradedSpikesFactor: scalar(2),
    alpha: scalar(0.8),
    beta: { shape: [2], data: Float64Array.of(0.9, 0.7) },
  },
  {
    type: "Alpha",
    ...base("alpha", [2]),
    ...common,
    reset: "zero",
    alpha: scalar(0.8),
    beta: scalar(0.7),
    tauAlpha: float(2.67),
  },
  {
    type: "SinabsIAF",
    ...base("iaf", [2]),
    ...sinabs,
    threshold: scalar(2),
    spikes: { kind: "max", maximum: 3 },
    reset: { kind: "subtract", amount: scalar(1.5) },
  },
  {
    type: "SinabsLIF",
    ...base("slif", [2]),
    ...sinabs,
    minVMem: null,
    alphaSyn: float(0.8),
    recurrentWeight: square,
    alphaMem: float(0.9),
    normInput: false,
    threshold: scalar(1),
    spikes: { kind: "single" },
    reset: { kind: "value", value: 0.1, everyStep: true },
  },
  {
    type: "SinabsALIF",
    ...base("alif", [2]),
    ...sinabs,
    alphaMem: float(0.9),
    alphaAdapt: float(0.95),
    adaptScale: scalar(1.8),
    normInput: true,
    threshold: scalar(1),
    spikes: { kind: "multi" },
    reset: { kind: "subtract", amount: null },
  },
  { type: "SinabsExpLeak", ...base("leak", [2]), ...sinabs, alphaMem: float(0.9), normInput: true },
];

describe("a node of snnTorch or sinabs", () => {
  it.each(neurons.map((node) => [node.type, node] as const))("%s comes back equal", async (_, node) => {
    const graph = chain(input("input", [2]), node, output("output", [2]));
    expect(kept(await throughText(graph))).toEqual(kept(graph));
  });
});

describe("the text of a network", () => {
  it("quotes names that mean something, and keeps them", async () => {
    const names = ["a: b", "true", "10", "- x", "é, [", "", "#", "a'\"b\\", "__proto__", "null"];
    const nodes = names.map(
      (name): SpikingNode => ({ type: "Threshold", ...base(name, [1]), threshold: scalar(1) }),
    );
    const all = [input(), ...nodes, output()];
    const graph = graphOf(
      all,
      all.slice(1).map((node, i): [string, string, number] => [all[i].name, node.name, i]),
    );
    expect(kept(await throughText(graph))).toEqual(kept(graph));
  });

  it("puts large weights into a file beside it, and small ones where they are read", async () => {
    const { text, arrays } = exportYaml(
      await importNir(goldenNir("digits/digits_lif.nir"), "digits.nir"),
      "digits.npz",
    );
    expect(text).toContain('weight: {file: "digits.npz#');
    expect(text.split("\n").every((line) => line.length < 3000)).toBe(true);
    expect([...arrays.values()].every(({ data }) => data.length > 16)).toBe(true);
  });
});

describe("text to NIR", () => {
  it("gives a file with the same spikes", async () => {
    const { graph, stimulus } = await read(`format: snn/1
time: {preset: snntorch, dt: 1e-4}
nodes:
  input: {type: Input, shape: [3]}
  fc: {type: Affine, weight: [[0.6, -0.2, 0.5], [0.1, 0.9, 0.4]], bias: 0.05}
  lif: {type: CubaLIF, tau_syn: 5e-4, tau_mem: 1e-3, r: 10, w_in: 5}
  rec: {type: Linear, weight: [[0, -0.5], [0.7, 0]]}
  output: {type: Output}
chain: [input, fc, lif, output]
edges: [{from: lif, to: rec, delay: 1}, [rec, lif]]
stimulus: {steps: 60, drive: [{value: [1, 0, 1], every: 2}, {value: [0, 1, 0], every: 3}]}
`);
    const nir = await importNir((await exportNir(graph)).bytes, "again.nir");
    expect(nir.discretization).toEqual(graph.discretization);
    const spikesOf = (one: SpikingGraph) =>
      evaluateSpiking(one, graph.discretization!, stimulus!.values).spikes.get("output")!;
    expect(spikesOf(graph).reduce((sum, spike) => sum + spike, 0)).toBeGreaterThan(5);
    expect(spikesOf(nir)).toEqual(spikesOf(graph));
  });
});
