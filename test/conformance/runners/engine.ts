/**
 * Suite `engine`: three networks (an MLP, a LeNet, a VGG) on Fashion-MNIST images, int8 weights, 16-bit membranes that
 * saturate once a step, reset by subtraction. The counts were found alike by five implementations (golden/engine/README.md).
 */
import {
  type Connection,
  type Network,
  type Population,
  type Projection,
  plainLaw,
  type SumPool,
} from "../../../src/network/network.ts";
import type { SpikeTrain } from "../../../src/network/spikes.ts";
import { encodeSample } from "../../../src/simulate/encode.ts";
import { createEngine, type EngineKind } from "../../../src/simulate/engine.ts";
import type { VectorResult } from "../../../src/target/target.ts";
import type { GoldenFiles } from "../golden.ts";
import type { Runner } from "./runner.ts";

interface DenseLayer {
  readonly type: "dense";
  readonly in: number;
  readonly out: number;
  readonly theta: number;
  /** First byte of the weights. */
  readonly wofs: number;
}

/** Square kernel, stride 1, the same zero padding on all sides. */
interface ConvolutionLayer {
  readonly type: "conv";
  readonly Cin: number;
  readonly Cout: number;
  readonly k: number;
  readonly pad: number;
  readonly Ho: number;
  readonly Wo: number;
  readonly theta: number;
  readonly wofs: number;
}

type Layer = DenseLayer | ConvolutionLayer | { readonly type: "pool2" } | { readonly type: "flatten" };

export interface Workload {
  /** Timesteps. */
  readonly T: number;
  /** Threshold of the input's rate code. */
  readonly D: number;
  /** Images. */
  readonly N: number;
  readonly layers: readonly Layer[];
  /** [image][class] */
  readonly counts: readonly (readonly number[])[];
  /** Output trains of image 0: a string of T characters 0 and 1 a class. */
  readonly lastspikes: readonly string[];
}

const imageSize = 28 * 28;
const halves: SumPool = { kernel: [2, 2], stride: [2, 2], padding: [0, 0, 0, 0] };
const int16 = { low: -32768, high: 32767, overflow: "saturate" } as const;

/** The file's [in][out], where `in` goes by row, column, channel; ours go by channel, row, column. */
function denseConnection(layer: DenseLayer, weights: Int8Array, channels: number): Connection {
  const places = layer.in / channels;
  const ours = new Int8Array(layer.in * layer.out);
  for (let output = 0; output < layer.out; output++)
    for (let channel = 0; channel < channels; channel++)
      for (let place = 0; place < places; place++)
        ours[output * layer.in + channel * places + place] =
          weights[layer.wofs + (place * channels + channel) * layer.out + output];
  return { kind: "dense", weights: ours };
}

/** The file's [ky][kx][in][out] as [out][in][ky][kx]. */
function convolutionConnection(layer: ConvolutionLayer, weights: Int8Array): Connection {
  const { Cin, Cout, k, pad, wofs } = layer;
  const ours = new Int8Array(Cout * Cin * k * k);
  for (let output = 0; output < Cout; output++)
    for (let input = 0; input < Cin; input++)
      for (let tap = 0; tap < k * k; tap++)
        ours[(output * Cin + input) * k * k + tap] = weights[wofs + (tap * Cin + input) * Cout + output];
  return {
    kind: "convolution",
    weights: ours,
    kernel: [k, k],
    stride: [1, 1],
    padding: [pad, pad, pad, pad],
    dilation: [1, 1],
    groups: 1,
  };
}

function populationOf(layer: DenseLayer | ConvolutionLayer, name: string): Population {
  return {
    name,
    shape: layer.type === "dense" ? [layer.out] : [layer.Cout, layer.Ho, layer.Wo],
    kind: "integrateAndFire",
    law: {
      ...plainLaw,
      overflowV: int16,
      threshold: Int32Array.of(layer.theta),
    },
    spikeValue: new Float64Array(0),
    membraneUnit: new Float64Array(0),
    origin: [],
  };
}

