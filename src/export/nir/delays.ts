/**
 * Edges of NIR have no delay. The one step that every reader gives a cycle needs none; any other delay becomes a Delay node
 * on the edge, in seconds.
 */
import { SpikecError } from "../../errors/error.ts";
import { delayCycles } from "../../graph/delay-cycles.ts";
import type { SpikingEdge, SpikingNode } from "../../graph/spiking.ts";

interface Nodes {
  readonly nodes: readonly SpikingNode[];
  readonly edges: readonly SpikingEdge[];
}

/**
 * The same graph, in which every delay is what a reader of NIR will give it.
 * @param dt seconds a step, where known
 * @throws SpikecError SPK-0118 where dt is needed and not known, SPK-0119 where a cycle's delay cannot be said
 */
export function delaysAsNodes(
  nodes: readonly SpikingNode[],
  edges: readonly SpikingEdge[],
  dt: number | null,
  where: string,
): Nodes {
  const given = readersDelays(nodes, edges);
  if (edges.every(({ delay }, i) => delay === given[i].delay)) return { nodes, edges };
  const taken = new Set(nodes.map(({ name }) => name));
  const added: SpikingNode[] = [];
  /** For each edge: the edges that it becomes. */
  const parts = edges.map((edge, i): SpikingEdge[] => {
    const steps = edge.delay - given[i].delay;
    if (steps === 0) return [edge];
    if (steps < 0) throw unsayable(edge, where);
    if (dt === null) {
      throw new SpikecError(
        "SPK-0118",
        `the edge from ${edge.from} to ${edge.to} is delayed by ${edge.delay} steps`,
        {
          where,
        },
      );
    }
    const source = nodes.find(({ name }) => name === edge.from)!;
    const node = delayNode(freeName(`${edge.from}_to_${edge.to}`, taken), source, steps * dt);
    added.push(node);
    return [
      { from: edge.from, to: node.name, delay: 0 },
      { from: node.name, to: edge.to, delay: given[i].delay },
    ];
  });
  const result = { nodes: [...nodes, ...added], edges: parts.flat() };
  const read = readersDelays(result.nodes, result.edges);
  let at = 0;
  for (const [i, part] of parts.entries()) {
    const wanted = part.reduce((sum, { delay }) => sum + delay, 0);
    const found = read.slice(at, at + part.length).reduce((sum, { delay }) => sum + delay, 0);
    if (wanted !== found) throw unsayable(edges[i], where);
    at += part.length;
  }
  return result;
}

/** What every reader of the file makes of the edges. */
function readersDelays(nodes: readonly SpikingNode[], edges: readonly SpikingEdge[]): SpikingEdge[] {
  return delayCycles(
    nodes,
    edges.map(({ from, to }) => ({ from, to, delay: 0 })),
  ).edges;
}

function delayNode(name: string, source: SpikingNode, seconds: number): SpikingNode {
  const { shape, origin } = source;
  const delay = { shape: [], data: Float64Array.of(seconds) };
  return { type: "Delay", name, shape, origin, storage: new Map(), metadata: null, delay };
}

function freeName(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let i = 1; taken.has(name); i++) name = `${wanted}_${i}`;
  taken.add(name);
  return name;
}

function unsayable({ from, to, delay }: SpikingEdge, where: string): SpikecError {
  const what = `the delay of ${delay} steps from ${from} to ${to}, where a reader of NIR would give the cycle another`;
  return new SpikecError("SPK-0119", what, { where });
}
