/**
 * Which layer takes which cores, and where each neuron's spikes go. A neuron sends to one axon of one core, so a layer holds as
 * many copies of each neuron as there are places to reach: the planes of every core of every layer that it feeds, and the
 * output bus. Copies have the same inputs and weights, and so the same spikes.
 */
import type { Network } from "../../src/network/network.ts";
import type { LayerInput } from "./afferents.ts";
import { chip } from "./chip.ts";

const { neuronsOfACore, coresAlongASide } = chip.limits;

/** Where one copy of a layer's neurons sends: neuron n to axon firstAxon + n. core null: the output bus. */
export interface Destination {
  readonly core: number | null;
  readonly firstAxon: number;
  /** Ticks beyond the next. */
  readonly tick: number;
}

export interface PlacedLayer {
  readonly name: string;
  readonly neurons: number;
  /** Axons that each source takes. */
  readonly planes: number;
  readonly firstCore: number;
  readonly cores: number;
  /** One a copy. */
  readonly destinations: readonly Destination[];
}

export interface Grid {
  readonly layers: readonly PlacedLayer[];
  readonly cores: number;
  readonly width: number;
  readonly height: number;
}

interface Layer {
  readonly name: string;
  readonly neurons: number;
  readonly planes: number;
  readonly input: LayerInput;
}

/** Loops feed themselves: more cores ask for more copies, and those for more cores. */
const mostRounds = 32;

/** Cores by layer, in the Network's order; null where loops never settle or the chip is too small by far. */
function coreCounts(layers: readonly Layer[], outputs: (name: string) => boolean): number[] | null {
  let cores = layers.map(() => 1);
  for (let round = 0; round < mostRounds; round++) {
    const next = layers.map(({ name, neurons }) => {
      const fed = layers.reduce((sum, { planes, input }, i) => {
        const ways = input.sources.filter((source) => source.name === name).length;
        return sum + ways * planes * cores[i];
      }, 0);
      const copies = fed + (outputs(name) ? 1 : 0);
      return Math.ceil((neurons * copies) / neuronsOfACore);
    });
    if (next.every((count, i) => count === cores[i])) return cores;
    if (next.some((count) => count > 2 ** 20)) return null;
    cores = next;
  }
  return null;
}

/** Where the neurons of an input or layer go: every plane of every core of each layer that they feed. */
export function destinationsOf(
  name: string,
  layers: readonly (Layer & { firstCore: number; cores: number })[],
) {
  const destinations: Destination[] = [];
  for (const { planes, input, firstCore, cores } of layers)
    for (const { first, delay } of input.sources.filter((source) => source.name === name))
      for (let core = firstCore; core < firstCore + cores; core++)
        for (let plane = 0; plane < planes; plane++)
          destinations.push({ core, firstAxon: plane * input.size + first, tick: delay - 1 });
  return destinations;
}

/** outputs: first axon of the bus by layer that is observed. null: the loops of the network never settle. */
export function layOut(
  network: Network,
  layers: readonly Layer[],
  outputs: ReadonlyMap<string, number>,
): { grid: Grid; inputs: ReadonlyMap<string, readonly Destination[]> } | null {
  const counts = coreCounts(layers, (name) => outputs.has(name));
  if (counts === null) return null;
  let next = 0;
  const placed = layers.map((layer, i) => {
    const firstCore = next;
    next += counts[i];
    return { ...layer, firstCore, cores: counts[i] };
  });
  const withDestinations = placed.map(({ name, neurons, planes, firstCore, cores }): PlacedLayer => {
    const output = outputs.get(name);
    const bus: Destination[] = output === undefined ? [] : [{ core: null, firstAxon: output, tick: 0 }];
    const destinations = [...destinationsOf(name, placed), ...bus];
    return { name, neurons, planes, firstCore, cores, destinations };
  });
  // The bus takes the place after the last core.
  const width = Math.min(coresAlongASide, next + 1);
  const grid = { layers: withDestinations, cores: next, width, height: Math.ceil((next + 1) / width) };
  return { grid, inputs: new Map(network.inputs.map(({ name }) => [name, destinationsOf(name, placed)])) };
}
