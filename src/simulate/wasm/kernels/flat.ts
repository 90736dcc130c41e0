/**
 * A flat layer: blocks of outputs, and for each block all steps of the chunk, so that the block's weights and membranes stay
 * close. That is exact, since nothing of the chunk feeds back. Where single synapses come in, steps go first.
 */
import type { DensePlan } from "../incoming.ts";
import { groupsAtOnce } from "../incoming.ts";
import {
  add,
  type Bytes,
  below,
  count,
  type Local,
  load32,
  repeatWhile,
  set,
  store32,
  times,
} from "../instructions.ts";
import { blocksOf, neuronsPerGroup } from "../layout.ts";
import { entriesAddress, type SpikeList, tableAddress, tableWidth } from "../spike-list.ts";
import { emitSpikes } from "./emit.ts";
import type { Kernel } from "./kernel.ts";
import { stepGroup } from "./neuron.ts";
import { addSparse, takeSparse } from "./sparse.ts";
import { clearSums, createSums, firstGroups, gatherSpikes, type Sums } from "./sums.ts";

/** Where a dense projection stands while its layer runs. */
interface DenseState {
  readonly plan: DensePlan;
  /** Weights of the block under way. */
  readonly weights: Local;
  readonly from: Local;
  readonly to: Local;
}

interface FlatParts {
  readonly kernel: Kernel;
  readonly sums: Sums;
  readonly dense: readonly DenseState[];
  readonly first: Local;
  readonly end: Local;
}

/** sum = weights of the spikes of step - delay, over all dense projections. */
function sumDense({ kernel, sums, dense }: FlatParts, groups: number): Bytes {
  const some = firstGroups(sums, groups);
  return dense.map(({ plan, weights, from, to }) => {
    const table = tableAddress(plan.list, kernel.step, plan.delay);
    const rowBytes = groups * neuronsPerGroup * plan.weightBytes;
    return [
      set(to, table),
      set(from, load32(to)),
      set(to, load32(to, plan.list.endOffset)),
      gatherSpikes(kernel.scope, some, {
        incoming: plan,
        from,
        to,
        rowOf: (entry) => add(weights, times(entry, rowBytes)),
      }),
    ];
  });
}

/** One step of one block. */
function stepBlock(parts: FlatParts, groups: number, lastBits: number): Bytes {
  const { kernel, sums } = parts;
  const { layer, out, step } = kernel;
  const table = parts.kernel.scope.integer();
  const fired = Array.from({ length: groups }, () => kernel.scope.vector());
  const some = firstGroups(sums, groups);
  const silent = parts.dense.length === 0 && layer.sums === null;
  return [
    silent ? [] : clearSums(some),
    sumDense(parts, groups),
    takeSparse(kernel, some),
    set(table, tableAddress(layer.list, step, 0)),
    set(out, load32(table, layer.list.endOffset)),
    fired.map((mask, group) => stepGroup(kernel, silent ? null : some.groups[group], mask, group)),
    emitSpikes(kernel, { fired, firstNeuron: 0, lastBits }),
    store32(table, out, layer.list.endOffset),
  ];
}

/** Moves to the next block. */
function nextBlock({ kernel, dense }: FlatParts, groups: number): Bytes {
  const { lanes } = kernel.layer;
  const neurons = groups * neuronsPerGroup;
  return [
    set(kernel.membrane, add(kernel.membrane, neurons * lanes.stateBytes)),
    set(kernel.entry, add(kernel.entry, neurons)),
    dense.map(({ plan, weights }) => {
      const entries = plan.list.seen.channels * plan.list.seen.height * plan.list.seen.width;
      return set(weights, add(weights, entries * neurons * plan.weightBytes));
    }),
  ];
}

function startBlocks({ kernel, dense }: FlatParts): Bytes {
  return [
    set(kernel.membrane, kernel.layer.lanes.membrane),
    set(kernel.entry, 0),
    dense.map(({ plan, weights }) => set(weights, plan.weights)),
  ];
}

/** Offset in the table of the layer's one place: what is before it and behind it is padding. */
function placeOffset({ margin, seen }: SpikeList): number {
  return 4 * (margin.top * tableWidth({ seen, margin }) + margin.left);
}

/** Every step's list is empty before the first block. */
function startLists({ kernel, first, end }: FlatParts): Bytes {
  const { list } = kernel.layer;
  const table = kernel.scope.integer();
  const { step, out } = kernel;
  const before = Array.from({ length: placeOffset(list) / 4 + 1 }, (_, i) => store32(table, out, 4 * i));
  return count(step, first, end, 1, [
    set(table, tableAddress(list, step, 0)),
    set(out, entriesAddress(list, step)),
    before,
    store32(table, out, list.endOffset),
  ]);
}

/** The padding behind the place, where a convolution looks at it. */
function finishLists({ kernel, first, end }: FlatParts): Bytes {
  const { list } = kernel.layer;
  const behind = (list.endOffset - placeOffset(list)) / 4 - 1;
  if (behind === 0) return [];
  const table = kernel.scope.integer();
  const { step, out } = kernel;
  return count(step, first, end, 1, [
    set(table, tableAddress(list, step, 0)),
    set(out, load32(table, list.endOffset)),
    Array.from({ length: behind }, (_, i) => store32(table, out, placeOffset(list) + 4 * (i + 1))),
  ]);
}

/** All blocks, each through `run`, which gets one step of it. */
function overBlocks(parts: FlatParts, run: (block: Bytes) => Bytes): Bytes {
  const { kernel } = parts;
  const { layout } = kernel.layer.lanes;
  const blocks = blocksOf(layout.groups, groupsAtOnce);
  const last = blocks[blocks.length - 1];
  const whole = blocks.length - 1;
  const real = layout.channels - (layout.groups - 1) * neuronsPerGroup;
  const block = kernel.scope.integer();
  return [
    startBlocks(parts),
    whole === 0
      ? []
      : count(
          block,
          0,
          whole,
          1,
          run(stepBlock(parts, blocks[0].groups, 0xff)),
          nextBlock(parts, blocks[0].groups),
        ),
    run(stepBlock(parts, last.groups, 2 ** real - 1)),
  ];
}

/** Statements of a flat layer over steps first .. end - 1. */
export function flatLayer(kernel: Kernel, first: Local, end: Local): Bytes {
  const { scope, layer, step } = kernel;
  const { layout, sumBytes } = layer.lanes;
  const dense = layer.incoming
    .filter((plan) => plan.kernel === "dense")
    .map((plan) => ({ plan, weights: scope.integer(), from: scope.integer(), to: scope.integer() }));
  const groups = Math.min(layout.groups, groupsAtOnce);
  const parts: FlatParts = { kernel, sums: createSums(scope, groups, sumBytes), dense, first, end };
  const start = startLists(parts);
  if (layer.sums === null) {
    return [start, overBlocks(parts, (block) => count(step, first, end, 1, block)), finishLists(parts)];
  }
  return [
    start,
    set(step, first),
    repeatWhile(
      below(step, end),
      addSparse(kernel),
      overBlocks(parts, (block) => block),
      set(step, add(step, 1)),
    ),
    finishLists(parts),
  ];
}
