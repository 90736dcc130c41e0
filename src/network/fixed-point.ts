/**
 * Float neurons in whole numbers: a state of `fractionBits` binary places, factors of `decayBits`. docs/law.md ("How faithful
 * integers are") says what that costs in spikes.
 */
import type { Rounding } from "./law.ts";
import { alphaZero, type Factor, type Gain, leakySubtract, synapticSubtract } from "./presets.ts";

export interface Profile {
  /** A membrane of 1.0 is 2^fractionBits. */
  readonly fractionBits: number;
  /** A factor of 1.0 is 2^decayBits. Multipliers have 16 bits, so that 16 is for factors below 1 only. */
  readonly decayBits: number;
  readonly rounding: Rounding;
}

/** Agrees with float spikes in at least 0.998 of all steps. */
export const faithful: Profile = { fractionBits: 12, decayBits: 12, rounding: "halfAway" };

/** The nearest whole number, halves away from zero. */
function nearest(value: number): number {
  return Math.sign(value) * Math.floor(Math.abs(value) + 0.5);
}

/** Weights, inputs, thresholds: round(value 2^bits) of each. */
export function fixedPoint(values: ArrayLike<number>, bits: number): Int32Array {
  return Int32Array.from(values, (value) => nearest(value * 2 ** bits));
}

/** A decay of 0..1 a step. */
export function factorOf(decay: ArrayLike<number>, { decayBits, rounding }: Profile): Factor {
  return { multiplier: fixedPoint(decay, decayBits), shift: decayBits, rounding };
}

/** Values of one neuron, channel or population, as floats. */
export interface FloatNeuron {
  readonly threshold: ArrayLike<number>;
  /** Decay of the membrane; of an alpha neuron, of its second trace. */
  readonly beta: ArrayLike<number>;
}

/** Adds the decay of the (first) trace. */
export interface FloatSynapse extends FloatNeuron {
  readonly alpha: ArrayLike<number>;
}

/** snnTorch's Leaky, reset by subtraction, delayed. */
export function leakyInIntegers({ threshold, beta }: FloatNeuron, profile: Profile) {
  return leakySubtract(fixedPoint(threshold, profile.fractionBits), factorOf(beta, profile));
}

/** snnTorch's Synaptic, reset by subtraction, delayed. */
export function synapticInIntegers({ threshold, alpha, beta }: FloatSynapse, profile: Profile) {
  const thresholds = fixedPoint(threshold, profile.fractionBits);
  return synapticSubtract(thresholds, factorOf(alpha, profile), factorOf(beta, profile));
}

/** snnTorch's Alpha, reset to zero. tau: tau_alpha, as the membrane tau (e + h) has it. */
export function alphaInIntegers(
  { threshold, alpha, beta, tau }: FloatSynapse & { readonly tau: ArrayLike<number> },
  profile: Profile,
) {
  const worth: Gain = { gain: fixedPoint(tau, profile.decayBits), gainShift: profile.decayBits };
  const thresholds = fixedPoint(threshold, profile.fractionBits);
  return alphaZero(thresholds, factorOf(alpha, profile), factorOf(beta, profile), worth);
}
