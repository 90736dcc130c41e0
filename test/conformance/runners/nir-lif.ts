/**
 * Suite `nir/lif`: one LIF neuron, and two in a row, under norse and snnTorch bit by bit, membranes included; and what seven
 * platforms published for NIR's paper (golden/nir/README.md): their spikes, and the membranes of those that run in float32.
 */
import { readNpz } from "../../../src/data/npz.ts";
import { checkSpikingGraph } from "../../../src/graph/check-spiking.ts";
import { type Discretization, discretizationOf } from "../../../src/graph/discretization.ts";
import { evaluateSpiking } from "../../../src/graph/evaluate-spiking.ts";
import type { Tensor } from "../../../src/graph/graph.ts";
import type { SpikingGraph, SpikingNode } from "../../../src/graph/spiking.ts";
import type { VectorResult } from "../../../src/target/target.ts";
import type { GoldenFiles } from "../golden.ts";
import type { Runner } from "./runner.ts";
import { baseOf, firstDifference, scalar, vectorOf } from "./single-neuron.ts";

const dt = 1e-4;
/** The neuron of the paper: paper/01_lif/lif_norse.nir. */
const paperTau = Math.fround(2.5e-3);
const paperThreshold = Math.fround(0.1);
/** Rockpool's and Spyx's networks have the gain dt / tau of the others in their weight. */
const paperWeight = Math.fround(0.04);

export const runLif: Runner = function* (files) {
  for (const path of files.paths) {
    const name = path.slice(path.lastIndexOf("/") + 1).replace(/\.[a-z]+$/, "");
    if (name.startsWith("lif_norse__")) yield* runSeed(files, path, name);
    if (name.startsWith("two_lif")) yield runTwo(files, path, name);
    const platform = platforms[name];
    if (path.endsWith(".csv") && platform) yield runPlatform(name, platform, files, path);
  }
};

function* runSeed(files: GoldenFiles, path: string, name: string): Iterable<VectorResult> {
  const golden = readNpz(files.read(path), path);
  const input = floats(golden.get("input")!.data);
  for (const preset of ["norse", "snntorch"] as const) {
    const record = evaluateSpiking(oneLif(1), discretizationOf(preset, dt), input, { record: "all" });
    yield vectorOf(`${name} ${preset}`, [
      firstDifference("spk", record.spikes.get("lif"), floats(golden.get(`${preset}_spk`)!.data), 1),
      firstDifference("v", record.membranes.get("lif"), floats(golden.get(`${preset}_v`)!.data), 1),
    ]);
  }
}

/** Two neurons: the first fires by itself, since its v_leak is above its threshold. */
function runTwo(files: GoldenFiles, path: string, name: string): VectorResult {
  const golden = readNpz(files.read(path), path);
  const step = Number(name.replace(/^.*__dt/, ""));
  const first = lif("lif1", scalar(0.01), scalar(1.2), scalar(1));
  const second = lif("lif2", scalar(0.01), scalar(0), scalar(20));
  const graph = chain([...entry(1), first, linear("linear2", 1), second, exit]);
  const input = floats(golden.get("input")!.data);
  const record = evaluateSpiking(graph, discretizationOf("norse", step), input, { record: "all" });
  return vectorOf(
    name,
    ["lif1", "lif2"].flatMap((node) => [
      firstDifference(`${node}_spk`, record.spikes.get(node), floats(golden.get(`${node}_spk`)!.data), 1),
      firstDifference(`${node}_v`, record.membranes.get(node), floats(golden.get(`${node}_v`)!.data), 1),
    ]),
  );
}

interface Platform {
  readonly discretization: Discretization;
  readonly weight: number;
  /** Largest distance of membranes; null where they are in other units, or those of the exact solution. */
  readonly membrane: number | null;
}

/** Traces are written with eight digits or so: 1e-7 of a membrane of 0.1. sinabs ran without a floor. */
const platforms: Readonly<Record<string, Platform>> = {
  lif_exact: { discretization: discretizationOf("nengo", dt), weight: 1, membrane: null },
  lif_norse: { discretization: discretizationOf("norse", dt), weight: 1, membrane: 1e-7 },
  lif_snntorch: { discretization: discretizationOf("snntorch", dt), weight: 1, membrane: 0 },
  lif_sinabs: {
    discretization: { ...discretizationOf("sinabs", dt), tauUnit: "seconds", vFloor: null },
    weight: 1,
    membrane: 0,
  },
  lif_rockpool: { discretization: discretizationOf("rockpool", dt), weight: paperWeight, membrane: 1e-7 },
  lif_spyx: { discretization: discretizationOf("spyx", dt), weight: paperWeight, membrane: 0 },
  lif_lava_cpu_float: { discretization: discretizationOf("lava", dt), weight: 1, membrane: null },
  lif_lava_cpu_fixed: { discretization: discretizationOf("lava", dt), weight: 1, membrane: null },
  lif_lava_loihi_fixed: { discretization: discretizationOf("lava", dt), weight: 1, membrane: null },
};

function runPlatform(name: string, platform: Platform, files: GoldenFiles, path: string): VectorResult {
  const rows = new TextDecoder().decode(files.read(path)).trim().split("\n");
  const [input, membrane, spikes] = [0, 1, 2].map((column) =>
    Float64Array.from(rows, (row) => Number(row.split(",")[column])),
  );
  const graph = oneLif(platform.weight);
  const record = evaluateSpiking(graph, platform.discretization, Float32Array.from(input), { record: "all" });
  const ours = record.membranes.get("lif")!;
  const { membrane: bound } = platform;
  const far =
    bound === null ? -1 : ours.findIndex((value, step) => !(Math.abs(value - membrane[step]) <= bound));
  return vectorOf(`paper ${name}`, [
    firstDifference("spikes", record.spikes.get("output"), spikes, 1),
    far < 0 ? null : `membrane in step ${far} is ${ours[far]}, not ${membrane[far]}`,
  ]);
}

function oneLif(weight: number): SpikingGraph {
  const neuron = lif("lif", scalar(paperTau), scalar(0), scalar(paperThreshold));
  return chain([...entry(weight), neuron, exit]);
}

function lif(name: string, tau: Tensor, vLeak: Tensor, vThreshold: Tensor): SpikingNode {
  return {
    type: "LIF",
    ...baseOf(name, [1]),
    tau,
    vLeak,
    vThreshold,
    r: scalar(1),
    vReset: scalar(0),
    vInit: null,
    discretization: null,
  };
}

function linear(name: string, weight: number): SpikingNode {
  return { type: "Linear", ...baseOf(name, [1]), weight: { shape: [1, 1], data: Float32Array.of(weight) } };
}

const entry = (weight: number): SpikingNode[] => [
  { type: "Input", ...baseOf("input", [1]) },
  linear("linear", weight),
];
const exit: SpikingNode = { type: "Output", ...baseOf("output", [1]) };

function chain(nodes: readonly SpikingNode[]): SpikingGraph {
  const graph: SpikingGraph = {
    kind: "spiking",
    name: "lif",
    nodes,
    edges: nodes.slice(1).map((node, i) => ({ from: nodes[i].name, to: node.name, delay: 0 })),
    discretization: null,
    formatVersion: null,
    metadata: null,
    notes: [],
  };
  checkSpikingGraph(graph);
  return graph;
}

function floats(data: ArrayLike<number> | ArrayLike<bigint>): Float32Array {
  return Float32Array.from(data as ArrayLike<number>);
}
