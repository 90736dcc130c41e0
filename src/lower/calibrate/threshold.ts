/**
 * The activation that one spike a step stands for: lambda. Chosen to lose least when activations become counts
 * (docs/conversion.md):
 *   lambda = argmin over k max / 60 of E (x - lambda/T clip(floor(x T / lambda + 1/2), 0, T))^2
 */

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

/**
 * values: activations >= 0 of one channel or layer. maximum: the bound of a clipped activation, or null.
 * Returns 0 where nothing is ever active: the caller decides what a silent channel gets.
 */
export function bestSpikeValue(values: Float64Array, timesteps: number, maximum: number | null): number {
  const looked = subset(values);
  let top = 0;
  for (const value of looked) top = Math.max(top, value);
  if (maximum !== null) top = Math.min(top, maximum);
  let best = 0;
  let bestError = Number.POSITIVE_INFINITY;
  for (let k = 1; k <= grid && top > 0; k++) {
    const lambda = (top * k) / grid;
    const error = quantizationError(looked, lambda, timesteps);
    if (error < bestError) {
      best = lambda;
      bestError = error;
    }
  }
  return best;
}
