/** What becomes of a value that a state cannot hold: it stops at the end of the range, or goes round. */
import type { StateRange } from "../network/network.ts";

export function overflow(value: number, range: StateRange): number {
  if (value >= range.low && value <= range.high) return value;
  if (range.overflow === "saturate") return value < range.low ? range.low : range.high;
  const span = range.high - range.low + 1;
  return value - Math.floor((value - range.low) / span) * span;
}
