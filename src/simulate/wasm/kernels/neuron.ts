/**
 * One step of eight neurons, whatever their kind: what came in, their rule, and a mask of sixteen-bit lanes with ones where a
 * neuron sends something. What it sends, where that is not one spike, stands in memory.
 */
import { type Bytes, type Local, set } from "../instructions.ts";
import type { LanePlan } from "../lanes.ts";
import { joinMasks, lanesOfBytes, loadVector, narrowLongs, widened } from "../vectors.ts";
import type { Kernel } from "./kernel.ts";
import { stepLaw } from "./law.ts";
import { stepMaximum } from "./maximum.ts";
import type { NeuronVector } from "./neuron-vector.ts";
import { stepSigmaDelta } from "./sigma-delta.ts";

function stepVector(vector: NeuronVector): Bytes {
  const { rule } = vector.kernel.layer.lanes;
  switch (rule.kind) {
    case "law":
      return stepLaw(vector, rule);
    case "sigmaDelta":
      return stepSigmaDelta(vector, rule);
    case "maxCount":
      return stepMaximum(vector);
  }
}

/** Spikes of a step and currents of a sample, as wide as the membranes. */
function inputOf(kernel: Kernel, sums: readonly Local[] | null, offset: number, index: number): Bytes | null {
  const { stateBytes, sumBytes, drive, membrane } = kernel.layer.lanes;
  const sum = sums === null ? null : widened(sums, sumBytes, stateBytes)[index];
  if (drive === null) return sum;
  const driven = loadVector(kernel.membrane, drive - membrane + offset);
  return sum === null ? driven : lanesOfBytes(stateBytes).add(sum, driven);
}

/** Masks of vectors, one after the other, as one of eight lanes of sixteen bits in the first of them. */
function joined({ stateBytes }: LanePlan, masks: readonly Local[]): Bytes {
  if (stateBytes === 2) return [];
  const [a, b, c, d] = masks;
  if (stateBytes === 4) return set(a, joinMasks(a, b));
  return set(a, joinMasks(narrowLongs(a, b), narrowLongs(c, d)));
}

/** sums: of the group, or null where no spikes come in. group: counted from the block's first. */
export function stepGroup(kernel: Kernel, sums: readonly Local[] | null, fired: Local, group: number): Bytes {
  const plan = kernel.layer.lanes;
  const { stateBytes, firing } = plan;
  const masks = Array.from({ length: stateBytes / 2 }, (_, i) => (i === 0 ? fired : kernel.scope.vector()));
  const steps = masks.map((mask, index) => {
    const offset = group * 8 * stateBytes + 16 * index;
    const input = inputOf(kernel, sums, offset, index);
    return stepVector({ kernel, lanes: lanesOfBytes(stateBytes), offset, input, fired: mask });
  });
  return [steps, firing === "never" ? [] : joined(plan, masks)];
}
