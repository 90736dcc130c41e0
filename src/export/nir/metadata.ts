/** The metadata of a node or graph as a group of a .nir file, with the hints of spikec among it. */
import type { Tensor } from "../../graph/graph.ts";
import type { Metadata, MetadataValue, Storage } from "../../graph/spiking.ts";
import {
  group,
  type HdfDataset,
  type HdfNode,
  type HdfNumberType,
  numbers,
  numberTypes,
  text,
} from "../../import/hdf5/tree.ts";
import { hintsName } from "../../import/nir/format.ts";

/** `metadata` with these hints in place of those that it had; a value of null takes one away. */
export function withHints(
  metadata: Metadata | null,
  hints: readonly (readonly [string, string | Tensor | null])[],
): Metadata | null {
  const old = metadata?.get(hintsName);
  const kept = new Map<string, MetadataValue>(old instanceof Map ? old : []);
  for (const [name, value] of hints) {
    if (value === null) kept.delete(name);
    else kept.set(name, value);
  }
  const others = new Map<string, MetadataValue>(metadata ?? []);
  others.delete(hintsName);
  if (kept.size > 0) others.set(hintsName, kept);
  return others.size > 0 ? others : null;
}

/** The member "metadata", or none where there is nothing in it. */
export function writeMetadata(
  metadata: Metadata | null,
  storage: ReadonlyMap<string, Storage>,
): [string, HdfNode][] {
  if (metadata === null || metadata.size === 0) return [];
  return [["metadata", writeGroup(metadata, "metadata", storage)]];
}

function writeGroup(metadata: Metadata, path: string, storage: ReadonlyMap<string, Storage>): HdfNode {
  return group(
    Array.from(metadata, ([name, value]): [string, HdfNode] => {
      const here = `${path}/${name}`;
      return [name, isGroup(value) ? writeGroup(value, here, storage) : writeValue(value, storage.get(here))];
    }),
  );
}

const isGroup = (value: MetadataValue): value is Metadata => value instanceof Map;

function writeValue(value: Exclude<MetadataValue, Metadata>, stored: Storage | undefined): HdfDataset {
  if (typeof value === "string") return text(value);
  if (typeof value === "boolean") return numbers(Int8Array.of(Number(value)), []);
  const { shape, data } = typeof value === "number" ? { shape: [], data: Float64Array.of(value) } : value;
  const type = stored?.type ?? (data instanceof Float32Array ? "float32" : "float64");
  if (type === "int64" || type === "uint64")
    return numbers(numberTypes[type].from(Array.from(data, BigInt)), shape, type);
  return numbers(
    numberTypes[type as Exclude<HdfNumberType, "int64" | "uint64">].from(data),
    shape,
    type as HdfNumberType,
  );
}
