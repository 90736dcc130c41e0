/**
 * Between two spikes a target rises from off to on, so that a trained membrane need not jump (snnTorch's
 * spikegen.rate_interpolate). Computed in double and rounded once.
 */
import type { Marks } from "./spike-tensor.ts";

/** spikes: their steps, ascending. One value a step; off after the last spike. */
export function interpolateRate(spikes: readonly number[], steps: number, marks: Marks = {}): Float32Array {
  const { onTarget = 1, offTarget = 0 } = marks;
  const values = new Float32Array(steps).fill(offTarget);
  let before = -1;
  for (const spike of spikes) {
    const rise = spike - before - 1;
    for (let step = before + 1; step <= spike; step++)
      values[step] =
        rise === 0 ? onTarget : offTarget + ((onTarget - offTarget) * (step - before - 1)) / rise;
    before = spike;
  }
  return values;
}
