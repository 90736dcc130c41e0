/**
 * Energy and time of one sample, from what its chip's makers published for single operations, and from nothing else: a chip
 * without such numbers has no estimate. Operations are counted in the simulation.
 */
import { sizeOf } from "../graph/graph.ts";
import { runLength } from "../network/latency.ts";
import type { Network } from "../network/network.ts";
import type { Estimate, EstimateRow } from "../report/html/report-data.ts";
import type { Chip } from "../target/target.ts";

export interface CountedOperations {
  /** Synaptic operations a sample. */
  readonly synops: number;
  /** Spikes a sample of inputs and populations. */
  readonly spikes: number;
}

/** null: nothing is published for the chip. */
export function estimateOf(
  chip: Chip,
  network: Network,
  { synops, spikes }: CountedOperations,
): Estimate | null {
  const { costs } = chip;
  if (costs === undefined) return null;
  const neurons = network.populations.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const counts: Readonly<Record<string, number>> = {
    synapticOperation: synops,
    neuronUpdate: neurons * runLength(network),
    spike: spikes,
  };
  const rows = costs.operations.map(
    ({ operation, what, picojoules, nanoseconds }): EstimateRow => ({
      what,
      count: counts[operation],
      picojoules,
      nanoseconds,
    }),
  );
  return { target: chip.name, rows, from: costs.from, caveat: costs.caveat };
}
