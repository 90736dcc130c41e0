/** One graph of a .nir file, and the graphs within it: nodes, edges with the delays of cycles, shapes. */
import { delayCycles } from "../../graph/delay-cycles.ts";
import type { Shape } from "../../graph/graph.ts";
import type { Metadata, SpikingEdge, SpikingNode, Storage, Subgraph } from "../../graph/spiking.ts";
import type { HdfGroup } from "../hdf5/tree.ts";
import { addOutputs, readEdges } from "./edges.ts";
import type { FileNode } from "./file-node.ts";
import { type Gathered, readMetadata } from "./metadata.ts";
import { readNode, typeOf } from "./read-node.ts";
import { below, malformed, type Place } from "./refusal.ts";
import { settleShapes } from "./settle-shapes.ts";

export interface FileGraph {
  readonly nodes: readonly SpikingNode[];
  readonly edges: readonly SpikingEdge[];
  readonly metadata: Metadata | null;
  readonly storage: ReadonlyMap<string, Storage>;
}

/**
 * @param path names of the graphs around it, joined by "/"; empty for the outermost
 * @param notes gets what was repaired
 * @throws SpikecError SPK-0115 to SPK-0117 for what is no NIR, SPK-0201 where nodes do not fit one another
 */
export function readGraph(group: HdfGroup, path: string, place: Place, notes: Gathered["notes"]): FileGraph {
  refuseUnknownMembers(group, place);
  const gathered: Gathered = { notes, storage: new Map() };
  const files = readNodes(group, path, place, notes);
  const names = new Set(files.map(({ node }) => node.name));
  const edges = readEdges(group, names, place, notes);
  const nodes = settleShapes(files, edges, notes);
  const whole = addOutputs(nodes, edges, place, notes);
  const delayed = delayCycles(whole.nodes, whole.edges);
  for (const { from, to } of delayed.delayed)
    notes.push({ level: "info", where: `${place.file} ${place.path}/edges`, text: delayText(from, to) });
  const metadata = readMetadata(group, place, gathered);
  return { nodes: whole.nodes, edges: delayed.edges, metadata, storage: gathered.storage };
}

const delayText = (from: string, to: string): string =>
  `the edge from ${from} to ${to} closes a cycle: it takes one step`;

function refuseUnknownMembers(group: HdfGroup, place: Place): void {
  const known = ["type", "nodes", "edges", "metadata"];
  for (const name of group.members.keys())
    if (!known.includes(name)) throw malformed(below(place, name), "a NIRGraph has no such field");
}

function readNodes(group: HdfGroup, path: string, place: Place, notes: Gathered["notes"]): FileNode[] {
  const nodes = group.members.get("nodes");
  if (nodes?.kind !== "group") throw malformed(place, "the NIRGraph has no group nodes");
  if (nodes.members.size === 0) throw malformed(below(place, "nodes"), "the NIRGraph has no nodes");
  return Array.from(nodes.members, ([name, node]) => {
    const at = below(place, "nodes", name);
    if (node.kind !== "group") throw malformed(at, "it is no group");
    const inside = path === "" ? name : `${path}/${name}`;
    const type = typeOf(node, at);
    if (type !== "NIRGraph") return readNode(node, type, name, inside, at, notes);
    return nested(readGraph(node, inside, at, notes), name, inside, at);
  });
}

function nested(graph: FileGraph, name: string, path: string, place: Place): FileNode {
  const { nodes, edges, storage, metadata } = graph;
  const origin = { file: place.file, node: path, operator: "NIRGraph" };
  const node: Omit<Subgraph, "shape"> = { type: "NIRGraph", name, origin, storage, metadata, nodes, edges };
  const statedShape: Shape | null = nodes.find(({ type }) => type === "Output")?.shape ?? null;
  return { node, place, statedShape };
}
