/**
 * What edges do in each step: what feeds a node is added up, values on delayed edges wait, and nodes stand in an order in
 * which every edge without delay points forward.
 */
import { SpikecError } from "../../errors/error.ts";
import { forwardOrder } from "../forward-order.ts";
import type { SpikingEdge } from "../spiking.ts";
import type { Stepper } from "./stepper.ts";

/** Values that delayed edges may hold: 2^26 of float32 are 256 MB. */
const largestMemory = 2 ** 26;

/** Names in topological order of the edges given; a cycle is an error. */
export function orderNodes(names: readonly string[], edges: readonly SpikingEdge[], where: string): string[] {
  const order = forwardOrder(names, edges);
  if (order.length === names.length) return order;
  const ordered = new Set(order);
  const stuck = names.find((name) => !ordered.has(name));
  throw new SpikecError("SPK-0202", `${stuck} stands in a cycle without delay`, { where });
}

/** What a node gave in the last `depth` steps. */
export interface History {
  /** What it gave `delay` steps before the step now running; zeros before the first. */
  before(delay: number): Float32Array;
  /** Keeps what the node gives in this step: to be called when every node has taken its step. */
  keep(): void;
  reset(): void;
}

export function keepHistory(source: Stepper, depth: number, where: string): History {
  const size = source.output.length;
  if (size * depth > largestMemory) {
    throw new SpikecError("SPK-0204", `a delay of ${depth} steps would hold ${size * depth} values`, {
      where,
    });
  }
  const slots = Array.from({ length: depth }, () => new Float32Array(size));
  let now = 0;
  return {
    before: (delay) => slots[(now - delay + depth) % depth],
    keep: () => {
      slots[now].set(source.output);
      now = (now + 1) % depth;
    },
    reset: () => {
      for (const slot of slots) slot.fill(0);
      now = 0;
    },
  };
}

/** Where the values of one edge are found in the step that runs. */
export type Feed = () => Float32Array;

/** The sum of `feeds`, in their order; a single one passes as it is. */
export function compileSum(feeds: readonly Feed[], size: number): Feed {
  if (feeds.length === 1) return feeds[0];
  const sum = new Float32Array(size);
  return () => {
    sum.fill(0);
    for (const feed of feeds) {
      const values = feed();
      for (let i = 0; i < size; i++) sum[i] += values[i];
    }
    return sum;
  };
}

/**
 * The first step in which something can have reached each node, given that nodes without inputs give values from step 0 on;
 * infinite where nothing ever does.
 */
export function firstSteps(names: readonly string[], edges: readonly SpikingEdge[]): Map<string, number> {
  const fed = new Set(edges.map(({ to }) => to));
  const first = new Map(names.map((name) => [name, fed.has(name) ? Number.POSITIVE_INFINITY : 0]));
  const leaving = new Map<string, SpikingEdge[]>(names.map((name) => [name, []]));
  for (const edge of edges) leaving.get(edge.from)!.push(edge);
  const queue = names.filter((name) => !fed.has(name));
  for (let at = 0; at < queue.length; at++) {
    for (const { from, to, delay } of leaving.get(queue[at])!) {
      const arrival = first.get(from)! + delay;
      if (arrival >= first.get(to)!) continue;
      first.set(to, arrival);
      queue.push(to);
    }
  }
  return first;
}
