/**
 * A `.net` file of lava-dl as a Network: its numbers are integers already, so it needs no conversion. Membranes count in the
 * chip's own units (inputShift 6), and so wrap, saturate and round as there.
 *
 * One thing differs: in a `.net` biases act from the first step in every layer, in a Network from the layer's latency, as
 * lava-dl runs it with reset_interval set.
 */
import { SpikecError } from "../../errors/error.ts";
import {
  type Connection,
  type Encoder,
  type Law,
  type Network,
  type Note,
  type Population,
  type Projection,
  plainLaw,
} from "../../network/network.ts";
import { effectiveWeights } from "./effective-weights.ts";
import type { NetFile, NetLayer, NetNeuron } from "./format/net-file.ts";
import { readNet } from "./format/read-net.ts";

const unit = 2 ** 6;
const decayUnity = 2 ** 12;
const inputBits = 8;
const usualSteps = 16;
const longestDelay = 62;
/** netx's own choice. */
const exponents = { spikeExponent: 6, stateExponent: 6 };

type Weighted = Exclude<NetLayer, { readonly kind: "input" | "flatten" }>;

/** Throws SPK-0112 and SPK-0113. name: of the network; where: of the file, in errors. */
export async function importNet(bytes: Uint8Array, name: string, where = name): Promise<Network> {
  return netToNetwork(await readNet(bytes, where), name);
}

const kept = (multiplier: number) =>
  ({ kind: "multiply", multiplier: Int32Array.of(multiplier), shift: 12, rounding: "trunc0" }) as const;

function lawOf(neuron: (NetNeuron & { readonly kind: "LIF" }) | null, bias: Int32Array): Law {
  const keptU = neuron === null ? decayUnity : decayUnity - neuron.iDecay;
  const keptV = neuron === null ? 0 : decayUnity - neuron.vDecay;
  return {
    ...plainLaw,
    synapse: {
      kind: "trace",
      decayU: kept(keptU),
      overflowU: { low: -(2 ** 23) + 1, high: 2 ** 23, overflow: "wrap" },
      synapseOrder: "decayThenAdd",
      resetSynapse: false,
    },
    inputShift: 6,
    bias: bias.map((mantissa) => mantissa * unit),
    decayV: kept(keptV),
    overflowV: { low: -(2 ** 23) + 1, high: 2 ** 23 - 1, overflow: "saturate" },
    threshold: Int32Array.of(neuron === null ? 1 : neuron.vThMant * unit),
    compare: neuron === null ? "never" : "gt",
    reset: { kind: "zero", value: Int32Array.of(0) },
  };
}

/** Bias of a layer: none, one a channel, or one a neuron in the Network's order. */
function biasOf(layer: NetLayer): Int32Array {
  if (layer.kind === "flatten") return Int32Array.of(0);
  if (layer.kind === "input") return Int32Array.of(layer.bias);
  const { bias } = layer;
  if (bias === null) return Int32Array.of(0);
  if (layer.kind === "dense" || bias.length === layer.shape[0]) return bias;
  const [channels, height, width] = layer.shape;
  return Int32Array.from({ length: bias.length }, (_, i) => {
    const y = Math.floor(i / width) % height;
    return bias[((i % width) * height + y) * channels + Math.floor(i / (height * width))];
  });
}

function populationOf(layer: Exclude<NetLayer, { readonly kind: "flatten" }>, name: string): Population {
  const shape = layer.kind === "dense" ? [layer.outputs] : layer.shape;
  const bias = biasOf(layer);
  const common = { name, shape, spikeValue: new Float64Array(0), origin: [] };
  if (layer.neuron?.kind !== "SDNN")
    return {
      ...common,
      kind: "integrateAndFire",
      law: lawOf(layer.neuron, bias),
      membraneUnit: new Float64Array(0),
    };
  const { vThMant, sigmaOutput } = layer.neuron;
  const value = layer.kind === "input" ? "input" : sigmaOutput ? "sum" : "rectified";
  const own = value === "rectified" ? bias : Int32Array.of(0);
  return { ...common, kind: "sigmaDelta", value, ...exponents, threshold: vThMant, bias: own };
}

