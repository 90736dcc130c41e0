/**
 * Edges of a network, from `edges` and `chain`: their ends are nodes, no two are alike, and every cycle takes time. NIR says
 * nothing about the delay of a cycle; here it must be written, since somebody writes it by hand.
 */
import { findCycle } from "../../graph/delay-cycles.ts";
import type { SpikingEdge } from "../../graph/spiking.ts";
import type { NetworkText } from "./check-document.ts";
import { suggestion } from "./nearest.ts";
import { below, malformed, type Place } from "./place.ts";
import type { WiringText } from "./schema/schema.ts";

interface PlacedEdge {
  readonly edge: SpikingEdge;
  readonly place: Place;
}

/** @throws SpikecError SPK-0121 for ends that are no nodes and edges that come twice, SPK-0202 for a cycle without delay */
export function edgesOf({ nodes, wiring, place }: NetworkText): SpikingEdge[] {
  const names = nodes.map(({ name }) => name);
  const known = new Set(names);
  const placed = [...chained(wiring, place), ...listed(wiring, place)];
  const seen = new Set<string>();
  for (const { edge, place: at } of placed) {
    const { from, to } = edge;
    const unknown = [from, to].find((name) => !known.has(name));
    if (unknown !== undefined)
      throw malformed(at, `${quoted(unknown)} is no node${suggestion(unknown, names)}`);
    const key = JSON.stringify([from, to]);
    if (seen.has(key)) throw malformed(at, `${quoted(from)} and ${quoted(to)} are joined already`);
    seen.add(key);
  }
  const edges = placed.map(({ edge }) => edge);
  const cycle = findCycle(names, edges);
  if (cycle === null) return edges;
  const around = cycle.slice(0, 10).map((index) => quoted(edges[index].from));
  const what = `the cycle ${around.join(" -> ")}${cycle.length > 10 ? " -> ..." : ""} -> ${around[0]} takes no time: give one of its edges a delay, {from, to, delay: 1}`;
  throw malformed(placed[cycle[cycle.length - 1]].place, what, "SPK-0202");
}

function chained({ chain }: WiringText, place: Place): PlacedEdge[] {
  if (chain === undefined) return [];
  const at = below(place, "chain");
  const isOne = (rows: typeof chain): rows is string[] => typeof rows[0] === "string";
  const rows = isOne(chain) ? [{ row: chain, at }] : chain.map((row, i) => ({ row, at: below(at, i) }));
  return rows.flatMap(({ row, at }) =>
    row.slice(1).map((to, i) => ({ edge: { from: row[i], to, delay: 0 }, place: below(at, i + 1) })),
  );
}

function listed({ edges = [] }: WiringText, place: Place): PlacedEdge[] {
  return edges.map((edge, i) => {
    const [from, to, delay] = Array.isArray(edge) ? [...edge, 0] : [edge.from, edge.to, edge.delay ?? 0];
    return { edge: { from, to, delay }, place: below(place, "edges", i) };
  });
}

const quoted = (name: string): string => JSON.stringify(name.slice(0, 100));
