/**
 * A ReLU becomes an integrate-and-fire population (docs/conversion.md): integer weights by a factor per unit, the
 * threshold that loses least, vInit at half of it, and then what simulation in the loop improves. A unit is a channel of a
 * map or a neuron of a flat layer.
 */

import { sizeOf } from "../graph/graph.ts";
import { type Connection, type Law, plainLaw, type StateRange } from "../network/network.ts";
import { type Firing, writeTrains } from "./calibrate/fire.ts";
import { pooledRates } from "./calibrate/pooled-rates.ts";
import { correctMean, type SearchLimits, searchUnit } from "./calibrate/search.ts";
import { createSpikeStore, type SpikeStore, trainFormat } from "./calibrate/spike-store.ts";
import { type SearchLayer, type Trial, trialsOf } from "./calibrate/trial.ts";
import {
  addProjections,
  type Conversion,
  compactBias,
  integerCurrents,
  rangesOf,
  scaledDrives,
  valuesOf,
  weightBitsOf,
} from "./conversion.ts";
import { explainRelu, type Refinement } from "./explain.ts";
import type { MaxPoolActivation, ReluActivation } from "./folded.ts";
import { layerReport } from "./layer-report.ts";
import { poolWindows } from "./pool-windows.ts";
import { spikePool } from "./recipe.ts";
import { refitWeights } from "./refit-weights.ts";
import { rescaleUnits } from "./rescale.ts";
import { weightRounding } from "./round-weights.ts";
import { signalToNoise } from "./scaled-drive.ts";
import { searchLimits, unitLimits } from "./search-limits.ts";
import { samplesOfNeuron, type UnitScales, unitScales, unitValues } from "./unit-scales.ts";

/** The pool that alone follows an activation: thresholds are chosen on what comes out of it. */
function followingPool(conversion: Conversion, activation: ReluActivation): MaxPoolActivation | null {
  const users = conversion.folded.activations.filter(({ drives }) =>
    drives.some(({ source }) => source === activation.name),
  );
  return users.length === 1 && users[0].kind === "maxPool" ? users[0] : null;
}

/** Where the search of a unit starts, or what a unit is that is not searched. */
function startOf({ recipe, options }: Conversion, threshold: number, limits: SearchLimits): Firing {
  const within = Math.min(limits.thresholdHigh, Math.max(limits.thresholdLow, threshold));
  if (limits.vInitHigh !== null) {
    const vInit = Math.min(limits.vInitHigh, Math.floor(within * recipe.vInit));
    return { threshold: within, vInit, bias: 0 };
  }
  if (!recipe.biasCorrection) return { threshold: within, vInit: 0, bias: 0 };
  // No vInit: half a threshold spread over the run (docs/conversion.md).
  const bias = Math.min(limits.biasHigh, Math.round(within / (2 * options.timesteps)));
  return { threshold: within, vInit: 0, bias };
}

/** Flat layers are only corrected in the mean where a search over a single neuron's statistics would overfit. */
function refinementOf({ recipe, samples }: Conversion, { mapSize, reset }: SearchLayer): Refinement {
  const few = mapSize === 1 && samples < samplesOfNeuron && reset === "subtract";
  if (recipe.method.kind === "search" && !few) return "search";
  return recipe.biasCorrection ? "mean" : "none";
}

function chooseUnit(
  conversion: Conversion,
  layer: SearchLayer,
  unit: number,
  threshold: number,
  factor: number,
  limits: SearchLimits,
): { start: Trial; chosen: Trial } {
  const firing = startOf(conversion, threshold, limits);
  const start = trialsOf(layer, unit, factor)(firing)!;
  const refinement = refinementOf(conversion, layer);
  if (refinement === "none") return { start, chosen: start };
  if (refinement === "mean") return { start, chosen: correctMean(layer, unit, firing, factor, limits) };
  const bounds = conversion.recipe.biasCorrection ? limits : { ...limits, biasLow: 0, biasHigh: 0 };
  return { start, chosen: searchUnit(layer, unit, firing, factor, bounds) };
}

function fireAll(layer: SearchLayer, choices: readonly Trial[]): SpikeStore {
  const { currents, mapSize } = layer;
  const { samples, neurons } = currents;
  const store = createSpikeStore(samples, neurons, layer.format);
  for (let sample = 0; sample < samples; sample++)
    choices.forEach(({ firing }, unit) => {
      const at = (sample * neurons + unit * mapSize) * store.wordsPerNeuron;
      writeTrains(layer, sample, unit * mapSize, mapSize, firing, store.words, at);
    });
  return store;
}

/** One value where all are the same: chips with a register a layer take it, too. */
function compact(values: Int32Array): Int32Array {
  return values.every((value) => value === values[0]) ? values.slice(0, 1) : values;
}

function lawOf(choices: readonly Trial[], layer: SearchLayer, state: StateRange): Law {
  const { bias, reset, mapSize } = layer;
  const total = bias.map((value, neuron) => value + choices[Math.floor(neuron / mapSize)].firing.bias);
  return {
    ...plainLaw,
    bias: compactBias(total, choices.length),
    maxSpikes: layer.copies,
    overflowV: state,
    threshold: compact(Int32Array.from(choices, ({ firing }) => firing.threshold)),
    reset:
      reset === "subtract" ? { kind: "subtract", amount: null } : { kind: "zero", value: Int32Array.of(0) },
    vInit: compact(Int32Array.from(choices, ({ firing }) => firing.vInit)),
  };
}

