/**
 * Weights before and after quantization, layer by layer, in units of the layer's integers: a float weight w of a channel
 * whose integer stands for u is counted at w / u, so that both histograms have the same axis.
 */
import { SpikecError } from "../errors/error.ts";
import type { Graph } from "../graph/graph.ts";
import { type PairedLayer, pairLayers } from "../lower/attribute/pair-layers.ts";
import { nameWithoutCopy } from "../lower/copies.ts";
import type { Network } from "../network/network.ts";
import type { WeightHistogram } from "../report/html/report-data.ts";

const bins = 48;

/** Both ends of the values of several lists. */
function rangeOf(lists: readonly ArrayLike<number>[]): [low: number, high: number] {
  let [low, high] = [0, 0];
  for (const list of lists)
    for (let i = 0; i < list.length; i++) {
      if (list[i] < low) low = list[i];
      if (list[i] > high) high = list[i];
    }
  return low === high ? [low - 0.5, high + 0.5] : [low, high];
}

function countInto(counts: number[], list: ArrayLike<number>, low: number, high: number): void {
  const perUnit = counts.length / (high - low);
  for (let i = 0; i < list.length; i++) {
    const bin = Math.floor((list[i] - low) * perUnit);
    counts[Math.max(0, Math.min(counts.length - 1, bin))]++;
  }
}

/** Ranges of whole widths: otherwise some would hold two integers and some one, and the picture would show combs. */
function wholeRanges(low: number, high: number): { low: number; high: number; count: number } {
  const [first, last] = [Math.floor(low + 0.5), Math.ceil(high - 0.5)];
  const width = Math.max(1, Math.ceil((last - first + 1) / bins));
  const count = Math.ceil((last - first + 1) / width);
  return { low: first - 0.5, high: first - 0.5 + count * width, count };
}

function histogram(
  layer: string,
  integers: readonly ArrayLike<number>[],
  floats: readonly ArrayLike<number>[],
  snr: number | null,
): WeightHistogram {
  const { low, high, count } = wholeRanges(...rangeOf([...integers, ...floats]));
  const [before, after] = [new Array<number>(count).fill(0), new Array<number>(count).fill(0)];
  for (const list of floats) countInto(before, list, low, high);
  for (const list of integers) countInto(after, list, low, high);
  let [weights, zeros] = [0, 0];
  for (const list of integers) for (let i = 0; i < list.length; i++, weights++) if (list[i] === 0) zeros++;
  return {
    layer,
    low,
    high,
    floats: floats.length === 0 ? [] : before,
    integers: after,
    weights,
    zeros,
    snr,
  };
}

/** By name; none where the network is no conversion of the graph. */
function pairedByName(graph: Graph, network: Network): Map<string, PairedLayer> {
  try {
    return new Map(pairLayers(graph, network).layers.map((layer) => [layer.name, layer]));
  } catch (error) {
    if (error instanceof SpikecError) return new Map();
    throw error;
  }
}

/** graph: the model that the network was converted from, or null. Populations that nothing weighs are left out. */
export function weightHistograms(graph: Graph | null, network: Network): WeightHistogram[] {
  const paired = graph === null ? new Map<string, PairedLayer>() : pairedByName(graph, network);
  return network.populations.flatMap(({ name }) => {
    const { drives = [], weightSnr = Number.POSITIVE_INFINITY } = paired.get(nameWithoutCopy(name)) ?? {};
    const integers = drives.length > 0 ? drives.map((drive) => drive.integers) : weightsInto(network, name);
    if (integers.every(({ length }) => length === 0)) return [];
    const floats = drives.map((drive) => drive.inUnits());
    return [histogram(name, integers, floats, Number.isFinite(weightSnr) ? weightSnr : null)];
  });
}

function weightsInto({ projections }: Network, population: string) {
  return projections
    .filter(({ target }) => target === population)
    .map(({ connection }) => connection.weights);
}
