/**
 * The output layer. Where the chip shows membranes it only integrates: logit = V / (a T), one factor a for all classes, bias
 * corrected in the mean. Where it only shows spikes, counts are read (`calibrate/count-readout.ts`).
 */

import { type Connection, type Law, plainLaw, type StateRange } from "../network/network.ts";
import { type CountLayer, type CountReadout, chooseCountReadout } from "./calibrate/count-readout.ts";
import type { Currents } from "./calibrate/currents.ts";
import type { SearchLimits } from "./calibrate/search.ts";
import { trainFormat } from "./calibrate/spike-store.ts";
import { largestMagnitude, weightFactor } from "./calibrate/weights.ts";
import { chooseReadout } from "./choose-readout.ts";
import {
  addProjections,
  type Conversion,
  integerCurrents,
  scaledDrives,
  valuesOf,
  weightBitsOf,
} from "./conversion.ts";
import { explainOutput } from "./explain.ts";
import type { OutputActivation } from "./folded.ts";
import { refitWeights } from "./refit-weights.ts";
import { rescaleLayer } from "./rescale.ts";
import { type WeightRounding, weightRounding } from "./round-weights.ts";
import type { ScaledDrive } from "./scaled-drive.ts";
import { searchLimits } from "./search-limits.ts";

/** Factors tried for spiking outputs, as shares of the largest: thresholds of few bits want smaller weights. */
const factorShares = [1, 0.8, 0.6, 0.45, 0.33];
/** Thresholds up to this are few bits; no wider one is ever needed for weights of 8 bits. */
const fewThresholds = 2 ** 16;

function integerLaw(conversion: Conversion, bias: Int32Array): Law {
  return {
    ...plainLaw,
    bias,
    overflowV: conversion.options.rules.state,
    threshold: new Int32Array(1),
    compare: "never",
    reset: { kind: "none" },
  };
}

/** Membrane of each sample and class after T steps, and the largest magnitude on the way. */
function integrated(
  currents: Currents,
  bias: Int32Array,
  timesteps: number,
): { membranes: Float64Array; peak: number } {
  const { samples, neurons, steps, data } = currents;
  const membranes = new Float64Array(samples * neurons);
  let peak = 0;
  for (let i = 0; i < membranes.length; i++) {
    let sum = 0;
    for (let step = 0; step < timesteps; step++) {
      sum += (steps === 1 ? data[i] : data[i * steps + step]) + bias[i % neurons];
      peak = Math.max(peak, Math.abs(sum));
    }
    membranes[i] = sum;
  }
  return { membranes, peak };
}

/** bias += round(a mean(logit of the float network - V / (a T))), per class. */
function meanCorrected(
  bias: Int32Array,
  membranes: Float64Array,
  logits: ArrayLike<number>,
  factor: number,
  timesteps: number,
): Int32Array {
  const classes = bias.length;
  const samples = membranes.length / classes;
  return bias.map((value, label) => {
    let difference = 0;
    for (let sample = 0; sample < samples; sample++) {
      const i = sample * classes + label;
      difference += logits[i] - membranes[i] / (factor * timesteps);
    }
    return value + Math.round((factor * difference) / samples);
  });
}

function addOutput(conversion: Conversion, activation: OutputActivation, law: Law): void {
  conversion.populations.push({
    name: activation.name,
    shape: activation.shape,
    kind: "integrateAndFire",
    law,
    spikeValue: new Float64Array(0),
    membraneUnit: new Float64Array(0),
    origin: [activation.node],
  });
}

/** An output layer that integrates, with one factor a for all classes. */
interface MembraneOutput {
  readonly factor: number;
  readonly connections: readonly Connection[];
  readonly bias: Int32Array;
  /** Largest magnitude of a membrane on the calibration inputs. */
  readonly peak: number;
}

function integratingOutput(
  conversion: Conversion,
  activation: OutputActivation,
  { round }: WeightRounding,
  factor: number,
): MembraneOutput {
  const { timesteps } = conversion.options;
  const factors = new Float64Array(activation.shape[0]).fill(factor);
  const { connections, constant } = round(factors);
  const currents = integerCurrents(conversion, activation, connections);
  const rounded = Int32Array.from(constant, (c) => Math.round(c * factor));
  const { membranes } = integrated(currents, rounded, timesteps);
  const bias = conversion.recipe.biasCorrection
    ? meanCorrected(rounded, membranes, valuesOf(conversion, activation), factor, timesteps)
    : rounded;
  return { factor, connections, bias, peak: integrated(currents, bias, timesteps).peak };
}

/** What a membrane's range keeps free for samples that go further than those of the calibration. */
const stateShare = 0.9;
const mostTries = 8;

/** By how much the factor must shrink for bias and membranes to fit the chip; 1: they do. */
function fittingShare({ bias, peak }: MembraneOutput, limits: SearchLimits, state: StateRange): number {
  const largestBias = bias.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1);
  const byBias = Math.min(limits.biasHigh, -limits.biasLow) / largestBias;
  const byState = (stateShare * Math.min(state.high, -state.low)) / Math.max(1, peak);
  return Math.min(1, byBias, byState);
}

