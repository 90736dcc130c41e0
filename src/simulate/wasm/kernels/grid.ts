/**
 * A convolution of few input channels, spike by spike: a spike adds its kernel's weights to the cells around it, rows of
 * neighbours in whole vectors. The grid has a border for what falls outside the map, so that no spike asks where it lies.
 */

import type { GridPlan } from "../incoming.ts";
import {
  add,
  type Bytes,
  below,
  type Local,
  load16Unsigned,
  load32,
  loopWhile,
  set,
  times,
} from "../instructions.ts";
import { neuronsPerGroup } from "../layout.ts";
import { tableAddress } from "../spike-list.ts";
import { type LaneBytes, lanesOfBytes, loadVector, storeVector, zeros } from "../vectors.ts";
import type { Kernel } from "./kernel.ts";
import { type Sums, weightsOfGroup } from "./sums.ts";

/** Bytes of an entry in the table of cells: address of its weights, address of its first cell. */
const cellBytes = 8;

/** Adds the spikes of the step under way to the grid. */
export function spreadGrid(kernel: Kernel, plan: GridPlan): Bytes {
  const { scope, step, layer } = kernel;
  const { list, cells, weightBytes } = plan;
  const [from, to, weights, cell] = Array.from({ length: 4 }, () => scope.integer());
  const entry = list.entryBytes === 2 ? load16Unsigned(from) : load32(from);
  return [
    set(to, tableAddress(list, step, plan.delay)),
    set(from, load32(to)),
    set(to, load32(to, list.endOffset)),
    loopWhile(
      below(from, to),
      set(cell, add(cells, times(entry, cellBytes))),
      set(weights, load32(cell)),
      set(cell, load32(cell, 4)),
      addKernel(plan, weights, cell, layer.lanes.layout.groups, layer.lanes.sumBytes, weightBytes),
      set(from, add(from, list.entryBytes)),
    ),
  ];
}

/** cell[i][j] += weights[i][j] over the kernel; a kernel row is contiguous in both. */
function addKernel(
  { connection, columns }: GridPlan,
  weights: Local,
  cell: Local,
  groupsAtPlace: number,
  sumBytes: LaneBytes,
  weightBytes: 1 | 2 | 4,
): Bytes {
  const lanes = lanesOfBytes(sumBytes);
  const [rows, width] = connection.kernel;
  const groupsInRow = width * groupsAtPlace;
  const groupBytes = neuronsPerGroup * sumBytes;
  return Array.from({ length: rows * groupsInRow }, (_, group) => {
    const row = Math.floor(group / groupsInRow);
    const offset = (row * columns * groupsAtPlace + (group % groupsInRow)) * groupBytes;
    return weightsOfGroup(weights, group, weightBytes, sumBytes).map((vector, i) =>
      storeVector(cell, lanes.add(loadVector(cell, offset + 16 * i), vector), offset + 16 * i),
    );
  });
}

/** Address of the cell that output (y, x) reads. */
export function cellAddress({ layer }: Kernel, plan: GridPlan, y: Local, x: Local): Bytes {
  const { kernel, padding } = plan.connection;
  const placeBytes = layer.lanes.layout.groups * neuronsPerGroup * layer.lanes.sumBytes;
  const before = (kernel[0] - 1 - padding[0]) * plan.columns + kernel[1] - 1 - padding[1];
  return add(plan.grid + before * placeBytes, times(add(times(y, plan.columns), x), placeBytes));
}

/** sums = (or +=, unless fresh) the groups of a cell from `firstGroup`, which are zero again afterwards. */
export function takeCell(sums: Sums, cell: Local, firstGroup: number, fresh: boolean): Bytes {
  const lanes = lanesOfBytes(sums.bytes);
  const start = firstGroup * neuronsPerGroup * sums.bytes;
  return sums.groups.flat().map((sum, index) => {
    const brought = loadVector(cell, start + 16 * index);
    return [
      set(sum, fresh ? brought : lanes.add(sum, brought)),
      storeVector(cell, zeros, start + 16 * index),
    ];
  });
}
