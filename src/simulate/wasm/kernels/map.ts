/**
 * A layer that is a map: steps, then places in the order of the layout, then blocks of channels. Sums stay in registers from
 * the first kernel row to the membrane; the list and its padded table grow place by place.
 */
import type { GatherPlan, GridPlan } from "../incoming.ts";
import { groupsAtOnce } from "../incoming.ts";
import { add, type Bytes, count, type Local, set, store32 } from "../instructions.ts";
import type { MaxCountRule } from "../lanes.ts";
import { type Block, blocksOf, neuronsPerGroup } from "../layout.ts";
import { addressesPerPlace, entriesAddress, tableAddress, tableWidth } from "../spike-list.ts";
import { emitSpikes } from "./emit.ts";
import { createGather, type GatherState, moveGather, startGather, sumGather } from "./gather.ts";
import { cellAddress, spreadGrid, takeCell } from "./grid.ts";
import type { Kernel } from "./kernel.ts";
import { isMaximum, largestOfTaps } from "./maximum.ts";
import { stepGroup } from "./neuron.ts";
import { addSparse, takeSparse } from "./sparse.ts";
import { clearSums, createSums, firstGroups, type Sums } from "./sums.ts";

export interface MapParts {
  readonly kernel: Kernel;
  readonly sums: Sums;
  readonly gathers: readonly GatherState[];
  readonly grids: readonly { readonly plan: GridPlan; readonly cell: Local }[];
  readonly y: Local;
  readonly x: Local;
  /** In the table of the layer's own list. */
  readonly table: Local;
  /** Of a count pool: the place under way among the rule's starts. */
  readonly windows: { readonly rule: MaxCountRule; readonly place: Local } | null;
}

/** Visits every place in the order of the layout; the row hooks frame each row of windows. */
export function overPlaces(
  { kernel, y, x }: Pick<MapParts, "kernel" | "y" | "x">,
  place: Bytes,
  hooks: { startRow: Bytes; endWindow: Bytes; endRow: Bytes },
): Bytes {
  const { scope, layer } = kernel;
  const { height, width, window } = layer.lanes.layout;
  const [tall, wide] = window;
  const [top, left] = [scope.integer(), scope.integer()];
  const inWindow =
    tall * wide === 1
      ? [set(y, top), set(x, left), place]
      : count(y, top, add(top, tall), 1, count(x, left, add(left, wide), 1, place));
  return count(top, 0, height, tall, [
    hooks.startRow,
    count(left, 0, width, wide, inWindow, hooks.endWindow),
    hooks.endRow,
  ]);
}

function channelBlocks({ layer }: Kernel): Block[] {
  return blocksOf(layer.lanes.layout.groups, groupsAtOnce);
}

/** Address of a block's weights: those of the blocks before it come first. */
export function blockWeights(
  { weights, list, connection, weightBytes }: GatherPlan,
  { firstGroup }: Block,
): number {
  const taps = connection.kernel[0] * connection.kernel[1] * list.seen.channels;
  return weights + taps * firstGroup * neuronsPerGroup * weightBytes;
}

function sumBlock(parts: MapParts, block: Block): Bytes {
  const { kernel, gathers, grids } = parts;
  const sums = firstGroups(parts.sums, block.groups);
  if (parts.windows !== null) return largestOfTaps(kernel, sums, block.firstGroup, parts.windows.place);
  return [
    grids.length === 0 ? clearSums(sums) : [],
    grids.map(({ cell }, index) => takeCell(sums, cell, block.firstGroup, index === 0)),
    takeSparse(kernel, sums),
    gathers.map((gather) => sumGather(kernel.scope, sums, gather, blockWeights(gather.plan, block))),
  ];
}

/** One step of one block of channels at a place. */
function stepBlock(parts: MapParts, block: Block): Bytes {
  const { kernel, sums } = parts;
  const { layout, stateBytes } = kernel.layer.lanes;
  const silent = kernel.layer.incoming.length === 0 && parts.windows === null;
  const fired = Array.from({ length: block.groups }, () => kernel.scope.vector());
  const isLast = block.firstGroup + block.groups === layout.groups;
  const real = layout.channels - (layout.groups - 1) * neuronsPerGroup;
  return [
    silent ? [] : sumBlock(parts, block),
    fired.map((mask, group) => stepGroup(kernel, silent ? null : sums.groups[group], mask, group)),
    emitSpikes(kernel, {
      fired,
      firstNeuron: block.firstGroup * neuronsPerGroup,
      lastBits: isLast ? 2 ** real - 1 : 0xff,
    }),
    set(kernel.membrane, add(kernel.membrane, block.groups * neuronsPerGroup * stateBytes)),
  ];
}

/** `places` empty places in the table: nothing is written between their addresses. */
function emptyPlaces({ kernel, table }: MapParts, places: number): Bytes {
  if (places === 0) return [];
  const bytes = addressesPerPlace(kernel.layer.list) * 4;
  const counter = kernel.scope.integer();
  return count(counter, 0, places, 1, store32(table, kernel.out), set(table, add(table, bytes)));
}

function stepMap(parts: MapParts): Bytes {
  const { kernel, gathers, grids, windows, y, x, table } = parts;
  const { layer, step, out } = kernel;
  const { list, lanes } = layer;
  const { margin } = list;
  const place = [
    store32(table, out),
    set(table, add(table, 4)),
    gathers.map((gather) => moveGather(gather, y, x)),
    grids.map(({ plan, cell }) => set(cell, cellAddress(kernel, plan, y, x))),
    channelBlocks(kernel).map((block) => stepBlock(parts, block)),
    windows === null ? [] : set(windows.place, add(windows.place, 4)),
  ];
  return [
    addSparse(kernel),
    grids.map(({ plan }) => spreadGrid(kernel, plan)),
    gathers.map((gather) => startGather(gather, kernel)),
    set(table, tableAddress(list, step, 0)),
    set(out, entriesAddress(list, step)),
    set(kernel.membrane, lanes.membrane),
    windows === null ? [] : set(windows.place, windows.rule.starts),
    set(kernel.entry, 0),
    emptyPlaces(parts, margin.top * tableWidth(list)),
    overPlaces(parts, place, {
      startRow: emptyPlaces(parts, margin.left),
      endWindow: set(kernel.entry, add(kernel.entry, lanes.layout.channels)),
      endRow: emptyPlaces(parts, margin.right),
    }),
    emptyPlaces(parts, margin.bottom * tableWidth(list)),
    store32(table, out),
  ];
}

/** Statements of a map over steps first .. end - 1. */
export function mapLayer(kernel: Kernel, first: Local, end: Local): Bytes {
  const { scope, layer, step } = kernel;
  const { layout, sumBytes, rule } = layer.lanes;
  const groups = Math.min(layout.groups, groupsAtOnce);
  const parts: MapParts = {
    kernel,
    sums: createSums(scope, groups, sumBytes),
    gathers: layer.incoming
      .filter((plan) => plan.kernel === "gather")
      .map((plan) => createGather(scope, plan)),
    grids: layer.incoming
      .filter((plan) => plan.kernel === "grid")
      .map((plan) => ({ plan, cell: scope.integer() })),
    y: scope.integer(),
    x: scope.integer(),
    table: scope.integer(),
    windows: isMaximum(rule) ? { rule, place: scope.integer() } : null,
  };
  return count(step, first, end, 1, stepMap(parts));
}
