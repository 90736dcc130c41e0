/**
 * Layers of a `.net` file as what the chip runs: lava-dl's loader (lava-dl d825ac5, src/lava/lib/dl/netx/hdf5.py and
 * blocks/process.py) chooses bits, exponents and neurons; Lava computes. In mode `nengo` the same numbers run under
 * nengo-loihi's law, whose sums wrap and whose convolutions are plain synapses.
 */
import { SpikecError } from "../../../src/errors/error.ts";
import {
  longestDelay,
  type NetFile,
  type NetLayer,
  type NetNeuron,
} from "../../../src/import/netx/format/net-file.ts";
import { createCompartments, plainCompartments } from "./compartments.ts";
import { createConvolution, type ImageShape } from "./convolution.ts";
import type { MachineLayer } from "./machine.ts";
import { createNengoCompartments } from "./nengo-compartments.ts";
import type { Neurons } from "./neurons.ts";
import { createSigmaDelta } from "./sigma-delta.ts";
import { createDenseSynapses, type Synapses } from "./synapses.ts";
import { optimizeWeightBits, storedWeights } from "./weights.ts";

/** What lava-dl's Network is told beside the file, under its names, and whose arithmetic is used. */
export interface RunSettings {
  readonly mode: "lava" | "nengo";
  /** 0: what is fed in are spikes; else numbers of so many bits. */
  readonly inputMessageBits: number;
  /** Layer k is cleared where time % resetInterval = (resetOffset + 1 + k) % resetInterval. null: never. */
  readonly resetInterval: number | null;
  readonly resetOffset: number;
  /** spike_exp: fractional bits of what sigma-delta neurons send. */
  readonly spikeExponent: number;
  /** [channels, height, width] or [neurons], where the file does not begin with an input layer. */
  readonly inputShape: readonly number[] | null;
  /** Of an input layer of LIF neurons: bias mantissa of each, the sample; null: 0. */
  readonly inputBias: ArrayLike<number> | null;
}

export interface LoadedLayer extends MachineLayer {
  /** [channels, height, width] or [neurons]. */
  readonly shape: readonly number[];
}

/** Mantissas of biases in files are in units of 2^6. */
const biasExponent = 6;
/** state_exp, which the loader fixes. */
const stateExponent = 6;
/** A layer without neurons: sums up for ever and never fires. */
const integrator: NetNeuron = { kind: "LIF", iDecay: 0, vDecay: 4096, vThMant: 2 ** 17, messageBits: null };

type Weighted = Exclude<NetLayer, { readonly kind: "input" | "flatten" }>;

function unloadable(index: number, what: string): SpikecError {
  return new SpikecError("SPK-0404", what, { where: `layer ${index}` });
}

/** The layers that hold neurons, in their order. Throws SPK-0404 where lava-dl could not load one. */
export function loadLayers(net: NetFile, settings: RunSettings): LoadedLayer[] {
  const loaded: LoadedLayer[] = [];
  let shape = settings.inputShape;
  let messageBits = settings.inputMessageBits;
  net.layers.forEach((layer, index) => {
    if (layer.kind === "flatten") return;
    const from = shape;
    shape = layer.kind === "dense" ? [layer.outputs] : layer.shape;
    if (layer.kind === "input" && layer.neuron === null) return;
    const neuron = layer.neuron ?? integrator;
    const position = loaded.length;
    const incoming =
      layer.kind === "input" ? [] : incomingOf(layer, { index, position, from, graded: messageBits > 0 });
    const neurons = neuronsOf(neuron, layer, position, shape, settings);
    loaded.push({ neurons, shape, direct: layer.kind === "input" && neuron.kind === "SDNN", incoming });
    messageBits = neuron.messageBits ?? (neuron.kind === "SDNN" ? 16 : 0);
  });
  return loaded;
}

interface Place {
  /** In the file, and among the layers with neurons. */
  readonly index: number;
  readonly position: number;
  readonly from: readonly number[] | null;
  readonly graded: boolean;
}

function incomingOf(layer: Weighted, place: Place): MachineLayer["incoming"] {
  const source = place.position === 0 ? ("input" as const) : place.position - 1;
  if (layer.kind === "convolution") {
    if (place.from?.length !== 3) throw unloadable(place.index, "the shape of its input is not known");
    const from = place.from as unknown as ImageShape;
    const synapses = createConvolution({ ...layer, from, to: layer.shape, graded: place.graded });
    return [{ source, synapses }];
  }
  const { forward, recurrent } = denseSynapses(layer, place);
  const feedback = recurrent === null ? [] : [{ source: place.position, synapses: recurrent }];
  return [{ source, synapses: forward }, ...feedback];
}

