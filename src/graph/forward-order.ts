/** The order in which every edge points forward. */

export interface Edge {
  readonly from: string;
  readonly to: string;
}

/** Names with every edge pointing forward, as near to their given order as that allows; those in or behind a cycle are left out. */
export function forwardOrder(names: readonly string[], edges: readonly Edge[]): string[] {
  const missing = new Map(names.map((name) => [name, 0]));
  const targets = new Map<string, string[]>(names.map((name) => [name, []]));
  for (const { from, to } of edges) {
    missing.set(to, missing.get(to)! + 1);
    targets.get(from)!.push(to);
  }
  const order = names.filter((name) => missing.get(name) === 0);
  for (let at = 0; at < order.length; at++) {
    for (const to of targets.get(order[at])!) {
      const left = missing.get(to)! - 1;
      missing.set(to, left);
      if (left === 0) order.push(to);
    }
  }
  return order;
}
