/**
 * What lava-dl's loader makes of the weights of a dense layer (lava-dl d825ac5, src/lava/lib/dl/netx/utils.py, and lava b6822fb,
 * src/lava/utils/weightutils.py). Scaling up and truncation cancel out, but for two cases: matrices of both signs are clipped to
 * -256..254, and in matrices of negative weights alone one that would be stored as -256 is clipped to -255, then truncated.
 */
import { SpikecError } from "../../errors/error.ts";

/** Throws SPK-0113 for weights that the loader cannot load. */
export function effectiveWeights(weights: Int32Array, where: string): Int32Array {
  let low = weights.reduce((least, weight) => Math.min(least, weight), Number.POSITIVE_INFINITY);
  let high = weights.reduce((most, weight) => Math.max(most, weight), Number.NEGATIVE_INFINITY);
  const fail = (what: string) => new SpikecError("SPK-0113", what, { where });
  if (low === 0 && high === 0) throw fail("all weights are 0: lava-dl cannot load such a layer");
  if (low < 0 && high >= 0) {
    low = Math.max(low, -256);
    high = Math.min(high, 254);
    return weights.map((weight) => Math.min(high, Math.max(low, weight)));
  }
  if (low >= 0) {
    if (high > 255) throw fail(`a weight of ${high} does not fit 8 bits`);
    return weights;
  }
  if (low < -256) throw fail(`a weight of ${low} does not fit 8 bits`);
  // Only a power of two is scaled up to -256 itself.
  const isPower = Number.isInteger(Math.log2(-low));
  if (!isPower) return weights;
  let factor = 2 ** 8;
  while (!weights.every((weight) => weight % factor === 0)) factor /= 2;
  return weights.map((weight) => (weight === low ? low + factor : weight));
}
