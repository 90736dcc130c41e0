/**
 * The activation that one spike a step stands for: lambda. By default chosen to lose least when activations become counts
 * (docs/conversion.md):
 *   lambda = argmin over k max / 60 of E (x - lambda/T clip(floor(x T / lambda + 1/2), 0, T))^2
 * Other tools take the largest activation or a high percentile of all; both are here to compare with.
 */
import type { Method } from "../recipe.ts";

const grid = 60;
/** Values looked at per lambda; more change nothing and cost time (prototype: 20,000). */
const largestSubset = 20_000;

/** Squared error of representing x by counts of lambda / T. */
function quantizationError(values: Float64Array, lambda: number, timesteps: number): number {
  let error = 0;
  for (const value of values) {
    const count = Math.min(timesteps, Math.max(0, Math.floor((value * timesteps) / lambda + 0.5)));
    const difference = value - (count * lambda) / timesteps;
    error += difference * difference;
  }
  return error;
}

/** Every k-th value, so that at most `largestSubset` are left: the same subset on every machine. */
export function subset(values: Float64Array): Float64Array {
  if (values.length <= largestSubset) return values;
  const stride = values.length / largestSubset;
  return Float64Array.from({ length: largestSubset }, (_, i) => values[Math.floor(i * stride)]);
}

function leastSquared(looked: Float64Array, top: number, timesteps: number): number {
  let best = 0;
  let bestError = Number.POSITIVE_INFINITY;
  for (let k = 1; k <= grid; k++) {
    const lambda = (top * k) / grid;
    const error = quantizationError(looked, lambda, timesteps);
    if (error < bestError) {
      best = lambda;
      bestError = error;
    }
  }
  return best;
}

/** The smallest value that at least `percent` percent of all do not exceed. */
function percentileOf(values: Float64Array, percent: number): number {
  const sorted = values.slice().sort();
  const rank = Math.ceil((percent * sorted.length) / 100);
  return sorted[Math.min(sorted.length, Math.max(1, rank)) - 1];
}

/**
 * values: activations >= 0 of one channel or layer. maximum: the bound of a clipped activation, or null.
 * Returns 0 where nothing is ever active: the caller decides what a silent channel gets.
 */
export function bestSpikeValue(
  values: Float64Array,
  timesteps: number,
  maximum: number | null,
  method: Method = { kind: "mse" },
): number {
  const looked = subset(values);
  const bound = maximum ?? Number.POSITIVE_INFINITY;
  const top = Math.min(
    bound,
    looked.reduce((largest, value) => Math.max(largest, value), 0),
  );
  if (top === 0 || method.kind === "max") return top;
  // Where less than 100 - percent percent are active at all, the percentile says nothing and the largest stands in.
  if (method.kind === "percentile") return Math.min(bound, percentileOf(looked, method.percent) || top);
  return leastSquared(looked, top, timesteps);
}
