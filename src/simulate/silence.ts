/**
 * Networks that went silent: a layer without a single spike says nothing to those behind it, and the class is then a constant.
 * A silence has a first layer, and that is the one to look at.
 */
import { type Network, neverFires } from "../network/network.ts";

/** Spikes a neuron and step, by layer. */
export interface LayerRate {
  readonly name: string;
  readonly rate: number;
}

export interface Silence {
  /** The first layer that never fired in any sample. */
  readonly first: string;
  /** All that never fired, in the order of the road. */
  readonly silent: readonly string[];
  /** No layer behind the first fired either: nothing of the sample reaches the readout through spikes. */
  readonly toTheEnd: boolean;
  /** What feeds the first. */
  readonly sources: readonly LayerRate[];
}

/** Populations that a path leads to. */
function behind(network: Network, start: string): Set<string> {
  const reached = new Set([start]);
  for (let before = 0; before < reached.size; ) {
    before = reached.size;
    for (const { source, target } of network.projections) if (reached.has(source)) reached.add(target);
  }
  reached.delete(start);
  return reached;
}

/** rates: of populations, and of inputs where known. null: every layer that can fire did. */
export function silenceOf(network: Network, rates: readonly LayerRate[]): Silence | null {
  const byName = new Map(rates.map(({ name, rate }) => [name, rate]));
  const firing = network.populations.filter((population) => !neverFires(population)).map(({ name }) => name);
  const silent = firing.filter((name) => byName.get(name) === 0);
  if (silent.length === 0) return null;
  const [first] = silent;
  const later = firing.filter((name) => firing.indexOf(name) > firing.indexOf(first));
  const reached = behind(network, first);
  const sources = network.projections
    .filter(({ target, source }) => target === first && byName.has(source))
    .map(({ source }) => ({ name: source, rate: byName.get(source)! }));
  const toTheEnd = later.every((name) => byName.get(name) === 0 || !reached.has(name));
  return { first, silent, toTheEnd, sources };
}
