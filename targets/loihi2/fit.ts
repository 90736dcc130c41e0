/**
 * Does the network fit the chip? For Loihi 1 cores are counted: every layer is cut into equal slices of neurons, and a slice
 * must keep the core's limits of compartments, axons and synapse memory. For Loihi 2, whose compiler is closed, published
 * totals are checked and the number of cores is an estimate.
 */
import type { Network, Projection } from "../../src/network/network.ts";
import { afferentsOf } from "../../src/target/synapses.ts";
import type { FitReason, FitUse } from "../../src/target/target.ts";
import type { Chain, ChainLink } from "./chain.ts";
import type { LoihiChip } from "./chip.ts";
import { bitsPerAxon } from "./core-memory.ts";
import type { PlacedLayer } from "./placement.ts";

export interface CoreFit {
  readonly uses: readonly FitUse[];
  readonly reasons: readonly FitReason[];
  readonly notes: readonly string[];
}

/** What a slice of a layer asks of a core. */
interface Slice {
  readonly axonsIn: number;
  readonly synapseBits: number;
}

/** Source neurons of each target neuron. */
function sourcesOf(network: Network, projection: Projection, size: number): Uint32Array[] {
  const sources: Uint32Array[] = Array.from({ length: size }, () => new Uint32Array(0));
  for (const row of afferentsOf(projection, network)) sources[row.target] = Uint32Array.from(row.sources);
  return sources;
}

function sliceOf(sources: readonly Uint32Array[], from: number, to: number): Slice {
  const synapses = new Map<number, number>();
  for (let target = from; target < to; target++)
    for (const source of sources[target]) synapses.set(source, (synapses.get(source) ?? 0) + 1);
  const neurons = to - from;
  const indexBits = Math.max(6, Math.ceil(Math.log2(neurons)));
  let synapseBits = 0;
  for (const count of synapses.values())
    synapseBits += Math.min(
      bitsPerAxon(neurons, { kind: "dense" }),
      bitsPerAxon(count, { kind: "indexed", indexBits }),
    );
  return { axonsIn: synapses.size, synapseBits };
}

/** All slices of a layer cut into `cores` parts, each limit at its worst. */
function worstSlice(connections: readonly (readonly Uint32Array[])[], size: number, cores: number): Slice {
  const perCore = Math.ceil(size / cores);
  let worst: Slice = { axonsIn: 0, synapseBits: 0 };
  for (let from = 0; from < size; from += perCore) {
    const slices = connections.map((sources) => sliceOf(sources, from, Math.min(size, from + perCore)));
    worst = {
      axonsIn: Math.max(
        worst.axonsIn,
        slices.reduce((sum, { axonsIn }) => sum + axonsIn, 0),
      ),
      synapseBits: Math.max(
        worst.synapseBits,
        slices.reduce((sum, { synapseBits }) => sum + synapseBits, 0),
      ),
    };
  }
  return worst;
}

/** Cores that the layer takes: the fewest, doubling from what its compartments need. */
function coresOfLayer(
  chip: LoihiChip,
  network: Network,
  link: ChainLink,
  layer: PlacedLayer,
): { cores: number; worst: Slice } {
  const { limits } = chip;
  const projections = link.feedback === null ? [link.projection] : [link.projection, link.feedback];
  const connections = projections.map((projection) => sourcesOf(network, projection, layer.size));
  let cores = Math.ceil(layer.size / limits.neuronsPerCore);
  for (;;) {
    const worst = worstSlice(connections, layer.size, cores);
    const fits = worst.axonsIn <= limits.axonsInPerCore && worst.synapseBits <= limits.synapseBitsPerCore;
    if (fits || cores >= layer.size || cores > limits.cores) return { cores, worst };
    cores = Math.min(layer.size, cores * 2);
  }
}

