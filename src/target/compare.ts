/**
 * The comparison behind every "0 mismatches": two spike trains at equal absolute steps, event by event. One function for all
 * targets; nothing is shifted and nothing is forgiven.
 */
import type { Events, SpikeTrain } from "../network/spikes.ts";

/** The first place where two trains differ. */
export interface FirstDifference {
  readonly layer: string;
  readonly step: number;
  readonly neuron: number;
  /** Spikes there. */
  readonly expected: number;
  readonly found: number;
}

export interface Comparison {
  /** Spikes expected in the layers compared. */
  readonly spikes: number;
  /** Spikes missing or too many. */
  readonly mismatches: number;
  readonly first: FirstDifference | null;
}

/** Spikes of one step by neuron. */
function stepCounts({ offsets, neurons, values }: Events, step: number): Map<number, number> {
  const counts = new Map<number, number>();
  for (let event = offsets[step] ?? 0; event < (offsets[step + 1] ?? 0); event++)
    counts.set(neurons[event], (counts.get(neurons[event]) ?? 0) + (values?.[event] ?? 1));
  return counts;
}

function compareLayer(layer: string, expected: Events, found: Events, steps: number): Comparison {
  let spikes = 0;
  let mismatches = 0;
  let first: FirstDifference | null = null;
  for (let step = 0; step < steps; step++) {
    const wanted = stepCounts(expected, step);
    const seen = stepCounts(found, step);
    for (const neuron of [...new Set([...wanted.keys(), ...seen.keys()])].sort((a, b) => a - b)) {
      const pair = { expected: wanted.get(neuron) ?? 0, found: seen.get(neuron) ?? 0 };
      spikes += pair.expected;
      mismatches += Math.abs(pair.expected - pair.found);
      if (pair.expected !== pair.found) first ??= { layer, step, neuron, ...pair };
    }
  }
  return { spikes, mismatches, first };
}

const silent: Events = { offsets: new Uint32Array(1), neurons: new Uint32Array(0), values: null };

/** Compares the layers named, over the longer of the two runs. A layer that `found` lacks counts as silent. */
export function compareTrains(
  expected: SpikeTrain,
  found: SpikeTrain,
  layers: readonly string[],
): Comparison {
  const steps = Math.max(expected.steps, found.steps);
  return layers
    .map((layer) =>
      compareLayer(layer, expected.events.get(layer) ?? silent, found.events.get(layer) ?? silent, steps),
    )
    .reduce(addComparisons, noComparison);
}

export const noComparison: Comparison = { spikes: 0, mismatches: 0, first: null };

/** Totals, and the earlier of the two first differences in the order given. */
export function addComparisons(a: Comparison, b: Comparison): Comparison {
  return { spikes: a.spikes + b.spikes, mismatches: a.mismatches + b.mismatches, first: a.first ?? b.first };
}
