/**
 * Pass: a NeuronForm as a law, every value in integers of the membrane's unit, factors with the places of the profile. Halves
 * are rounded away from zero.
 */
import { factorOf, type Profile } from "../../network/fixed-point.ts";
import {
  type Decay,
  type Law,
  plainLaw,
  type Reset,
  type StateRange,
  type Synapse,
} from "../../network/law.ts";
import type { NumericRules } from "../../target/rules.ts";
import type { FoldedPopulation } from "./folded-network.ts";
import { combine, type FiringForm, type NeuronForm, valueAt } from "./neuron-form.ts";
import type { Scales } from "./scales.ts";

/** Multipliers of a decay have 16 bits (docs/law.md). */
const largestMultiplier = 65535;
const [lowest, highest] = [-(2 ** 31), 2 ** 31 - 1];

/** The profile as far as the chip has it. */
export function profileOn({ neurons }: NumericRules, profile: Profile): Profile {
  if (neurons === undefined) return profile;
  const rounding = neurons.rounding.includes(profile.rounding) ? profile.rounding : neurons.rounding[0];
  return { ...profile, decayBits: Math.min(profile.decayBits, neurons.decayBits), rounding };
}

export function integerLaw(
  { form, bias }: FoldedPopulation,
  { unit, inputShift }: Scales,
  rules: NumericRules,
  wanted: Profile,
): Law {
  const profile = profileOn(rules, wanted);
  const fine = rules.neurons?.fine;
  const isFine = fine !== undefined && fine.inputShift === inputShift;
  const step = isFine ? 2 ** fine.inputShift : 1;
  const state = isFine ? fine.state : rules.state;
  const integers = (values: Float64Array, multiple = 1): Int32Array => inUnits(values, unit, multiple);
  const law: Law = {
    ...plainLaw,
    synapse: synapseOf(form, profile, isFine ? fine.trace : state),
    inputShift,
    bias: integers(bias, step),
    decayV: decayOf(form.keeps, profile),
    overflowV: { low: state.low, high: state.high, overflow: state.overflow },
    floor: form.floor === null ? null : { kind: "clamp", value: integers(form.floor) },
    vInit: integers(form.vInit),
  };
  if (form.firing === null) return { ...law, compare: "never", reset: { kind: "none" } };
  return {
    ...law,
    ...firingOf(
      form.firing,
      (values) => integers(values),
      (values) => integers(values, step),
    ),
  };
}

/** round(value / unit), to a multiple of `multiple`, in 32 bits; one value where all are alike. */
function inUnits(values: Float64Array, unit: Float64Array, multiple: number): Int32Array {
  const nearest = (value: number, of: number): number => {
    const ratio = value / (of * multiple);
    const whole = Math.sign(ratio) * Math.floor(Math.abs(ratio) + 0.5) * multiple;
    return Math.min(highest, Math.max(lowest, whole));
  };
  return Int32Array.from(combine(values, unit, nearest));
}

function firingOf(
  firing: FiringForm,
  integers: (values: Float64Array) => Int32Array,
  thresholds: (values: Float64Array) => Int32Array,
): Partial<Law> {
  const { compare, maxSpikes, resetTiming, refractory, refractoryHoldsSynapse, phase } = firing;
  return {
    threshold: thresholds(firing.threshold),
    compare,
    maxSpikes,
    reset: resetOf(firing.reset, integers),
    resetTiming,
    refractory,
    refractoryHoldsSynapse,
    phase,
  };
}

function resetOf(reset: FiringForm["reset"], integers: (values: Float64Array) => Int32Array): Reset {
  if (reset.kind === "zero") return { kind: "zero", value: integers(reset.value) };
  if (reset.kind === "none") return reset;
  return { kind: "subtract", amount: reset.amount === null ? null : integers(reset.amount) };
}

/** What is left after a step; nothing to do where all of it is. */
function decayOf(keeps: Float64Array | null, profile: Profile): Decay {
  if (keeps === null || keeps.every((factor) => factor === 1)) return { kind: "none" };
  const { multiplier, shift, rounding } = factorOf(keeps, profile);
  const values = typeof multiplier === "number" ? Int32Array.of(multiplier) : multiplier;
  return {
    kind: "multiply",
    multiplier: values.map((value) => Math.min(value, largestMultiplier)),
    shift,
    rounding,
  };
}

function synapseOf({ synapse }: NeuronForm, profile: Profile, range: StateRange): Synapse {
  if (synapse === null) return { kind: "none" };
  const overflowU = { low: range.low, high: range.high, overflow: range.overflow };
  if (synapse.kind === "trace")
    return {
      kind: "trace",
      decayU: decayOf(synapse.keeps, profile),
      overflowU,
      synapseOrder: synapse.order,
      resetSynapse: false,
    };
  const gain = factorOf(synapse.gain, profile);
  return {
    kind: "alpha",
    decayU: decayOf(synapse.keepsU, profile),
    decayH: decayOf(synapse.keepsH, profile),
    gain: typeof gain.multiplier === "number" ? Int32Array.of(gain.multiplier) : gain.multiplier,
    gainShift: profile.decayBits,
    overflowU,
    synapseOrder: "decayThenAdd",
    resetSynapse: synapse.resets,
  };
}

/** The largest |factor - multiplier / 2^shift| of all decays. */
export function decayError({ keeps, synapse }: NeuronForm, law: Law): number {
  const errors: number[] = [0];
  const compare = (wanted: Float64Array | null, decay: Decay): void => {
    if (wanted === null || decay.kind !== "multiply") return;
    for (let i = 0; i < Math.max(wanted.length, decay.multiplier.length); i++)
      errors.push(Math.abs(valueAt(wanted, i) - valueAt(decay.multiplier, i) / 2 ** decay.shift));
  };
  compare(keeps, law.decayV);
  if (synapse?.kind === "trace" && law.synapse.kind === "trace") compare(synapse.keeps, law.synapse.decayU);
  if (synapse?.kind === "alpha" && law.synapse.kind === "alpha") {
    compare(synapse.keepsU, law.synapse.decayU);
    compare(synapse.keepsH, law.synapse.decayH);
  }
  return errors.reduce((a, b) => Math.max(a, b));
}
