/**
 * From masks of neurons that fired to entries of the spike list. A mask of eight neurons is an index into a table of its set
 * lanes: all eight are written, and the list grows by as many as are set. No branch depends on which neurons fired.
 */

import { double32, loadDouble } from "../double-instructions.ts";
import {
  add,
  and,
  type Bytes,
  type Local,
  load32,
  loopWhile,
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
  type Value,
  when,
} from "../instructions.ts";
import type { LanePlan } from "../lanes.ts";
import { neuronsPerGroup } from "../layout.ts";
import { valueAddress } from "../spike-list.ts";
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
import type { Kernel } from "./kernel.ts";

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

/** What a neuron sends, from the state in which it stands. */
function sentBy({ stateBytes, sent, membrane }: LanePlan, address: Value): Bytes {
  const offset = sent! - membrane;
  return stateBytes === 8 ? double32(loadDouble(address, offset)) : load32(address, offset);
}

/** Neurons that send more than a spike, one by one: so many entries, or one with a value. */
function writeGraded(kernel: Kernel, bits: Local, group: number, firstNeuron: number): Bytes {
  const { scope, layer, membrane, out, entry } = kernel;
  const { lanes, list } = layer;
  const [lane, sent] = [scope.integer(), scope.integer()];
  const storeEntry = list.entryBytes === 2 ? store16 : store32;
  const writeOne = [storeEntry(out, add(add(entry, lane), firstNeuron)), set(out, add(out, list.entryBytes))];
  const write =
    list.values > 0
      ? [store32(valueAddress(list, out), sent), writeOne]
      : repeatWhile(sent, writeOne, set(sent, sub(sent, 1)));
  return loopWhile(
    bits,
    set(lane, add(trailingZeros(bits), group * neuronsPerGroup)),
    set(sent, sentBy(lanes, add(membrane, times(lane, lanes.stateBytes)))),
    write,
    set(bits, and(bits, sub(bits, 1))),
  );
}

/** Entries of a block whose masks are `fired`; the block's first membrane is at `kernel.membrane`. */
export function emitSpikes(kernel: Kernel, { fired, firstNeuron, lastBits }: Emission): Bytes {
  const { firing } = kernel.layer.lanes;
  if (firing === "never") return [];
  const [pair, bits] = [kernel.scope.integer(), kernel.scope.integer()];
  const write = (group: number) => {
    const first = firstNeuron + group * neuronsPerGroup;
    return firing === "several"
      ? writeGraded(kernel, bits, group, firstNeuron)
      : writeLanes(kernel, bits, first);
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
  return statements;
}
