/** Single synapses: each spike adds its weights to the sums of its targets, one by one, in memory. */

import type { SparsePlan } from "../incoming.ts";
import {
  add,
  type Bytes,
  below,
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
import { tableAddress } from "../spike-list.ts";
import { lanes16, lanes32, loadVector, storeVector, zeros } from "../vectors.ts";
import type { Kernel } from "./kernel.ts";
import type { Sums } from "./sums.ts";

/** Without a test of the end between them. */
const synapsesAtOnce = 4;

function isSparse(plan: { kernel: string }): plan is SparsePlan {
  return plan.kernel === "sparse";
}

/** sums[target] += weight [* value] for every synapse of every spike in the list whose table is at `table`. */
export function spreadSparse(scope: Scope, plan: SparsePlan, table: Bytes, sumBytes: 2 | 4): Bytes {
  const { list, starts, valued, sums, synapseBytes } = plan;
  const [from, to, at, end, sum] = Array.from({ length: 5 }, () => scope.integer());
  const entry = list.entryBytes === 2 ? load16Unsigned(from) : load32(from);
  const value = load32(add(list.values, times(sub(from, list.entries), 4 / list.entryBytes)));
  const [load, store] = sumBytes === 2 ? [load16, store16] : [load32, store32];
  const addOne = (offset: number): Bytes => {
    const weight = synapseBytes === 4 ? load16(at, offset + 2) : load32(at, offset + 4);
    return [
      set(sum, synapseBytes === 4 ? load16Unsigned(at, offset) : load32(at, offset)),
      store(sum, add(load(sum, sums), valued ? multiply(weight, value) : weight), sums),
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
  const lanes = sums.bytes === 2 ? lanes16 : lanes32;
  // Sums lie in the order of the membranes, perhaps half as wide.
  const own = scope.integer();
  const position = shiftRight(sub(membrane, start), stateBytes === sums.bytes ? 0 : 1);
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
