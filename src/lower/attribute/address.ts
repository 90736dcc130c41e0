/**
 * The address of a loss: of all the numbers of an attribution the three that a person should look at first. What counts is
 * the share of samples with another class than the original's, where it changes by enough samples not to be chance, and
 * otherwise the error of the logits, which every sample has a part in.
 */
import type { Attribution } from "./attribution.ts";
import type { Score } from "./scores.ts";
import type { Stage } from "./stages.ts";

export interface Address<Name> {
  readonly name: Name;
  /** Change of the share of samples with the original's class, lost or regained; 0 where it may be chance. */
  readonly agreement: number;
  /** Change of the error of the logits, lost or regained. */
  readonly logitError: number;
}

export interface LossAddress {
  /** The stage that loses most against the one before it; null where none loses anything. */
  readonly stage: Address<Stage> | null;
  /** The layer behind which most is lost, against the layers before it alone. */
  readonly layer: Address<string> | null;
  /** The layer whose return to floats regains most. */
  readonly cure: Address<string> | null;
}

/** Two standard errors of a count k of changed samples are 2 sqrt(k): fewer than four may be chance (McNemar's test). */
const fewestChanged = 4;

/** The largest change from `before` to `after`; null where no change is for the worse. */
function largest<Name>(
  samples: number,
  changes: readonly { name: Name; before: Score; after: Score }[],
): Address<Name> | null {
  const found = changes
    .map(({ name, before, after }) => {
      const agreement = before.agreement - after.agreement;
      const certain = Math.round(Math.abs(agreement) * samples) >= fewestChanged;
      return { name, agreement: certain ? agreement : 0, logitError: after.logitError - before.logitError };
    })
    .filter(({ agreement, logitError }) => agreement > 0 || (agreement === 0 && logitError > 0));
  if (found.length === 0) return null;
  return found.reduce((worst, change) =>
    change.agreement > worst.agreement ||
    (change.agreement === worst.agreement && change.logitError > worst.logitError)
      ? change
      : worst,
  );
}

export function addressOf({ samples, stages, layers }: Attribution): LossAddress {
  const [original] = stages;
  const steps = stages[stages.length - 1];
  return {
    stage: largest(
      samples,
      stages.slice(1).map((after, i) => ({ name: after.stage, before: stages[i], after })),
    ),
    layer: largest(
      samples,
      layers.map(({ name, upTo }, i) => ({
        name,
        before: i === 0 ? original : layers[i - 1].upTo,
        after: upTo,
      })),
    ),
    cure: largest(
      samples,
      layers.flatMap(({ name, floated }) =>
        floated === null ? [] : [{ name, before: floated, after: steps }],
      ),
    ),
  };
}
