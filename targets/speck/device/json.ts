/** JSON whose every value is checked as it is read: files may come from anywhere, and a wrong one is named by its path. */
import { SpikecError } from "../../../src/errors/error.ts";

export interface Place {
  readonly value: unknown;
  readonly path: string;
}

export function refuse({ path }: Place, wanted: string): SpikecError {
  return new SpikecError("SPK-0404", `${path} is not ${wanted}`, { where: path });
}

export function at(place: Place, key: string): Place {
  const { value, path } = place;
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw refuse(place, "an object");
  return { value: (value as Record<string, unknown>)[key], path: `${path}.${key}` };
}

/** count: exactly so many entries. */
export function list(place: Place, count: number): Place[] {
  const { value, path } = place;
  if (!Array.isArray(value) || value.length !== count) throw refuse(place, `a list of ${count}`);
  return value.map((entry, index) => ({ value: entry, path: `${path}[${index}]` }));
}

export function integer(place: Place, low: number, high: number): number {
  const { value } = place;
  if (!Number.isInteger(value) || (value as number) < low || (value as number) > high)
    throw refuse(place, `an integer in ${low}..${high}`);
  return value as number;
}

export function boolean(place: Place): boolean {
  if (typeof place.value !== "boolean") throw refuse(place, "true or false");
  return place.value;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export function point(place: Place, low: number, high: number): Point {
  return { x: integer(at(place, "x"), low, high), y: integer(at(place, "y"), low, high) };
}

/** No core holds as many values: more are not made room for. */
const mostValues = 2 ** 22;

/** Integers of a nested list of these extents, row-major. */
export function nested(place: Place, extents: readonly number[], low: number, high: number): Int32Array {
  const count = extents.reduce((product, extent) => product * extent, 1);
  if (count > mostValues) throw refuse(place, `a list of at most ${mostValues} values, but of ${count}`);
  const found = new Int32Array(count);
  let next = 0;
  const walk = (here: Place, depth: number): void => {
    if (depth === extents.length) {
      found[next++] = integer(here, low, high);
      return;
    }
    for (const entry of list(here, extents[depth])) walk(entry, depth + 1);
  };
  walk(place, 0);
  return found;
}
