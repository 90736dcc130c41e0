/**
 * The `metadata` groups of a .nir file: any nesting of names, numbers, strings and arrays. What a Graph cannot hold is left
 * out with a warning; nothing of it changes what a network computes.
 */
import type { Note, Tensor } from "../../graph/graph.ts";
import type { Metadata, MetadataValue, Storage } from "../../graph/spiking.ts";
import { asDoubles, type HdfGroup, type HdfNode, type HdfNumberSet } from "../hdf5/tree.ts";
import { below, malformed, type Place, warning } from "./refusal.ts";

/** What is gathered beside the values. */
export interface Gathered {
  readonly notes: Note[];
  /** Types and shapes in the file, by path: "metadata/nested/a". */
  readonly storage: Map<string, Storage>;
}

/** The metadata of a node or graph, or null where it has none. */
export function readMetadata(owner: HdfGroup, place: Place, gathered: Gathered): Metadata | null {
  const group = owner.members.get("metadata");
  if (group === undefined) return null;
  if (group.kind !== "group") throw malformed(below(place, "metadata"), "it is no group");
  return readGroup(group, place, "metadata", gathered);
}

function readGroup(group: HdfGroup, place: Place, path: string, gathered: Gathered): Metadata {
  const values = new Map<string, MetadataValue>();
  for (const [name, node] of group.members) {
    const here = `${path}/${name}`;
    const value = node.kind === "group" ? readGroup(node, place, here, gathered) : readValue(node);
    if (value === null) gathered.notes.push(warning(below(place, here), "this metadata cannot be kept"));
    else values.set(name, value);
    if (node.kind === "numbers") gathered.storage.set(here, { type: node.type, shape: node.shape });
  }
  return values;
}

/** null: arrays of strings, and integers beyond 2^53. */
function readValue(node: Exclude<HdfNode, HdfGroup>): string | number | Tensor | null {
  if (node.kind === "strings") return node.shape.length === 0 ? node.values[0] : null;
  const data = dataOf(node);
  if (data === null) return null;
  return node.shape.length === 0 ? data[0] : { shape: node.shape, data };
}

function dataOf(set: HdfNumberSet): Float32Array | Float64Array | null {
  return set.values instanceof Float32Array ? set.values : asDoubles(set);
}
