/** What a search may try on a chip: its numeric rules in the terms of the search. */
import type { SearchLimits } from "./calibrate/search.ts";
import type { LoweringOptions } from "./options.ts";

/**
 * bits: of a weight; an always-on neuron gives a bias through one synapse, so that it must fit a weight. copies: of each neuron,
 * which have so many times the threshold and start up to as far below it (copies.ts).
 */
export function searchLimits({ rules }: LoweringOptions, bits: number, copies = 1): SearchLimits {
  const weightTop = 2 ** (bits - 1) - 1;
  // Stated for v >= threshold: v > threshold is one lower.
  const strict = rules.compare.includes("ge") ? 0 : 1;
  return {
    thresholdLow: Math.max(1, rules.threshold.low + strict),
    thresholdHigh: Math.floor((rules.threshold.high + strict) / copies),
    vInitHigh: rules.vInit === null ? null : Math.floor(rules.vInit.high / copies),
    biasLow: rules.bias?.low ?? -weightTop,
    biasHigh: rules.bias?.high ?? weightTop,
  };
}

/** What may still be tried on a unit: its neurons have biases already, and a clipped activation bounds its threshold. */
export function unitLimits(limits: SearchLimits, bias: Int32Array, highestThreshold: number): SearchLimits {
  return {
    ...limits,
    thresholdHigh: Math.min(limits.thresholdHigh, highestThreshold),
    biasLow: limits.biasLow - bias.reduce((low, value) => Math.min(low, value)),
    biasHigh: limits.biasHigh - bias.reduce((high, value) => Math.max(high, value)),
  };
}
