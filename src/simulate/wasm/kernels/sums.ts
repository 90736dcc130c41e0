/** Sums of weights in registers: one vector for eight neurons of sixteen bits, two for thirty-two, four for doubles. */

import { doubleFrom32 } from "../double-instructions.ts";
import type { IncomingPlan } from "../incoming.ts";
import {
  add,
  type Bytes,
  below,
  choose,
  type Local,
  load16Unsigned,
  load32,
  loopWhile,
  set,
  type Value,
} from "../instructions.ts";
import type { Scope } from "../module.ts";
import { type SpikeList, valueAddress } from "../spike-list.ts";
import {
  type LaneBytes,
  lanes32,
  lanesDouble,
  lanesOfBytes,
  loadBytes,
  loadShorts,
  loadVector,
  widened,
  zeros,
} from "../vectors.ts";

export interface Sums {
  readonly bytes: LaneBytes;
  /** [group][one vector, two, or four] */
  readonly groups: readonly (readonly Local[])[];
}

export function createSums(scope: Scope, groups: number, bytes: LaneBytes): Sums {
  const vectors = () => Array.from({ length: bytes / 2 }, () => scope.vector());
  return { bytes, groups: Array.from({ length: groups }, vectors) };
}

/** The first `groups` of them. */
export function firstGroups(sums: Sums, groups: number): Sums {
  return { ...sums, groups: sums.groups.slice(0, groups) };
}

export function clearSums({ groups }: Sums): Bytes {
  return groups.flat().map((sum) => set(sum, zeros));
}

/** Weights of a group of eight, as wide as the sums. */
export function weightsOfGroup(
  row: Value,
  group: number,
  weightBytes: 1 | 2 | 4,
  sumBytes: LaneBytes,
): readonly Bytes[] {
  const at = group * 8 * weightBytes;
  if (weightBytes === 1) return widened([loadBytes(row, at)], 2, sumBytes);
  if (weightBytes === 4) return widened([loadVector(row, at), loadVector(row, at + 16)], 4, sumBytes);
  if (sumBytes === 2) return [loadVector(row, at)];
  return widened([loadShorts(row, at), loadShorts(row, at + 8)], 4, sumBytes);
}

/** sums += the weights of a row, each times `value` where there is one. */
function addRow(sums: Sums, row: Local, weightBytes: 1 | 2 | 4, value: Local | null): Bytes {
  const lanes = lanesOfBytes(sums.bytes);
  const scaled = (weights: Bytes) => (value === null ? weights : lanes.multiply(weights, value));
  return sums.groups.map((vectors, group) =>
    weightsOfGroup(row, group, weightBytes, sums.bytes).map((weights, i) =>
      set(vectors[i], lanes.add(vectors[i], scaled(weights))),
    ),
  );
}

export interface SpikeLoop {
  readonly incoming: IncomingPlan;
  /** Address of the next entry; at the end of the loop it equals `to`. */
  readonly from: Local;
  readonly to: Local;
  /** Address of the weights of an entry. */
  readonly rowOf: (entry: Bytes) => Bytes;
}

function loadEntry({ entryBytes }: SpikeList, address: Value): Bytes {
  return entryBytes === 2 ? load16Unsigned(address) : load32(address);
}

/** sums += the weights of each spike between two addresses. */
export function gatherSpikes(scope: Scope, sums: Sums, loop: SpikeLoop): Bytes {
  const { valued, weightBytes } = loop.incoming;
  if (valued) return gatherValues(scope, sums, loop);
  return sums.bytes > 2 && weightBytes === 1
    ? gatherInParts(scope, sums, loop)
    : gatherRun(scope, sums, loop);
}

/** One spike after the other: two or four at once are slower, since V8 then runs out of registers. */
function gatherRun(scope: Scope, sums: Sums, { from, to, rowOf, incoming }: SpikeLoop): Bytes {
  const row = scope.integer();
  return loopWhile(
    below(from, to),
    set(row, rowOf(loadEntry(incoming.list, from))),
    addRow(sums, row, incoming.weightBytes, null),
    set(from, add(from, incoming.list.entryBytes)),
  );
}

/** Weights of one byte, 256 of them, stay within sixteen bits: 256 * -128 = -2^15. */
const spikesInPart = 256;

/** Wide sums of narrow weights: parts of so few spikes that sixteen bits hold them, which are then widened. */
function gatherInParts(scope: Scope, sums: Sums, loop: SpikeLoop): Bytes {
  const { from, to, incoming } = loop;
  const part = createSums(scope, sums.groups.length, 2);
  const end = scope.integer();
  const most = spikesInPart * incoming.list.entryBytes;
  return loopWhile(
    below(from, to),
    set(end, add(from, most)),
    set(end, choose(below(end, to), end, to)),
    clearSums(part),
    gatherRun(scope, part, { ...loop, to: end }),
    sums.groups.map((vectors, group) =>
      widened(part.groups[group], 2, sums.bytes).map((wide, i) =>
        set(vectors[i], lanesOfBytes(sums.bytes).add(vectors[i], wide)),
      ),
    ),
  );
}

/** The same with values, which lie in the order of the entries. */
function gatherValues(scope: Scope, sums: Sums, { from, to, rowOf, incoming }: SpikeLoop): Bytes {
  const { list, weightBytes } = incoming;
  const row = scope.integer();
  const value = scope.vector();
  const own = load32(valueAddress(list, from));
  return loopWhile(
    below(from, to),
    set(row, rowOf(loadEntry(list, from))),
    set(value, sums.bytes === 8 ? lanesDouble.splat(doubleFrom32(own)) : lanes32.splat(own)),
    addRow(sums, row, weightBytes, value),
    set(from, add(from, list.entryBytes)),
  );
}
