/** One sample of a float spiking graph, recorded for pictures: inputs, spikes, membranes, and what each neuron was given. */
import type { SpikingRun } from "../../graph/compile-spiking.ts";
import type { Discretization } from "../../graph/discretization.ts";
import { nirConstants } from "../../graph/evaluate-spiking/nir-constants.ts";
import { recordRun, type SpikingRecord } from "../../graph/evaluate-spiking.ts";
import { sizeOf } from "../../graph/graph.ts";
import type { SpikingNode } from "../../graph/spiking.ts";
import { fires } from "../../graph/spiking-activity.ts";
import type { RecordedLayer, RecordedSample } from "../../report/simulation-pictures.ts";

/** Values that are kept: layers beyond that are left out of the pictures. */
const mostValues = 2 ** 24;

/** @param input by the name of the Input: [steps, ...shape] */
export function recordSpiking(
  run: SpikingRun,
  discretization: Discretization,
  input: ReadonlyMap<string, Float32Array>,
  title: string,
): RecordedSample {
  const { nodes } = run.graph;
  const [first] = nodes.filter(({ type }) => type === "Input");
  const steps = first === undefined ? 0 : input.get(first.name)!.length / sizeOf(first.shape);
  const record = affordable(run, steps);
  const found = recordRun(run, input, { record });
  const neurons = nodes.filter((node) => "vInit" in node && record.has(node.name));
  return {
    title,
    steps,
    inputs: nodes
      .filter(({ type }) => type === "Input")
      .map(({ name, shape }) => ({ name, neurons: sizeOf(shape), values: input.get(name)! })),
    layers: neurons.map((node) => layerOf(node, run, found, discretization, steps)),
    driveLabel: "input",
  };
}

/** Neurons first, then what feeds them, as far as memory goes. */
function affordable({ graph }: SpikingRun, steps: number): ReadonlySet<string> {
  const neurons = graph.nodes.filter((node) => "vInit" in node);
  const names = new Set(neurons.map(({ name }) => name));
  const feeding = new Set(graph.edges.filter(({ to }) => names.has(to)).map(({ from }) => from));
  const sources = graph.nodes.filter(({ name }) => feeding.has(name) && !names.has(name));
  const record = new Set<string>();
  let values = 0;
  for (const { name, shape } of [...neurons, ...sources]) {
    values += 3 * steps * sizeOf(shape);
    if (values <= mostValues) record.add(name);
  }
  return record;
}

function layerOf(
  node: SpikingNode,
  run: SpikingRun,
  found: SpikingRecord,
  discretization: Discretization,
  steps: number,
): RecordedLayer {
  const { name, shape } = node;
  const spiking = fires(node);
  return {
    name,
    neurons: sizeOf(shape),
    spikes: spiking ? found.spikes.get(name)! : null,
    membranes: found.membranes.get(name) ?? null,
    thresholds: spiking ? thresholdsOf(node, discretization) : null,
    drives: spiking ? drivesOf(node, run, found, steps) : null,
  };
}

function thresholdsOf(node: SpikingNode, discretization: Discretization): ArrayLike<number> | null {
  // NIR's are in the units in which a preset keeps the membrane.
  if ("discretization" in node) {
    const own = { ...discretization, ...node.discretization };
    const { threshold } = nirConstants(node, own);
    return threshold?.every((value) => value === threshold[0]) ? threshold.slice(0, 1) : threshold;
  }
  return "threshold" in node ? node.threshold.data : null;
}

/** The sum over all edges into a node, a step on average; null where something that feeds it was not kept. */
function drivesOf(
  { name, shape }: SpikingNode,
  { graph }: SpikingRun,
  found: SpikingRecord,
  steps: number,
): Float64Array | null {
  const drives = new Float64Array(sizeOf(shape));
  for (const { from, to, delay } of graph.edges) {
    if (to !== name) continue;
    const values = found.spikes.get(from);
    if (values === undefined) return null;
    const arrived = Math.max(0, steps - delay) * drives.length;
    for (let i = 0; i < arrived; i++) drives[i % drives.length] += values[i] / steps;
  }
  return drives;
}
