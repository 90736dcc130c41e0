/**
 * The scales of a layer, unit by unit: what a spike is worth (lambda), and the factor a from floats to integer currents, so
 * that the threshold is lambda a (docs/conversion.md, Scales). A unit is a channel of a map or a neuron of a flat layer.
 */
import { bestSpikeValue } from "./calibrate/threshold.ts";
import { largestMagnitude, quantizeWeight, type Rows, weightFactor } from "./calibrate/weights.ts";
import type { Conversion } from "./conversion.ts";
import type { ReluActivation } from "./folded.ts";
import { type ScaledDrive, synapseRows } from "./scaled-drive.ts";

/** Near-dead units would get absurd factors; thresholds stay below this (docs/conversion.md). */
const largestThreshold = 2 ** 22;
/** Where thresholds are narrow, this much of the range is left for the search to raise them. */
const headroom = 1.3;
/** Common thresholds tried, from the smallest to the largest that a unit would like. */
const commonTries = 16;

export interface UnitScales {
  /** What a spike is worth: of a neuron that stands for an activation alone, all that one step can tell. */
  readonly lambda: Float64Array;
  readonly factors: Float64Array;
  /** The largest factors that keep thresholds and biases within the chip's ranges. */
  readonly limits: Float64Array;
  /** The threshold that all units share, where they must; else null. */
  readonly common: number | null;
}

/** Float values of one unit over all samples. */
export function unitValues(
  values: ArrayLike<number>,
  samples: number,
  units: number,
  unit: number,
): Float64Array {
  const mapSize = values.length / (samples * units);
  const result = new Float64Array(samples * mapSize);
  for (let sample = 0; sample < samples; sample++)
    for (let i = 0; i < mapSize; i++)
      result[sample * mapSize + i] = values[(sample * units + unit) * mapSize + i];
  return result;
}

/** Samples from which on the statistics of a single neuron are enough to choose its parameters by (docs/conversion.md). */
export const samplesOfNeuron = 500;

/** lambda of each unit: its own in a map; one for all in a flat layer whose units have too few values each. */
function spikeValues(
  { options, recipe }: Conversion,
  { shape, maximum, constant }: ReluActivation,
  seen: ArrayLike<number>,
): Float64Array {
  const [units] = shape;
  const samples = seen.length / constant.length;
  const levels = options.timesteps * recipe.copies;
  const best = (values: Float64Array) =>
    bestSpikeValue(values, levels, maximum, recipe.method) / recipe.copies;
  const few = shape.length === 1 && samples < samplesOfNeuron;
  if (few || recipe.scales === "layer") {
    const lambda = best(Float64Array.from(seen));
    return new Float64Array(units).fill(lambda > 0 ? lambda : 1);
  }
  const each = Float64Array.from({ length: units }, (_, unit) =>
    best(unitValues(seen, samples, units, unit)),
  );
  const largest = each.reduce((top, value) => Math.max(top, value), 0);
  return each.map((value) => (value > 0 ? value : largest > 0 ? largest : 1)); // Silent units take the largest.
}

/** The largest factor that keeps a unit's threshold and bias inside the chip's ranges. */
function factorLimit(
  { options: { rules }, recipe: { copies } }: Conversion,
  constant: Float64Array,
  lambda: number,
  bits: number,
): number {
  const highest = Math.min(
    largestThreshold,
    rules.threshold.high / (rules.threshold.high < largestThreshold ? headroom : 1),
  );
  const bias = largestMagnitude([constant]);
  // An always-on neuron gives a bias through one synapse: it must fit a weight.
  const biasTop = rules.bias === null ? 2 ** (bits - 1) - 1 : Math.min(rules.bias.high, -rules.bias.low);
  const byBias = bias > 0 ? biasTop / bias : Number.POSITIVE_INFINITY;
  return Math.min(highest / (copies * lambda), byBias);
}

/** What a common threshold does to the weights: squared error in thresholds, large ones clipped. */
function commonError(rows: readonly Rows[], lambda: Float64Array, threshold: number, bits: number): number {
  const top = 2 ** (bits - 1) - 1;
  let error = 0;
  rows.forEach((own, unit) => {
    const factor = threshold / lambda[unit];
    for (const row of own)
      for (const weight of row) {
        const difference = quantizeWeight(weight, factor, top) / factor - weight;
        error += (difference / lambda[unit]) ** 2;
      }
  });
  return error;
}

/**
 * One threshold for all units of a layer: a unit whose spikes are worth less gets smaller factors instead. The threshold is
 * the one that the weights of the layer as a whole bear best, up to `highest`.
 */
function commonThreshold(
  rows: readonly Rows[],
  lambda: Float64Array,
  factors: Float64Array,
  highest: number,
  bits: number,
): number {
  const wanted = factors.map((factor, unit) => factor * lambda[unit]).sort();
  let best = 1;
  let bestError = Number.POSITIVE_INFINITY;
  for (let k = 0; k < commonTries; k++) {
    const index = Math.round((k * (wanted.length - 1)) / (commonTries - 1));
    const threshold = Math.max(1, Math.min(Math.floor(highest), Math.round(wanted[index])));
    const error = commonError(rows, lambda, threshold, bits);
    if (error >= bestError) continue;
    best = threshold;
    bestError = error;
  }
  return best;
}

/** seen: float values [samples, ...], or bounds as one sample, that the thresholds are chosen on: those of a following pool, if there is one. */
export function unitScales(
  conversion: Conversion,
  activation: ReluActivation,
  scaled: readonly ScaledDrive[],
  seen: ArrayLike<number>,
  bits: number,
): UnitScales {
  const lambda = spikeValues(conversion, activation, seen);
  const units = lambda.length;
  const mapSize = activation.constant.length / units;
  const rows = Array.from(lambda, (_, unit) => scaled.map((drive) => synapseRows(drive, unit, units)));
  const limits = lambda.map((value, unit) =>
    factorLimit(conversion, activation.constant.subarray(unit * mapSize, (unit + 1) * mapSize), value, bits),
  );
  const factors = limits.map((limit, unit) => Math.min(weightFactor(rows[unit], bits), limit));
  const { recipe, options } = conversion;
  if (recipe.scales === "layer") {
    const factor = factors.reduce((smallest, value) => Math.min(smallest, value));
    const common = Math.max(1, Math.round(lambda[0] * factor));
    return { lambda, limits, factors: factors.fill(factor), common };
  }
  if (options.rules.threshold.granularity !== "population") return { lambda, limits, factors, common: null };
  const highest = limits.reduce(
    (least, limit, unit) => Math.min(least, limit * lambda[unit]),
    largestThreshold / recipe.copies,
  );
  const common = commonThreshold(rows, lambda, factors, highest, bits);
  return { lambda, limits, factors: lambda.map((value) => common / value), common };
}
