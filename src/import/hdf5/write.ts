/** Plain data to HDF5 bytes: no attributes, arrays above a few hundred values packed with gzip. Same data, same bytes. */
import type { File, Group } from "h5wasm";
import { withNewFile } from "./library.ts";
import type { HdfDataset, HdfGroup, HdfNumberType } from "./tree.ts";

/** Below this, packing costs more than it saves. */
const packedFrom = 256;

/** NumPy's letters, little-endian: the library writes no other order. */
const letters: Readonly<Record<HdfNumberType, string>> = {
  int8: "<b",
  uint8: "<B",
  int16: "<h",
  uint16: "<H",
  int32: "<i",
  uint32: "<I",
  int64: "<q",
  uint64: "<Q",
  /** The library reads float16, and cannot make it: float32 holds the same values. */
  float16: "<f",
  float32: "<f",
  float64: "<d",
};

/** Names of members may be anything but empty, "." and what holds a "/". */
export async function writeHdf5(root: HdfGroup): Promise<Uint8Array> {
  return await withNewFile((file) => writeMembers(file, root));
}

function writeMembers(into: Group | File, { members }: HdfGroup): void {
  for (const [name, node] of members) {
    if (node.kind === "group") writeMembers(into.create_group(name), node);
    else writeDataset(into, name, node);
  }
}

function writeDataset(into: Group, name: string, dataset: HdfDataset): void {
  const shape = [...dataset.shape];
  if (dataset.kind === "strings") {
    const dtype = dataset.length === null ? "S" : `S${dataset.length}`;
    const data = shape.length === 0 ? dataset.values[0] : [...dataset.values];
    into.create_dataset({ name, data, shape, dtype });
  } else {
    const packed = dataset.values.length >= packedFrom ? { chunks: shape, compression: "gzip" as const } : {};
    into.create_dataset({ name, data: dataset.values, shape, dtype: letters[dataset.type], ...packed });
  }
}
