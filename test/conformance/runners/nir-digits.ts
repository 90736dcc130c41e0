/**
 * Suite `nir/digits`: 250 digits through two layers of LIF, under snnTorch's import, no spike differs, hidden or output; and the
 * same network with r folded into its weights, which must give the same spikes under snnTorch and norse. States to 1e-4 where
 * the golden files hold them: the order of matrix sums moves them (golden/nir/README.md).
 */
import { readNpz } from "../../../src/data/npz.ts";
import { compileSpiking } from "../../../src/graph/compile-spiking.ts";
import { discretizationOf, type PresetName } from "../../../src/graph/discretization.ts";
import { recordRun, type SpikingRecord } from "../../../src/graph/evaluate-spiking.ts";
import type { SpikingGraph } from "../../../src/graph/spiking.ts";
import { importNir } from "../../../src/import/nir/import-nir.ts";
import type { VectorResult } from "../../../src/target/target.ts";
import { bitAt } from "./packed-bits.ts";
import type { Runner } from "./runner.ts";
import { firstDifference, vectorOf } from "./single-neuron.ts";

const dt = 1e-4;
const [steps, pixels, hidden, classes] = [32, 64, 48, 10];
const stateTolerance = 1e-4;
/** Samples whose membranes were kept. */
const withStates = 4;

interface Golden {
  readonly pixels: ArrayLike<number>;
  readonly label: ArrayLike<number>;
  readonly spk1_packed: Uint8Array;
  readonly spk2: ArrayLike<number>;
  readonly counts: ArrayLike<number>;
  readonly mem1_first4: ArrayLike<number>;
  readonly mem2_first4: ArrayLike<number>;
  readonly norse_r1_counts: ArrayLike<number>;
}

export const runDigits: Runner = async function* (files) {
  const archive = files.paths.find((path) => path.endsWith(".npz"))!;
  const arrays = readNpz(files.read(archive), archive);
  const golden = Object.fromEntries([...arrays].map(([name, { data }]) => [name, data])) as unknown as Golden;
  for (const path of files.paths.filter((at) => at.endsWith(".nir"))) {
    const graph = await importNir(files.read(path), path);
    const folded = path.endsWith("_r1.nir");
    yield* runModel(graph, "snntorch", golden, !folded);
    if (folded) yield* runModel(graph, "norse", golden, false);
  }
};

function* runModel(
  graph: SpikingGraph,
  preset: PresetName,
  golden: Golden,
  compareStates: boolean,
): Iterable<VectorResult> {
  const run = compileSpiking(graph, discretizationOf(preset, dt));
  const samples = golden.label.length;
  for (let sample = 0; sample < samples; sample++) {
    const record = recordRun(run, inputOf(golden.pixels, sample), { record: "all" });
    const spikes = record.spikes.get("lif2")!;
    yield vectorOf(`${graph.name} ${preset} image ${sample}`, [
      firstDifference(
        "hidden spikes",
        record.spikes.get("lif1"),
        hiddenSpikes(golden, sample, samples),
        hidden,
      ),
      firstDifference("spikes", spikes, slice(golden.spk2, sample, samples, classes), classes),
      firstDifference("counts", countsOf(spikes), rowOf(golden.counts, sample), classes),
      preset === "norse"
        ? firstDifference("norse counts", countsOf(spikes), rowOf(golden.norse_r1_counts, sample), classes)
        : null,
      compareStates && sample < withStates ? farStates(record, golden, sample) : null,
    ]);
  }
}

/** A spike at step t where 3/64 of the pixel's value, summed up, reaches a whole number. */
function inputOf(values: ArrayLike<number>, sample: number): Float32Array {
  const input = new Float32Array(steps * pixels);
  for (let step = 0; step < steps; step++) {
    for (let pixel = 0; pixel < pixels; pixel++) {
      const value = 3 * values[sample * pixels + pixel];
      const reached = Math.floor(((step + 1) * value) / 64) > Math.floor((step * value) / 64);
      input[step * pixels + pixel] = reached ? 1 : 0;
    }
  }
  return input;
}

function hiddenSpikes({ spk1_packed }: Golden, sample: number, samples: number): number[] {
  return Array.from({ length: steps * hidden }, (_, i) => {
    const [step, neuron] = [Math.floor(i / hidden), i % hidden];
    return bitAt(spk1_packed, (step * samples + sample) * hidden + neuron);
  });
}

/** [step, sample, neuron] of one sample. */
function slice(values: ArrayLike<number>, sample: number, samples: number, neurons: number): number[] {
  return Array.from({ length: steps * neurons }, (_, i) => {
    const step = Math.floor(i / neurons);
    return values[(step * samples + sample) * neurons + (i % neurons)];
  });
}

function rowOf(counts: ArrayLike<number>, sample: number): number[] {
  return Array.from({ length: classes }, (_, label) => counts[sample * classes + label]);
}

function countsOf(spikes: Float32Array): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const [i, count] of spikes.entries()) counts[i % classes] += count;
  return counts;
}

function farStates(record: SpikingRecord, golden: Golden, sample: number): string | null {
  for (const [node, values, neurons] of [
    ["lif1", golden.mem1_first4, hidden],
    ["lif2", golden.mem2_first4, classes],
  ] as const) {
    const theirs = slice(values, sample, withStates, neurons);
    const ours = record.membranes.get(node)!;
    const at = ours.findIndex((value, i) => !(Math.abs(value - theirs[i]) <= stateTolerance));
    if (at >= 0) return `membrane ${at} of ${node} is ${ours[at]}, not ${theirs[at]}`;
  }
  return null;
}
