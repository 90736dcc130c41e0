/**
 * Network: a spiking network in integers only, as plain, immutable data: inputs with their encoders, populations under
 * the neuron law (docs/law.md), projections between them, one readout, and the scales that lead back to floats.
 *
 * A parameter array of a population of n neurons in c channels holds 1, c or n values: neuron i reads the value at
 * floor(i * length / n). Channels come first in memory, so that one rule serves populations, channels and neurons.
 */

import type { Law } from "./law.ts";

/** Per sample: [neurons], or [channels, height, width]. */
export type Shape = readonly number[];
export type { Decay, Floor, Law, Reset, Rounding, StateRange, Synapse } from "./law.ts";
export { plainLaw } from "./law.ts";

export type IntegerArray = Int8Array | Int16Array | Int32Array;
/** [vertical, horizontal]. */
export type Pair = readonly [number, number];
/** [top, left, bottom, right]. */
export type Padding2d = readonly [number, number, number, number];

/** A value x of the float network becomes q = clamp(round(x / scale) + zeroPoint) in `bits` bits. */
export interface Quantization {
  /** With a normalization: in units of normalized values. */
  readonly scale: number;
  readonly zeroPoint: number;
  readonly bits: number;
  readonly signed: boolean;
  /** Where the values of a sample differ in unit; absent where one scale serves them all. */
  readonly normalization?: Normalization | undefined;
}

/**
 * Before it is quantized, value i of a sample becomes (x - offset[i]) / divisor[i]. Both in the value's own unit, of the same length:
 * one, one a channel, or one a value of the sample (as parameter arrays of a population).
 */
export interface Normalization {
  readonly offset: Float64Array;
  /** Above 0. */
  readonly divisor: Float64Array;
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
  /** The file holds currents over time, [T, ...shape]: q[t] enters at step t, multiplied by the weights. */
  | ({ readonly kind: "current" } & Quantization)
  /** The file already holds spikes: [T, ...shape] of counts, 0 and 1 for most. */
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

interface PopulationBase {
  readonly name: string;
  readonly shape: Shape;
  /**
   * Back to floats: activation = spikeValue * count / T. One value, one a channel or one a neuron.
   * Empty for a population without a float counterpart.
   */
  readonly spikeValue: Float64Array;
  /** Names of the Graph nodes that this population stands for. */
  readonly origin: readonly string[];
}

/** Neurons under the neuron law. */
export interface IntegrateAndFirePopulation extends PopulationBase {
  readonly kind: "integrateAndFire";
  readonly law: Law;
  /** Float membrane = membraneUnit * v. One value, one a channel or one a neuron; empty where floats have no counterpart. */
  readonly membraneUnit: Float64Array;
}

/**
 * MaxPool in rates: each tap adds up what it is sent, and neuron j emits what the largest sum among the taps of its window
 * has grown by in this step. Projections go to the taps, not to the neurons.
 */
export interface MaxCountPopulation extends PopulationBase {
  readonly kind: "maxCount";
  /** [channels, height, width] of what is pooled. */
  readonly taps: Shape;
  /** Kernel, stride and padding over the taps; padding never wins. */
  readonly window: SumPool;
}

/**
 * Sigma-delta neurons in fixed point: each adds up what it is sent and sends, as a graded spike of either sign, by how much
 * its own value has changed. Values are integers in units of 2^-(spikeExponent + stateExponent), spikes in units of
 * 2^-spikeExponent (rounded down). They act from the first step of a run, whatever their latency: no chip starts them later.
 */
export interface SigmaDeltaPopulation extends PopulationBase {
  readonly kind: "sigmaDelta";
  /** input: the step's weighted input itself. rectified: max(0, sum + bias). sum: the sum, sent whole at every step. */
  readonly value: "input" | "rectified" | "sum";
  readonly spikeExponent: number;
  readonly stateExponent: number;
  /** Changes smaller than this wait; in units of the value's integers before their fraction, as the bias. */
  readonly threshold: number;
  readonly bias: Int32Array;
}

export type Population = IntegrateAndFirePopulation | MaxCountPopulation | SigmaDeltaPopulation;

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
  /**
   * Steps of `delay` that belong to what the network computes (recurrence, delays that were trained), not to the time that a
   * chip takes: latencies leave them out, so that its target acts while it waits. Default 0.
   */
  readonly modelDelay?: number;
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
  /** Of classes with equal readings the one with the larger membrane; default: the one of lower index. */
  readonly tieBreak?: "membrane";
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

/** The shape of what an input is given: a signed input has two channels for each channel of values. */
export function valueShape({ shape, polarity }: Input): Shape {
  return polarity === "signed" ? [shape[0] / 2, ...shape.slice(1)] : shape;
}

/** Number of neurons in a shape. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** The index that neuron `neuron` of `size` reads in a parameter array of `length` values (1, channels or neurons). */
export function parameterIndex(neuron: number, size: number, length: number): number {
  return Math.floor((neuron * length) / size);
}

/** Populations under the neuron law: those that have thresholds and membranes. */
export function isIntegrateAndFire(population: Population): population is IntegrateAndFirePopulation {
  return population.kind === "integrateAndFire";
}

/** A population that only integrates: it has membranes to read and never a spike. */
export function neverFires(population: Population): boolean {
  return isIntegrateAndFire(population) && population.law.compare === "never";
}

/** The shape that projections into a population meet: its taps where it has any, else its neurons. */
export function shapeOfCurrents(population: Population): Shape {
  return population.kind === "maxCount" ? population.taps : population.shape;
}
