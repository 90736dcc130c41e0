/**
 * Whether a network that was just converted fits its chip, as `convert` tells it: here a person still has the options in mind
 * that would change it, and has not yet gone on to a board.
 */

import type { Fitting } from "../../target/fit.ts";
import type { FitUse, Target } from "../../target/target.ts";
import { errorJson } from "../failure.ts";
import type { Terminal } from "../terminal.ts";
import { percentText, proseText } from "../text.ts";

/** Resources that a line names: more are in the report of `emit`. */
const namedUses = 5;

const shareOf = ({ used, limit }: FitUse): number => (limit === 0 ? 0 : used / limit);

/** A resource is not broken over lines. */
const useText = (use: FitUse): string =>
  `${use.resource} ${use.used} of ${use.limit} (${percentText(shareOf(use))})`.replaceAll(" ", "\u00a0");

/** The fullest resources first: the first is the one that ends next. */
function usesText(uses: readonly FitUse[]): string {
  const fullest = uses.toSorted((a, b) => shareOf(b) - shareOf(a)).slice(0, namedUses);
  const more = uses.length - fullest.length;
  return `${fullest.map(useText).join(", ")}${more === 0 ? "" : `, ${more} more`}`;
}

/** A line with the share of what is used, and the chip's notes; or that it does not fit. */
export function fitText({ name }: Target, { placement, refusal }: Fitting): string {
  if (refusal !== null) return `does not fit ${name} (${refusal.code}): it can be simulated, and not emitted`;
  const { uses, notes } = placement.report;
  return [`fits ${name}: ${usesText(uses)}`, ...notes.map((note) => `note: ${note}`)]
    .map((line) => proseText(line).replaceAll("\u00a0", " "))
    .join("\n");
}

/**
 * What is too large, by how much, and what to do: on standard error, since the network is written all the same. strict: the
 * command ends in this error, which tells it.
 */
export function warnOfRefusal({ log }: Terminal, { refusal }: Fitting, strict = false): void {
  if (refusal === null || strict) return;
  log(`warning ${refusal.code}: ${refusal.message}\n  help: ${refusal.advice}`);
}

/** `fit` of `convert --json`; a refusal is the object of an error. */
export function fitJson({ placement, refusal }: Fitting) {
  const { uses, notes } = placement?.report ?? { uses: [], notes: [] };
  return { fits: refusal === null, uses, notes, refusal: refusal && errorJson(refusal).error };
}
