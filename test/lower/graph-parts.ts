/** Graph nodes for tests of lowering, with weights that make activations of about one out of inputs in 0..1. */
import type { GraphNode, Padding2d, Pair, Shape } from "../../src/graph/graph.ts";
import { randomIntegers } from "../../src/simulate/random.ts";
import type { GraphPart } from "../graph/small-graphs.ts";

export type Random = () => number;

/** Uniform in [0, 1), from a seed. */
export function seeded(seed: number): Random {
  const next = randomIntegers(seed);
  return () => next() / 2 ** 32;
}

/** Named, and with the inputs that are not simply the node before. */
interface Place {
  readonly name?: string;
  readonly inputs?: readonly string[];
}

const noPadding: Padding2d = [0, 0, 0, 0];

function values(random: Random, count: number, spread: number, centre = 0): Float64Array {
  return Float64Array.from({ length: count }, () => centre + spread * (2 * random() - 1));
}

export function affine(random: Random, outputs: number, inputs: number, place: Place = {}): GraphPart {
  const data = values(random, outputs * inputs, 2 / Math.sqrt(inputs));
  return {
    type: "Affine",
    weight: { shape: [outputs, inputs], data },
    bias: values(random, outputs, 0.3),
    ...place,
  };
}

export interface ConvolutionSettings {
  readonly kernel?: Pair;
  readonly stride?: Pair;
  readonly padding?: Padding2d;
  readonly dilation?: Pair;
  readonly groups?: number;
}

export function convolution(
  random: Random,
  outputs: number,
  inputs: number,
  settings: ConvolutionSettings = {},
  place: Place = {},
): GraphPart {
  const { kernel = [3, 3], stride = [1, 1], padding = noPadding, dilation = [1, 1], groups = 1 } = settings;
  const shape = [outputs, inputs / groups, ...kernel];
  const fanIn = shape[1] * shape[2] * shape[3];
  const data = values(random, outputs * fanIn, 2 / Math.sqrt(fanIn));
  const bias = values(random, outputs, 0.3);
  return { type: "Conv2d", weight: { shape, data }, bias, stride, padding, dilation, groups, ...place };
}

/** Shifts and scales that can be told apart; negative: scales of both signs. */
export function normalization(
  random: Random,
  channels: number,
  place: Place = {},
  negative = false,
): GraphPart {
  const scale = values(random, channels, negative ? 1 : 0.5, negative ? 0 : 1);
  return { type: "Normalization", scale, shift: values(random, channels, 0.5), ...place };
}

export const relu = (place: Place & { maximum?: number } = {}): GraphPart => ({
  type: "ReLU",
  maximum: null,
  ...place,
});

export const flatten = (place: Place = {}): GraphPart => ({ type: "Flatten", ...place });
export const add = (inputs: readonly string[], name = "sum"): GraphPart => ({ type: "Add", name, inputs });
export const concat = (inputs: readonly string[], name = "joined"): GraphPart => ({
  type: "Concat",
  name,
  inputs,
});

export function pad(padding: Padding2d, place: Place = {}): GraphPart {
  return { type: "Pad2d", padding, ...place };
}

export function maxPool(
  kernel: Pair,
  stride: Pair = kernel,
  padding = noPadding,
  place: Place = {},
): GraphPart {
  return { type: "MaxPool2d", kernel, stride, padding, ...place };
}

export function averagePool(
  kernel: Pair,
  stride: Pair = kernel,
  padding = noPadding,
  place: Place & { countPadding?: boolean } = {},
): GraphPart {
  return { type: "AvgPool2d", kernel, stride, padding, countPadding: true, ...place };
}

/** As exporters write it: integers of 8 bits, unsigned ones from 0. */
export function quantize(scale: number, signed: boolean, place: Place = {}): GraphPart {
  const [low, high] = signed ? [-128, 127] : [0, 255];
  return { type: "Quantize", scale, zeroPoint: 0, low, high, ...place };
}

/** Samples of inputs in [low, 1), one after the other. */
export function samplesOf(random: Random, shape: Shape, count: number, low = 0): Float32Array {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return Float32Array.from({ length: size * count }, () => low + (1 - low) * random());
}

/** Inputs in 0..1 that follow four common causes, as the pixels of an image do. */
export function correlatedSamples(shape: Shape, count: number, seed: number): Float32Array {
  const random = seeded(seed);
  const size = shape.reduce((product, extent) => product * extent, 1);
  const loads = Array.from({ length: 4 * size }, seeded(1));
  return Float32Array.from({ length: count }).reduce<Float32Array>(
    (all, _, sample) => {
      const causes = Array.from({ length: 4 }, random);
      for (let i = 0; i < size; i++) {
        const shared = causes.reduce((sum, cause, c) => sum + cause * loads[4 * i + c], 0);
        all[sample * size + i] = Math.min(1, 0.25 * shared + 0.1 * random());
      }
      return all;
    },
    new Float32Array(count * size),
  );
}

export type NodeType = GraphNode["type"];
