/** What all checks of a network share: a whole number in its range, and the error for what contradicts itself. */
import { SpikecError } from "../errors/error.ts";

/** Throws SPK-0704 unless `value` is a whole number in [low, high]. */
export function checkInteger(what: string, value: number, low: number, high: number, where: string): void {
  if (Number.isInteger(value) && value >= low && value <= high) return;
  throw broken(`${what} is ${value}; it must be a whole number from ${low} to ${high}`, where);
}

/** The error for a network that contradicts itself. */
export function broken(what: string, where: string): SpikecError {
  return new SpikecError("SPK-0704", what, { where });
}
