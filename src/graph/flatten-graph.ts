/**
 * Takes nested graphs apart: their nodes move into the graph around them, and their ports are wired away. What comes out
 * computes the same, and is what evaluation and lowering work on; the nested form stays for writing a file back.
 */
import { SpikecError } from "../errors/error.ts";
import { formatOrigin } from "./shapes.ts";
import type { SpikingEdge, SpikingGraph, SpikingNode, Subgraph } from "./spiking.ts";

/** More edges than this come out of no file in good faith: a port with n edges in and m out becomes n m edges. */
const mostEdges = 2 ** 20;

interface Flat {
  readonly nodes: readonly SpikingNode[];
  readonly edges: readonly SpikingEdge[];
}

/**
 * The same graph without NIRGraph nodes. A node `n` of a nested graph `g` is named `g.n`, or `n` where that name begins
 * with `g.` already. Two edges with the same ends may come out, where two paths led through ports: both count.
 * @throws SpikecError SPK-0202 where names collide, or a nested graph has several inputs (outputs) and an edge to (from) it.
 */
export function flattenGraph(graph: SpikingGraph): SpikingGraph {
  if (!graph.nodes.some(({ type }) => type === "NIRGraph")) return graph;
  return { ...graph, ...flatten(graph.nodes, graph.edges) };
}

function flatten(nodes: readonly SpikingNode[], edges: readonly SpikingEdge[]): Flat {
  let flat: Flat = { nodes: nodes.filter(({ type }) => type !== "NIRGraph"), edges };
  for (const node of nodes) if (node.type === "NIRGraph") flat = unfold(node, flat);
  const seen = new Set<string>();
  for (const node of flat.nodes) {
    if (seen.has(node.name))
      throw inconsistent(node, `two nodes are named ${node.name} once nested graphs are flat`);
    seen.add(node.name);
  }
  return flat;
}

/** `around` with the nodes of `subgraph` in it, and without its ports. */
function unfold(subgraph: Subgraph, around: Flat): Flat {
  const inner = flatten(subgraph.nodes, subgraph.edges);
  const prefix = `${subgraph.name}.`;
  const rename = (name: string): string => (name.startsWith(prefix) ? name : prefix + name);
  const portOf = (type: "Input" | "Output"): string => {
    const ports = inner.nodes.filter((node) => node.type === type);
    if (ports.length === 1) return rename(ports[0].name);
    throw inconsistent(
      subgraph,
      `an edge names it, and it has ${ports.length} nodes of type ${type}, not one`,
    );
  };
  const outer = around.edges.map(({ from, to, delay }) => ({
    from: from === subgraph.name ? portOf("Output") : from,
    to: to === subgraph.name ? portOf("Input") : to,
    delay,
  }));
  const moved = inner.edges.map(({ from, to, delay }) => ({ from: rename(from), to: rename(to), delay }));
  const isPort = (node: SpikingNode): boolean => node.type === "Input" || node.type === "Output";
  let edges: SpikingEdge[] = [...outer, ...moved];
  for (const port of inner.nodes) if (isPort(port)) edges = bypass(rename(port.name), edges, subgraph);
  const nodes = inner.nodes
    .filter((node) => !isPort(node))
    .map((node): SpikingNode => ({ ...node, name: rename(node.name) }));
  return { nodes: [...around.nodes, ...nodes], edges };
}

/** `edges` without the node `port`: each edge into it goes on to where each edge out of it went. */
function bypass(port: string, edges: readonly SpikingEdge[], subgraph: Subgraph): SpikingEdge[] {
  const onward = edges.filter(({ from }) => from === port);
  const inward = edges.filter(({ to }) => to === port);
  if (edges.length + onward.length * inward.length > mostEdges) {
    throw inconsistent(subgraph, `its port ${port} would become more than ${mostEdges} edges`);
  }
  return edges.flatMap((edge) => {
    if (edge.from === port) return [];
    if (edge.to !== port) return [edge];
    return onward.map(({ to, delay }) => ({ from: edge.from, to, delay: edge.delay + delay }));
  });
}

function inconsistent(node: SpikingNode, what: string): SpikecError {
  return new SpikecError("SPK-0202", what, { where: formatOrigin(node.origin) });
}
