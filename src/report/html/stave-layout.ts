/**
 * Where the boxes of a stave go: columns from left to right by the longest way from the start, lanes from top to bottom, and
 * for wires that pass over columns a lane of their own, so that no wire runs through a box. Loops are found and left out of
 * the columns.
 */
import type { Box } from "./report-data.ts";

export interface LaidBox {
  readonly column: number;
  readonly lane: number;
  /** Boxes that feed it against the direction of the road, itself among them. */
  readonly feedback: readonly number[];
}

/** Between neighbouring columns: from `column` to `column + 1`. */
export interface Wire {
  readonly column: number;
  readonly fromLane: number;
  readonly toLane: number;
  /** Whether the end lies at a box, or at another piece of the same wire. */
  readonly fromBox: boolean;
  readonly toBox: boolean;
}

export interface LaidStave {
  readonly boxes: readonly LaidBox[];
  readonly wires: readonly Wire[];
  readonly columns: number;
}

/** Boxes in an order in which as many as possible come after their sources. */
function roadOrder(boxes: readonly Box[]): number[] {
  const waiting = boxes.map(({ sources }, box) => new Set(sources.filter((source) => source !== box)));
  const users: number[][] = boxes.map(() => []);
  waiting.forEach((sources, box) => {
    for (const source of sources) users[source].push(box);
  });
  const left = new Set(boxes.keys());
  const ready = [...left].filter((box) => waiting[box].size === 0).reverse();
  const order: number[] = [];
  while (left.size > 0) {
    // In a loop nothing is ready: the first box that is left begins it.
    const box = ready.pop() ?? (left.values().next().value as number);
    if (!left.delete(box)) continue;
    order.push(box);
    for (const user of users[box].toReversed())
      if (waiting[user].delete(box) && waiting[user].size === 0) ready.push(user);
  }
  return order;
}

/** given: columns that are fixed, by box; null: the longest way from the start. */
function columnsOf(
  boxes: readonly Box[],
  order: readonly number[],
  given: readonly (number | null)[],
): number[] {
  const columns = new Array<number>(boxes.length).fill(-1);
  for (const box of order) {
    const before = boxes[box].sources.map((source) => columns[source]).filter((column) => column >= 0);
    columns[box] = given[box] ?? before.reduce((most, column) => Math.max(most, column), -1) + 1;
  }
  // What begins on the way (the source of a bias) stands right before its first user, not at the start.
  for (const box of order.slice(1)) {
    const users = boxes.flatMap(({ sources }, user) => (sources.includes(box) ? [columns[user]] : []));
    if (boxes[box].sources.length > 0 || given[box] != null || users.length === 0) continue;
    columns[box] = Math.max(0, users.reduce((least, column) => Math.min(least, column)) - 1);
  }
  return columns;
}

/** What takes a lane in a column: a box, or the wire of a box that goes on. */
interface Item {
  /** The box, or the box whose wire it is. */
  readonly box: number;
  readonly isBox: boolean;
  readonly lane: number;
}

/** The nearest lane to `wanted` that is free, lower ones first. */
function freeLane(wanted: number, taken: ReadonlySet<number>): number {
  for (let distance = 0; ; distance++) {
    if (!taken.has(wanted + distance)) return wanted + distance;
    if (wanted >= distance && !taken.has(wanted - distance)) return wanted - distance;
  }
}

export function layOut(boxes: readonly Box[], given: readonly (number | null)[] = []): LaidStave {
  const order = roadOrder(boxes);
  const fixed = boxes.map((_, box) => given[box] ?? null);
  const column = columnsOf(boxes, order, fixed);
  const columns = column.reduce((most, own) => Math.max(most, own + 1), 0);
  const forward = boxes.map(({ sources }, box) => sources.filter((source) => column[source] < column[box]));
  /** The column up to which the wire of a box goes. */
  const reach = boxes.map((_, box) => column[box]);
  forward.forEach((sources, box) => {
    for (const source of sources) reach[source] = Math.max(reach[source], column[box]);
  });
  const byColumn: number[][] = Array.from({ length: columns }, () => []);
  for (const box of order) byColumn[column[box]].push(box);
  const lanes = new Array<number>(boxes.length).fill(0);
  const wires: Wire[] = [];
  let before: Item[] = [];
  for (let at = 0; at < columns; at++) {
    const taken = new Set<number>();
    const items: Item[] = [];
    const take = (box: number, isBox: boolean, wanted: number) => {
      const lane = freeLane(wanted, taken);
      taken.add(lane);
      items.push({ box, isBox, lane });
      return lane;
    };
    const laneBefore = (box: number) => before.find((item) => item.box === box)?.lane ?? 0;
    for (const box of byColumn[at])
      lanes[box] = take(box, true, forward[box].length === 0 ? 0 : laneBefore(forward[box][0]));
    // Wires that pass through.
    for (const item of before) if (reach[item.box] > at) take(item.box, false, item.lane);
    for (const item of before) {
      const onward = items.find(({ box, isBox }) => !isBox && box === item.box);
      const ends = byColumn[at].filter((box) => forward[box].includes(item.box)).map((box) => lanes[box]);
      const wire = { column: at - 1, fromLane: item.lane, fromBox: item.isBox };
      for (const toLane of ends) wires.push({ ...wire, toLane, toBox: true });
      if (onward !== undefined) wires.push({ ...wire, toLane: onward.lane, toBox: false });
    }
    before = items;
  }
  return {
    boxes: boxes.map(({ sources }, box) => ({
      column: column[box],
      lane: lanes[box],
      feedback: sources.filter((source) => column[source] >= column[box]),
    })),
    wires,
    columns,
  };
}
