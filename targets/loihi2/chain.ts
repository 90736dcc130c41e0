/**
 * The network as the chain that a `.net` file can hold: the input, then one population after the other, each fed by the one
 * before it and, where it is recurrent, by itself.
 */
import type { Input, Network, Population, Projection } from "../../src/network/network.ts";

export interface ChainLink {
  readonly population: Population;
  readonly projection: Projection;
  /** From the population to itself. */
  readonly feedback: Projection | null;
}

export interface Chain {
  readonly input: Input;
  readonly links: readonly ChainLink[];
}

/** The chain, or everything that stands in its way, in words. */
export function chainOf(network: Network): Chain | readonly string[] {
  const problems: string[] = [];
  const [input, ...others] = network.inputs;
  for (const { name } of others) problems.push(`${name}: a second input; a .net file has one`);
  const links: ChainLink[] = [];
  let before = input.name;
  for (const population of network.populations) {
    const { name } = population;
    const incoming = network.projections.filter(({ target }) => target === name);
    const forward = incoming.filter(({ source }) => source === before);
    const feedback = incoming.filter(({ source }) => source === name);
    for (const { source } of incoming.filter((one) => !forward.includes(one) && !feedback.includes(one)))
      problems.push(
        `${name}: it is fed by ${source}, not only by ${before}; a .net file is a chain of layers`,
      );
    if (forward.length !== 1)
      problems.push(`${name}: ${forward.length} projections from ${before} instead of one`);
    if (feedback.length > 1) problems.push(`${name}: ${feedback.length} projections to itself`);
    if (forward.length === 1)
      links.push({ population, projection: forward[0], feedback: feedback[0] ?? null });
    before = name;
  }
  return problems.length > 0 ? problems : { input, links };
}
