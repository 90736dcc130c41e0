/**
 * Float evaluation of a SpikingGraph over time: the original network, against which every lowering is measured. All
 * arithmetic is float32, an operation at a time, in the order of the framework that the Discretization names.
 */
import { SpikecError } from "../errors/error.ts";
import { compileSpiking, type SpikingRun } from "./compile-spiking.ts";
import type { Discretization } from "./discretization.ts";
import type { SpikingGraph } from "./spiking.ts";

export interface EvaluateSpikingOptions {
  /** Nodes of the flat graph to record beside the outputs: all, or those named. */
  readonly record?: "all" | ReadonlySet<string>;
}

/** By the node's name in the flat graph: [steps, ...shape], float32. */
export interface SpikingRecord {
  readonly steps: number;
  /** What nodes gave: spikes or counts of neurons that fire, membranes of those that do not, sums of weights. */
  readonly spikes: ReadonlyMap<string, Float32Array>;
  /** After each step and its reset. */
  readonly membranes: ReadonlyMap<string, Float32Array>;
  readonly currents: ReadonlyMap<string, Float32Array>;
}

/**
 * Runs one sample from the state before the first step.
 * @param input [steps, ...shape of the Input], or one such array for each Input by its name
 * @throws SpikecError SPK-0203 where `input` does not fit, and what compileSpiking throws
 */
export function evaluateSpiking(
  graph: SpikingGraph,
  discretization: Discretization,
  input: Float32Array | ReadonlyMap<string, Float32Array>,
  options: EvaluateSpikingOptions = {},
): SpikingRecord {
  return recordRun(compileSpiking(graph, discretization), input, options);
}

/** The same with a graph that is compiled already: it is reset first, so that one run serves many samples. */
export function recordRun(
  run: SpikingRun,
  input: Float32Array | ReadonlyMap<string, Float32Array>,
  options: EvaluateSpikingOptions = {},
): SpikingRecord {
  const { sources, steps } = matchInputs(run, input);
  const record = options.record ?? new Set();
  const outputs = new Set(outputNames(run.graph));
  const recordings: { values: Float32Array; into: Float32Array }[] = [];
  const [spikes, membranes, currents] = [0, 1, 2].map(() => new Map<string, Float32Array>());
  for (const [name, node] of run.nodes) {
    if (!outputs.has(name) && record !== "all" && !record.has(name)) continue;
    const keep = (values: Float32Array | null, map: Map<string, Float32Array>): void => {
      if (!values) return;
      const into = new Float32Array(steps * values.length);
      map.set(name, into);
      recordings.push({ values, into });
    };
    keep(node.output, spikes);
    keep(node.membrane, membranes);
    keep(node.current, currents);
  }
  run.reset();
  for (let step = 0; step < steps; step++) {
    for (const { from, to } of sources) to.set(from.subarray(step * to.length, (step + 1) * to.length));
    run.step();
    for (const { values, into } of recordings) into.set(values, step * values.length);
  }
  return { steps, spikes, membranes, currents };
}

/** The Output nodes; where there is none, the nodes that feed no other. */
export function outputNames(graph: SpikingGraph): string[] {
  const outputs = graph.nodes.filter(({ type }) => type === "Output").map(({ name }) => name);
  if (outputs.length > 0) return outputs;
  const feeding = new Set(graph.edges.map(({ from }) => from));
  return graph.nodes.filter(({ name }) => !feeding.has(name)).map(({ name }) => name);
}

interface Source {
  readonly from: Float32Array;
  readonly to: Float32Array;
}

function matchInputs(
  run: SpikingRun,
  input: Float32Array | ReadonlyMap<string, Float32Array>,
): { sources: Source[]; steps: number } {
  const where = run.graph.name;
  const names = [...run.inputs.keys()];
  if (input instanceof Float32Array && names.length !== 1) {
    const what = `the graph has ${names.length} inputs (${names.join(", ")}), and one array was given`;
    throw new SpikecError("SPK-0203", what, { where });
  }
  let steps: number | null = null;
  const sources = [...run.inputs].map(([name, to]): Source => {
    const from = input instanceof Float32Array ? input : input.get(name);
    if (!from) throw new SpikecError("SPK-0203", `no values were given for the input ${name}`, { where });
    const length = from.length / to.length;
    if (!Number.isInteger(length) || (steps !== null && length !== steps)) {
      const what = `${from.length} values are no whole number of steps of ${to.length} for the input ${name}, or not as many as others have`;
      throw new SpikecError("SPK-0203", what, { where });
    }
    steps = length;
    return { from, to };
  });
  return { sources, steps: steps ?? 0 };
}
