/**
 * The neurons of the field as values of the one law (docs/law.md, "Presets"): what a framework or a chip calls a neuron, in
 * whole numbers. fixed-point.ts makes whole numbers of a float neuron's parameters.
 */
import { type Decay, type Law, plainLaw, type Reset, type Rounding, type StateRange } from "./law.ts";

/** One value for all neurons, or an array as the law takes it: 1, channels or neurons values. */
export type Values = number | Int32Array;

/** What is left after a step: round(x multiplier / 2^shift). */
export interface Factor {
  readonly multiplier: Values;
  readonly shift: number;
  readonly rounding: Rounding;
}

function valuesOf(values: Values): Int32Array {
  return typeof values === "number" ? Int32Array.of(values) : values;
}

function multiply({ multiplier, shift, rounding }: Factor): Decay {
  return { kind: "multiply", multiplier: valuesOf(multiplier), shift, rounding };
}

function constant(amount: Values): Decay {
  return { kind: "constant", amount: valuesOf(amount), towardZero: true };
}

const toZero: Reset = { kind: "zero", value: Int32Array.of(0) };

function saturating(low: number, high: number): StateRange {
  return { low, high, overflow: "saturate" };
}

/** snnTorch fires above its threshold, and its subtracting neurons reset one step late. */
function snnTorch(threshold: Values): Law {
  return { ...plainLaw, threshold: valuesOf(threshold), compare: "gt", resetTiming: "delayed" };
}

/** One step at zero after each spike: how snnTorch's reset of a whole update looks from outside. */
const hardReset = { reset: toZero, resetTiming: "immediate", refractory: 1 } as const;

/** sinabs' IAF: any number of spikes a step (maxSpikes 0), reset by subtraction, never below `lowest` (null: no floor). */
export function sinabsIaf(
  threshold: Values,
  { lowest = null, maxSpikes = 0, reset = "subtract" }: SinabsOptions = {},
): Law {
  return {
    ...plainLaw,
    threshold: valuesOf(threshold),
    maxSpikes,
    reset: reset === "zero" ? toZero : plainLaw.reset,
    floor: lowest === null ? null : { kind: "clamp", value: valuesOf(lowest) },
  };
}

export interface SinabsOptions {
  /** sinabs' min_v_mem. */
  readonly lowest?: Values | null;
  /** 0: MultiSpike, 1: SingleSpike, n: MaxSpike(n). */
  readonly maxSpikes?: number;
  readonly reset?: "subtract" | "zero";
}

/** An artificial network's ReLU in rates: half a threshold to start with rounds the rate instead of cutting it. */
export function convertedIaf(threshold: Values, bias: Values = 0): Law {
  const thresholds = valuesOf(threshold);
  return {
    ...plainLaw,
    threshold: thresholds,
    bias: valuesOf(bias),
    vInit: thresholds.map((value) => Math.floor(value / 2)),
  };
}

/** Loses `leak` a step, toward zero. A leak of one sign is a bias instead. */
export function constantLeakIaf(threshold: Values, leak: Values): Law {
  return { ...plainLaw, threshold: valuesOf(threshold), decayV: constant(leak) };
}

/** snnTorch's Leaky, RLeaky and Lapicque with reset by subtraction; Lapicque's factor is 1 - dt / (R C). */
export function leakySubtract(threshold: Values, kept: Factor): Law {
  return { ...snnTorch(threshold), decayV: multiply(kept) };
}

/** snnTorch's Leaky with reset to zero: beta ((1 - r) m) + x keeps the input of the step after the spike. */
export function leakyZero(threshold: Values, kept: Factor): Law {
  return { ...leakySubtract(threshold, kept), reset: toZero, resetTiming: "immediate" };
}

/** snnTorch's Lapicque and RLeaky with reset to zero: the step after the spike is dropped, its input as well. */
export function lapicqueZero(threshold: Values, kept: Factor): Law {
  return { ...leakySubtract(threshold, kept), ...hardReset };
}

/** snnTorch's Synaptic and RSynaptic with reset by subtraction. */
export function synapticSubtract(threshold: Values, trace: Factor, kept: Factor): Law {
  return {
    ...leakySubtract(threshold, kept),
    synapse: {
      kind: "trace",
      decayU: multiply(trace),
      overflowU: null,
      synapseOrder: "decayThenAdd",
      resetSynapse: false,
    },
  };
}

/** snnTorch's Synaptic and RSynaptic with reset to zero: v is held for a step while the trace goes on. */
export function synapticZero(threshold: Values, trace: Factor, kept: Factor): Law {
  return { ...synapticSubtract(threshold, trace, kept), ...hardReset };
}

