/**
 * The spikes of a layer in memory: for each step a list of entries, ascending, and a table of addresses into it. An entry is
 * place * channels + channel of the map as consumers see it (after the pool); a neuron that spikes n times has n entries, or one
 * with a value.
 * Steps share a ring of slots, so that consumers can look back as far as their delays.
 *
 * A flat layer's table holds start and end of the list. A map's has one address a place, in padded rows: what lies between
 * two addresses of a row are the spikes of neighbouring places, and a window needs no test for the border.
 */
import { add, and, type Bytes, sub, times, type Value } from "./instructions.ts";
import { type Geometry, type Layout, neuronsOf, placesOf, seenGeometry } from "./layout.ts";
import type { MemoryPlan } from "./memory.ts";

/** Places around a map in its table. */
export interface Margin {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

export interface SpikeList {
  readonly name: string;
  readonly layout: Layout;
  /** The map after the pool. */
  readonly seen: Geometry;
  readonly margin: Margin;
  /** The most spikes of a neuron in a step. */
  readonly spikesMost: number;
  readonly entryBytes: 2 | 4;
  /** A power of two. */
  readonly slots: number;
  readonly entries: number;
  readonly slotBytes: number;
  readonly table: number;
  readonly tableBytes: number;
  /** Where in a table the end of the list stands. */
  readonly endOffset: number;
  /** Where entries have values: an i32 for each, in the order of the entries. 0: each counts one. */
  readonly values: number;
}

export const noMargin: Margin = { top: 0, left: 0, bottom: 0, right: 0 };

/** Emission writes whole vectors of eight entries. */
const overshoot = 8;

export interface ListRequest {
  readonly name: string;
  readonly layout: Layout;
  readonly margin: Margin;
  readonly spikesMost: number;
  /** Steps that must be held at once. */
  readonly steps: number;
  readonly valued: boolean;
}

export function createSpikeList(request: ListRequest, memory: MemoryPlan): SpikeList {
  const { layout, margin, spikesMost, steps } = request;
  const seen = seenGeometry(layout);
  const entryBytes = neuronsOf(seen) > 65_536 ? 4 : 2;
  const slots = 2 ** Math.ceil(Math.log2(steps));
  const most = neuronsOf(layout) * Math.max(1, spikesMost) + overshoot;
  const slotBytes = Math.ceil((most * entryBytes) / 16) * 16;
  const rows = seen.height + margin.top + margin.bottom;
  const places = rows * tableWidth({ seen, margin });
  const endOffset = places * addressesPerPlace({ layout }) * 4;
  const tableBytes = endOffset + 4;
  return {
    ...request,
    seen,
    entryBytes,
    slots,
    slotBytes,
    tableBytes,
    endOffset,
    entries: memory.reserve(slots * slotBytes),
    table: memory.reserve(slots * tableBytes),
    values: request.valued ? memory.reserve((slots * slotBytes * 4) / entryBytes) : 0,
  };
}

/** Places in a row of the table. */
export function tableWidth({ seen, margin }: Pick<SpikeList, "seen" | "margin">): number {
  return seen.width + margin.left + margin.right;
}

/** A place of the pooled map has an address for each place of its window. */
export function addressesPerPlace({ layout }: Pick<SpikeList, "layout">): number {
  return layout.window[0] * layout.window[1];
}

export function isFlat({ seen, layout }: SpikeList): boolean {
  return placesOf(seen) === 1 && placesOf(layout) === 1;
}

/** Address of the table of step - delay. */
export function tableAddress(list: SpikeList, step: Value, delay: number): Bytes {
  return add(list.table, times(slotOf(list, step, delay), list.tableBytes));
}

/** Where the entries of a step begin. */
export function entriesAddress(list: SpikeList, step: Value): Bytes {
  return add(list.entries, times(slotOf(list, step, 0), list.slotBytes));
}

/** Address of the value of the entry at an address. */
export function valueAddress({ values, entries, entryBytes }: SpikeList, entry: Value): Bytes {
  return add(values, times(sub(entry, entries), 4 / entryBytes));
}

function slotOf(list: SpikeList, step: Value, delay: number): Bytes {
  return and(delay === 0 ? step : sub(step, delay), list.slots - 1);
}
