/** Weights in as few bytes as hold them. */
import type { WeightArray } from "./parts.ts";

/** As few bytes a weight as hold them all. */
export function narrow(weights: ArrayLike<number>): WeightArray {
  let [low, high] = [0, 0];
  for (let i = 0; i < weights.length; i++) {
    low = Math.min(low, weights[i]);
    high = Math.max(high, weights[i]);
  }
  if (low >= -128 && high <= 127) return Int8Array.from(weights);
  return low >= -32_768 && high <= 32_767 ? Int16Array.from(weights) : Int32Array.from(weights);
}