/** LIF of sinabs and Rockpool with tau_syn: the trace decays with what has just arrived. */
export function leakySynapse(threshold: Values, trace: Factor, kept: Factor, options?: SinabsOptions): Law {
  return {
    ...sinabsIaf(threshold, options),
    decayV: multiply(kept),
    synapse: {
      kind: "trace",
      decayU: multiply(trace),
      overflowU: null,
      synapseOrder: "addThenDecay",
      resetSynapse: false,
    },
  };
}

/** gain / 2^gainShift is what a difference of the two traces is worth: snnTorch's tau_alpha. */
export interface Gain {
  readonly gain: Values;
  readonly gainShift: number;
}

/** snnTorch's Alpha with reset to zero: a spike clears both traces and the membrane, and the next step is dropped. */
export function alphaZero(threshold: Values, exciting: Factor, inhibiting: Factor, worth: Gain): Law {
  return {
    ...snnTorch(threshold),
    synapse: {
      kind: "alpha",
      decayU: multiply(exciting),
      decayH: multiply(inhibiting),
      gain: valuesOf(worth.gain),
      gainShift: worth.gainShift,
      overflowU: null,
      synapseOrder: "decayThenAdd",
      resetSynapse: true,
    },
    ...hardReset,
    refractoryHoldsSynapse: true,
  };
}

export interface LoihiParameters {
  /** Current and voltage decay, 12 bits. */
  readonly du: Values;
  readonly dv: Values;
  /** Threshold mantissa: v is compared with vth 2^6. */
  readonly vth: Values;
  /** Bias as it is added: mantissa 2^exponent. */
  readonly bias: Values;
}

/**
 * Loihi's fixed-point CUBA neuron (lava-nc/lava b6822fb, src/lava/proc/lif/models.py): 12-bit factors rounded toward zero,
 * weighted input and threshold 6 bits up, u wraps in 24 bits, v saturates. u keeps at most 4095 / 4096.
 */
export function loihi({ du, dv, vth, bias }: LoihiParameters): Law {
  const keeps = (most: number, decay: Values) =>
    multiply({ multiplier: valuesOf(decay).map((d) => most - d), shift: 12, rounding: "trunc0" });
  const limit = 2 ** 23;
  return {
    ...plainLaw,
    synapse: {
      kind: "trace",
      decayU: keeps(4095, du),
      overflowU: { low: 1 - limit, high: limit, overflow: "wrap" },
      synapseOrder: "decayThenAdd",
      resetSynapse: false,
    },
    inputShift: 6,
    bias: valuesOf(bias),
    decayV: keeps(4096, dv),
    overflowV: saturating(1 - limit, limit - 1),
    threshold: valuesOf(vth).map((mantissa) => mantissa * 64),
    compare: "gt",
    reset: toZero,
  };
}

/** ODIN's neuron (ChFrenkel/ODIN 1781931, lif_neuron_state.v): 8 unsigned bits, compared after every event. */
export function odin(threshold: Values, leak: Values): Law {
  return {
    ...plainLaw,
    accumulate: "event",
    decayV: constant(leak),
    overflowV: saturating(0, 255),
    threshold: valuesOf(threshold),
    reset: toZero,
  };
}

/** tinyODIN's neuron (ChFrenkel/tinyODIN 1865653, lif_neuron.v): ODIN's with 12 signed bits. Thresholds 0..2047. */
export function tinyOdin(threshold: Values, leak: Values): Law {
  return { ...odin(threshold, leak), overflowV: saturating(-2048, 2047) };
}

/**
 * uCaspian's neuron (ORNL/uCaspian 185c31a, rtl/neuron.sv). The chip clamps to 16 bits after a comparison that failed; with
 * thresholds below 32767 a clamp before it is the same.
 */
export function ucaspian(threshold: Values): Law {
  return {
    ...plainLaw,
    overflowV: saturating(-32768, 32767),
    threshold: valuesOf(threshold),
    compare: "gt",
    reset: toZero,
  };
}

/**
 * Xylo's hidden neuron: shifts with a tail for u and v, 16 bits. The chip saturates after every single addition, the law once
 * at the end of a sum: they are equal only while no intermediate leaves 16 bits. maxSpikes: 31, of outputs 1.
 */
export function xylo(threshold: Values, dashSynapse: number, dashMembrane: number, maxSpikes = 31): Law {
  const dash = (shift: number): Decay => ({ kind: "shift", shift, tail: true });
  const range = saturating(-32768, 32767);
  return {
    ...plainLaw,
    synapse: {
      kind: "trace",
      decayU: dash(dashSynapse),
      overflowU: range,
      synapseOrder: "addThenDecay",
      resetSynapse: false,
    },
    decayV: dash(dashMembrane),
    overflowV: range,
    threshold: valuesOf(threshold),
    maxSpikes,
  };
}