/** What a population really emits in one sample, as activations, [...shape]. */
function emittedBy({ sources }: Conversion, name: string): (sample: number) => Float64Array {
  const { store, shape, spikeValue } = sources.get(name)!;
  const rates = pooledRates(store, shape, []);
  return (sample) =>
    rates(sample).map(
      (rate, neuron) => rate * spikeValue[Math.floor((neuron * spikeValue.length) / store.neurons)],
    );
}

/**
 * What the rates should be. A neuron of a window also makes up for what those before it emit too much or too little: with them
 * it is to reach the largest value so far.
 */
function wantedOf(
  conversion: Conversion,
  activation: ReluActivation,
  following: MaxPoolActivation | null,
): ArrayLike<number> {
  const values = valuesOf(conversion, following ?? activation);
  if (activation.inWindow === undefined) return values;
  const wanted = Float64Array.from(values);
  for (const name of activation.inWindow.earlier) {
    const exact = conversion.values.get(name)!;
    const emitted = emittedBy(conversion, name);
    for (let sample = 0; sample < conversion.samples; sample++) {
      const own = emitted(sample);
      own.forEach((value, i) => {
        wanted[sample * own.length + i] += exact[sample * own.length + i] - value;
      });
    }
  }
  return wanted;
}

/** The layer with integer weights, as the search sees it. */
function searchLayer(
  conversion: Conversion,
  activation: ReluActivation,
  connections: readonly Connection[],
  factors: Float64Array,
): SearchLayer {
  const { options, samples, recipe } = conversion;
  const units = activation.shape[0];
  const mapSize = sizeOf(activation.shape) / units;
  const following = followingPool(conversion, activation);
  const seen = wantedOf(conversion, activation, following);
  return {
    currents: integerCurrents(conversion, activation, connections),
    timesteps: options.timesteps,
    reset: recipe.reset,
    copies: recipe.copies,
    format: trainFormat(options.timesteps, recipe.copies),
    state: options.rules.state,
    mapSize,
    bias: Int32Array.from(activation.constant, (c, neuron) =>
      Math.round(c * factors[Math.floor(neuron / mapSize)]),
    ),
    pool:
      following === null
        ? null
        : { kind: spikePool(recipe), windows: poolWindows(activation.shape, following.drives[0].pools[0]) },
    fitted: recipe.method.kind === "search",
    target: (unit) => unitValues(seen, samples, units, unit),
  };
}

/** Threshold, vInit and bias of every unit. */
function chooseUnits(
  conversion: Conversion,
  { maximum }: ReluActivation,
  layer: SearchLayer,
  { lambda, factors, common }: UnitScales,
  bits: number,
): { start: Trial; chosen: Trial }[] {
  const limits = searchLimits(conversion.options, bits, conversion.recipe.copies);
  const { mapSize } = layer;
  return Array.from(lambda, (value, unit) => {
    const factor = factors[unit];
    const threshold = common ?? Math.round(value * factor);
    const highest = maximum === null ? Number.POSITIVE_INFINITY : (maximum * factor) / layer.copies;
    const clipped = Math.max(1, Math.round(highest));
    const biases = layer.bias.subarray(unit * mapSize, (unit + 1) * mapSize);
    const own = unitLimits(limits, biases, clipped);
    const allowed = common === null ? own : { ...own, thresholdLow: common, thresholdHigh: common };
    return chooseUnit(conversion, layer, unit, threshold, factor, allowed);
  });
}

export function convertRelu(conversion: Conversion, activation: ReluActivation): void {
  const { options } = conversion;
  const bits = weightBitsOf(conversion);
  const pool = followingPool(conversion, activation);
  const refit = refitWeights(conversion, activation, scaledDrives(conversion, activation));
  const { scaled } = refit;
  const moved = { ...activation, constant: refit.constant };
  const first = unitScales(conversion, moved, scaled, rangesOf(conversion, pool ?? activation), bits);
  const rounding = weightRounding(conversion, moved, scaled);
  const scales = rescaleUnits(rounding, first, scaled, bits);
  const { connections, constant } = rounding.round(scales.factors);
  const layer = searchLayer(conversion, { ...activation, constant }, connections, scales.factors);
  const trials = chooseUnits(conversion, activation, layer, scales, bits);
  const choices = trials.map(({ chosen }) => chosen);
  const store = fireAll(layer, choices);
  const spikeValue = Float64Array.from(choices, (choice) => choice.spikeValue);
  conversion.sources.set(activation.name, { shape: activation.shape, store, spikeValue });
  conversion.populations.push({
    name: activation.name,
    shape: activation.shape,
    kind: "integrateAndFire",
    law: lawOf(choices, layer, options.rules.state),
    spikeValue,
    membraneUnit: new Float64Array(0),
    origin: [activation.node],
  });
  addProjections(conversion, activation, connections);
  const snr = signalToNoise(scaled, connections, scales.factors);
  conversion.layers.push(layerReport(conversion, activation, store, spikeValue, snr));
  conversion.explanations.push(
    explainRelu(activation, conversion.recipe, {
      bits,
      refit: refit.share,
      together: rounding.errorsOf !== null,
      scales,
      trials,
      refinement: refinementOf(conversion, layer),
      pool: pool?.name ?? null,
    }),
  );
}
