/** Numbers that a .snn.yaml refers to: arrays and .nir files in its own folder, links included, nothing outside. */
import { realpath } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, sep } from "node:path";
import { isZip } from "../../data/compressed.ts";
import { readNpy } from "../../data/npy.ts";
import { readNpz } from "../../data/npz.ts";
import type { NumberArray } from "../../data/number-array.ts";
import { SpikecError } from "../../errors/error.ts";
import type { Tensor } from "../../graph/graph.ts";
import type { HdfNode } from "../../import/hdf5/tree.ts";
import type { ReadTensor, TensorReference } from "../../import/yaml/tensors.ts";
import { readBytes } from "../files.ts";

/** For the text at `path`. Each file is read once. Throws SPK-0122, SPK-0901, and SPK-06xx for damaged arrays. */
export function tensorFilesBeside(path: string): ReadTensor {
  const folder = dirname(path);
  const files = new Map<string, Promise<Uint8Array>>();
  return async (reference) => {
    let bytes = files.get(reference.path);
    if (bytes === undefined) {
      bytes = readInside(folder, reference.path);
      files.set(reference.path, bytes);
    }
    return reference.kind === "nir"
      ? await nirTensor(await bytes, reference)
      : arrayTensor(await bytes, reference);
  };
}

/** Real paths are compared, so that a link leads nowhere else either. */
async function readInside(folder: string, location: string): Promise<Uint8Array> {
  const path = join(folder, location);
  const [root, real] = await Promise.all([realpath(folder || "."), realpath(path)]).catch(() => [null, null]);
  if (root !== null && real !== null) {
    const inside = relative(root, real);
    if (inside === ".." || inside.startsWith(`..${sep}`) || isAbsolute(inside))
      throw unusable(`${location} is a link that leaves the network's folder`);
  }
  return readBytes(path);
}

function arrayTensor(bytes: Uint8Array, { path, part }: TensorReference): Tensor {
  if (!isZip(bytes)) {
    if (part !== null) throw unusable(`${path} holds one array: leave out #${part}`);
    return asTensor(readNpy(bytes, path));
  }
  const arrays = readNpz(bytes, path);
  const [only] = arrays.keys();
  const name = part ?? (arrays.size === 1 ? only : null);
  const array = name === null ? undefined : arrays.get(name);
  if (array !== undefined) return asTensor(array);
  const names = [...arrays.keys()].slice(0, 20).join(", ");
  throw unusable(
    `${path} has ${name === null ? "several arrays" : `no array ${name}`}: write ${path}#name with one of ${names}`,
  );
}

/** float32 and what it holds exactly stays float32. */
function asTensor({ dtype, shape, data }: NumberArray): Tensor {
  const single = dtype === "float32" || dtype === "float16";
  return { shape, data: single ? Float32Array.from(data) : Float64Array.from(data) };
}

async function nirTensor(bytes: Uint8Array, { path, part }: TensorReference): Promise<Tensor> {
  const { readHdf5 } = await import("../../import/hdf5/read.ts");
  const { asDoubles } = await import("../../import/hdf5/tree.ts");
  let node: HdfNode | undefined = await readHdf5(bytes, path);
  for (const name of (part ?? "").split("/").filter((step) => step !== ""))
    node = node?.kind === "group" ? node.members.get(name) : undefined;
  if (node?.kind !== "numbers") throw unusable(`${path} has no numbers at ${JSON.stringify(part ?? "")}`);
  if (node.values instanceof Float32Array) return { shape: node.shape, data: node.values };
  const data = asDoubles(node);
  if (data === null) throw unusable(`${path}#${part} holds integers beyond 2^53`);
  return { shape: node.shape, data: Float64Array.from(data) };
}

const unusable = (what: string): SpikecError => new SpikecError("SPK-0122", what);
