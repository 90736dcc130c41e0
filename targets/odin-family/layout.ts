/**
 * Where everything lies on the chip: inputs first, then the populations, in the Network's order; a neuron with two addresses
 * has them side by side, the inhibiting one first.
 *
 * Side by side is what keeps chip and law equal. The inhibiting half of a spike raises no membrane, so it fires nobody; the
 * exciting half follows at once in the FIFO. Together they do what one event with signed weights does, in the same order.
 */
import { SpikecError } from "../../src/errors/error.ts";
import { type Network, sizeOf } from "../../src/network/network.ts";

export interface Group {
  readonly name: string;
  readonly kind: "input" | "population";
  readonly first: number;
  readonly neurons: number;
  /** Addresses of one neuron. */
  readonly copies: 1 | 2;
}

/** Addresses are handed out without a gap, whether or not the chip has that many. */
export function groupsOf(network: Network, copiesOf: (name: string) => 1 | 2): Group[] {
  const groups: Group[] = [];
  let first = 0;
  const add = (kind: Group["kind"], name: string, neurons: number) => {
    const copies = copiesOf(name);
    groups.push({ name, kind, first, neurons, copies });
    first += neurons * copies;
  };
  for (const { name, shape } of network.inputs) add("input", name, sizeOf(shape));
  for (const { name, shape } of network.populations) add("population", name, sizeOf(shape));
  return groups;
}

export function addressOf({ first, copies }: Group, neuron: number, copy = 0): number {
  return first + neuron * copies + copy;
}

export function addressCount(groups: readonly Group[]): number {
  return groups.reduce((sum, { neurons, copies }) => sum + neurons * copies, 0);
}

/** The group of an input or population. */
export function groupNamed(groups: readonly Group[], name: string): Group {
  const group = groups.find((candidate) => candidate.name === name);
  if (group === undefined) throw new SpikecError("SPK-0704", `no input or population is named ${name}`);
  return group;
}
