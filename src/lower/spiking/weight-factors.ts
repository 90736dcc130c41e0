/**
 * How many integers a float weight is worth, unit by unit or for all: the largest weight fills the bits, less where the
 * threshold would leave its range. Weights of few binary places are kept exactly (dyadic-grid.ts).
 *
 * Where states have no places of their own, biases and thresholds count in integers of the weights: then the grid must hold
 * them too, or the factor is made so that the threshold, which matters most, is a whole number.
 */
import type { NumericRules } from "../../target/rules.ts";
import { largestMagnitude, type Rows, weightFactor } from "../calibrate/weights.ts";
import { type ScaledDrive, unitRows } from "../scaled-drive.ts";
import { dyadicFactor } from "./dyadic-grid.ts";
import type { FoldedPopulation } from "./folded-network.ts";
import { valueAt } from "./neuron-form.ts";

/** Below it, a threshold that is made whole would take too much from weights whose states have places of their own. */
const smallThreshold = 32;

export interface FactorRequest {
  readonly population: FoldedPopulation;
  /** Drives with their weights in runs of one unit. */
  readonly rows: readonly ScaledDrive[];
  readonly units: number;
  /** Of a weight where its node says nothing, and of constants. */
  readonly bits: number;
  /** Of the weights of each of `rows`. */
  readonly driveBits: readonly number[];
  readonly rules: NumericRules;
}

/** The numbers of one unit, or of all, in float weights. */
interface Unit {
  readonly weights: Rows;
  /** Of each of these rows. */
  readonly bits: readonly number[];
  /** Constants that are synapses of their own. */
  readonly constants: Rows;
  /** Biases of the membrane. */
  readonly biases: Float64Array;
  /** null: it never fires. */
  readonly threshold: number | null;
}

/** Whether something decays, and with it the rounding of every step comes in. */
export function forgets({ form }: FoldedPopulation): boolean {
  return form.synapse !== null || form.keeps !== null;
}

export function isWhole(value: number): boolean {
  return Math.abs(value - Math.round(value)) <= 1e-9 * Math.max(1, Math.abs(value));
}

/** One for each unit. */
export function ownFactors(request: FactorRequest): Float64Array {
  return Float64Array.from({ length: request.units }, (_, unit) => factorOf(request, unitOf(request, unit)));
}

/** Those that give all neurons one threshold, or, uniform, one unit of the membrane. */
export function commonFactors(request: FactorRequest, uniform: boolean): Float64Array {
  const { population, units, bits } = request;
  const all = Array.from({ length: units }, (_, unit) => unitOf(request, unit));
  const perUnit = population.bias.length / units;
  const references = all.map(({ threshold }, unit) =>
    uniform || threshold === null || threshold <= 0
      ? 1 / valueAt(population.form.gain, unit * perUnit)
      : threshold,
  );
  // What is the same for all needs no division, which would take weights off their grid.
  const relative = references.some((reference) => reference !== references[0])
    ? references
    : references.map(() => 1);
  const scaled = (values: Float64Array, unit: number) => values.map((value) => value / relative[unit]);
  const joined: Unit = {
    weights: all.flatMap(({ weights }, unit) => weights.map((row) => scaled(row, unit))),
    bits: all.flatMap((unit) => unit.bits),
    constants: all.flatMap(({ constants }, unit) => constants.map((row) => scaled(row, unit))),
    biases: Float64Array.from(all.flatMap(({ biases }, unit) => [...scaled(biases, unit)])),
    threshold: references[0] / relative[0],
  };
  const factor = uniform ? factorOfWeights(joined, bits, []) : factorOf(request, joined);
  return Float64Array.from(relative, (reference) => factor / reference);
}

function unitOf({ population, rows, units, driveBits }: FactorRequest, unit: number): Unit {
  const { form, bias, late } = population;
  const perUnit = bias.length / units;
  const [first, end] = [unit * perUnit, (unit + 1) * perUnit];
  const gain = valueAt(form.gain, first);
  return {
    weights: rows.map((row) => unitRows(row, unit, units)),
    bits: driveBits,
    constants: late.map(({ values }) => values.subarray(first, end)),
    biases: bias.slice(first, end).map((value, i) => value / valueAt(form.gain, first + i)),
    threshold: form.firing === null ? null : valueAt(form.firing.threshold, first) / gain,
  };
}

function factorOf({ population, bits, rules }: FactorRequest, unit: Unit): number {
  const { neurons, threshold: range } = rules;
  const { threshold, biases } = unit;
  const hasPlaces = neurons?.fine === undefined && (neurons?.inputShift.high ?? 0) > 0;
  const whole = hasPlaces || threshold === null ? [] : [biases, Float64Array.of(threshold)];
  const factor = factorOfWeights(unit, bits, whole);
  if (threshold === null || threshold <= 0) return factor;
  const inRange = threshold * factor <= range.high;
  if (hasPlaces && inRange && (forgets(population) || threshold * factor < smallThreshold)) return factor;
  const exact = unit.weights.every((row) => row.every((weight) => isWhole(weight * factor)));
  if (exact && inRange && (hasPlaces || isWhole(threshold * factor))) return factor;
  const integer = Math.min(range.high, Math.floor(threshold * factor));
  return integer < 1 ? factor : integer / threshold;
}

/** whole: what lies on the grid of the weights where there is one for all. */
function factorOfWeights(unit: Unit, bits: number, whole: Rows): number {
  const { weights, constants, threshold } = unit;
  if (largestMagnitude(weights) > 0) return sharedFactor(unit, whole);
  // Without weights it counts in what its constants need, or in thousandths of its threshold.
  const exact = dyadicFactor(constants, bits, whole);
  if (exact !== null) return exact;
  return 2 ** 10 / (threshold !== null && threshold > 0 ? threshold : 1);
}

/** One for rows of different bits: as fine as one of them needs it where all fit, else what the narrowest of them allow. */
function sharedFactor({ weights, bits, constants }: Unit, whole: Rows): number {
  const parts = [...new Set(bits)]
    .map((own) => ({ own, rows: weights.filter((_, i) => bits[i] === own) }))
    .filter(({ rows }) => largestMagnitude(rows) > 0);
  const factors = parts.map(
    ({ own, rows }) =>
      dyadicFactor(rows, own, [...constants, ...whole]) ??
      dyadicFactor(rows, own, constants) ??
      weightFactor(rows, own),
  );
  const finest = Math.max(...factors);
  const fits = parts.every(({ own, rows }) => largestMagnitude(rows) * finest <= 2 ** (own - 1) - 1);
  return fits ? finest : Math.min(...factors);
}
