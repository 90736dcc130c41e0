/**
 * Whether a network fits a chip. FitError: why it does not, every reason at once, so that a person repairs it in one go.
 */
import { SpikecError } from "../errors/error.ts";
import type { Network } from "../network/network.ts";
import type { FitReason, Placement, Target } from "./target.ts";

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

/** The placement, or what refused it (SPK-04xx): for those to whom both are news and neither the end. */
export type Fitting =
  | { readonly placement: Placement; readonly refusal: null }
  | { readonly placement: null; readonly refusal: SpikecError };

/** Only the readout is observed, as `emit` and `flash` have it unless told. Never throws for a network that does not fit. */
export function fittingOf(target: Target, network: Network): Fitting {
  try {
    return { placement: target.place(network, { observe: "readout" }), refusal: null };
  } catch (error) {
    if (!(error instanceof SpikecError)) throw error;
    return { placement: null, refusal: error };
  }
}
