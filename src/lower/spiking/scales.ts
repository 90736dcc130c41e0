/**
 * Pass: how many integers a float weight is worth, and with it what one integer of the membrane stands for.
 *
 * The largest weight of a unit fills the bits (calibrate/weights.ts), less where the threshold would leave its range or must
 * be the same for all. Weights of few bits make coarse membranes: inputShift gives states the places that the profile asks
 * for, a threshold of about 1 being 2^fractionBits. Neurons that forget nothing need places for their thresholds only.
 */
import type { NumericRules } from "../../target/rules.ts";
import { type ScaledDrive, unitRows } from "../scaled-drive.ts";
import { inRows, outputsOf, unitsOf } from "./drive-rows.ts";
import type { FoldedPopulation } from "./folded-network.ts";
import { compact, type NeuronForm, valueAt } from "./neuron-form.ts";
import { bitsOfDrives, rulesWithin, scaleOf, stateBitsOf } from "./node-quantization.ts";
import type { SpikingLoweringOptions } from "./options.ts";
import { commonFactors, type FactorRequest, forgets, isWhole, ownFactors } from "./weight-factors.ts";

export interface Scales {
  /** Drives with their weights in runs of one unit. */
  readonly rows: readonly ScaledDrive[];
  /** Integers of a float weight, one a unit. */
  readonly factors: Float64Array;
  readonly inputShift: number;
  /** Float membrane of one integer; one value, or one a neuron. */
  readonly unit: Float64Array;
  /** Bits of a weight where its node says nothing, and of constants. */
  readonly bits: number;
  /** Bits of the weights of each drive. */
  readonly driveBits: readonly number[];
}

/** Thresholds beyond this leave 32 bits no room for membranes. */
const largestThreshold = 2 ** 26;
/** What states may come to where every input fires at every step: half of 32 bits. */
const largestState = 2 ** 30;
/** Steps that a state without decay is taken to add up, and those that a slow decay remembers, at most. */
const rememberedSteps = 256;
/** Places below a threshold that suffice where nothing decays, and so nothing is rounded again and again. */
const lastingPlaces = 8;

export interface ScaleDemands {
  /** All membranes must be in one unit, since they are compared. */
  readonly uniform: boolean;
  /** Factors must be powers of two, so that a current, whose step is one, keeps its weight of 1 exactly. */
  readonly powers: boolean;
  /** The most that one event of a source carries: 1 for spikes, more for currents. */
  readonly carries: (source: string) => number;
}

export function scalesOf(
  population: FoldedPopulation,
  options: SpikingLoweringOptions,
  { uniform, powers, carries }: ScaleDemands,
): Scales {
  const { weightBits, scales, profile } = options;
  const rules = rulesWithin(population.form, options.rules);
  const bits = Math.min(weightBits, rules.weights.bits);
  const driveBits = bitsOfDrives(population, options);
  const units = unitsOf(population, scaleOf(population, scales));
  const rows = population.drives.map((drive) => inRows(drive, units));
  const given: FactorRequest = { population, rows, units, bits, driveBits, rules };
  const common = uniform || (rules.threshold.granularity === "population" && population.form.firing !== null);
  const factors = common ? commonFactors(given, uniform) : ownFactors(given);
  if (powers)
    for (const [unit, factor] of factors.entries()) factors[unit] = 2 ** Math.floor(Math.log2(factor));
  const neurons = population.bias.length;
  const coarse = Float64Array.from(
    { length: neurons },
    (_, i) => valueAt(population.form.gain, i) / factors[Math.floor((i * units) / neurons)],
  );
  const most = largestSum(given, factors, carries) * memoryOf(population.form);
  const inputShift = shiftOf(population, coarse, rules, profile.fractionBits, most);
  const unit = compact(coarse.map((value) => value / 2 ** inputShift));
  return { rows, factors, inputShift, unit, bits, driveBits };
}

/** The most that weights bring one neuron in a step in which every source fires, in integers. */
function largestSum(
  { rows, population }: FactorRequest,
  factors: Float64Array,
  carries: ScaleDemands["carries"],
): number {
  let total = 0;
  for (const row of rows) {
    const outputs = outputsOf(row, population.bias.length);
    let largest = 0;
    for (let output = 0; output < outputs; output++) {
      const sum = unitRows(row, output, outputs).reduce((all, weight) => all + Math.abs(weight), 0);
      largest = Math.max(largest, sum * factors[Math.floor((output * factors.length) / outputs)]);
    }
    total += largest * carries(row.drive.source);
  }
  return Math.max(1, total);
}

/** What a state comes to on a constant input of 1. */
function memoryOf({ keeps, synapse }: NeuronForm): number {
  const steps = (factors: Float64Array | null) => {
    const slowest = factors?.reduce((most, factor) => Math.max(most, factor)) ?? 1;
    return Math.min(rememberedSteps, 1 / Math.max(1 - slowest, 1e-9));
  };
  if (synapse?.kind === "alpha") return steps(synapse.keepsU);
  return synapse === null ? steps(keeps) : steps(synapse.keeps) * steps(keeps);
}

/**
 * How many places the sum of a step is moved up. coarse: float membrane of one weight's integer, one a neuron; most: what a
 * state may come to without a shift.
 */
function shiftOf(
  population: FoldedPopulation,
  coarse: Float64Array,
  rules: NumericRules,
  fractionBits: number,
  most: number,
): number {
  const { form } = population;
  const forgetful = forgets(population);
  const { fine, inputShift: range = { low: 0, high: 0 } } = rules.neurons ?? {};
  if (fine !== undefined) return forgetful ? fine.inputShift : 0;
  const places = forgetful ? fractionBits : Math.min(fractionBits, lastingPlaces);
  let needed = range.low;
  const largest = largestIn(form, rules);
  let room = Math.floor(Math.log2(largest.state / most));
  coarse.forEach((unit, i) => {
    const reference = referenceValue(form, i) ?? unit;
    needed = Math.max(needed, Math.ceil(Math.log2(unit) - Math.ceil(Math.log2(reference)) + places - 1e-9));
    room = Math.min(room, Math.floor(Math.log2((largest.threshold * unit) / reference)));
  });
  if (!forgetful) needed = Math.min(needed, exactShift(population, coarse, needed));
  return Math.max(range.low, Math.min(needed, range.high, Math.max(0, room)));
}

/**
 * In integers. States with bits of their own may saturate, as their file asks for, but not where they are what is read: there
 * the most that may come has to fit.
 */
function largestIn(
  form: NeuronForm,
  rules: NumericRules,
): { readonly state: number; readonly threshold: number } {
  const isNarrow = stateBitsOf(form) !== null && rules.neurons?.narrowStates === true;
  const threshold = isNarrow ? Math.min(largestThreshold, rules.threshold.high) : largestThreshold;
  const state = isNarrow && form.firing === null ? Math.min(largestState, rules.state.high) : largestState;
  return { state, threshold };
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