function membraneOutput(
  conversion: Conversion,
  activation: OutputActivation,
  scaled: readonly ScaledDrive[],
  bits: number,
): void {
  const { state } = conversion.options.rules;
  const limits = searchLimits(conversion.options, bits);
  const rows = scaled.map(({ weights }) => weights);
  const rounding = weightRounding(conversion, activation, scaled);
  const first = rescaleLayer(rounding, weightFactor(rows, bits), activation.shape[0]);
  let output = integratingOutput(conversion, activation, rounding, first);
  for (let tries = 0; tries < mostTries; tries++) {
    const share = fittingShare(output, limits, state);
    if (share === 1) break;
    output = integratingOutput(conversion, activation, rounding, output.factor * share);
  }
  const { factor, connections, bias } = output;
  addOutput(conversion, activation, integerLaw(conversion, bias));
  addProjections(conversion, activation, connections);
  conversion.readout = { population: activation.name, read: "membrane", scale: 1 / factor, offset: 0 };
}

/** The class that the float network gives each calibration sample. */
function floatLabels(conversion: Conversion, activation: OutputActivation): Int32Array {
  const logits = valuesOf(conversion, activation);
  const classes = activation.constant.length;
  return Int32Array.from({ length: conversion.samples }, (_, sample) => {
    let label = 0;
    for (let other = 1; other < classes; other++)
      if (logits[sample * classes + other] > logits[sample * classes + label]) label = other;
    return label;
  });
}

function countOutput(
  conversion: Conversion,
  activation: OutputActivation,
  scaled: readonly ScaledDrive[],
  bits: number,
  read: "count" | "count+v",
): void {
  const { timesteps, rules } = conversion.options;
  const { reset } = conversion.recipe;
  const labels = floatLabels(conversion, activation);
  const largest = weightFactor(
    scaled.map(({ weights }) => weights),
    bits,
  );
  const limits = searchLimits(conversion.options, bits);
  const constant = largestMagnitude([activation.constant]);
  const top = constant > 0 ? Math.min(largest, limits.biasHigh / constant) : largest;
  const { round } = weightRounding(conversion, activation, scaled);
  const shares = limits.thresholdHigh < fewThresholds ? factorShares : [1];
  const tried = shares.map((share) => {
    const factor = top * share;
    const factors = new Float64Array(activation.shape[0]).fill(factor);
    const rounded = round(factors);
    const { connections } = rounded;
    const currents = integerCurrents(conversion, activation, connections);
    const bias = Int32Array.from(rounded.constant, (c) => Math.round(c * factor));
    const layer: CountLayer = {
      currents,
      timesteps,
      reset,
      copies: 1,
      format: trainFormat(timesteps, 1),
      state: rules.state,
      bias,
      labels,
      limits,
    };
    return { factor, connections, bias, choice: chooseCountReadout(layer) };
  });
  const best = tried.reduce((kept, candidate) =>
    candidate.choice.score > kept.choice.score ? candidate : kept,
  );
  addOutput(conversion, activation, countLaw(conversion, best.choice, reset));
  addProjections(conversion, activation, best.connections);
  conversion.readout = {
    population: activation.name,
    read: "count",
    ...countScale(best.choice, best.bias, best.factor, timesteps),
    ...(read === "count+v" ? { tieBreak: "membrane" } : {}),
  };
}

function countLaw(conversion: Conversion, choice: CountReadout, reset: "subtract" | "zero"): Law {
  return {
    ...integerLaw(conversion, choice.bias),
    threshold: Int32Array.of(choice.threshold),
    compare: "ge",
    reset:
      reset === "subtract" ? { kind: "subtract", amount: null } : { kind: "zero", value: Int32Array.of(0) },
    vInit: Int32Array.of(choice.vInit),
  };
}

/** count threshold / (a T) estimates logit + common offset; the mean move of the biases is that offset. */
function countScale(
  choice: CountReadout,
  bias: Int32Array,
  factor: number,
  timesteps: number,
): { scale: number; offset: number } {
  const moved = choice.bias.reduce((sum, value, label) => sum + value - bias[label], 0) / bias.length;
  return { scale: choice.threshold / factor, offset: -(moved / factor) * timesteps };
}

export function convertOutput(conversion: Conversion, activation: OutputActivation): void {
  const bits = weightBitsOf(conversion);
  const read = chooseReadout(conversion.options);
  const { scaled, constant, share } = refitWeights(
    conversion,
    activation,
    scaledDrives(conversion, activation),
  );
  const moved = { ...activation, constant };
  if (read === "membrane") membraneOutput(conversion, moved, scaled, bits);
  else countOutput(conversion, moved, scaled, bits, read);
  conversion.explanations.push(explainOutput(activation, read, share));
}
