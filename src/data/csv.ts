/**
 * Numbers as text: one sample a line, separated by commas (or semicolons, tabs, spaces). A first line of names is skipped.
 */
import { SpikecError } from "../errors/error.ts";
import { maximumValues, type NumberArray } from "./number-array.ts";

/** What may stand in a cell: a decimal number. Number() alone would also take "" and "0x10". */
const decimal = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/**
 * Reads [lines, columns] as float64, or [lines] where there is one column. Empty lines and lines that begin with # do not
 * count. Throws SPK-0611 naming line and column for anything but numbers and for lines of different length, SPK-0604
 * without a line of numbers. "nan" and "inf" are read as numbers, so that checkValues names them as what they are.
 */
export function readCsv(bytes: Uint8Array, file = "table"): NumberArray {
  const values: number[] = [];
  let columns = 0;
  let rows = 0;
  let mayBeHeader = true;
  for (const { line, number } of linesOf(bytes)) {
    const cells = splitCells(line);
    const row = cells.map(cellValue);
    const bad = row.indexOf(null);
    // A header has no number at all: a table whose first sample has one bad cell must not lose that sample silently.
    if (mayBeHeader && row.every((value) => value === null)) {
      mayBeHeader = false;
      continue;
    }
    mayBeHeader = false;
    if (bad >= 0) {
      throw malformed(`line ${number}, column ${bad + 1}: '${shorten(cells[bad])}' is not a number`, file);
    }
    if (rows > 0 && row.length !== columns) {
      throw malformed(`line ${number} has ${row.length} columns; the lines before have ${columns}`, file);
    }
    columns = row.length;
    rows++;
    if (rows * columns > maximumValues) {
      throw new SpikecError("SPK-0606", `more than ${maximumValues} values`, { where: file });
    }
    for (const value of row) values.push(value!);
  }
  if (rows === 0) throw new SpikecError("SPK-0604", "the file holds no line of numbers", { where: file });
  return {
    dtype: "float64",
    shape: columns === 1 ? [rows] : [rows, columns],
    data: Float64Array.from(values),
  };
}

/** Lines with their number, decoded one at a time: a large file is never held twice as one text. */
function* linesOf(bytes: Uint8Array): Generator<{ line: string; number: number }> {
  const decoder = new TextDecoder();
  let start = 0;
  for (let number = 1; start < bytes.length; number++) {
    const found = bytes.indexOf(10, start);
    const end = found < 0 ? bytes.length : found;
    const line = decoder.decode(bytes.subarray(start, end)).trim();
    if (line !== "" && !line.startsWith("#")) yield { line, number };
    start = end + 1;
  }
}

function splitCells(line: string): string[] {
  const separator = [",", ";", "\t"].find((candidate) => line.includes(candidate));
  const cells = separator === undefined ? line.split(/\s+/) : line.split(separator);
  return cells.map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"));
}

function cellValue(cell: string): number | null {
  if (decimal.test(cell)) return Number(cell);
  if (/^[+-]?nan$/i.test(cell)) return Number.NaN;
  if (/^[+-]?inf(inity)?$/i.test(cell)) return cell.startsWith("-") ? -Infinity : Infinity;
  return null;
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}...` : text;
}

function malformed(what: string, file: string): SpikecError {
  return new SpikecError("SPK-0611", what, { where: file });
}
