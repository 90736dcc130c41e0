/** Which classes are taken for which. */
import { details, type Markup, section, table, tag } from "./markup.ts";
import { amount } from "./numbers.ts";
import type { Confusion } from "./report-data.ts";

/** Shades of a cell. */
const shades = 6;

/** Small counts must not vanish beside large ones: the square root again. */
function shadeOf(count: number, most: number): number {
  return count === 0 || most === 0 ? 0 : Math.max(1, Math.round(Math.sqrt(count / most) * shades));
}

function matrixMarkup(matrix: readonly (readonly number[])[]): Markup {
  const most = matrix.flat().reduce((top, count) => Math.max(top, count), 0);
  return tag(
    "div",
    { class: "scroller", tabindex: "0", role: "region", "aria-label": "Confusion matrix" },
    tag(
      "table",
      { class: "matrix" },
      tag(
        "thead",
        {},
        tag(
          "tr",
          {},
          tag("td", {}),
          matrix.map((_, label) => tag("th", { scope: "col" }, String(label))),
        ),
      ),
      tag(
        "tbody",
        {},
        matrix.map((row, label) =>
          tag(
            "tr",
            {},
            tag("th", { scope: "row" }, String(label)),
            row.map((count, got) =>
              tag(
                "td",
                { class: `${label === got ? "right" : "wrong"}${shadeOf(count, most)}` },
                count === 0 ? "" : String(count),
              ),
            ),
          ),
        ),
      ),
    ),
  );
}

export function confusionSection(confusion: Confusion | null): Markup | null {
  if (confusion === null) return null;
  const { classes, against, matrix, worst } = confusion;
  const expected = against === "labels" ? "the label" : "the class of the original";
  const rows = worst.map(({ label, predicted, count }) => [String(label), String(predicted), amount(count)]);
  const mistakes =
    rows.length === 0
      ? tag("p", {}, `No sample got another class than ${expected}.`)
      : table("Most frequent mistakes", [expected, "taken for", "samples"], rows, [0, 1, 2]);
  return section(
    "confusion",
    "Classes taken for others",
    matrix === null
      ? [
          tag(
            "p",
            {},
            `${amount(classes)} classes are too many for a table; these are the most frequent mistakes.`,
          ),
          mistakes,
        ]
      : [
          tag("p", {}, `Rows: ${expected}; columns: the class of the integers.`),
          matrixMarkup(matrix),
          rows.length === 0 ? mistakes : details("Most frequent mistakes", mistakes),
        ],
  );
}
