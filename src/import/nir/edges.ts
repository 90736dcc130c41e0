/**
 * The edges of one graph of a .nir file, and the outputs that it needs: edges that name no node are errors, duplicates are
 * taken once, and a graph without Output gets one at every end.
 */
import type { SpikingEdge, SpikingNode } from "../../graph/spiking.ts";
import type { HdfGroup } from "../hdf5/tree.ts";
import type { Gathered } from "./metadata.ts";
import { below, malformed, type Place, warning } from "./refusal.ts";

/** @throws SpikecError SPK-0115 */
export function readEdges(
  graph: HdfGroup,
  names: ReadonlySet<string>,
  place: Place,
  notes: Gathered["notes"],
): SpikingEdge[] {
  const at = below(place, "edges");
  const edges = new Map<string, SpikingEdge>();
  let duplicates = 0;
  for (const [from, to] of knownPairs(pairsOf(graph, place, at), names, at, notes)) {
    const key = JSON.stringify([from, to]);
    if (edges.has(key)) duplicates++;
    edges.set(key, { from, to, delay: 0 });
  }
  if (duplicates > 0)
    notes.push(warning(at, `${duplicates} edge(s) are there more than once: each is taken once`));
  return [...edges.values()];
}

type Pair = readonly [string, string];

/**
 * Pairs of names of nodes. Files of NIR's paper (03_rnn/extras) name a node lif1, and lif in all its edges: where one name
 * is no node, and the one node that no edge names begins with it, that node is meant.
 */
function knownPairs(
  pairs: readonly Pair[],
  names: ReadonlySet<string>,
  at: Place,
  notes: Gathered["notes"],
): readonly Pair[] {
  const named = new Set(pairs.flat());
  const unknown = [...named].filter((name) => !names.has(name));
  if (unknown.length === 0) return pairs;
  const unnamed = [...names].filter((name) => !named.has(name));
  const [wrong] = unknown;
  const [meant] = unnamed;
  if (unknown.length > 1 || unnamed.length !== 1 || wrong === "" || !meant.startsWith(wrong)) {
    const [from, to] = pairs.find((pair) => pair.includes(wrong))!;
    throw malformed(at, `an edge joins ${quoted(from)} to ${quoted(to)}, and ${quoted(wrong)} is no node`);
  }
  notes.push(
    warning(at, `${quoted(wrong)} is no node; ${quoted(meant)}, which no edge names, is taken for it`),
  );
  const mended = (name: string): string => (name === wrong ? meant : name);
  return pairs.map(([from, to]): Pair => [mended(from), mended(to)]);
}

function pairsOf(graph: HdfGroup, place: Place, at: Place): Pair[] {
  const dataset = graph.members.get("edges");
  if (dataset === undefined) throw malformed(place, "the NIRGraph has no edges");
  // A graph without edges is written as an empty array of any type.
  if (dataset.kind !== "group" && dataset.values.length === 0) return [];
  if (dataset.kind !== "strings" || dataset.shape.length !== 2 || dataset.shape[1] !== 2)
    throw malformed(at, "edges must be pairs of names");
  return Array.from({ length: dataset.shape[0] }, (_, i) => [
    dataset.values[2 * i],
    dataset.values[2 * i + 1],
  ]);
}

const quoted = (name: string): string => JSON.stringify(name.slice(0, 100));

interface Ports {
  readonly nodes: readonly SpikingNode[];
  readonly edges: readonly SpikingEdge[];
}

/** Warns of what nothing is fed to, and adds the Outputs that are missing: the sinks of the graph are its outputs. */
export function addOutputs(
  nodes: readonly SpikingNode[],
  edges: readonly SpikingEdge[],
  place: Place,
  notes: Gathered["notes"],
): Ports {
  const sources = new Set(edges.map(({ from }) => from));
  const targets = new Set(edges.map(({ to }) => to));
  for (const { name } of nodes) {
    if (!sources.has(name) && !targets.has(name) && nodes.length > 1)
      notes.push(warning(below(place, "nodes", name), "no edge leads to it or from it"));
  }
  if (!nodes.some(({ type }) => type === "Input"))
    notes.push(warning(place, "the graph has no Input: nothing can be fed to it"));
  if (nodes.some(({ type }) => type === "Output")) return { nodes, edges };
  const sinks = nodes.filter(({ name }) => targets.has(name) && !sources.has(name));
  if (sinks.length === 0) throw malformed(place, "the graph has no Output, and no node at which it ends");
  const taken = new Set(nodes.map(({ name }) => name));
  const outputs = sinks.map((sink): SpikingNode => {
    const name = freeName(sinks.length === 1 ? "output" : `output_${sink.name}`, taken);
    const { shape, origin } = sink;
    return { type: "Output", name, shape, origin, storage: new Map(), metadata: null };
  });
  const names = outputs.map(({ name }, i) => `${name} after ${sinks[i].name}`).join(", ");
  notes.push(warning(place, `the graph has no Output; added: ${names}`));
  const added = outputs.map(({ name }, i) => ({ from: sinks[i].name, to: name, delay: 0 }));
  return { nodes: [...nodes, ...outputs], edges: [...edges, ...added] };
}

function freeName(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let i = 1; taken.has(name); i++) name = `${wanted}_${i}`;
  taken.add(name);
  return name;
}
