/** Sums of weights in registers: one vector for eight neurons of sixteen bits, two for thirty-two. */
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
  sub,
  times,
  type Value,
} from "../instructions.ts";
import type { Scope } from "../module.ts";
import type { SpikeList } from "../spike-list.ts";
import {
  lanes16,
  lanes32,
  loadBytes,
  loadShorts,
  loadVector,
  widenHigh,
  widenLow,
  zeros,
} from "../vectors.ts";

export interface Sums {
  readonly bytes: 2 | 4;
  /** [group][one vector, or two] */
  readonly groups: readonly (readonly Local[])[];
}

export function createSums(scope: Scope, groups: number, bytes: 2 | 4): Sums {
  const vectors = () => (bytes === 2 ? [scope.vector()] : [scope.vector(), scope.vector()]);
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
export function weightsOfGroup(row: Value, group: number, weightBytes: 1 | 2 | 4, sumBytes: 2 | 4): Bytes[] {
  const at = group * 8 * weightBytes;
  if (sumBytes === 2) return [weightBytes === 1 ? loadBytes(row, at) : loadVector(row, at)];
  if (weightBytes === 4) return [loadVector(row, at), loadVector(row, at + 16)];
  if (weightBytes === 2) return [loadShorts(row, at), loadShorts(row, at + 8)];
  return [widenLow(loadBytes(row, at)), widenHigh(loadBytes(row, at))];
}

/** sums += the weights of a row. */
function addRow(sums: Sums, row: Local, weightBytes: 1 | 2 | 4): Bytes {
  const lanes = sums.bytes === 2 ? lanes16 : lanes32;
  return sums.groups.map((vectors, group) =>
    weightsOfGroup(row, group, weightBytes, sums.bytes).map((weights, i) =>
      set(vectors[i], lanes.add(vectors[i], weights)),
    ),
  );
}

/** sums += weights * value, for an analog input. */
function addProducts(sums: Sums, row: Local, weightBytes: 1 | 2 | 4, value: Local): Bytes {
  return sums.groups.map((vectors, group) =>
    weightsOfGroup(row, group, weightBytes, 4).map((weights, i) =>
      set(vectors[i], lanes32.add(vectors[i], lanes32.multiply(weights, value))),
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
  return sums.bytes === 4 && weightBytes === 1
    ? gatherInParts(scope, sums, loop)
    : gatherRun(scope, sums, loop);
}

/** One spike after the other: two or four at once are slower, since V8 then runs out of registers. */
function gatherRun(scope: Scope, sums: Sums, { from, to, rowOf, incoming }: SpikeLoop): Bytes {
  const row = scope.integer();
  return loopWhile(
    below(from, to),
    set(row, rowOf(loadEntry(incoming.list, from))),
    addRow(sums, row, incoming.weightBytes),
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
    sums.groups.map(([low, high], group) => [
      set(low, lanes32.add(low, widenLow(part.groups[group][0]))),
      set(high, lanes32.add(high, widenHigh(part.groups[group][0]))),
    ]),
  );
}

/** The values of an analog input lie in the order of its entries. */
function gatherValues(scope: Scope, sums: Sums, { from, to, rowOf, incoming }: SpikeLoop): Bytes {
  const { list, weightBytes } = incoming;
  const row = scope.integer();
  const value = scope.vector();
  const valueBytes = 4;
  // (from - entries) / entryBytes * valueBytes
  const valueAt = add(list.values, times(sub(from, list.entries), valueBytes / list.entryBytes));
  return loopWhile(
    below(from, to),
    set(row, rowOf(loadEntry(list, from))),
    set(value, lanes32.splat(load32(valueAt))),
    addProducts(sums, row, weightBytes, value),
    set(from, add(from, list.entryBytes)),
  );
}
