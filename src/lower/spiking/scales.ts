/**
 * Pass: how many integers a float weight is worth, and with it what one integer of the membrane stands for.
 *
 * The largest weight of a unit fills the bits (calibrate/weights.ts), less where the threshold would leave its range or must
 * be the same for all. Weights of few bits make coarse membranes: inputShift gives states the places that the profile asks
 * for, a threshold of about 1 being 2^fractionBits. Neurons that forget nothing need places for their thresholds only.
 */
import type { NumericRules } from "../../target/rules.ts";
import { largestMagnitude, type Rows, weightFactor } from "../calibrate/weights.ts";
import type { ScaledDrive } from "../scaled-drive.ts";
import { unitRows } from "../scaled-drive.ts";
import { inRows, unitsOf } from "./drive-rows.ts";
import { dyadicFactor } from "./dyadic-grid.ts";
import type { FoldedPopulation } from "./folded-network.ts";
import { compact, type NeuronForm, valueAt } from "./neuron-form.ts";
import type { SpikingLoweringOptions } from "./options.ts";

export interface Scales {
  /** Drives with their weights in runs of one unit. */
  readonly rows: readonly ScaledDrive[];
  /** Integers of a float weight, one a unit. */
  readonly factors: Float64Array;
  readonly inputShift: number;
  /** Float membrane of one integer; one value, or one a neuron. */
  readonly unit: Float64Array;
  /** Bits of a weight. */
  readonly bits: number;
}

/** Shifts beyond this, and thresholds beyond that, leave 32 bits no room for membranes. */
const largestShift = 13;
const largestThreshold = 2 ** 26;
/** Places below a threshold that suffice where nothing decays, and so nothing is rounded again and again. */
const lastingPlaces = 8;
/** Below it, a threshold that is made whole would take too much from the weights. */
const smallThreshold = 32;

/** uniform: all membranes must be in one unit, since they are compared. */
export function scalesOf(
  population: FoldedPopulation,
  { rules, weightBits, scales, profile }: SpikingLoweringOptions,
  uniform: boolean,
): Scales {
  const bits = Math.min(weightBits, rules.weights.bits);
  const units = unitsOf(population, scales);
  const rows = population.drives.map((drive) => inRows(drive, units));
  const given = { population, rows, bits, neurons: population.bias.length };
  const common = uniform || (rules.threshold.granularity === "population" && population.form.firing !== null);
  const factors = common
    ? commonFactors(given, units, rules, uniform)
    : Float64Array.from({ length: units }, (_, unit) => ownFactor(given, unit, units, rules));
  const coarse = Float64Array.from(
    { length: given.neurons },
    (_, i) => valueAt(population.form.gain, i) / factors[Math.floor((i * units) / given.neurons)],
  );
  const inputShift = shiftOf(population, coarse, rules, profile.fractionBits);
  return { rows, factors, inputShift, unit: compact(coarse.map((value) => value / 2 ** inputShift)), bits };
}

interface Given {
  readonly population: FoldedPopulation;
  readonly rows: readonly ScaledDrive[];
  readonly bits: number;
  readonly neurons: number;
}

/** What a threshold is in float weights; null for a population that never fires. */
function thresholdIn({ form }: FoldedPopulation, neuron: number): number | null {
  return form.firing === null ? null : valueAt(form.firing.threshold, neuron) / valueAt(form.gain, neuron);
}

/** A unit without weights counts in thousandths of its threshold, or of 1. */
function factorOfRows(rows: Rows, constants: Rows, bits: number, threshold: number | null): number {
  if (largestMagnitude(rows) > 0) return dyadicFactor(rows, bits, constants) ?? weightFactor(rows, bits);
  const exact = dyadicFactor(constants, bits, []);
  if (exact !== null) return exact;
  return 2 ** 10 / (threshold !== null && threshold > 0 ? threshold : 1);
}

function ownFactor(
  { population, rows, bits, neurons }: Given,
  unit: number,
  units: number,
  rules: NumericRules,
) {
  const own = rows.map((row) => unitRows(row, unit, units));
  const threshold = thresholdIn(population, (unit * neurons) / units);
  const perUnit = neurons / units;
  const constants = population.late.map(({ values }) =>
    values.subarray(unit * perUnit, (unit + 1) * perUnit),
  );
  const factor = factorOfRows(own, constants, bits, threshold);
  return threshold === null ? factor : withWholeThreshold(factor, threshold, own, rules, forgets(population));
}