/** The workload as a Network; a pool goes into the projection that follows it. weights: the whole .bin file. */
export function networkOf(workload: Workload, weights: Int8Array, name: string): Network {
  const populations: Population[] = [];
  const projections: Projection[] = [];
  let pools: SumPool[] = [];
  let source = "input";
  let channels = 1;
  for (const layer of workload.layers) {
    if (layer.type === "pool2") pools.push(halves);
    if (layer.type !== "dense" && layer.type !== "conv") continue;
    const target = `layer ${populations.length + 1}`;
    const connection =
      layer.type === "dense"
        ? denseConnection(layer, weights, channels)
        : convolutionConnection(layer, weights);
    channels = layer.type === "dense" ? 1 : layer.Cout;
    populations.push(populationOf(layer, target));
    projections.push({ name: `into ${target}`, source, target, delay: 0, pools, connection });
    source = target;
    pools = [];
  }
  const bytes = { scale: 1, zeroPoint: 0, bits: 8, signed: false };
  const encoder = { kind: "rate", threshold: workload.D, initial: 0, ...bytes } as const;
  return {
    name,
    timesteps: workload.T,
    inputs: [{ name: "input", shape: [1, 28, 28], encoder, polarity: "unsigned" }],
    populations,
    projections,
    readout: { population: source, read: "count", scale: 1, offset: 0 },
    provenance: { version: "", modelHash: "", calibrationHash: "", options: [] },
    notes: [],
  };
}

/** The train of every class as the file writes it. */
function trainsOf(train: SpikeTrain, population: string, classes: number): string[] {
  const { offsets, neurons } = train.events.get(population)!;
  return Array.from({ length: classes }, (_, label) =>
    Array.from({ length: train.steps }, (_, step) =>
      neurons.subarray(offsets[step], offsets[step + 1]).includes(label) ? "1" : "0",
    ).join(""),
  );
}

function compare(
  name: string,
  what: string,
  found: readonly unknown[],
  expected: readonly unknown[],
): VectorResult {
  const label = expected.findIndex((value, i) => value !== found[i]);
  if (label < 0 && found.length === expected.length) return { name, exact: true, difference: null };
  return {
    name,
    exact: false,
    difference: `${what} of class ${label}: ${found[label]}, expected ${expected[label]}`,
  };
}

/** One vector an image (its counts), and one for the trains of the first. images: bytes, 28 x 28 each. */
export function* runWorkload(
  workload: Workload,
  weights: Int8Array,
  images: Uint8Array,
  { name, engine }: { readonly name: string; readonly engine: EngineKind },
): Generator<VectorResult> {
  const network = networkOf(workload, weights, name);
  const { kind, run } = createEngine(network, { engine });
  if (kind !== engine) throw new Error(`${name} runs on the ${kind} engine`);
  for (let image = 0; image < workload.N; image++) {
    const pixels = images.subarray(image * imageSize, (image + 1) * imageSize);
    const { readings, train } = run(encodeSample(network, pixels));
    yield compare(`${name} image ${image}`, "count", [...readings[0]], workload.counts[image]);
    if (image > 0) continue;
    const trains = trainsOf(train, network.readout.population, workload.lastspikes.length);
    yield compare(`${name} trains of image 0`, "train", trains, workload.lastspikes);
  }
}

/** One workload from the golden files: "w1". */
export function readWorkload(files: Pick<GoldenFiles, "read">, name: string) {
  return {
    workload: JSON.parse(new TextDecoder().decode(files.read(`engine/${name}.json`))) as Workload,
    weights: Int8Array.from(files.read(`engine/${name}.bin`)),
    images: files.read("engine/images.bin"),
  };
}

export const runEngine: Runner = function* (files, { engine }) {
  for (const path of files.paths.filter((candidate) => candidate.endsWith(".json"))) {
    const name = path.slice("engine/".length, -".json".length);
    const { workload, weights, images } = readWorkload(files, name);
    yield* runWorkload(workload, weights, images, { name, engine });
  }
};
