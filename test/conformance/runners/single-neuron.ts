/**
 * Graphs of one layer of neurons between an input and an output, for vectors that were recorded layer by layer.
 */

import { checkSpikingGraph } from "../../../src/graph/check-spiking.ts";
import { compileSpiking } from "../../../src/graph/compile-spiking.ts";
import { type Discretization, discretizationOf } from "../../../src/graph/discretization.ts";
import { evaluateSpiking } from "../../../src/graph/evaluate-spiking.ts";
import type { Shape, Tensor } from "../../../src/graph/graph.ts";
import type { SpikingGraph, SpikingNodeBase } from "../../../src/graph/spiking.ts";
import type { SpikingNeuron } from "../../../src/graph/spiking-neurons.ts";
import type { VectorResult } from "../../../src/target/target.ts";

/** Any: neurons of snnTorch and sinabs know no other time than the step. */
export const anyTime = discretizationOf("nir", 1);

/** One value for all neurons. */
export function scalar(value: number): Tensor {
  return { shape: [], data: Float64Array.of(value) };
}

export function baseOf(name: string, shape: Shape): SpikingNodeBase {
  return {
    name,
    shape,
    origin: { file: "golden", node: name, operator: "" },
    storage: new Map(),
    metadata: null,
  };
}

export function neuronGraph(neuron: SpikingNeuron): SpikingGraph {
  const graph: SpikingGraph = {
    kind: "spiking",
    name: neuron.name,
    nodes: [
      { type: "Input", ...baseOf("input", neuron.shape) },
      neuron,
      { type: "Output", ...baseOf("output", neuron.shape) },
    ],
    edges: [
      { from: "input", to: neuron.name, delay: 0 },
      { from: neuron.name, to: "output", delay: 0 },
    ],
    discretization: null,
    formatVersion: null,
    metadata: null,
    notes: [],
  };
  checkSpikingGraph(graph);
  return graph;
}

export interface NeuronTraces {
  /** [step, neuron]. */
  readonly spikes: Float32Array;
  readonly membrane: Float32Array;
  /** Current and other states, by name. */
  readonly states: ReadonlyMap<string, Float32Array>;
}

/** Runs one layer of neurons over `input` [step, ...shape] and keeps every state of every step. */
export function runNeuron(
  neuron: SpikingNeuron,
  input: Float32Array,
  discretization: Discretization = anyTime,
): NeuronTraces {
  const graph = neuronGraph(neuron);
  const record = evaluateSpiking(graph, discretization, input, { record: "all" });
  const states = otherStates(graph, neuron.name, discretization, input);
  const current = record.currents.get(neuron.name);
  if (current) states.set("current", current);
  return { spikes: record.spikes.get("output")!, membrane: record.membranes.get(neuron.name)!, states };
}

function otherStates(
  graph: SpikingGraph,
  name: string,
  discretization: Discretization,
  input: Float32Array,
): Map<string, Float32Array> {
  const run = compileSpiking(graph, discretization);
  const { others } = run.nodes.get(name)!;
  const states = new Map<string, Float32Array>();
  const entry = run.inputs.get("input")!;
  for (const [state, values] of others)
    states.set(state, new Float32Array((input.length / entry.length) * values.length));
  for (let step = 0; others.size > 0 && step * entry.length < input.length; step++) {
    entry.set(input.subarray(step * entry.length, (step + 1) * entry.length));
    run.step();
    for (const [state, values] of others) states.get(state)!.set(values, step * values.length);
  }
  return states;
}

/** Where two arrays of [step, neuron] first differ, bit by bit; +0 and -0 are alike. */
export function firstDifference(
  what: string,
  ours: ArrayLike<number> | undefined,
  theirs: ArrayLike<number>,
  neurons: number,
): string | null {
  if (ours?.length !== theirs.length) return `${what}: ${ours?.length ?? "no"} values, not ${theirs.length}`;
  for (let i = 0; i < theirs.length; i++) {
    if (ours[i] === theirs[i]) continue;
    const [step, neuron] = [Math.floor(i / neurons), i % neurons];
    return `${what} of neuron ${neuron} in step ${step} is ${ours[i]}, not ${theirs[i]}`;
  }
  return null;
}

/** A vector that is exact where none of the comparisons found a difference. */
export function vectorOf(name: string, differences: readonly (string | null)[]): VectorResult {
  const difference = differences.find((text) => text !== null) ?? null;
  return { name, exact: difference === null, difference };
}
