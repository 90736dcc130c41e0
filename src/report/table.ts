/**
 * Plain-text tables for terminals: columns as wide as their widest cell, numbers to the right, no lines to distract.
 */

/** What stands to the right: numbers, also with a unit, a sign, or nothing known. */
const numeric = /^([-+]?[\d.,]+(e[-+]?\d+)?( ?[%a-zA-Z/]{0,6})?|-|)$/;

/**
 * A table as text, without a line feed at the end. Cells are text already; a missing cell is empty. A column of nothing but
 * numbers is aligned to the right. Line feeds inside cells become spaces, so that a row stays a row.
 */
export function formatTable(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const clean = rows.map((row) =>
    titles.map((_, column) => (row[column] ?? "").replaceAll(/[\r\n\t]+/g, " ")),
  );
  const toTheRight = titles.map(
    (_, column) => clean.length > 0 && clean.every((row) => numeric.test(row[column])),
  );
  const widths = titles.map((title, column) =>
    clean.reduce((width, row) => Math.max(width, widthOf(row[column])), widthOf(title)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => pad(cell, widths[column], toTheRight[column]))
      .join("  ")
      .trimEnd();
  const rule = widths.map((width) => "-".repeat(width)).join("  ");
  return [line(titles), rule, ...clean.map(line)].join("\n");
}

/** Characters as a terminal counts them, not UTF-16 units. */
function widthOf(text: string): number {
  return [...text].length;
}

function pad(text: string, width: number, toTheRight: boolean): string {
  const space = " ".repeat(width - widthOf(text));
  return toTheRight ? space + text : text + space;
}
