/**
 * A ReLU becomes an integrate-and-fire population (docs/conversion.md): integer weights by a factor per unit, the
 * threshold that loses least, vInit at half of it, and then what simulation in the loop improves. A unit is a channel of a
 * map or a neuron of a flat layer.
 */

import { sizeOf } from "../graph/graph.ts";
import { type Law, plainLaw, type StateRange } from "../network/network.ts";
import { type Firing, type ResetKind, writeTrains } from "./calibrate/fire.ts";
import { correctMean, type SearchLimits, searchUnit } from "./calibrate/search.ts";
import { createSpikeStore, type SpikeStore } from "./calibrate/spike-store.ts";
import { bestSpikeValue } from "./calibrate/threshold.ts";
import type { SearchLayer, Trial } from "./calibrate/trial.ts";
import { largestMagnitude, weightFactor } from "./calibrate/weights.ts";
import {
  addProjections,
  type Conversion,
  compactBias,
  integerCurrents,
  scaledDrives,
  valuesOf,
} from "./conversion.ts";
import type { MaxPoolActivation, ReluActivation } from "./folded.ts";
import { layerReport } from "./layer-report.ts";
import { poolWindows } from "./pool-windows.ts";
import { quantizeDrive, type ScaledDrive, signalToNoise, unitRows } from "./scaled-drive.ts";
import { searchLimits, unitLimits } from "./search-limits.ts";

/** Near-dead units would get absurd factors; thresholds stay below this (docs/conversion.md). */
const largestThreshold = 2 ** 22;
/** Where thresholds are narrow, this much of the range is left for the search to raise them. */
const headroom = 1.3;

/** The pool that alone follows an activation: thresholds are chosen on what comes out of it. */
function followingPool(conversion: Conversion, activation: ReluActivation): MaxPoolActivation | null {
  const users = conversion.folded.activations.filter(({ drives }) =>
    drives.some(({ source }) => source === activation.name),
  );
  return users.length === 1 && users[0].kind === "maxPool" ? users[0] : null;
}

/** Float values of one unit over all samples. */
function unitValues(values: ArrayLike<number>, samples: number, units: number, unit: number): Float64Array {
  const mapSize = values.length / (samples * units);
  const result = new Float64Array(samples * mapSize);
  for (let sample = 0; sample < samples; sample++)
    for (let i = 0; i < mapSize; i++)
      result[sample * mapSize + i] = values[(sample * units + unit) * mapSize + i];
  return result;
}

/** lambda of each unit: its own in a map, one for all in a flat layer, whose units have too few values each. */
function spikeValues(
  conversion: Conversion,
  activation: ReluActivation,
  seen: ArrayLike<number>,
): Float64Array {
  const { samples, options } = conversion;
  const units = activation.shape[0];
  if (activation.shape.length === 1) {
    const lambda = bestSpikeValue(Float64Array.from(seen), options.timesteps, activation.maximum);
    return new Float64Array(units).fill(lambda > 0 ? lambda : 1);
  }
  const each = Float64Array.from({ length: units }, (_, unit) =>
    bestSpikeValue(unitValues(seen, samples, units, unit), options.timesteps, activation.maximum),
  );
  const largest = each.reduce((top, value) => Math.max(top, value), 0);
  return each.map((value) => (value > 0 ? value : largest > 0 ? largest : 1)); // Silent units take the largest.
}

/** Factor a of each unit: weights fill their range, and threshold and bias stay inside the chip's. */
function unitFactors(
  conversion: Conversion,
  activation: ReluActivation,
  scaled: readonly ScaledDrive[],
  lambda: Float64Array,
  bits: number,
): Float64Array {
  const { rules } = conversion.options;
  const units = lambda.length;
  const mapSize = activation.constant.length / units;
  const weightTop = 2 ** (bits - 1) - 1;
  const highest = Math.min(
    largestThreshold,
    rules.threshold.high / (rules.threshold.high < largestThreshold ? headroom : 1),
  );
  return lambda.map((value, unit) => {
    const rows = scaled.map((drive) => unitRows(drive, unit, units));
    const bias = largestMagnitude([activation.constant.subarray(unit * mapSize, (unit + 1) * mapSize)]);
    // An always-on neuron gives a bias through one synapse: it must fit a weight.
    const biasTop = rules.bias === null ? weightTop : Math.min(rules.bias.high, -rules.bias.low);
    const byBias = bias > 0 ? biasTop / bias : Number.POSITIVE_INFINITY;
    return Math.min(weightFactor(rows, bits), highest / value, byBias);
  });
}

