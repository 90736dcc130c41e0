/**
 * The check of a window over a map: kernel, stride and padding in bounds, so that whoever slides it stays inside its arrays.
 */
import { broken, checkInteger } from "./check-number.ts";
import type { Padding2d, Pair } from "./network.ts";

const largestWindow = 4096;

/** Throws SPK-0704 for extents that are no whole numbers, too many or too few. */
export function checkWindow(
  what: string,
  window: { readonly kernel: Pair; readonly stride: Pair; readonly padding: Padding2d },
  where: string,
): void {
  checkPair(`${what}'s kernel`, window.kernel, 1, where);
  checkPair(`${what}'s stride`, window.stride, 1, where);
  checkExtents(`${what}'s padding`, window.padding, 4, 0, where);
}

export function checkPair(what: string, pair: Pair, low: number, where: string): void {
  checkExtents(what, pair, 2, low, where);
}

function checkExtents(
  what: string,
  extents: readonly number[],
  count: number,
  low: number,
  where: string,
): void {
  if (extents.length !== count)
    throw broken(`${what} has ${extents.length} numbers; it takes ${count}`, where);
  for (const extent of extents) checkInteger(what, extent, low, largestWindow, where);
}