/** A Network has one delay for a path: layers whose neurons differ are for the emulated chip alone. */
function commonDelay(delay: Int32Array | null, where: string): number {
  if (delay === null) return 0;
  if (delay.some((steps) => steps !== delay[0])) {
    throw new SpikecError("SPK-0113", "its neurons have delays of their own, which a Network does not hold", {
      where,
      advice: "Train it with one delay a layer; the emulated chip itself runs such files.",
    });
  }
  return Math.min(delay[0], longestDelay);
}

function projectionsOf(layer: Weighted, source: string, target: string, where: string): Projection[] {
  const projection = (name: string, from: string, delay: number, connection: Connection): Projection => {
    return { name, source: from, target, delay, pools: [], connection };
  };
  const forward = `${source} -> ${target}`;
  if (layer.kind === "convolution") {
    const { weights, kernel, stride, dilation, groups, padding } = layer;
    const [vertical, horizontal] = padding;
    const around = [vertical, horizontal, vertical, horizontal] as const;
    const connection = {
      kind: "convolution",
      weights,
      kernel,
      stride,
      dilation,
      groups,
      padding: around,
    } as const;
    return [projection(forward, source, 1, connection)];
  }
  const { recurrent, delay } = layer;
  const all = recurrent === null ? layer.weights : Int32Array.from([...layer.weights, ...recurrent]);
  const effective = effectiveWeights(all, where);
  const weights = effective.subarray(0, layer.weights.length);
  const feedback =
    recurrent === null
      ? []
      : [
          projection(`${target} -> ${target}`, target, 1, {
            kind: "dense",
            weights: effective.subarray(layer.weights.length),
          }),
        ];
  return [
    projection(forward, source, 1 + commonDelay(delay, where), { kind: "dense", weights }),
    ...feedback,
  ];
}

function encoderOf(layers: readonly NetLayer[]): Encoder {
  const [first] = layers;
  if (first.kind !== "input" || first.neuron === null) return { kind: "spikes" };
  return { kind: "analog", scale: 1, zeroPoint: 0, bits: inputBits, signed: first.neuron.kind === "SDNN" };
}

function inputShapeOf([first]: readonly NetLayer[], where: string): readonly number[] {
  if (first.kind === "input") return first.shape;
  if (first.kind === "dense") return [first.inputs];
  throw new SpikecError(
    "SPK-0113",
    "its first layer is a conv, and no input layer says how large images are",
    { where },
  );
}

const layerName = (index: number) => `layer ${index}`;

/** Throws SPK-0113 for layers that lava-dl cannot load. */
export function netToNetwork(net: NetFile, name: string): Network {
  const { layers } = net;
  const populations: Population[] = [];
  const projections: Projection[] = [];
  let source = "input";
  layers.forEach((layer, index) => {
    if (layer.kind === "flatten" || (layer.kind === "input" && layer.neuron === null)) return;
    const target = layerName(index);
    populations.push(populationOf(layer, target));
    if (layer.kind === "input") {
      const weight = layer.neuron?.kind === "SDNN" ? 1 : layer.weight;
      const connection = { kind: "oneToOne", weights: Int32Array.of(weight) } as const;
      projections.push({ name: `input -> ${target}`, source, target, delay: 0, pools: [], connection });
    } else {
      projections.push(...projectionsOf(layer, source, target, `${name}, ${target}`));
    }
    source = target;
  });
  const last = populations[populations.length - 1];
  const reads =
    last.kind === "sigmaDelta" || (last.kind === "integrateAndFire" && last.law.compare === "never");
  return {
    name,
    timesteps: net.sampleSteps ?? usualSteps,
    inputs: [
      { name: "input", shape: inputShapeOf(layers, name), encoder: encoderOf(layers), polarity: "unsigned" },
    ],
    populations,
    projections,
    readout: { population: last.name, read: reads ? "membrane" : "count", scale: 1, offset: 0 },
    provenance: { version: "", modelHash: "", calibrationHash: "", options: [] },
    notes: biasNotes(layers),
  };
}

function biasNotes(layers: readonly NetLayer[]): Note[] {
  return layers.flatMap((layer, index): Note[] => {
    const late = layer.kind === "dense" || layer.kind === "convolution";
    if (
      !late ||
      layer.neuron?.kind === "SDNN" ||
      layer.bias === null ||
      layer.bias.every((value) => value === 0)
    )
      return [];
    const text =
      "its biases act from its latency on, as lava-dl runs it with reset_interval; without, from the first step";
    return [{ level: "info", where: layerName(index), text }];
  });
}
