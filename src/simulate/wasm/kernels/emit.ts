/**
 * From masks of neurons that fired to entries of the spike list. A mask of eight neurons is an index into a table of its set
 * lanes: all eight are written, and the list grows by as many as are set. No branch depends on which neurons fired.
 */

import {
  add,
  and,
  type Bytes,
  below,
  choose,
  divide,
  type Local,
  load16,
  load32,
  loopWhile,
  multiply,
  populationCount,
  repeatWhile,
  set,
  shiftLeft,
  shiftRight,
  store16,
  store32,
  sub,
  times,
  trailingZeros,
  when,
} from "../instructions.ts";
import { neuronsPerGroup } from "../layout.ts";
import {
  bitsOf,
  bitsOfPair,
  lanes16,
  lanes32,
  loadVector,
  storeVector,
  widenHighUnsigned,
  widenLowUnsigned,
} from "../vectors.ts";
import { type Kernel, lanesOfBytes } from "./kernel.ts";
import { applyFloor, isGraded } from "./neuron.ts";

/** What a block of groups emits. fired: one mask a group. firstNeuron: of the block, at its place. */
export interface Emission {
  readonly fired: readonly Local[];
  readonly firstNeuron: number;
  /** Bits of neurons that exist in the last group. */
  readonly lastBits: number;
}

/** Writes the neurons of eight bits. */
function writeLanes(kernel: Kernel, bits: Local, firstNeuron: number): Bytes {
  const { out, entry, firing, layer } = kernel;
  const { entryBytes } = layer.list;
  const lanes = loadVector(shiftLeft(bits, 4), firing);
  const base = add(entry, firstNeuron);
  const written =
    entryBytes === 2
      ? storeVector(out, lanes16.add(lanes, lanes16.splat(base)))
      : [
          storeVector(out, lanes32.add(widenLowUnsigned(lanes), lanes32.splat(base))),
          storeVector(out, lanes32.add(widenHighUnsigned(lanes), lanes32.splat(base)), 16),
        ];
  return [written, set(out, add(out, times(populationCount(bits), entryBytes)))];
}

/**
 * Neurons that may spike several times: min(maxSpikes, floor(v / threshold)) entries for each set bit, then its reset. Counts
 * differ from neuron to neuron, so that this goes one by one.
 */
function writeGraded(kernel: Kernel, bits: Local, group: number, firstNeuron: number): Bytes {
  const { scope, layer, membrane, out, entry } = kernel;
  const { law, stateBytes, threshold, membrane: start } = layer.lanes;
  const [lane, address, state, amount, spikes] = Array.from({ length: 5 }, () => scope.integer());
  const [loadState, storeState] = stateBytes === 2 ? [load16, store16] : [load32, store32];
  const storeEntry = layer.list.entryBytes === 2 ? store16 : store32;
  const amountHere =
    threshold.kind === "constant" ? threshold.value : loadState(address, threshold.address - start);
  const reset = {
    none: [],
    zero: law.reset.kind === "zero" ? storeState(address, law.reset.value[0]) : [],
    subtract: storeState(address, sub(state, multiply(spikes, amount))),
  }[law.reset.kind];
  return loopWhile(
    bits,
    set(lane, add(trailingZeros(bits), group * neuronsPerGroup)),
    set(address, add(membrane, times(lane, stateBytes))),
    set(state, loadState(address)),
    set(amount, amountHere),
    set(spikes, divide(state, amount)),
    law.maxSpikes === 0 ? [] : set(spikes, choose(below(spikes, law.maxSpikes), spikes, law.maxSpikes)),
    reset,
    repeatWhile(
      spikes,
      storeEntry(out, add(add(entry, lane), firstNeuron)),
      set(out, add(out, layer.list.entryBytes)),
      set(spikes, sub(spikes, 1)),
    ),
    set(bits, and(bits, sub(bits, 1))),
  );
}

/** The floor comes after the reset. */
function floorGraded(kernel: Kernel, groups: number): Bytes {
  const { law, stateBytes } = kernel.layer.lanes;
  if (law.floor === null) return [];
  const state = kernel.scope.vector();
  return Array.from({ length: (groups * neuronsPerGroup * stateBytes) / 16 }, (_, i) => [
    set(state, loadVector(kernel.membrane, 16 * i)),
    applyFloor(kernel, lanesOfBytes(stateBytes), state),
    storeVector(kernel.membrane, state, 16 * i),
  ]);
}

/** Entries of a block whose masks are `fired`; the block's first membrane is at `kernel.membrane`. */
export function emitSpikes(kernel: Kernel, { fired, firstNeuron, lastBits }: Emission): Bytes {
  if (kernel.layer.lanes.law.compare === "never") return [];
  const [pair, bits] = [kernel.scope.integer(), kernel.scope.integer()];
  const write = (group: number) => {
    const first = firstNeuron + group * neuronsPerGroup;
    return isGraded(kernel) ? writeGraded(kernel, bits, group, firstNeuron) : writeLanes(kernel, bits, first);
  };
  const statements: Bytes[] = [];
  for (let group = 0; group < fired.length; group += 2) {
    const single = group + 1 === fired.length;
    const found = single ? bitsOf(fired[group]) : bitsOfPair(fired[group], fired[group + 1]);
    const isLast = group + 2 >= fired.length;
    const real = single ? lastBits : 0xff | (lastBits << 8);
    const second = single ? [] : [set(bits, shiftRight(pair, 8)), write(group + 1)];
    statements.push(
      set(pair, isLast && lastBits !== 0xff ? and(found, real) : found),
      when(pair, set(bits, and(pair, 0xff)), write(group), second),
    );
  }
  return isGraded(kernel) ? [statements, floorGraded(kernel, fired.length)] : statements;
}