function startOf(threshold: number, timesteps: number, limits: SearchLimits): Firing {
  const within = Math.min(limits.thresholdHigh, Math.max(limits.thresholdLow, threshold));
  if (limits.vInitHigh !== null) return { threshold: within, vInit: Math.floor(within / 2), bias: 0 };
  // No vInit: half a threshold spread over the run (docs/conversion.md).
  const bias = Math.min(limits.biasHigh, Math.round(within / (2 * timesteps)));
  return { threshold: within, vInit: 0, bias };
}

/** Flat layers are only corrected in the mean: a search over a single neuron's statistics overfits (docs/conversion.md). */
function chooseUnit(
  layer: SearchLayer,
  unit: number,
  start: Firing,
  factor: number,
  limits: SearchLimits,
): Trial {
  const few = layer.mapSize === 1 && layer.reset === "subtract";
  return (few ? correctMean : searchUnit)(layer, unit, start, factor, limits);
}

function fireAll(layer: SearchLayer, choices: readonly Trial[]): SpikeStore {
  const { currents, timesteps, mapSize } = layer;
  const { samples, neurons } = currents;
  const store = createSpikeStore(samples, neurons, timesteps);
  for (let sample = 0; sample < samples; sample++)
    choices.forEach(({ firing }, unit) => {
      const at = (sample * neurons + unit * mapSize) * store.wordsPerNeuron;
      writeTrains(layer, sample, unit * mapSize, mapSize, firing, store.words, at);
    });
  return store;
}

function lawOf(choices: readonly Trial[], bias: Int32Array, reset: ResetKind, state: StateRange): Law {
  const mapSize = bias.length / choices.length;
  const total = bias.map((value, neuron) => value + choices[Math.floor(neuron / mapSize)].firing.bias);
  return {
    ...plainLaw,
    bias: compactBias(total, choices.length),
    overflowV: state,
    threshold: Int32Array.from(choices, ({ firing }) => firing.threshold),
    reset:
      reset === "subtract" ? { kind: "subtract", amount: null } : { kind: "zero", value: Int32Array.of(0) },
    vInit: Int32Array.from(choices, ({ firing }) => firing.vInit),
  };
}

export function convertRelu(conversion: Conversion, activation: ReluActivation): void {
  const { options, samples } = conversion;
  const units = activation.shape[0];
  const size = sizeOf(activation.shape);
  const bits = Math.min(options.weightBits, options.rules.weights.bits);
  const pool = followingPool(conversion, activation);
  const seen = valuesOf(conversion, pool ?? activation);
  const scaled = scaledDrives(conversion, activation);
  const lambda = spikeValues(conversion, activation, seen);
  const factors = unitFactors(conversion, activation, scaled, lambda, bits);
  const connections = scaled.map((drive) => quantizeDrive(drive, factors, bits));
  const mapSize = size / units;
  const layer: SearchLayer = {
    currents: integerCurrents(conversion, activation, connections),
    timesteps: options.timesteps,
    reset: options.rules.reset.includes("subtract") ? "subtract" : "zero",
    state: options.rules.state,
    mapSize,
    bias: Int32Array.from(activation.constant, (c, neuron) =>
      Math.round(c * factors[Math.floor(neuron / mapSize)]),
    ),
    windows: pool === null ? null : poolWindows(activation.shape, pool.drives[0].pools[0]),
    target: (unit) => unitValues(seen, samples, units, unit),
  };
  const limits = searchLimits(options, bits);
  const choices = Array.from(lambda, (value, unit) => {
    const clipped =
      activation.maximum === null ? Number.POSITIVE_INFINITY : Math.round(activation.maximum * factors[unit]);
    const biases = layer.bias.subarray(unit * mapSize, (unit + 1) * mapSize);
    const own = unitLimits(limits, biases, Math.max(1, clipped));
    const start = startOf(Math.round(value * factors[unit]), options.timesteps, own);
    return chooseUnit(layer, unit, start, factors[unit], own);
  });
  const store = fireAll(layer, choices);
  const spikeValue = Float64Array.from(choices, (choice) => choice.spikeValue);
  conversion.sources.set(activation.name, { shape: activation.shape, store, spikeValue });
  conversion.populations.push({
    name: activation.name,
    shape: activation.shape,
    kind: "integrateAndFire",
    law: lawOf(choices, layer.bias, layer.reset, options.rules.state),
    spikeValue,
    membraneUnit: new Float64Array(0),
    origin: [activation.node],
  });
  addProjections(conversion, activation, connections);
  const snr = signalToNoise(scaled, connections, factors);
  conversion.layers.push(
    layerReport(activation.name, store, valuesOf(conversion, activation), spikeValue, snr),
  );
}
