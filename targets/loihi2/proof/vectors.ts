/** Golden vectors as they come in files: JSON with nested arrays, compared row by row with what was computed. */
import { SpikecError } from "../../../src/errors/error.ts";
import type { VectorResult } from "../../../src/target/target.ts";

// biome-ignore lint/suspicious/noExplicitAny: golden files are data of many forms; a wrong form fails the vector.
export type Case = any;

/** What a run gave, by the names of the vector's `expect`: one row a step. */
export type Recording = ReadonlyMap<string, readonly ArrayLike<number>[]>;

export function parseCase(path: string, bytes: Uint8Array): Case {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new SpikecError("SPK-0405", `the vectors are no JSON: ${(cause as Error).message}`, {
      where: path,
      cause,
    });
  }
}

/** Nested arrays as one, in the order in which they are written. */
export function flatten(nested: Case): number[] {
  return Array.isArray(nested) ? nested.flat(Number.POSITIVE_INFINITY) : [nested];
}

/** Name of a vector: its file, without folder and ending. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1).replace(/\.json$/, "");
}

/** The first place where rows differ, in words; null where there is none. Every expected row must be there. */
export function rowsDiffer(
  name: string,
  expected: readonly Case[],
  found: readonly ArrayLike<number>[] | undefined,
): string | null {
  if (found === undefined) return `${name}: nothing was computed`;
  if (found.length !== expected.length) return `${name}: ${found.length} steps instead of ${expected.length}`;
  for (let step = 0; step < expected.length; step++) {
    const row = flatten(expected[step]);
    if (row.length !== found[step].length)
      return `${name}, step ${step}: ${found[step].length} neurons instead of ${row.length}`;
    const neuron = row.findIndex((value, i) => value !== found[step][i]);
    if (neuron >= 0)
      return `${name}, step ${step}, neuron ${neuron}: ${found[step][neuron]} instead of ${row[neuron]}`;
  }
  return null;
}

/** Compares everything that the vector expects. A vector that expects nothing proves nothing, and fails. */
export function compareRecording(name: string, expect: Record<string, Case>, found: Recording): VectorResult {
  const keys = Object.keys(expect);
  const differences = keys.map((key) => rowsDiffer(key, expect[key], found.get(key)));
  const difference =
    keys.length === 0 ? "it expects nothing" : (differences.find((text) => text !== null) ?? null);
  return { name, exact: difference === null, difference };
}

/** Collects rows by name. */
export function createRecorder() {
  const rows = new Map<string, ArrayLike<number>[]>();
  return {
    recording: rows as Recording,
    add(name: string, row: Float64Array | Int32Array): void {
      const list = rows.get(name);
      if (list === undefined) rows.set(name, [row.slice()]);
      else list.push(row.slice());
    },
  };
}
