/** Numbers of the text as tensors: one value, nested lists row by row, or what a file beside the network holds. */
import { SpikecError } from "../../errors/error.ts";
import type { Tensor } from "../../graph/graph.ts";
import { below, malformed, type Place, placed } from "./place.ts";
import type { NestedNumbers, TensorText } from "./schema/tensor.ts";

/** Numbers that the text only names. */
export interface TensorReference {
  readonly kind: "file" | "nir";
  /** Relative to the folder of the text, inside it. */
  readonly path: string;
  /** Which array of several; null where none is named. */
  readonly part: string | null;
}

/** Gives what a reference names. Throws a SpikecError. */
export type ReadTensor = (reference: TensorReference) => Promise<Tensor>;

/** What was read, by `file:path#part` or `nir:path#part`. */
export type ReadTensors = ReadonlyMap<string, Tensor>;

/** A tensor of the text. @throws SpikecError SPK-0121 for lists of uneven lengths */
export function tensorOf(text: TensorText, place: Place, read: ReadTensors): Tensor {
  if (typeof text === "number") return { shape: [], data: Float64Array.of(text) };
  if (Array.isArray(text)) return fromLists(text, place);
  if ("values" in text) {
    const { shape, data } = fromLists(text.values, below(place, "values"));
    return { shape, data: text.dtype === "float32" ? Float32Array.from(data) : data };
  }
  return read.get(keyOf(text))!;
}

function fromLists(values: NestedNumbers, place: Place): Tensor {
  const shape: number[] = [];
  for (let inner: NestedNumbers = values; typeof inner !== "number"; inner = inner[0])
    shape.push(inner.length);
  const data = new Float64Array(shape.reduce((product, extent) => product * extent, 1));
  let at = 0;
  const fill = (part: NestedNumbers, axis: number, path: Place): void => {
    if (typeof part === "number" ? axis < shape.length : part.length !== shape[axis]) {
      const found = typeof part === "number" ? "a number" : `a list of ${part.length}`;
      const wanted = shape[axis] === undefined ? "a number" : `a list of ${shape[axis]}`;
      throw malformed(path, `${found} stands beside ${wanted}: rows must be of one length`);
    }
    if (typeof part === "number") data[at++] = part;
    else for (const [i, inner] of part.entries()) fill(inner, axis + 1, below(path, i));
  };
  fill(values, 0, place);
  return { shape, data };
}

type ReferenceText = { readonly file: string } | { readonly nir: string };

const keyOf = (text: ReferenceText): string => ("file" in text ? `file:${text.file}` : `nir:${text.nir}`);

/**
 * Reads what a checked value refers to, at any depth, into `read`.
 * @throws SpikecError SPK-0122 for a path that leaves the folder, and what `readTensor` throws, with the line
 */
export async function collectTensors(
  value: unknown,
  place: Place,
  readTensor: ReadTensor | null,
  read: Map<string, Tensor>,
): Promise<void> {
  if (typeof value !== "object" || value === null) return;
  if (isReference(value)) {
    const key = keyOf(value);
    if (!read.has(key)) read.set(key, await readReference(value, place, readTensor));
    return;
  }
  for (const [key, inner] of Object.entries(value))
    if (typeof inner === "object") await collectTensors(inner, below(place, key), readTensor, read);
}

function isReference(value: object): value is ReferenceText {
  const [key, ...others] = Object.keys(value);
  return others.length === 0 && (key === "file" || key === "nir");
}

async function readReference(
  text: ReferenceText,
  place: Place,
  readTensor: ReadTensor | null,
): Promise<Tensor> {
  const kind = "file" in text ? "file" : "nir";
  const whole = "file" in text ? text.file : text.nir;
  const at = below(place, kind);
  const hash = whole.indexOf("#");
  const path = hash < 0 ? whole : whole.slice(0, hash);
  const part = hash < 0 ? null : whole.slice(hash + 1);
  const parts = path.split(/[/\\]/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (parts[0] === "" || parts.includes("..") || /[:\u0000-\u001f]/.test(path))
    throw malformed(
      at,
      `${JSON.stringify(path.slice(0, 200))} is not inside the network's folder`,
      "SPK-0122",
    );
  if (readTensor === null)
    throw malformed(at, `the numbers lie in ${path}, and no files were given`, "SPK-0122");
  try {
    return await readTensor({ kind, path, part });
  } catch (error) {
    throw error instanceof SpikecError ? placed(error, at) : error;
  }
}