function loihi1Fit(
  chip: LoihiChip,
  network: Network,
  { links }: Chain,
  layers: readonly PlacedLayer[],
): CoreFit {
  const { limits } = chip;
  const reasons: FitReason[] = [];
  const found = links.map((link, index) => coresOfLayer(chip, network, link, layers[index]));
  found.forEach(({ cores, worst }, index) => {
    const layer = layers[index].name;
    const reason = (resource: string, need: number, limit: number, help: string) => {
      if (need > limit) reasons.push({ layer, resource, need, limit, help });
    };
    reason(
      "input axons of a core",
      worst.axonsIn,
      limits.axonsInPerCore,
      "feed each neuron from fewer sources: smaller kernels, or pool before",
    );
    reason(
      "synapse bits of a core",
      worst.synapseBits,
      limits.synapseBitsPerCore,
      "prune weights to 0, or make the layer before it smaller",
    );
    const targets = found[index + 1]?.cores ?? 0;
    const perCore = Math.ceil(layers[index].size / cores);
    const axonsOut = perCore * (targets + (layers[index].recurrent === null ? 0 : cores));
    reason(
      "output axons of a core",
      axonsOut,
      limits.axonsOutPerCore,
      "make the next layer smaller, so that it takes fewer cores",
    );
  });
  const cores = found.reduce((sum, one) => sum + one.cores, 0);
  if (cores > limits.cores)
    reasons.push({
      layer: "network",
      resource: "cores",
      need: cores,
      limit: limits.cores,
      help: "use smaller layers",
    });
  const neurons = layers.reduce((sum, { size }) => sum + size, 0);
  const bits = found.reduce((most, { worst }) => Math.max(most, worst.synapseBits), 0);
  return {
    uses: [
      { resource: "cores", used: cores, limit: limits.cores },
      { resource: "neurons", used: neurons, limit: limits.neurons },
      { resource: "synapse bits of the fullest core", used: bits, limit: limits.synapseBitsPerCore },
    ],
    reasons,
    notes: layers.map(({ name }, index) => `${name}: ${found[index].cores} cores`),
  };
}

/** Weights that are not 0: one byte each, shared ones once for each core. */
function loihi2Fit(
  chip: LoihiChip,
  network: Network,
  { links }: Chain,
  layers: readonly PlacedLayer[],
): CoreFit {
  const { limits } = chip;
  const neurons = layers.reduce((sum, { size }) => sum + size, 0);
  const synapses = links
    .filter((_, index) => layers[index].weights !== null)
    .map(({ projection, feedback }) =>
      (feedback === null ? [projection] : [projection, feedback]).reduce(
        (sum, one) => sum + synapseCount(network, one),
        0,
      ),
    );
  const total = synapses.reduce((sum, count) => sum + count, 0);
  const reasons = (
    [
      ["neurons", neurons, limits.neurons],
      ["synapses", total, limits.synapses],
    ] as const
  )
    .filter(([, need, limit]) => need > limit)
    .map(
      ([resource, need, limit]): FitReason => ({
        layer: "network",
        resource,
        need,
        limit,
        help: "use smaller layers, or prune weights to 0",
      }),
    );
  const cores = layers.map(({ size, weights }) => {
    const stored =
      weights === null ? 0 : weights.weights.reduce((count, weight) => count + (weight === 0 ? 0 : 1), 0);
    return Math.max(Math.ceil(size / limits.neuronsPerCore), Math.ceil(stored / limits.memoryBytesPerCore));
  });
  const estimate = cores.reduce((sum, count) => sum + count, 0);
  return {
    uses: [
      { resource: "neurons", used: neurons, limit: limits.neurons },
      { resource: "synapses", used: total, limit: limits.synapses },
    ],
    reasons,
    notes: [
      `cores: about ${estimate} of ${limits.cores}, an estimate: ${limits.neuronsPerCore} neurons and ${limits.memoryBytesPerCore} weights of a byte a core`,
    ],
  };
}

function synapseCount(network: Network, projection: Projection): number {
  let count = 0;
  for (const { sources } of afferentsOf(projection, network)) count += sources.length;
  return count;
}

export function coreFit(
  chip: LoihiChip,
  network: Network,
  chain: Chain,
  layers: readonly PlacedLayer[],
): CoreFit {
  return (chip.mode === "nengo" ? loihi1Fit : loihi2Fit)(chip, network, chain, layers);
}
