/**
 * A convolution, output place by output place: the spikes of a kernel row are one stretch of the list, between two addresses
 * of the padded table, so that there is one loop a kernel row and no test for the border.
 */

import type { GatherPlan } from "../incoming.ts";
import { add, type Bytes, type Local, load32, multiply, set, sub, times } from "../instructions.ts";
import { neuronsPerGroup } from "../layout.ts";
import type { Scope } from "../module.ts";
import { addressesPerPlace, tableAddress, tableWidth } from "../spike-list.ts";
import type { Kernel } from "./kernel.ts";
import { gatherSpikes, type Sums } from "./sums.ts";

/** Where a convolution stands while its layer runs. */
export interface GatherState {
  readonly plan: GatherPlan;
  /** Table of the source's spikes in the step that counts. */
  readonly table: Local;
  /** In that table, the place in the upper left corner of the window. */
  readonly corner: Local;
  /** Entries before that place: negative in the padding. */
  readonly before: Local;
  readonly from: Local;
  readonly to: Local;
  readonly weights: Local;
}

/** Neighbouring places of a kernel row that one loop covers. */
interface Stretch {
  readonly row: number;
  readonly column: number;
  readonly length: number;
}

export function createGather(scope: Scope, plan: GatherPlan): GatherState {
  const [table, corner, before, from, to, weights] = Array.from({ length: 6 }, () => scope.integer());
  return { plan, table, corner, before, from, to, weights };
}

export function startGather({ plan, table }: GatherState, { step }: Kernel): Bytes {
  return set(table, tableAddress(plan.list, step, plan.delay));
}

/** Moves to the window of output (y, x). */
export function moveGather({ plan, table, corner, before }: GatherState, y: Local, x: Local): Bytes {
  const { list, connection } = plan;
  const { stride, padding } = connection;
  const { margin, seen } = list;
  const placeBytes = addressesPerPlace(list) * 4;
  const outside = (margin.top - padding[0]) * tableWidth(list) + margin.left - padding[1];
  const cornerPlace = add(times(y, stride[0] * tableWidth(list)), times(x, stride[1]));
  const place = add(times(y, stride[0] * seen.width), times(x, stride[1]));
  return [
    set(corner, add(add(table, outside * placeBytes), times(cornerPlace, placeBytes))),
    set(before, multiply(sub(place, padding[0] * seen.width + padding[1]), seen.channels)),
  ];
}

/** A dilated row is looked at place by place. */
function stretchesOf({ connection }: GatherPlan): Stretch[] {
  const [rows, columns] = connection.kernel;
  const whole = connection.dilation[1] === 1;
  return Array.from({ length: rows }, (_, row) =>
    whole
      ? [{ row, column: 0, length: columns }]
      : Array.from({ length: columns }, (__, column) => ({ row, column, length: 1 })),
  ).flat();
}

/**
 * sums += the weights of all spikes in the window. The weights of tap (row, column) and input channel c lie at
 * ((row * columns + column) * channels + c) rows; an entry there is before + (row * dilation * width + column * dilation) *
 * channels + c, so that their difference is the same for a whole stretch.
 */
export function sumGather(scope: Scope, sums: Sums, state: GatherState, firstWeights: number): Bytes {
  const { plan, corner, before, from, to, weights } = state;
  const { list, connection, weightBytes } = plan;
  const rowBytes = sums.groups.length * neuronsPerGroup * weightBytes;
  const placeBytes = addressesPerPlace(list) * 4;
  const [down, across] = connection.dilation;
  return stretchesOf(plan).map(({ row, column, length }) => {
    const tap = row * connection.kernel[1] + column;
    const places = row * down * list.seen.width + column * across;
    const shift = (tap - places) * list.seen.channels * rowBytes;
    const start = (row * down * tableWidth(list) + column * across) * placeBytes;
    return [
      set(weights, sub(firstWeights + shift, times(before, rowBytes))),
      set(from, load32(corner, start)),
      set(to, load32(corner, start + length * placeBytes)),
      gatherSpikes(scope, sums, {
        incoming: plan,
        from,
        to,
        rowOf: (entry) => add(weights, times(entry, rowBytes)),
      }),
    ];
  });
}
