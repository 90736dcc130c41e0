/**
 * sinabs' count of synaptic operations, made by its hooks on a small convolutional network: conv 2 to 4 channels, kernel 3,
 * padding 1, on 8 x 8; IAF; average pool 2; linear 64 to 5.
 */

import { checkSpikingGraph } from "../../../src/graph/check-spiking.ts";
import { compileSpiking } from "../../../src/graph/compile-spiking.ts";
import type { SpikingGraph, SpikingNode } from "../../../src/graph/spiking.ts";
import { fanOuts } from "../../../src/graph/spiking-fan-out.ts";
import type { VectorResult } from "../../../src/target/target.ts";
import type { GoldenFiles } from "../golden.ts";
import { readJson } from "./golden-arrays.ts";
import { anyTime, baseOf, firstDifference, scalar, vectorOf } from "./single-neuron.ts";

interface Synops {
  readonly T: number;
  /** Bits of [step, channel, row, column], the first in the highest place. */
  readonly input_packed_hex: string;
  readonly conv_weight: readonly number[];
  readonly linear_weight: readonly number[];
  /** Fan-out of every input of the convolution. */
  readonly connection_map: readonly number[];
  readonly conv_synops_per_timestep: number;
  readonly linear_synops_per_timestep: number;
  readonly iaf1_spike_count: number;
}

const inputs = 2 * 8 * 8;
/** Means are taken in float32 there. */
const tolerance = 1e-6;

export function* runSinabsSynops(files: GoldenFiles): Iterable<VectorResult> {
  const golden = readJson<Synops>(files, "neurons/sinabs_synops.json");
  const graph = networkOf(golden);
  checkSpikingGraph(graph);
  const run = compileSpiking(graph, anyTime);
  const layers = fanOuts(run.graph);
  const operations = new Map<string, number>();
  let spikes = 0;
  const bits = bitsOf(golden.input_packed_hex);
  for (let step = 0; step < golden.T; step++) {
    run.inputs.get("input")!.set(bits.subarray(step * inputs, (step + 1) * inputs));
    run.step();
    for (const { node, source, synapses } of layers) {
      const counts = run.nodes.get(source)!.output;
      const added = counts.reduce((sum, count, i) => sum + count * synapses[i], 0);
      operations.set(node, (operations.get(node) ?? 0) + added);
    }
    spikes += run.nodes.get("iaf")!.output.reduce((sum, count) => sum + count, 0);
  }
  const perStep = (node: string, expected: number): string | null => {
    const ours = operations.get(node)! / golden.T;
    return Math.abs(ours - expected) <= tolerance * expected ? null : `${node}: ${ours}, not ${expected}`;
  };
  yield vectorOf("synops", [
    firstDifference("fan-out", layers[0].synapses, golden.connection_map, inputs),
    perStep("conv", golden.conv_synops_per_timestep),
    perStep("linear", golden.linear_synops_per_timestep),
    firstDifference("spikes", [spikes], [golden.iaf1_spike_count], 1),
  ]);
}

function networkOf({ conv_weight, linear_weight }: Synops): SpikingGraph {
  const nodes: SpikingNode[] = [
    { type: "Input", ...baseOf("input", [2, 8, 8]) },
    {
      type: "Conv2d",
      ...baseOf("conv", [4, 8, 8]),
      weight: { shape: [4, 2, 3, 3], data: Float32Array.from(conv_weight) },
      bias: new Float32Array(4),
      stride: [1, 1],
      padding: [1, 1],
      dilation: [1, 1],
      groups: 1,
      inputShape: null,
    },
    {
      type: "SinabsIAF",
      ...baseOf("iaf", [4, 8, 8]),
      vInit: null,
      minVMem: scalar(-1),
      alphaSyn: null,
      recurrentWeight: null,
      threshold: scalar(1),
      spikes: { kind: "multi" },
      reset: { kind: "subtract", amount: null },
    },
    { type: "AvgPool2d", ...baseOf("pool", [4, 4, 4]), kernel: [2, 2], stride: [2, 2], padding: [0, 0] },
    { type: "Flatten", ...baseOf("flatten", [64]), startDim: 0, endDim: -1 },
    {
      type: "Linear",
      ...baseOf("linear", [5]),
      weight: { shape: [5, 64], data: Float32Array.from(linear_weight) },
    },
    { type: "Output", ...baseOf("output", [5]) },
  ];
  const edges = nodes.slice(1).map((node, i) => ({ from: nodes[i].name, to: node.name, delay: 0 }));
  return {
    kind: "spiking",
    name: "synops",
    nodes,
    edges,
    discretization: null,
    formatVersion: null,
    metadata: null,
    notes: [],
  };
}

function bitsOf(hex: string): Float32Array {
  const bytes = Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  return Float32Array.from({ length: bytes.length * 8 }, (_, i) => (bytes[i >> 3] >> (7 - (i & 7))) & 1);
}
