/**
 * NIR to SpikingGraph: reads a .nir file (HDF5) whole, checks it, repairs what is harmless with a warning, and keeps for
 * every field the type that it has in the file, so that the file can be written back field by field.
 */
import { checkSpikingGraph } from "../../graph/check-spiking.ts";
import type { Note } from "../../graph/graph.ts";
import type { SpikingGraph } from "../../graph/spiking.ts";
import { readHdf5 } from "../hdf5/read.ts";
import type { HdfGroup } from "../hdf5/tree.ts";
import { readHints } from "./hints.ts";
import { readGraph } from "./read-graph.ts";
import { typeOf } from "./read-node.ts";
import { below, malformed, type Place } from "./refusal.ts";
import { stringAt } from "./values.ts";

/**
 * @param file its name, for messages and origins
 * @throws SpikecError SPK-0112 and SPK-0114 for what is no readable HDF5, SPK-0115 to SPK-0117 for what is no NIR, SPK-02xx
 *   for a network that does not fit together
 */
export async function importNir(bytes: Uint8Array, file: string): Promise<SpikingGraph> {
  const root = await readHdf5(bytes, file);
  const place: Place = { file, path: "" };
  const node = root.members.get("node");
  if (node?.kind !== "group") throw malformed(place, "the file has no group /node: it is HDF5, but not NIR");
  const at = below(place, "node");
  const notes: Note[] = [];
  const graph = graphAt(node, at);
  const { nodes, edges, metadata, storage } = readGraph(graph, "", at, notes);
  const name = file.replace(/^.*[/\\]/, "").replace(/\.[^.]*$/, "");
  const read: SpikingGraph = {
    kind: "spiking",
    name,
    nodes,
    edges,
    discretization: readHints(metadata, at, notes),
    formatVersion: versionOf(root, place),
    metadata,
    storage,
    notes,
  };
  checkSpikingGraph(read);
  return read;
}

function graphAt(node: HdfGroup, place: Place): HdfGroup {
  const type = typeOf(node, place);
  if (type !== "NIRGraph")
    throw malformed(place, `the root is a node of type ${type}, and must be a NIRGraph`);
  return node;
}

/** Never compared with anything: files of all versions have the same layout. */
function versionOf(root: HdfGroup, place: Place): string | null {
  const version = root.members.get("version");
  return version === undefined ? null : stringAt(version, below(place, "version"));
}
