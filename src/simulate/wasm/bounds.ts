/** Bounds of what one step may bring to a neuron: all excitatory weights at once, or all inhibitory ones. */
import type { Connection } from "../../network/network.ts";
import { type Interval, timesOf } from "./widths.ts";

type SideBySide = Exclude<Connection, { readonly kind: "sparse" }>;

/** Weights per target neuron lie side by side in dense and convolution weights; a one-to-one neuron has one. */
function fanIn(connection: SideBySide, sources: number, channels: number): number {
  switch (connection.kind) {
    case "dense":
      return sources;
    case "oneToOne":
      return 1;
    case "convolution":
      return (channels / connection.groups) * connection.kernel[0] * connection.kernel[1];
  }
}

/** Of one neuron. Small and called often, it is soon compiled. */
function rowBounds(row: ArrayLike<number>): Interval {
  let [low, high] = [0, 0];
  for (let i = 0; i < row.length; i++) {
    const weight = row[i];
    if (weight < 0) low += weight;
    else high += weight;
  }
  return { low, high };
}

function sideBySideBounds(connection: SideBySide, sources: number, channels: number): Interval {
  const own = fanIn(connection, sources, channels);
  const { weights } = connection;
  let [low, high] = [0, 0];
  for (let start = 0; start < weights.length; start += own) {
    const row = rowBounds(weights.subarray(start, start + own));
    low = Math.min(low, row.low);
    high = Math.max(high, row.high);
  }
  return { low, high };
}

function sparseBounds({ targets, weights, targetSize }: Connection & { readonly kind: "sparse" }): Interval {
  const negative = new Float64Array(targetSize);
  const positive = new Float64Array(targetSize);
  for (let synapse = 0; synapse < targets.length; synapse++) {
    const sums = weights[synapse] < 0 ? negative : positive;
    sums[targets[synapse]] += weights[synapse];
  }
  return {
    low: negative.reduce((least, sum) => Math.min(least, sum), 0),
    high: positive.reduce((most, sum) => Math.max(most, sum), 0),
  };
}

/**
 * sources, channels: of the source after the pools. times: the most spikes that one weight may see in a step (pooling
 * window, several spikes of a neuron).
 */
export function inputBounds(
  connection: Connection,
  { sources, channels, times }: { sources: number; channels: number; times: number },
): Interval {
  const once =
    connection.kind === "sparse" ? sparseBounds(connection) : sideBySideBounds(connection, sources, channels);
  return timesOf(once, times);
}
