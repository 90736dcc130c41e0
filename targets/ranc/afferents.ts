/** What reaches each neuron of a layer, source by source: on this chip a layer's sources are axons of its cores. */
import { type Network, type Population, sizeOf } from "../../src/network/network.ts";
import { afferentsOf, shapeOf } from "../../src/target/synapses.ts";
import { chip } from "./chip.ts";

/** All neurons of an input or population that reach the layer after the same delay. */
export interface LayerSource {
  readonly name: string;
  readonly delay: number;
  readonly neurons: number;
  /** Its neuron n is source number first + n of the layer. */
  readonly first: number;
}

export interface LayerInput {
  readonly sources: readonly LayerSource[];
  /** Source numbers. */
  readonly size: number;
  /** By neuron of the layer: weights by source number, none 0. Empty where the sources are too many for a core anyway. */
  readonly rows: readonly ReadonlyMap<number, number>[];
}

function sourcesOf(network: Network, population: Population): LayerSource[] {
  const sources: LayerSource[] = [];
  let first = 0;
  for (const { source: name, target, delay } of network.projections) {
    const known = sources.some((source) => source.name === name && source.delay === delay);
    if (target !== population.name || known) continue;
    const neurons = sizeOf(shapeOf(network, name));
    sources.push({ name, delay, neurons, first });
    first += neurons;
  }
  return sources;
}

/** Parallel projections of the same delay add up. */
export function layerInput(network: Network, population: Population): LayerInput {
  const sources = sourcesOf(network, population);
  const size = sources.reduce((sum, { neurons }) => sum + neurons, 0);
  if (size > chip.limits.axonsOfACore) return { sources, size, rows: [] };
  const rows = Array.from({ length: sizeOf(population.shape) }, () => new Map<number, number>());
  for (const projection of network.projections) {
    if (projection.target !== population.name) continue;
    const { first } = sources.find(
      ({ name, delay }) => name === projection.source && delay === projection.delay,
    )!;
    for (const { target, sources: neurons, weights } of afferentsOf(projection, network))
      neurons.forEach((neuron, k) => {
        const weight = (rows[target].get(first + neuron) ?? 0) + weights[k];
        if (weight === 0) rows[target].delete(first + neuron);
        else rows[target].set(first + neuron, weight);
      });
  }
  return { sources, size, rows };
}
