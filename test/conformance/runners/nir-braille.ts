/**
 * Suite `nir/braille`: the recurrent networks of NIR's paper on a real sample and its variations, under the simulators that
 * trained them: no spike differs, hidden or output; states to 1e-4, since the order of matrix sums moves them by 3e-5
 * (golden/nir/README.md). Each model is run from all its files, flat and nested.
 */
import { readNpy } from "../../../src/data/npy.ts";
import { readNpz } from "../../../src/data/npz.ts";
import { compileSpiking, type SpikingRun } from "../../../src/graph/compile-spiking.ts";
import { type Discretization, discretizationOf } from "../../../src/graph/discretization.ts";
import { recordRun, type SpikingRecord } from "../../../src/graph/evaluate-spiking.ts";
import { importNir } from "../../../src/import/nir/import-nir.ts";
import type { VectorResult } from "../../../src/target/target.ts";
import type { GoldenFiles } from "../golden.ts";
import type { Runner } from "./runner.ts";
import { firstDifference, vectorOf } from "./single-neuron.ts";

const dt = 1e-4;
const channels = 12;
const stateTolerance = 1e-4;

/** The simulators of the file names. snnTorch's reset is that of the model. */
function discretizationFor(simulator: string, model: string): Discretization {
  const reset = simulator.endsWith("zero") ? "value" : "subtract";
  if (simulator.startsWith("norse")) return { ...discretizationOf("norse", dt), reset };
  if (simulator === "spyx") return discretizationOf("spyx", dt);
  return { ...discretizationOf("snntorch-2023", dt), reset: model.endsWith("zero") ? "value" : "subtract" };
}

/** Hidden spikes of the real sample that the paper published, and what made them where the name does not say. */
const published: Readonly<Record<string, { readonly model: string; readonly simulator: string }>> = {
  norse_activity_noDelay_noBias_subtract: { model: "noBias_subtract", simulator: "norse_zero" },
  snntorch_activity_noDelay_bias_zero: { model: "bias_zero", simulator: "snntorch2023" },
  snntorch_activity_noDelay_noBias_subtract: { model: "noBias_subtract", simulator: "snntorch2023" },
  spyx_activity_noDelay_bias_zero: { model: "bias_zero", simulator: "spyx" },
};

export const runBraille: Runner = async function* (files) {
  const models = files.paths.filter((path) => path.endsWith(".nir"));
  const sample = files.paths.find((path) => path.includes("ds_test_sample0"));
  for (const path of models) {
    const name = path.slice(path.lastIndexOf("/") + 1, -".nir".length);
    const graph = await importNir(files.read(path), path);
    const run = (simulator: string, model: string): SpikingRun =>
      compileSpiking(graph, discretizationFor(simulator, model));
    for (const vector of files.paths) {
      const [model, kind, simulator] = vector.slice(vector.lastIndexOf("/") + 1, -".npz".length).split("__");
      if (!vector.endsWith(".npz") || !belongs(name, model)) continue;
      yield compareTraces(`${name} ${kind} ${simulator}`, run(simulator, model), files, vector);
    }
    for (const [activity, { model, simulator }] of Object.entries(published)) {
      const vector = files.paths.find((at) => at.endsWith(`${activity}.npy`));
      if (!vector || !sample || !belongs(name, model)) continue;
      yield comparePublished(`${name} ${activity}`, run(simulator, model), files, sample, vector);
    }
  }
};

/** braille_noDelay_bias_zero_subgraph holds the model bias_zero. */
function belongs(name: string, model: string): boolean {
  return name.replace(/^braille_noDelay_/, "").replace(/_subgraph$/, "") === model;
}

function compareTraces(name: string, run: SpikingRun, files: GoldenFiles, path: string): VectorResult {
  const golden = readNpz(files.read(path), path);
  const record = recordAll(run, golden.get("input")!.data as ArrayLike<number>);
  const [hidden, output] = cubaNodes(run);
  const data = (key: string): ArrayLike<number> | null =>
    (golden.get(key)?.data as ArrayLike<number>) ?? null;
  const spikes = (key: string, node: string): string | null =>
    firstDifference(key, record.spikes.get(node), data(key)!, run.nodes.get(node)!.output.length);
  const states = (key: string, ours: Float32Array): string | null => {
    const theirs = data(key);
    return theirs && firstFar(key, ours, theirs);
  };
  return vectorOf(name, [
    spikes("spk1", hidden),
    spikes("spk2", output),
    states("syn1", record.currents.get(hidden)!),
    states("mem1", record.membranes.get(hidden)!),
    states("syn2", record.currents.get(output)!),
    states("mem2", record.membranes.get(output)!),
  ]);
}

function comparePublished(
  name: string,
  run: SpikingRun,
  files: GoldenFiles,
  sample: string,
  path: string,
): VectorResult {
  const record = recordAll(run, readNpy(files.read(sample), sample).data as ArrayLike<number>);
  const [hidden] = cubaNodes(run);
  const theirs = readNpy(files.read(path), path).data as ArrayLike<number>;
  return vectorOf(name, [
    firstDifference("hidden spikes", record.spikes.get(hidden), theirs, run.nodes.get(hidden)!.output.length),
  ]);
}

function recordAll(run: SpikingRun, input: ArrayLike<number>): SpikingRecord {
  if (input.length % channels !== 0) throw new Error(`${input.length} values are no steps of ${channels}`);
  return recordRun(run, Float32Array.from(input), { record: "all" });
}

/** The hidden layer has the recurrence, and more neurons. */
function cubaNodes(run: SpikingRun): [string, string] {
  const nodes = run.graph.nodes.filter(({ type }) => type === "CubaLIF");
  const bySize = nodes.toSorted((a, b) => b.shape[0] - a.shape[0]);
  return [bySize[0].name, bySize[1].name];
}

/** Where states first lie further apart than the order of sums explains. */
function firstFar(what: string, ours: Float32Array, theirs: ArrayLike<number>): string | null {
  if (ours.length !== theirs.length) return `${what}: ${ours.length} values, not ${theirs.length}`;
  const at = ours.findIndex((value, i) => !(Math.abs(value - theirs[i]) <= stateTolerance));
  return at < 0 ? null : `${what}[${at}] is ${ours[at]}, not ${theirs[at]}`;
}
