/**
 * Recurrence in NIR: its files draw cycles and say nothing about the time that one turn takes. In discrete time it takes
 * at least a step, and every framework makes it one: what a neuron gives reaches its recurrent weights in the next step.
 */
import { SpikecError } from "../errors/error.ts";
import type { SpikingEdge, SpikingNode } from "./spiking.ts";

/** Searches for cycles, times edges, beyond which a file is no network. */
const mostWork = 2 ** 23;

/** Nodes without memory: a delay on their output would be a delay of weights, not of spikes. */
const stateless: ReadonlySet<SpikingNode["type"]> = new Set([
  "Input",
  "Output",
  "Linear",
  "Affine",
  "Scale",
  "Conv1d",
  "Conv2d",
  "SumPool2d",
  "AvgPool2d",
  "Flatten",
  "Threshold",
]);

/**
 * Gives a delay of one step to one edge of every cycle of edges without delay: to the edge that leaves the last neuron
 * before the cycle closes, seen from the inputs, or to the closing edge where the cycle holds no neuron.
 * @returns all edges, in their order, and those that were changed, as they are now
 * @throws SpikecError SPK-0204 for more cycles than any network has
 */
export function delayCycles(
  nodes: readonly { readonly name: string; readonly type: SpikingNode["type"] }[],
  edges: readonly SpikingEdge[],
): { edges: SpikingEdge[]; delayed: SpikingEdge[] } {
  const types = new Map(nodes.map(({ name, type }) => [name, type]));
  const roots = [...nodes.filter(({ type }) => type === "Input"), ...nodes].map(({ name }) => name);
  const result = [...edges];
  const delayed: SpikingEdge[] = [];
  for (let work = edges.length; ; work += edges.length + nodes.length) {
    const cycle = findCycle(roots, result);
    if (!cycle) return { edges: result, delayed };
    if (work > mostWork)
      throw new SpikecError("SPK-0204", "the graph has too many cycles to give each a delay");
    const leaving = cycle.findLast((index) => !stateless.has(types.get(result[index].from) ?? "Input"));
    const index = leaving ?? cycle[cycle.length - 1];
    result[index] = { ...result[index], delay: 1 };
    delayed.push(result[index]);
  }
}

/**
 * The first cycle of delay-0 edges that a depth-first walk from `roots` meets, as indices of its edges in the order of the
 * walk, the closing edge last; null where there is none.
 */
export function findCycle(roots: readonly string[], edges: readonly SpikingEdge[]): number[] | null {
  const leaving = new Map<string, number[]>();
  for (const [index, { from, delay }] of edges.entries()) {
    if (delay > 0) continue;
    const others = leaving.get(from);
    if (others) others.push(index);
    else leaving.set(from, [index]);
  }
  const finished = new Set<string>();
  for (const root of roots) {
    if (finished.has(root)) continue;
    /** Nodes of the path, where each stands on it, the edge that led to each, and how many edges of each are tried. */
    const path = [root];
    const places = new Map([[root, 0]]);
    const taken: number[] = [];
    const tried = [0];
    while (path.length > 0) {
      const node = path[path.length - 1];
      const index = leaving.get(node)?.[tried[tried.length - 1]++];
      if (index === undefined) {
        finished.add(node);
        places.delete(node);
        path.pop();
        tried.pop();
        taken.pop();
        continue;
      }
      const next = edges[index].to;
      const place = places.get(next);
      if (place !== undefined) return [...taken.slice(place), index];
      if (finished.has(next)) continue;
      places.set(next, path.length);
      path.push(next);
      tried.push(0);
      taken.push(index);
    }
  }
  return null;
}
