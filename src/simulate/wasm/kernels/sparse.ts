/** Single synapses: each spike adds its weights to the sums of its targets, one by one, in memory. */

import { double, doubleFrom32, loadDouble, storeDouble } from "../double-instructions.ts";
import type { SparsePlan } from "../incoming.ts";
import {
  add,
  type Bytes,
  below,
  type Local,
  load16,
  load16Unsigned,
  load32,
  loopWhile,
  multiply,
  set,
  shiftRight,
  store16,
  store32,
  sub,
  times,
} from "../instructions.ts";
import type { Scope } from "../module.ts";
import { tableAddress, valueAddress } from "../spike-list.ts";
import { type LaneBytes, lanesOfBytes, loadVector, storeVector, zeros } from "../vectors.ts";
import type { Kernel } from "./kernel.ts";
import type { Sums } from "./sums.ts";

/** Without a test of the end between them. */
const synapsesAtOnce = 4;

function isSparse(plan: { kernel: string }): plan is SparsePlan {
  return plan.kernel === "sparse";
}

/** sums[target] += weight [* value] for every synapse of every spike in the list whose table is at `table`. */
export function spreadSparse(scope: Scope, plan: SparsePlan, table: Bytes, sumBytes: LaneBytes): Bytes {
  const { list, starts, valued, sums, synapseBytes } = plan;
  const [from, to, at, end, sum] = Array.from({ length: 5 }, () => scope.integer());
  const entry = list.entryBytes === 2 ? load16Unsigned(from) : load32(from);
  const value = load32(valueAddress(list, from));
  const addOne = (offset: number): Bytes => {
    const weight = synapseBytes === 4 ? load16(at, offset + 2) : load32(at, offset + 4);
    return [
      set(sum, synapseBytes === 4 ? load16Unsigned(at, offset) : load32(at, offset)),
      addTo({ sum, base: sums, bytes: sumBytes }, weight, valued ? value : null),
    ];
  };
  const unrolled = Array.from({ length: synapsesAtOnce }, (_, index) => addOne(index * synapseBytes));
  return [
    set(to, table),
    set(from, load32(to)),
    set(to, load32(to, list.endOffset)),
    loopWhile(
      below(from, to),
      set(at, add(starts, times(entry, 4))),
      set(end, load32(at, 4)),
      set(at, load32(at)),
      loopWhile(
        below(add(at, (synapsesAtOnce - 1) * synapseBytes), end),
        unrolled,
        set(at, add(at, synapsesAtOnce * synapseBytes)),
      ),
      loopWhile(below(at, end), addOne(0), set(at, add(at, synapseBytes))),
      set(from, add(from, list.entryBytes)),
    ),
  ];
}

interface SumPlace {
  /** Where the sum lies behind `base`. */
  readonly sum: Local;
  readonly base: number;
  readonly bytes: LaneBytes;
}

/** sum += weight [* value] */
function addTo({ sum, base, bytes }: SumPlace, weight: Bytes, value: Bytes | null): Bytes {
  if (bytes === 8) {
    const factor =
      value === null ? doubleFrom32(weight) : double.multiply(doubleFrom32(weight), doubleFrom32(value));
    return storeDouble(sum, double.add(loadDouble(sum, base), factor), base);
  }
  const [load, store] = bytes === 2 ? [load16, store16] : [load32, store32];
  return store(sum, add(load(sum, base), value === null ? weight : multiply(weight, value)), base);
}

/** Spreads the spikes of the step under way. */
export function addSparse(kernel: Kernel): Bytes {
  const { layer, scope, step } = kernel;
  return layer.incoming
    .filter(isSparse)
    .map((plan) =>
      spreadSparse(scope, plan, tableAddress(plan.list, step, plan.delay), layer.lanes.sumBytes),
    );
}

/** sums += what single synapses brought to the block under way, which is zero again afterwards. */
export function takeSparse(kernel: Kernel, sums: Sums): Bytes {
  const { layer, scope, membrane } = kernel;
  if (layer.sums === null) return [];
  const { stateBytes, membrane: start } = layer.lanes;
  const lanes = lanesOfBytes(sums.bytes);
  // Sums lie in the order of the membranes, perhaps less wide.
  const own = scope.integer();
  const position = shiftRight(sub(membrane, start), Math.log2(stateBytes / sums.bytes));
  return [
    set(own, add(layer.sums, position)),
    sums.groups
      .flat()
      .map((sum, index) => [
        set(sum, lanes.add(sum, loadVector(own, 16 * index))),
        storeVector(own, zeros, 16 * index),
      ]),
  ];
}
