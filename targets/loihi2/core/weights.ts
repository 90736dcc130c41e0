/**
 * Weights as a synapse of Loihi holds them: up to 8 bits, of one sign or (with one bit spent on it) of both. Clipping and
 * truncation are Lava's (lava b6822fb, src/lava/utils/weightutils.py), the choice of bits and exponent is lava-dl's loader's
 * (lava-dl d825ac5, src/lava/lib/dl/netx/utils.py).
 */
import { clamp, shift } from "./arithmetic.ts";

export type SignMode = "mixed" | "excitatory" | "inhibitory";

const ranges: Readonly<Record<SignMode, readonly [low: number, high: number]>> = {
  mixed: [-256, 255],
  excitatory: [0, 255],
  inhibitory: [-255, 0],
};

/** Lava's own choice: mixed only where both signs occur. */
export function signModeOf(weights: ArrayLike<number>): SignMode {
  const [low, high] = extremes(weights);
  if (low < 0 && high > 0) return "mixed";
  return low >= 0 ? "excitatory" : "inhibitory";
}

function extremes(weights: ArrayLike<number>): [low: number, high: number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < weights.length; i++) {
    low = Math.min(low, weights[i]);
    high = Math.max(high, weights[i]);
  }
  return [low, high];
}

export function clipWeights(weights: ArrayLike<number>, mode: SignMode): Float64Array {
  const [low, high] = ranges[mode];
  return Float64Array.from(weights, (weight) => clamp(weight, low, high));
}

/** Only the upper `bits` bits of a weight are stored; in mixed mode one of them is the sign. */
export function truncateWeights(weights: ArrayLike<number>, mode: SignMode, bits: number): Float64Array {
  const dropped = 8 - bits + (mode === "mixed" ? 1 : 0);
  const cut = (magnitude: number) => shift(shift(magnitude, -dropped), dropped);
  return Float64Array.from(weights, (weight) => (mode === "inhibitory" ? -cut(-weight) : cut(weight)));
}

/** What is left of weights in a synapse. */
export function storedWeights(weights: ArrayLike<number>, mode: SignMode, bits: number): Float64Array {
  return truncateWeights(clipWeights(weights, mode), mode, bits);
}

export interface OptimizedWeights {
  /** Scaled up by 2^-exponent. */
  readonly weights: Float64Array;
  readonly bits: number;
  readonly exponent: number;
  readonly mode: SignMode;
}

/**
 * lava-dl's choice on loading a layer: weights are scaled up to fill 8 bits, with an exponent that takes it back. null for
 * weights that are all 0, on which the loader fails.
 */
export function optimizeWeightBits(given: ArrayLike<number>): OptimizedWeights | null {
  let weights = Float64Array.from(given);
  let [low, high] = extremes(weights);
  if ((high > 254 && low < 0) || (low < -256 && high > 0)) {
    weights = weights.map((weight) => clamp(weight, -256, 254));
    [low, high] = extremes(weights);
  }
  if (weights.length === 0 || (low === 0 && high === 0)) return null;
  const mode: SignMode = high < 0 ? "inhibitory" : low >= 0 ? "excitatory" : "mixed";
  const sign = mode === "mixed" ? 1 : 0;
  const scaleBits = floorLog2(roomAbove(mode, low, high)) + sign;
  const spare = commonFactorBits(weights) - sign;
  return {
    weights: weights.map((weight) => shift(weight, scaleBits)),
    bits: 8 - scaleBits - spare,
    exponent: -scaleBits,
    mode,
  };
}

/** By how much the largest weight could grow. */
function roomAbove(mode: SignMode, low: number, high: number): number {
  if (mode === "inhibitory") return -256 / low;
  if (mode === "excitatory") return 255 / high;
  return Math.min(high > 0 ? 127 / high : Number.POSITIVE_INFINITY, -128 / low);
}

/** floor(log2 x), exact: Math.log2 rounds. */
function floorLog2(x: number): number {
  let exponent = Math.floor(Math.log2(x));
  if (2 ** exponent > x) exponent--;
  if (2 ** (exponent + 1) <= x) exponent++;
  return exponent;
}

/** The largest n <= 8 such that 2^n divides every weight. */
function commonFactorBits(weights: ArrayLike<number>): number {
  const divides = (n: number) =>
    Array.prototype.every.call(weights, (weight: number) => weight % 2 ** n === 0);
  let n = 8;
  while (n > 0 && !divides(n)) n--;
  return n;
}
