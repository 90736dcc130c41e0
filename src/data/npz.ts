/**
 * NumPy's .npz: a zip archive of .npy files.
 */
import { SpikecError } from "../errors/error.ts";
import { packZip, unpackZip } from "./compressed.ts";
import { readNpy, writeNpy } from "./npy.ts";
import type { NumberArray } from "./number-array.ts";

/** Arrays by name (without ".npy"), in the archive's order. Throws as readNpy does, and SPK-0604 for an empty archive. */
export function readNpz(bytes: Uint8Array, file = "archive"): Map<string, NumberArray> {
  const arrays = new Map<string, NumberArray>();
  for (const [path, contents] of unpackZip(bytes, file)) {
    if (!path.endsWith(".npy")) continue;
    const name = path.slice(0, -".npy".length);
    arrays.set(name, readNpy(contents, `${file}:${name}`));
  }
  if (arrays.size === 0) throw new SpikecError("SPK-0604", "the archive holds no arrays", { where: file });
  return arrays;
}

/** An archive of the arrays in their order; the same arrays give the same bytes. */
export function writeNpz(arrays: ReadonlyMap<string, Pick<NumberArray, "shape" | "data">>): Uint8Array {
  return packZip(new Map([...arrays].map(([name, array]) => [`${name}.npy`, writeNpy(array)])));
}
