/** Fields of one HDF5 group by name, with errors that say which field of which group is wrong, and why. */
import { SpikecError } from "../../../errors/error.ts";
import { asDoubles, type HdfGroup, type HdfNumberSet } from "../../hdf5/tree.ts";

export interface Fields {
  /** Of the file and the group: "digits.net /layer/2". */
  readonly where: string;
  has(name: string): boolean;
  group(name: string): Fields | null;
  string(name: string): string;
  /** A whole number, from a scalar or an array of one. */
  integer(name: string, low: number, high: number, fallback?: number): number;
  /** Whole numbers of int32 with the shape they have; null where the field is missing. */
  integers(name: string): { readonly values: Int32Array; readonly shape: readonly number[] } | null;
  /** Two whole numbers; one stands for both. */
  pair(name: string, low: number): readonly [number, number];
  fail(what: string): SpikecError;
}

const mostPair = 2 ** 16;

export function fieldsOf(group: HdfGroup, where: string): Fields {
  const fail = (what: string) => new SpikecError("SPK-0113", what, { where });

  function numbersOf(name: string): HdfNumberSet | null {
    const node = group.members.get(name);
    if (node === undefined) return null;
    if (node.kind !== "numbers") throw fail(`${name} holds no numbers`);
    return node;
  }

  function integersOf(name: string): { values: Int32Array; shape: readonly number[] } | null {
    const node = numbersOf(name);
    if (node === null) return null;
    const doubles = asDoubles(node);
    const wrong = doubles?.find((value) => !Number.isInteger(value) || Math.abs(value) >= 2 ** 31);
    if (doubles === null || wrong !== undefined) {
      throw fail(`${name} holds ${wrong ?? "a number of 64 bits"}, and must hold whole numbers of 32 bits`);
    }
    return { values: Int32Array.from(doubles), shape: node.shape };
  }

  return {
    where,
    fail,
    has: (name) => group.members.has(name),
    integers: integersOf,
    group(name) {
      const node = group.members.get(name);
      if (node === undefined) return null;
      if (node.kind !== "group") throw fail(`${name} is no group`);
      return fieldsOf(node, `${where}/${name}`);
    },
    string(name) {
      const node = group.members.get(name);
      if (node?.kind !== "strings" || node.values.length !== 1) throw fail(`${name} must be one string`);
      return node.values[0];
    },
    integer(name, low, high, fallback) {
      const values = integersOf(name)?.values ?? (fallback === undefined ? null : [fallback]);
      if (values === null) throw fail(`${name} is missing`);
      if (values.length !== 1) throw fail(`${name} has ${values.length} values, and must have one`);
      if (values[0] < low || values[0] > high)
        throw fail(`${name} is ${values[0]}, and must lie in ${low}..${high}`);
      return values[0];
    },
    pair(name, low) {
      const values = integersOf(name)?.values;
      if (values === undefined) throw fail(`${name} is missing`);
      if (values.length !== 1 && values.length !== 2)
        throw fail(`${name} has ${values.length} values, and must have two`);
      const pair = [values[0], values[values.length - 1]] as const;
      if (pair.some((value) => value < low || value > mostPair))
        throw fail(`${name} is ${pair.join(", ")}, and must lie in ${low}..${mostPair}`);
      return pair;
    },
  };
}
