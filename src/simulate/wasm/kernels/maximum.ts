/**
 * The windows of a count pool: a neuron sends what the largest count among its taps has grown by (../../max-count.ts). Taps of
 * a window are visited place by place, eight channels at a time.
 */
import { add, type Bytes, below, type Local, load32, loopWhile, set } from "../instructions.ts";
import type { MaxCountRule } from "../lanes.ts";
import { neuronsPerGroup } from "../layout.ts";
import { lanesOfBytes, loadVector } from "../vectors.ts";
import type { Kernel } from "./kernel.ts";
import { type NeuronVector, read, write } from "./neuron-vector.ts";
import { clearSums, type Sums } from "./sums.ts";

/**
 * sums = the largest counts among the taps of the place under way, and 0, where all counts start. start: address of the
 * place's own entry among the rule's starts.
 */
export function largestOfTaps(kernel: Kernel, sums: Sums, firstGroup: number, start: Local): Bytes {
  const { scope } = kernel;
  const lanes = lanesOfBytes(sums.bytes);
  const [from, to, taps] = [scope.integer(), scope.integer(), scope.integer()];
  const first = firstGroup * neuronsPerGroup * sums.bytes;
  return [
    clearSums(sums),
    set(from, load32(start)),
    set(to, load32(start, 4)),
    loopWhile(
      below(from, to),
      set(taps, load32(from)),
      sums.groups
        .flat()
        .map((largest, i) => set(largest, lanes.max(largest, loadVector(taps, first + 16 * i)))),
      set(from, add(from, 4)),
    ),
  ];
}

export function isMaximum(rule: { readonly kind: string }): rule is MaxCountRule {
  return rule.kind === "maxCount";
}

/** M = max(M, input); sends what M has grown by. */
export function stepMaximum(vector: NeuronVector): Bytes {
  const { kernel, lanes, fired } = vector;
  const { membrane, sent } = kernel.layer.lanes;
  const [before, largest] = [kernel.scope.vector(), kernel.scope.vector()];
  return [
    set(before, read(vector, membrane)),
    set(largest, lanes.max(before, vector.input!)),
    write(vector, membrane, largest),
    set(fired, lanes.greater(largest, before)),
    write(vector, sent!, lanes.sub(largest, before)),
  ];
}
