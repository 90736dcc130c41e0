/**
 * Network: a spiking network in integers only, as plain, immutable data: inputs with their encoders, populations under
 * the neuron law (docs/law.md), projections between them, one readout, and the scales that lead back to floats.
 *
 * A parameter array of a population of n neurons in c channels holds 1, c or n values: neuron i reads the value at
 * floor(i * length / n). Channels come first in memory, so that one rule serves populations, channels and neurons.
 */

/** Per sample: [neurons], or [channels, height, width]. */
export type Shape = readonly number[];
export type IntegerArray = Int8Array | Int16Array | Int32Array;
/** [vertical, horizontal]. */
export type Pair = readonly [number, number];
/** [top, left, bottom, right]. */
export type Padding2d = readonly [number, number, number, number];

/** A value x of the float network becomes q = clamp(round(x / scale) + zeroPoint) in `bits` bits. */
export interface Quantization {
  readonly scale: number;
  readonly zeroPoint: number;
  readonly bits: number;
  readonly signed: boolean;
}

export type Encoder =
  /** q is a current: it enters every step, multiplied by the weights. */
  | ({ readonly kind: "analog" } & Quantization)
  /** Integrate and fire on q: u += q; a spike and u -= threshold where u >= threshold; u starts at `initial`. */
  | ({ readonly kind: "rate"; readonly threshold: number; readonly initial: number } & Quantization)
  /** A spike with probability q / threshold, from a seeded generator of integers. */
  | ({ readonly kind: "poisson"; readonly threshold: number; readonly seed: number } & Quantization)
  /** One spike at floor((T - 1) (threshold - q) / threshold) where q > 0: the larger, the earlier. */
  | ({ readonly kind: "latency"; readonly threshold: number } & Quantization)
  /** The file already holds spikes: [T, ...shape] of 0 and 1. */
  | { readonly kind: "spikes" }
  /** Fires at every step of the input window, whatever the sample: the source of a bias on chips that have none. */
  | { readonly kind: "always" };

export interface Input {
  readonly name: string;
  readonly shape: Shape;
  readonly encoder: Encoder;
  /** signed: the second half of the channels carries the negative part of the sample (q < 0) as spikes of its own. */
  readonly polarity: "unsigned" | "signed";
}

export type Rounding = "trunc0" | "floor" | "halfAway" | "halfEven";

/** What is left of a state after one step: D(x) of the law. */
export type Decay =
  | { readonly kind: "none" }
  /** round(x multiplier / 2^shift) */
  | {
      readonly kind: "multiply";
      readonly multiplier: Int32Array;
      readonly shift: number;
      readonly rounding: Rounding;
    }
  /** x - floor(x / 2^shift); with tail, at least one unit toward zero. */
  | { readonly kind: "shift"; readonly shift: number; readonly tail: boolean }
  /** x - amount; towardZero: without crossing it. */
  | { readonly kind: "constant"; readonly amount: Int32Array; readonly towardZero: boolean };

export type Reset =
  | { readonly kind: "none" }
  | { readonly kind: "zero"; readonly value: number }
  /** v -= spikes * threshold */
  | { readonly kind: "subtract" };

export interface StateRange {
  readonly low: number;
  readonly high: number;
  readonly overflow: "saturate" | "wrap";
}

/** Applied after the reset where v < value. */
export interface Floor {
  readonly kind: "clamp" | "subtract" | "zero";
  readonly value: number;
}

/** The integrate-and-fire part of the neuron law; parameter names are those of docs/law.md. */
export interface Law {
  readonly bias: Int32Array;
  readonly decayV: Decay;
  readonly overflowV: StateRange | null;
  readonly threshold: Int32Array;
  /** never: a population that only integrates, for a membrane readout. */
  readonly compare: "gt" | "ge" | "never";
  /** Spikes a step; 0 = unbounded. */
  readonly maxSpikes: number;
  readonly reset: Reset;
  readonly floor: Floor | null;
  readonly vInit: Int32Array;
}

export interface Population {
  readonly name: string;
  readonly shape: Shape;
  readonly kind: "integrateAndFire";
  readonly law: Law;
  /**
   * Back to floats: activation = spikeValue * count / T. One value, one a channel or one a neuron.
   * Empty for a population without a float counterpart.
   */
  readonly spikeValue: Float64Array;
  /** Names of the Graph nodes that this population stands for. */
  readonly origin: readonly string[];
}

/** The spikes of a window are added; the weights after it see the sum. */
export interface SumPool {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Padding2d;
}

export type Connection =
  /** weights [target neurons][source neurons], the source counted after the pools. */
  | { readonly kind: "dense"; readonly weights: IntegerArray }
  /** weights [out][in / groups][kernel height][kernel width]; cross-correlation. */
  | {
      readonly kind: "convolution";
      readonly weights: IntegerArray;
      readonly kernel: Pair;
      readonly stride: Pair;
      readonly padding: Padding2d;
      readonly dilation: Pair;
      readonly groups: number;
    }
  /** Neuron i to neuron i; weights: one, one a channel, or one a neuron. */
  | { readonly kind: "oneToOne"; readonly weights: IntegerArray }
  /**
   * Synapses one by one, compressed by source neuron: those of neuron s, counted after the pools, are at
   * offsets[s] .. offsets[s + 1] of targets and weights, in any order. Two that join the same neurons add up.
   */
  | {
      readonly kind: "sparse";
      /** Source neurons + 1 entries, ascending from 0 to the number of synapses. */
      readonly offsets: Int32Array;
      readonly targets: Int32Array;
      /** As long as `targets`. */
      readonly weights: IntegerArray;
      /** Neurons of the target: not every one need have a synapse. */
      readonly targetSize: number;
    };

export interface Projection {
  readonly name: string;
  /** Name of an input or a population. */
  readonly source: string;
  /** Name of a population. */
  readonly target: string;
  /** Steps, >= 0; edges of delay 0 form no cycle. */
  readonly delay: number;
  /** Applied to the source's spikes in order, before the weights. Empty for most. */
  readonly pools: readonly SumPool[];
  readonly connection: Connection;
}

export interface Readout {
  readonly population: string;
  readonly read: "membrane" | "count" | "firstSpike";
  /** Logit = (reading * scale + offset) / T: ONE scale and ONE offset for all classes, so that the argmax of raw readings is the class. */
  readonly scale: number;
  readonly offset: number;
}

/** Content only: hashes, options and versions; no path, date or host. */
export interface Provenance {
  /** Version of spikec that wrote the network. */
  readonly version: string;
  /** SHA-256 of the model file, hexadecimal; empty where unknown. */
  readonly modelHash: string;
  readonly calibrationHash: string;
  /** The options of the conversion as [name, value], sorted by name. */
  readonly options: readonly (readonly [string, string])[];
}

export interface Note {
  readonly level: "info" | "warning";
  readonly where: string;
  readonly text: string;
}

export interface Network {
  readonly name: string;
  /** T: the number of steps for which input is applied. */
  readonly timesteps: number;
  /** Exactly one carries the sample; others are `always`. */
  readonly inputs: readonly Input[];
  /** In an order in which every edge of delay 0 points forward. */
  readonly populations: readonly Population[];
  readonly projections: readonly Projection[];
  readonly readout: Readout;
  readonly provenance: Provenance;
  readonly notes: readonly Note[];
}

/** Number of neurons in a shape. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** The index that neuron `neuron` of `size` reads in a parameter array of `length` values (1, channels or neurons). */
export function parameterIndex(neuron: number, size: number, length: number): number {
  return Math.floor((neuron * length) / size);
}
