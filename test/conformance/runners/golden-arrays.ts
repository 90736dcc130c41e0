/**
 * Suites of a .json manifest and a .bin of arrays: each case names its arrays by type, shape and place (golden/neurons).
 */
import type { GoldenFiles } from "../golden.ts";

export interface GoldenArray {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array | Uint8Array;
}

export interface ArrayCase<Params> {
  readonly id: string;
  readonly model: string;
  readonly params: Params;
  readonly arrays: ReadonlyMap<string, GoldenArray>;
}

interface Place {
  readonly dtype: "f32" | "f64" | "u8";
  readonly shape: readonly number[];
  readonly offset: number;
  readonly bytes: number;
}

interface Manifest<Params> {
  readonly cases: readonly {
    readonly id: string;
    readonly model: string;
    readonly params: Params;
    readonly arrays: Readonly<Record<string, Place>>;
  }[];
}

/** `path` without extension. */
export function readArrayCases<Params>(files: GoldenFiles, path: string): ArrayCase<Params>[] {
  const manifest: Manifest<Params> = readJson(files, `${path}.json`);
  const bytes = files.read(`${path}.bin`);
  return manifest.cases.map(({ arrays, ...rest }) => {
    const read = Object.entries(arrays).map(([name, place]) => [name, arrayAt(bytes, place)] as const);
    return { ...rest, arrays: new Map(read) };
  });
}

export function readJson<Content>(files: GoldenFiles, path: string): Content {
  return JSON.parse(new TextDecoder().decode(files.read(path)));
}

function arrayAt(bytes: Uint8Array, { dtype, shape, offset, bytes: length }: Place): GoldenArray {
  const copy = bytes.slice(offset, offset + length);
  const data =
    dtype === "u8" ? copy : dtype === "f32" ? new Float32Array(copy.buffer) : new Float64Array(copy.buffer);
  return { shape, data };
}

/** A float32 array of a case; an error names the case that lacks it. */
export function floatsOf(given: ArrayCase<unknown>, name: string): Float32Array {
  const data = given.arrays.get(name)?.data;
  if (data instanceof Float32Array) return data;
  throw new Error(`${given.id} has no float32 array ${name}`);
}
