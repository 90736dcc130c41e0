/**
 * Which layer goes to which core: a maximum flow from a source over layers and the cores that are large enough for them to a
 * sink, along shortest augmenting paths (Edmonds and Karp). Taking the first free core fails where a solution exists.
 *
 * The order of edges decides which of many solutions comes out. It is that of sinabs 904eb89, mapping.py, so that layers get the
 * same cores as from the vendor's tool: source to layers, each layer to its cores ascending, cores to the sink.
 */

/** Layers that together fit fewer cores than they are (Hall's theorem): why there is no mapping. */
export interface Conflict {
  readonly layers: readonly number[];
  readonly cores: readonly number[];
}

export type Mapping = { readonly cores: readonly number[] } | { readonly conflict: Conflict };

/** A flow network of capacities 1. Edge e leads to target[e]; e ^ 1 is the same edge backwards. */
interface FlowNetwork {
  readonly target: number[];
  /** What may still flow. */
  readonly room: number[];
  /** Edges that leave each node, in the order in which they were added. */
  readonly leaving: number[][];
}

function addEdge({ target, room, leaving }: FlowNetwork, from: number, to: number): void {
  leaving[from].push(target.length);
  leaving[to].push(target.length + 1);
  target.push(to, from);
  room.push(1, 0);
}

/** Nodes: source 0, layers from 1, then cores, then the sink. */
function createNetwork(candidates: readonly (readonly number[])[], cores: number): FlowNetwork {
  const layers = candidates.length;
  const sink = 1 + layers + cores;
  const network: FlowNetwork = {
    target: [],
    room: [],
    leaving: Array.from({ length: sink + 1 }, () => []),
  };
  for (let layer = 0; layer < layers; layer++) addEdge(network, 0, 1 + layer);
  candidates.forEach((fitting, layer) => {
    for (const core of fitting) addEdge(network, 1 + layer, 1 + layers + core);
  });
  for (let core = 0; core < cores; core++) addEdge(network, 1 + layers + core, sink);
  return network;
}

/** Breadth first from `start`: the edge by which each node was reached, -1 where it was not; stops at `end`. */
function search({ target, room, leaving }: FlowNetwork, start: number, end: number): Int32Array {
  const reachedBy = new Int32Array(leaving.length).fill(-1);
  const queue = [start];
  for (const node of queue)
    for (const edge of leaving[node]) {
      const to = target[edge];
      if (to === start || room[edge] === 0 || reachedBy[to] !== -1) continue;
      reachedBy[to] = edge;
      if (to === end) return reachedBy;
      queue.push(to);
    }
  return reachedBy;
}

/** From a layer without a core: all layers that could only be moved onto each other's cores, and those cores. */
function conflictAt(network: FlowNetwork, layer: number, layers: number, cores: number): Conflict {
  const start = 1 + layer;
  const sink = 1 + layers + cores;
  const reachedBy = search(network, start, sink);
  const reached = (node: number) => node === start || reachedBy[node] !== -1;
  const indices = (first: number, count: number) =>
    Array.from({ length: count }, (_, i) => i).filter((i) => reached(first + i));
  return { layers: indices(1, layers), cores: indices(1 + layers, cores) };
}

/** candidates: for each layer the cores that are large enough, ascending. */
export function mapToCores(candidates: readonly (readonly number[])[], cores: number): Mapping {
  const network = createNetwork(candidates, cores);
  const layers = candidates.length;
  const sink = 1 + layers + cores;
  for (;;) {
    const reachedBy = search(network, 0, sink);
    if (reachedBy[sink] === -1) break;
    for (let node = sink; node !== 0; ) {
      const edge = reachedBy[node];
      network.room[edge]--;
      network.room[edge ^ 1]++;
      node = network.target[edge ^ 1];
    }
  }
  /** Of the edges of a layer, the one to a core that is used up. */
  const coreOf = (layer: number) =>
    network.leaving[1 + layer].find((edge) => network.target[edge] > layers && network.room[edge] === 0);
  const assigned = candidates.map((_, layer) => coreOf(layer));
  const without = assigned.indexOf(undefined);
  if (without !== -1) return { conflict: conflictAt(network, without, layers, cores) };
  return { cores: assigned.map((edge) => network.target[edge!] - 1 - layers) };
}
