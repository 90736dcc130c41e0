/**
 * One way into every array file: the content decides what it is, and the name only where the content says nothing (CSV).
 */
import { SpikecError } from "../errors/error.ts";
import { isGzip, isZip, unpackGzip } from "./compressed.ts";
import { readCsv } from "./csv.ts";
import { isIdx, readIdx } from "./idx.ts";
import { isNpy, readNpy } from "./npy.ts";
import { readNpz } from "./npz.ts";
import { checkValues, type NumberArray } from "./number-array.ts";

/** Names that an archive of several arrays may give the samples, the first found taken. */
export const sampleNames: readonly string[] = [
  "x",
  "X",
  "x_test",
  "test_x",
  "input",
  "inputs",
  "images",
  "data",
];
/** Names that an archive of several arrays may give the labels. */
export const labelNames: readonly string[] = ["y", "Y", "y_test", "test_y", "label", "labels", "targets"];

/**
 * Reads a .npy, .npz, IDX (also gzipped) or CSV file. Of an .npz with several arrays the first of `names` is taken.
 * Every value is finite and there is at least one. Throws SPK-06xx with the file and what to do.
 */
export function readArray(
  bytes: Uint8Array,
  fileName: string,
  names: readonly string[] = sampleNames,
): NumberArray {
  return checkValues(readAny(bytes, fileName, names), fileName);
}

function readAny(bytes: Uint8Array, fileName: string, names: readonly string[]): NumberArray {
  if (bytes.length === 0) throw new SpikecError("SPK-0604", "the file is empty", { where: fileName });
  if (isGzip(bytes)) {
    const contents = unpackGzip(bytes, fileName);
    // Once only: an archive packed into itself many times over is nobody's data set.
    if (!isGzip(contents)) return readAny(contents, fileName.replace(/\.gz$/i, ""), names);
  }
  if (isNpy(bytes)) return readNpy(bytes, fileName);
  if (isZip(bytes)) return chooseArray(readNpz(bytes, fileName), fileName, names);
  if (isIdx(bytes)) return readIdx(bytes, fileName);
  if (isText(bytes)) return readCsv(bytes, fileName);
  const start = Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  throw new SpikecError("SPK-0601", `the file begins with ${start}, as no data file does`, {
    where: fileName,
  });
}

function chooseArray(
  arrays: ReadonlyMap<string, NumberArray>,
  fileName: string,
  names: readonly string[],
): NumberArray {
  const all = [...arrays.keys()];
  const chosen = all.length === 1 ? all[0] : names.find((name) => arrays.has(name));
  if (chosen !== undefined) return arrays.get(chosen)!;
  const found = all.map((name) => `${name} [${arrays.get(name)!.shape}]`).join(", ");
  throw new SpikecError("SPK-0610", `the archive holds several arrays: ${found}`, {
    where: fileName,
    advice: `Name the one that is meant ${names.slice(0, 3).join(", ")}, or save it alone.`,
  });
}

/** Text has no control characters but tab, line feed and carriage return; the first kilobyte tells. */
function isText(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 1024).every((byte) => byte >= 32 || byte === 9 || byte === 10 || byte === 13);
}
