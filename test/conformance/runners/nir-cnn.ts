/**
 * Suite `nir/cnn`: the convolutional network of NIR's paper on emulated N-MNIST, 300 steps, under norse and sinabs: spike
 * counts of every layer and whole trains of the last two for 10 samples, output counts for 100 (golden/nir/README.md). Float32
 * reproduces them with no spike different; float64 would not.
 */
import { readNpz } from "../../../src/data/npz.ts";
import { compileSpiking, type SpikingRun } from "../../../src/graph/compile-spiking.ts";
import { type Discretization, discretizationOf } from "../../../src/graph/discretization.ts";
import { importNir } from "../../../src/import/nir/import-nir.ts";
import type { VectorResult } from "../../../src/target/target.ts";
import type { GoldenFiles } from "../golden.ts";
import { bitAt } from "./packed-bits.ts";
import type { Runner } from "./runner.ts";
import { firstDifference, vectorOf } from "./single-neuron.ts";

const steps = 300;
const places = 2 * 34 * 34;
const outputNode = "12";
const spikingNodes = ["1", "3", "6", "10", "12"];
/** Layers whose trains are whole in the golden file. */
const tracedNodes = ["10", "12"];

/** None has a time constant, so that dt is of no account. */
const norse = discretizationOf("norse", 1e-4);
const sinabs = discretizationOf("sinabs", 1e-4);
const single = { ...sinabs, spikes: "single" } as const satisfies Discretization;

type Arrays = ReadonlyMap<string, ArrayLike<number>>;

export const runCnn: Runner = async function* (files) {
  const graph = await importNir(files.read("nir/nir_files/cnn_sinabs.nir"), "cnn_sinabs.nir");
  const run = (d: Discretization): SpikingRun => compileSpiking(graph, d);
  const tens = arraysOf(files, "nir/cnn/cnn_sinabs__10samples.npz");
  yield* compareLayers("norse", run(norse), tens);
  yield* compareLayers("sinabs", run(sinabs), tens);
  const hundred = arraysOf(files, "nir/cnn/events_100.npz");
  yield* compareCounts("norse", run(norse), hundred);
  yield* compareCounts("sinabs", run(sinabs), hundred);
  yield* compareCounts("sinabs_single_sub", run(single), hundred);
  yield* compareCounts("sinabs_single_zero", run({ ...single, reset: "value" }), hundred);
};

function arraysOf(files: GoldenFiles, path: string): Arrays {
  return new Map(
    [...readNpz(files.read(path), path)].map(([name, { data }]) => [name, data as ArrayLike<number>]),
  );
}

/** Sums over time of every layer, and the trains of the last two. */
function* compareLayers(simulator: string, run: SpikingRun, golden: Arrays): Iterable<VectorResult> {
  const samples = golden.get("label")!.length;
  const packed = golden.get("input_packed") as Uint8Array;
  const input = run.inputs.get("input")!;
  for (let sample = 0; sample < samples; sample++) {
    const sums = new Map(
      spikingNodes.map((node) => [node, new Float64Array(run.nodes.get(node)!.output.length)]),
    );
    let difference: string | null = null;
    run.reset();
    for (let step = 0; step < steps; step++) {
      for (let i = 0; i < places; i++) input[i] = bitAt(packed, (step * samples + sample) * places + i);
      run.step();
      for (const [node, sum] of sums) {
        const { output } = run.nodes.get(node)!;
        for (let i = 0; i < sum.length; i++) sum[i] += output[i];
      }
      for (const node of tracedNodes) {
        const { output } = run.nodes.get(node)!;
        const start = (step * samples + sample) * output.length;
        const theirs = slice(golden.get(`${simulator}_${node}_spikes`)!, start, output.length);
        difference ??= firstDifference(
          `layer ${node} in step ${step}: spikes`,
          output,
          theirs,
          output.length,
        );
      }
    }
    const layers = [...sums].map(([node, sum]) => {
      const theirs = slice(golden.get(`${simulator}_${node}_sum`)!, sample * sum.length, sum.length);
      return firstDifference(`layer ${node}: sum`, sum, theirs, sum.length);
    });
    yield vectorOf(`${simulator} sample ${sample}`, [difference, ...layers]);
  }
}

/** Output counts of the samples given as events. */
function* compareCounts(simulator: string, run: SpikingRun, golden: Arrays): Iterable<VectorResult> {
  const [times, addresses, offsets] = ["t", "addr", "offsets"].map((name) => golden.get(name)!);
  const theirs = golden.get(`${simulator}_counts`)!;
  const input = run.inputs.get("input")!;
  const { output } = run.nodes.get(outputNode)!;
  for (let sample = 0; sample + 1 < offsets.length; sample++) {
    const counts = new Float64Array(output.length);
    let event = Number(offsets[sample]);
    const end = Number(offsets[sample + 1]);
    run.reset();
    for (let step = 0; step < steps; step++) {
      input.fill(0);
      for (; event < end && times[event] === step; event++) input[addresses[event]] = 1;
      run.step();
      for (let i = 0; i < counts.length; i++) counts[i] += output[i];
    }
    const missed = event < end ? `event ${event} at ${times[event]} was never reached` : null;
    const expected = slice(theirs, sample * counts.length, counts.length);
    yield vectorOf(`${simulator} of 100, sample ${sample}`, [
      missed,
      firstDifference("counts", counts, expected, counts.length),
    ]);
  }
}

function slice(values: ArrayLike<number>, start: number, length: number): number[] {
  return Array.from({ length }, (_, i) => values[start + i]);
}
