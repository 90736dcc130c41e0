/**
 * Where everything lies on the chip: the inputs' neurons first, because charges reach ids 0..127 only, then the
 * populations, in the Network's order.
 */
import { SpikecError } from "../../src/errors/error.ts";
import { type Network, sizeOf } from "../../src/network/network.ts";

/** Where an input or a population lies: chip ids first .. first + count - 1, in the order of its neurons. */
export interface Group {
  readonly name: string;
  readonly kind: "input" | "population";
  readonly first: number;
  readonly count: number;
}

/** Ids are handed out without a gap, whether or not the chip has that many. */
export function groupsOf(network: Network): Group[] {
  const groups: Group[] = [];
  let first = 0;
  const add = (kind: Group["kind"], name: string, count: number) => {
    groups.push({ name, kind, first, count });
    first += count;
  };
  for (const input of network.inputs) add("input", input.name, sizeOf(input.shape));
  for (const population of network.populations) add("population", population.name, sizeOf(population.shape));
  return groups;
}

/** The group of an input or population. */
export function groupNamed(groups: readonly Group[], name: string): Group {
  const group = groups.find((candidate) => candidate.name === name);
  if (group === undefined) throw new SpikecError("SPK-0704", `no input or population is named ${name}`);
  return group;
}
