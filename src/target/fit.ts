/**
 * FitError: a network that does not fit a chip, with every reason at once, so that a person repairs it in one go.
 */
import { SpikecError } from "../errors/error.ts";
import type { FitReason } from "./target.ts";

/** One reason as a line: `hidden: neurons 300, at most 256; use fewer neurons`. */
function lineOf(reason: FitReason): string {
  return `${reason.layer}: ${reason.resource} ${reason.need}, at most ${reason.limit}; ${reason.help}`;
}

export class FitError extends SpikecError {
  /** Every reason, in the order in which they were found. */
  readonly reasons: readonly FitReason[];

  constructor(target: string, network: string, reasons: readonly FitReason[]) {
    const count = reasons.length === 1 ? "1 reason" : `${reasons.length} reasons`;
    const lines = reasons.map((reason) => `\n  ${lineOf(reason)}`).join("");
    super("SPK-0401", `the network does not fit ${target}, for ${count}:${lines}`, { where: network });
    this.name = "FitError";
    this.reasons = reasons;
  }
}
