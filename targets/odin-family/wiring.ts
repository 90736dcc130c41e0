/**
 * The synapses of a Network by source neuron, and with them what decides how many addresses a layer takes: a chip whose
 * weights have no sign of their own needs two for a neuron that excites some and inhibits others.
 */
import { type Network, sizeOf } from "../../src/network/network.ts";
import { afferentsOf } from "../../src/target/synapses.ts";

/** Weights of one source neuron, by target population and neuron. */
export type Efferents = ReadonlyMap<string, ReadonlyMap<number, number>>;

export interface Wiring {
  /** By input or population: one entry a neuron. */
  readonly efferents: ReadonlyMap<string, readonly Efferents[]>;
}

export function wire(network: Network): Wiring {
  const efferents = new Map<string, Map<string, Map<number, number>>[]>();
  for (const { name, shape } of [...network.inputs, ...network.populations])
    efferents.set(
      name,
      Array.from({ length: sizeOf(shape) }, () => new Map()),
    );
  for (const projection of network.projections) {
    const rows = efferents.get(projection.source)!;
    for (const { target, sources, weights } of afferentsOf(projection, network))
      sources.forEach((source, k) => {
        const row = rows[source].get(projection.target) ?? new Map<number, number>();
        row.set(target, (row.get(target) ?? 0) + weights[k]);
        rows[source].set(projection.target, row);
      });
  }
  return { efferents };
}

/** Whether any neuron of the layer both excites and inhibits. */
export function isMixed({ efferents }: Wiring, name: string): boolean {
  return efferents.get(name)!.some((rows) => {
    const weights = [...rows.values()].flatMap((row) => [...row.values()]);
    return weights.some((weight) => weight > 0) && weights.some((weight) => weight < 0);
  });
}
