/** Golden files of Xylo: JSON; a wrong form fails with the file's name. */
import { SpikecError } from "../../../src/errors/error.ts";

// biome-ignore lint/suspicious/noExplicitAny: golden files are data; a wrong form fails the vector.
export type Case = any;

/** Throws SPK-0405 when the file is missing or no JSON. */
export function readJson(path: string, files: ReadonlyMap<string, Uint8Array>): Case {
  const bytes = files.get(path);
  if (bytes === undefined) throw new SpikecError("SPK-0405", "the file is missing", { where: path });
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new SpikecError("SPK-0405", "the file is no JSON", { where: path, cause });
  }
}

/** A list with something in it. Throws SPK-0405. */
export function listOf(value: Case, what: string, path: string): readonly Case[] {
  if (Array.isArray(value) && value.length > 0) return value;
  throw new SpikecError("SPK-0405", `the file holds no ${what}`, { where: path });
}

/** The first place where a row differs from what was expected, in words; null: nowhere. */
export function rowDiffers(
  what: string,
  step: number,
  expected: readonly number[],
  found: ArrayLike<number>,
): string | null {
  if (expected.length !== found.length)
    return `${what}, step ${step}: ${found.length} neurons instead of ${expected.length}`;
  const neuron = expected.findIndex((value, i) => value !== found[i]);
  if (neuron < 0) return null;
  return `${what}, step ${step}, neuron ${neuron}: ${found[neuron]} instead of ${expected[neuron]}`;
}