/** Whether something decays, and with it the rounding of every step comes in. */
function forgets({ form }: FoldedPopulation): boolean {
  return form.synapse !== null || form.keeps !== null;
}

/**
 * The factor, a little smaller, so that the threshold is a whole number within its range. Weights on a grid stay on it; so do
 * those whose threshold is small and has places of its own, or gets them anyway.
 */
function withWholeThreshold(
  factor: number,
  threshold: number,
  rows: Rows,
  { threshold: { high }, neurons }: NumericRules,
  forgetful: boolean,
): number {
  const exact = rows.every((row) => row.every((weight) => isWhole(weight * factor)));
  const hasPlaces = neurons?.fine === undefined && (neurons?.inputShift.high ?? 0) > 0;
  const small = threshold * factor < smallThreshold;
  if (threshold <= 0 || ((exact || (hasPlaces && (forgetful || small))) && threshold * factor <= high))
    return factor;
  const whole = Math.min(high, Math.floor(threshold * factor));
  return whole < 1 ? factor : whole / threshold;
}

/** One threshold for all neurons, or one unit of the membrane: the unit that needs the smallest factor decides. */
function commonFactors(
  { population, rows, bits, neurons }: Given,
  units: number,
  rules: NumericRules,
  uniform: boolean,
): Float64Array {
  const referenceOf = (unit: number): number => {
    const neuron = (unit * neurons) / units;
    const threshold = thresholdIn(population, neuron);
    return uniform || threshold === null || threshold <= 0
      ? 1 / valueAt(population.form.gain, neuron)
      : threshold;
  };
  const references = Float64Array.from({ length: units }, (_, unit) => referenceOf(unit));
  const relative = rows.map(({ weights }) =>
    weights.map((weight, i) => weight / references[Math.floor((i * units) / weights.length)]),
  );
  const constants = population.late.map(({ values }) =>
    values.map((value, i) => value / references[Math.floor((i * units) / values.length)]),
  );
  const factor = factorOfRows(relative, constants, bits, 1);
  const common = uniform ? factor : withWholeThreshold(factor, 1, relative, rules, forgets(population));
  return references.map((reference) => common / reference);
}

/** How many places the sum of a step is moved up. coarse: float membrane of one weight's integer, one a neuron. */
function shiftOf(
  population: FoldedPopulation,
  coarse: Float64Array,
  rules: NumericRules,
  fractionBits: number,
): number {
  const { form } = population;
  const forgetful = forgets(population);
  const { fine, inputShift: range = { low: 0, high: 0 } } = rules.neurons ?? {};
  if (fine !== undefined) return forgetful ? fine.inputShift : 0;
  const places = forgetful ? fractionBits : Math.min(fractionBits, lastingPlaces);
  let needed = range.low;
  let room = largestShift;
  coarse.forEach((unit, i) => {
    const reference = referenceValue(form, i) ?? unit;
    needed = Math.max(needed, Math.ceil(Math.log2(unit) - Math.ceil(Math.log2(reference)) + places - 1e-9));
    room = Math.min(room, Math.floor(Math.log2((largestThreshold * unit) / reference)));
  });
  if (!forgetful) needed = Math.min(needed, exactShift(population, coarse, needed));
  return Math.max(range.low, Math.min(needed, range.high, Math.max(0, room)));
}

/** What a membrane is measured by: its threshold; null where there is none above 0. */
function referenceValue({ firing }: NeuronForm, neuron: number): number | null {
  const threshold = firing === null ? 0 : valueAt(firing.threshold, neuron);
  return threshold > 0 ? threshold : null;
}

/** The smallest shift up to `most` at which every parameter of the membrane is a whole number; `most` where none is. */
function exactShift({ form, bias }: FoldedPopulation, coarse: Float64Array, most: number): number {
  const { firing, floor, vInit } = form;
  const reset = firing?.reset;
  const parameters = [
    ...[bias, vInit, floor, firing?.threshold],
    ...[reset?.kind === "zero" ? reset.value : null, reset?.kind === "subtract" ? reset.amount : null],
  ];
  for (let shift = 0; shift < most; shift++) {
    const whole = parameters.every(
      (values) => !values || coarse.every((unit, i) => isWhole((valueAt(values, i) / unit) * 2 ** shift)),
    );
    if (whole) return shift;
  }
  return most;
}

function isWhole(value: number): boolean {
  return Math.abs(value - Math.round(value)) <= 1e-9 * Math.max(1, Math.abs(value));
}
