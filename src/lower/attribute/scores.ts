/** How far logits lie from those of the original network: in classes, and in numbers. */
import { labelOf } from "./layer-states.ts";

export interface Score {
  /** Share of samples with the right class; null without labels. */
  readonly accuracy: number | null;
  /** Share of samples with the original's class. */
  readonly agreement: number;
  /**
   * Root mean square of the difference of the logits over that of the original's, both without their mean over the classes:
   * what is common to all classes decides nothing. A single logit is taken as it is.
   */
  readonly logitError: number;
}

export interface Scorer {
  /** label: the right class; negative where nobody knows it. */
  add(logits: Float64Array, original: Float64Array, label: number): void;
  score(): Score;
}

function meanOf(values: Float64Array): number {
  return values.length === 1 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function createScorer(): Scorer {
  let [samples, labelled, right, same, difference, squared] = [0, 0, 0, 0, 0, 0];
  return {
    add(logits, original, label) {
      const [own, common] = [meanOf(logits), meanOf(original)];
      const predicted = labelOf(logits);
      samples++;
      if (label >= 0) labelled++;
      if (predicted === label) right++;
      if (predicted === labelOf(original)) same++;
      logits.forEach((value, i) => {
        difference += (value - own - (original[i] - common)) ** 2;
        squared += (original[i] - common) ** 2;
      });
    },
    score: () => ({
      accuracy: labelled === 0 ? null : right / labelled,
      agreement: samples === 0 ? 0 : same / samples,
      logitError: squared > 0 ? Math.sqrt(difference / squared) : 0,
    }),
  };
}
