/**
 * npm run bench:native: native spiking networks in integers beside their floats, as docs/native.md tabulates it.
 *
 *   npm run bench:native -- [--golden DIR] [--bits 8,6,4]
 *
 * Needs the big golden tree (../shared/golden): the recurrent Braille networks and the CNN of NIR's paper are not copied here.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readNpz } from "../../src/data/npz.ts";
import { type Discretization, discretizationOf } from "../../src/graph/discretization.ts";
import type { SpikingGraph } from "../../src/graph/spiking.ts";
import { importNir } from "../../src/import/nir/import-nir.ts";
import { formatTable } from "../../src/report/table.ts";
import { createEngine } from "../../src/simulate/engine.ts";
import { readArrayCases } from "../conformance/runners/golden-arrays.ts";
import { anyTime, neuronGraph } from "../conformance/runners/single-neuron.ts";
import { type SnnTorchParams, snnTorchNeuron } from "../conformance/runners/snntorch.ts";
import { type Agreement, compareSpikes, lowered } from "../lower/spiking/native.ts";

const { values: options } = parseArgs({
  options: {
    golden: { type: "string", default: "../shared/golden" },
    bits: { type: "string", default: "8,6,4" },
  },
});
const allBits = options.bits.split(",").map(Number);
const read = (path: string) => new Uint8Array(readFileSync(join(options.golden, path)));
const npz = (path: string) => {
  const arrays = readNpz(read(path), path);
  return (name: string) => arrays.get(name)!.data as ArrayLike<number>;
};
const nir = (path: string) => importNir(read(path), path);
const share = ({ equal, pairs }: Agreement) => (equal / pairs).toFixed(4);
const spikesText = ({ spikes, floatSpikes }: Agreement) => `${spikes}/${floatSpikes}`;
const largest = (values: ArrayLike<number>) => Array.from(values).indexOf(Math.max(...Array.from(values)));

/** Per case of the random suite: agreement per step at int8. */
function neurons(): void {
  const rows: string[][] = [];
  for (const given of readArrayCases<SnnTorchParams>({ paths: [], read }, "neurons/snntorch_random")) {
    const { shape, data } = given.arrays.get("input")!;
    const graph = neuronGraph(snnTorchNeuron(given, shape.slice(1)));
    try {
      const lowering = lowered(graph, anyTime, shape[0], { input: { kind: "current", largest: null } });
      const [found] = compareSpikes(graph, anyTime, lowering, [data as Float32Array]).values();
      rows.push([given.id, share(found), spikesText(found)]);
    } catch (error) {
      rows.push([given.id, "refused", (error as Error).message]);
    }
  }
  console.log(`${formatTable(["neurons", "per step", "spikes"], rows)}\n`);
}

function digitSpikes(pixels: ArrayLike<number>, image: number): Float32Array {
  return Float32Array.from({ length: 32 * 64 }, (_, i) => {
    const [step, value] = [Math.floor(i / 64), 3 * pixels[image * 64 + (i % 64)]];
    return Number(Math.floor(((step + 1) * value) / 64) > Math.floor((step * value) / 64));
  });
}

interface Task {
  readonly name: string;
  readonly graph: SpikingGraph;
  readonly discretization: Discretization;
  readonly timesteps: number;
  readonly samples: readonly Float32Array[];
  readonly labels: ArrayLike<number>;
  /** Classes of the floats. */
  readonly float: readonly number[];
}

function classify({ name, graph, discretization, timesteps, samples, labels, float }: Task): string[][] {
  const right = float.filter((label, i) => label === Number(labels[i])).length;
  return allBits.flatMap((weightBits) =>
    (["channel", "layer"] as const).map((scales) => {
      const engine = createEngine(lowered(graph, discretization, timesteps, { weightBits, scales }).network);
      const classes = samples.map((sample) => largest(engine.runSample(sample).readings[0]));
      const own = classes.filter((label, i) => label === Number(labels[i])).length;
      const same = classes.filter((label, i) => label === float[i]).length;
      const of = (count: number) => `${((100 * count) / samples.length).toFixed(1)} %`;
      return [name, `int${weightBits}, per ${scales}`, of(right), of(own), of(same)];
    }),
  );
}

async function digits(): Promise<string[][]> {
  const golden = npz("nir/digits/digits_lif__snntorch_head.npz");
  const [pixels, labels, counts] = ["pixels", "label", "counts"].map(golden);
  const images = Array.from({ length: labels.length }, (_, i) => i);
  return classify({
    name: "digits_lif",
    graph: await nir("nir/digits/digits_lif.nir"),
    discretization: discretizationOf("snntorch", 1e-4),
    timesteps: 32,
    samples: images.map((image) => digitSpikes(pixels, image)),
    labels,
    float: images.map((image) => largest(Array.from(counts).slice(10 * image, 10 * image + 10))),
  });
}

async function maps(preset: "norse" | "sinabs"): Promise<string[][]> {
  const golden = npz("nir/cnn/events_100.npz");
  const [times, addresses, offsets, labels, counts] = [
    "t",
    "addr",
    "offsets",
    "label",
    `${preset}_counts`,
  ].map(golden);
  const [steps, places] = [300, 2 * 34 * 34];
  const images = Array.from({ length: labels.length }, (_, i) => i);
  const samples = images.map((image) => {
    const sample = new Float32Array(steps * places);
    for (let event = Number(offsets[image]); event < Number(offsets[image + 1]); event++)
      sample[times[event] * places + addresses[event]] = 1;
    return sample;
  });
  return classify({
    name: `cnn_sinabs as ${preset}`,
    graph: await nir("nir/nir_files/cnn_sinabs.nir"),
    discretization: discretizationOf(preset, 1e-4),
    timesteps: steps,
    samples,
    labels,
    float: images.map((image) => largest(Array.from(counts).slice(10 * image, 10 * image + 10))),
  });
}

/** The real sample and two jittered ones, under the simulators of the paper. */
async function braille(): Promise<void> {
  const rows: string[][] = [];
  for (const model of ["bias_zero", "noBias_subtract"]) {
    const graph = await nir(`nir/nir_files/braille_noDelay_${model}.nir`);
    const samples = ["real0", "jitter1", "jitter2"].map((kind) =>
      Float32Array.from(npz(`nir/braille/${model}__${kind}__norse_zero.npz`)("input")),
    );
    const reset = model.endsWith("zero") ? ("value" as const) : ("subtract" as const);
    for (const preset of ["snntorch-2023", "norse", "spyx"] as const) {
      const base = discretizationOf(preset, 1e-4);
      const discretization = preset === "spyx" ? base : { ...base, reset };
      const found = compareSpikes(graph, discretization, lowered(graph, discretization, 256), samples);
      for (const [name, agreement] of found)
        rows.push([model, preset, name, share(agreement), spikesText(agreement)]);
    }
  }
  console.log(`${formatTable(["Braille", "preset", "layer", "per step", "spikes"], rows)}\n`);
}

neurons();
await braille();
const titles = ["network", "weights", "floats", "integers", "same class"];
console.log(formatTable(titles, [...(await digits()), ...(await maps("norse")), ...(await maps("sinabs"))]));
