/** Golden files of JSON: read, and refused by name where they cannot be what they should be. */
import { SpikecError } from "../../../src/errors/error.ts";

/** Throws SPK-0405 where the file is missing or no JSON. */
export function parseVectors(files: ReadonlyMap<string, Uint8Array>, file: string): unknown {
  const contents = files.get(file);
  if (contents === undefined) throw new SpikecError("SPK-0405", "the file is missing", { where: file });
  try {
    return JSON.parse(new TextDecoder().decode(contents));
  } catch (cause) {
    throw new SpikecError("SPK-0405", "the file is no JSON", { where: file, cause });
  }
}

/** The list under `key`; throws SPK-0405 where there is none, or it is empty. */
export function casesOf<Case>(json: unknown, key: string, file: string): readonly Case[] {
  const cases = (json as Record<string, unknown> | null)?.[key];
  if (!Array.isArray(cases) || cases.length === 0)
    throw new SpikecError("SPK-0405", `the file holds no ${key}`, { where: file });
  return cases;
}

/** Compares results under the golden names: the first key whose value differs, with both values; null where none does. */
export function differenceOf(
  expected: Readonly<Record<string, unknown>>,
  found: Readonly<Record<string, unknown>>,
): string | null {
  for (const [key, value] of Object.entries(expected)) {
    const place = firstDifference(value, found[key], key);
    if (place !== null) return place;
  }
  return null;
}

function firstDifference(expected: unknown, found: unknown, path: string): string | null {
  if (typeof expected !== "object" || expected === null || typeof found !== "object" || found === null)
    return Object.is(expected, found) || expected === found
      ? null
      : `${path}: ${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`;
  const [wanted, given] = [Object.entries(expected), found as Record<string, unknown>];
  const size = Object.keys(found).length;
  for (const [key, value] of wanted) {
    const place = firstDifference(value, given[key], `${path}.${key}`);
    if (place !== null) return place;
  }
  return size === wanted.length ? null : `${path}: ${size} entries instead of ${wanted.length}`;
}