/** Forward and recurrent weights are scaled together, then used apart. */
function denseSynapses(layer: Weighted & { readonly kind: "dense" }, { index, graded }: Place) {
  const { outputs, inputs, weights, recurrent, delay } = layer;
  const all = recurrent === null ? weights : [...weights, ...recurrent];
  const optimized = optimizeWeightBits(all);
  if (optimized === null) throw unloadable(index, "all weights are 0: lava-dl fails on such a layer");
  const { mode, bits, exponent } = optimized;
  if (exponent > 0) throw unloadable(index, "its weights do not fit 8 bits");
  const stored = storedWeights(optimized.weights, mode, bits);
  const common = { rows: outputs, exponent, graded };
  const forward = createDenseSynapses({
    ...common,
    columns: inputs,
    weights: stored.subarray(0, weights.length),
    delays: delay === null ? 0 : delayOfEach(delay, outputs, inputs),
  });
  const feedback =
    recurrent === null
      ? null
      : createDenseSynapses({
          ...common,
          columns: outputs,
          weights: stored.subarray(weights.length),
          delays: 0,
        });
  return { forward, recurrent: feedback as Synapses | null };
}

/** One for all, one a row or one a column; the length tells which, rows first. */
function delayOfEach(delay: Int32Array, rows: number, columns: number): number | Uint8Array {
  const clamped = delay.map((steps) => Math.min(steps, longestDelay));
  if (clamped.length === 1) return clamped[0];
  const byRow = clamped.length === rows;
  return Uint8Array.from({ length: rows * columns }, (_, i) =>
    byRow ? clamped[Math.floor(i / columns)] : clamped[i % columns],
  );
}

function neuronsOf(
  neuron: NetNeuron,
  layer: NetLayer,
  position: number,
  shape: readonly number[],
  settings: RunSettings,
): Neurons {
  const size = shape.reduce((product, extent) => product * extent, 1);
  const bias = biasOf(layer, shape, size, settings);
  if (neuron.kind === "SDNN") {
    return createSigmaDelta({
      size,
      kind: layer.kind === "input" ? "delta" : neuron.sigmaOutput ? "sigma" : "sigmaDelta",
      spikeExponent: settings.spikeExponent,
      stateExponent,
      threshold: neuron.vThMant,
      bias,
      cumulativeError: false,
    });
  }
  const { resetInterval, resetOffset } = settings;
  const clear =
    resetInterval === null ? null : { interval: resetInterval, offset: resetOffset + 1 + position };
  if (settings.mode === "nengo") {
    return createNengoCompartments({
      size,
      decayU: neuron.iDecay - 1,
      decayV: neuron.vDecay,
      vth: neuron.vThMant * 2 ** 6,
      bias: bias.map((mantissa) => mantissa * 2 ** biasExponent),
      refractoryDelay: 1,
      vmin: -(2 ** 23) + 1,
      vmax: 2 ** 23 - 1,
      inputUnit: 2 ** 6,
      clear,
    });
  }
  return createCompartments({
    ...plainCompartments,
    size,
    du: neuron.iDecay - 1,
    dv: neuron.vDecay,
    vth: neuron.vThMant,
    biasMantissa: bias,
    biasExponent,
    clear,
  });
}

/** Of each neuron, channel first. */
function biasOf(
  layer: NetLayer,
  shape: readonly number[],
  size: number,
  settings: RunSettings,
): Float64Array {
  const given = layer.kind === "input" ? settings.inputBias : layer.kind === "flatten" ? null : layer.bias;
  if (given === null) return new Float64Array(size);
  if (shape.length === 3 && given.length === shape[0] && given.length !== size)
    return Float64Array.from({ length: size }, (_, i) => given[Math.floor((i * shape[0]) / size)]);
  if (layer.kind !== "convolution") return Float64Array.from(given);
  // The file orders biases of single neurons as Lava orders images: width, height, channel.
  const [channels, height, width] = shape;
  return Float64Array.from({ length: size }, (_, i) => {
    const y = Math.floor(i / width) % height;
    return given[((i % width) * height + y) * channels + Math.floor(i / (height * width))];
  });
}
