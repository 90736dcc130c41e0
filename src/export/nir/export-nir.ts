/**
 * SpikingGraph to NIR: a .nir file that python's nir.read(type_check=True) accepts (rules: specs, "Requirements of the
 * exporter"): shapes are arrays, v_reset, w_in, input_shape, Input and Output are always there, times are seconds. Fields
 * that came from a file keep the types that they had there. What NIR has no field for travels in the metadata `spikec`.
 */
import type { Note } from "../../graph/graph.ts";
import type { SpikingEdge, SpikingGraph, SpikingNode } from "../../graph/spiking.ts";
import { group, type HdfGroup, type HdfNode, text } from "../../import/hdf5/tree.ts";
import { writeHdf5 } from "../../import/hdf5/write.ts";
import { hintNames } from "../../import/nir/hints.ts";
import { delaysAsNodes } from "./delays.ts";
import { withHints, writeMetadata } from "./metadata.ts";
import { nirNames } from "./names.ts";
import { pythonRefusals } from "./python-limits.ts";
import { writeNode } from "./write-node.ts";

/** Of the nir package whose layout is written; its readers do not compare it. */
const writtenVersion = "1.0.8";

export interface NirExport {
  readonly bytes: Uint8Array;
  /** What NIR does not say, and what its python package would not read. */
  readonly notes: readonly Note[];
}

/**
 * @throws SpikecError SPK-0119 for a node that NIR does not have, SPK-0118 for a delay in steps where dt is not known
 */
export async function exportNir(graph: SpikingGraph): Promise<NirExport> {
  const notes: Note[] = [];
  const { discretization, storage, formatVersion } = graph;
  const hint = discretization === null ? null : JSON.stringify(discretization);
  const metadata = withHints(graph.metadata, [[hintNames.discretization, hint]]);
  const node = graphGroup(graph.nodes, graph.edges, discretization?.dt ?? null, graph.name, notes);
  const members = new Map([...node.members, ...writeMetadata(metadata, storage ?? new Map())]);
  const root = group([
    ["version", text(formatVersion ?? writtenVersion)],
    ["node", { kind: "group", members }],
  ]);
  return { bytes: await writeHdf5(root), notes };
}

function graphGroup(
  nodes: readonly SpikingNode[],
  edges: readonly SpikingEdge[],
  dt: number | null,
  where: string,
  notes: Note[],
): HdfGroup {
  const plain = delaysAsNodes(nodes, edges, dt, where);
  const names = nirNames(plain.nodes, notes);
  const inputs = inputShapes(plain.nodes, plain.edges);
  const written = plain.nodes.map((node): [string, HdfNode] => {
    notes.push(...pythonRefusals(node), ...widenedNotes(node));
    const input = inputs.get(node.name) ?? null;
    return [
      names.get(node.name)!,
      node.type === "NIRGraph" ? nested(node, dt, notes) : writeNode(node, input),
    ];
  });
  const pairs = plain.edges.flatMap(({ from, to }) => [names.get(from)!, names.get(to)!]);
  return group([
    ["type", text("NIRGraph")],
    ["nodes", group(written)],
    ["edges", { kind: "strings", shape: [plain.edges.length, 2], values: pairs, length: null }],
  ]);
}

/** h5wasm, which writes the file, cannot make a float16. */
function widenedNotes({ name, storage }: SpikingNode): Note[] {
  const widened = [...storage].filter(([, { type }]) => type === "float16").map(([field]) => field);
  if (widened.length === 0) return [];
  return [
    { level: "info", where: name, text: `${widened.join(", ")} was float16 and is written as float32` },
  ];
}

function nested(
  node: Extract<SpikingNode, { type: "NIRGraph" }>,
  dt: number | null,
  notes: Note[],
): HdfGroup {
  const { members } = graphGroup(node.nodes, node.edges, dt, node.name, notes);
  return group([...members, ...writeMetadata(node.metadata, node.storage)]);
}

/** What each node is given: the shape of what feeds it. */
function inputShapes(
  nodes: readonly SpikingNode[],
  edges: readonly SpikingEdge[],
): ReadonlyMap<string, readonly number[]> {
  const shapes = new Map(nodes.map(({ name, shape }) => [name, shape]));
  return new Map(edges.map(({ from, to }) => [to, shapes.get(from)!]));
}
