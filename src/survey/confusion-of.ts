/** Which classes are taken for which: a table for few classes, the most frequent mistakes for any number. */
import type { Confusion, ConfusionCount } from "../report/html/report-data.ts";

/** Classes that a table can show on a page. */
const mostInTable = 24;
const mostMistakes = 12;

/** expected: labels, or the original's classes. Both: one class a sample. */
export function confusionOf(
  expected: ArrayLike<number>,
  predicted: ArrayLike<number>,
  classes: number,
  against: Confusion["against"],
): Confusion {
  const counts = new Map<number, number>();
  for (let i = 0; i < expected.length; i++) {
    const pair = expected[i] * classes + predicted[i];
    counts.set(pair, (counts.get(pair) ?? 0) + 1);
  }
  const worst = [...counts]
    .map(
      ([pair, count]): ConfusionCount => ({
        label: Math.floor(pair / classes),
        predicted: pair % classes,
        count,
      }),
    )
    .filter(({ label, predicted: got }) => label !== got)
    .sort((a, b) => b.count - a.count || a.label - b.label || a.predicted - b.predicted)
    .slice(0, mostMistakes);
  const row = (label: number) =>
    Array.from({ length: classes }, (_, got) => counts.get(label * classes + got) ?? 0);
  const matrix = classes > mostInTable ? null : Array.from({ length: classes }, (_, label) => row(label));
  return { classes, against, matrix, worst };
}
