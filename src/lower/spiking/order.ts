/** The order of layers: every edge without delay points forward, and as many others as the loops allow. */

import type { Edge } from "../../graph/forward-order.ts";

export interface DelayedEdge extends Edge {
  readonly delay: number;
}

/**
 * Names with every edge without delay pointing forward, and as many others as may: an edge that points back is feedback, and
 * does not count for latencies. roots: what the names are reached from. Names in or behind a cycle without delay are left out.
 */
export function layerOrder(
  names: readonly string[],
  roots: readonly string[],
  edges: readonly DelayedEdge[],
): string[] {
  const between = edges.filter(({ from, to }) => from !== to);
  const inner = new Set(names);
  const into = new Map<string, DelayedEdge[]>(names.map((name) => [name, []]));
  for (const edge of between) if (inner.has(edge.from)) into.get(edge.to)!.push(edge);
  const placed = new Set<string>();
  const isPlaced = ({ from }: Edge) => placed.has(from);
  const left = byDistance(names, roots, between);
  while (left.length > 0) {
    const ready = (name: string) => into.get(name)!.every(isPlaced);
    const entersLoop = (name: string) => into.get(name)!.every((edge) => edge.delay > 0 || isPlaced(edge));
    const whole = left.findIndex(ready);
    const next = whole >= 0 ? whole : left.findIndex(entersLoop);
    if (next < 0) break;
    placed.add(left[next]);
    left.splice(next, 1);
  }
  return [...placed];
}

/** Those nearest to the roots first; what they do not reach comes last. */
function byDistance(names: readonly string[], roots: readonly string[], edges: readonly Edge[]): string[] {
  const targets = new Map<string, string[]>([...roots, ...names].map((name) => [name, []]));
  for (const { from, to } of edges) targets.get(from)?.push(to);
  const reached = new Set(roots);
  for (const name of reached) for (const to of targets.get(name)!) reached.add(to);
  const inner = new Set(names);
  const near = [...reached].filter((name) => inner.has(name));
  return [...near, ...names.filter((name) => !reached.has(name))];
}
