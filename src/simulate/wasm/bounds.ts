/** Bounds of what one step may bring to a neuron: all excitatory weights at once, or all inhibitory ones. */
import type { Connection } from "../../network/network.ts";
import type { Interval } from "./widths.ts";

/** Weights per target neuron lie side by side in dense and convolution weights; a one-to-one neuron has one. */
function fanIn(connection: Connection, sources: number, channels: number): number {
  switch (connection.kind) {
    case "dense":
      return sources;
    case "oneToOne":
      return 1;
    case "convolution":
      return (channels / connection.groups) * connection.kernel[0] * connection.kernel[1];
  }
}

/**
 * sources, channels: of the source after the pools. times: the most spikes that one weight may see in a step (pooling
 * window, several spikes of a neuron).
 */
export function inputBounds(
  connection: Connection,
  { sources, channels, times }: { sources: number; channels: number; times: number },
): Interval {
  const own = fanIn(connection, sources, channels);
  const { weights } = connection;
  let [low, high] = [0, 0];
  for (let start = 0; start < weights.length; start += own) {
    let [negative, positive] = [0, 0];
    for (let i = start; i < start + own; i++) {
      if (weights[i] < 0) negative += weights[i];
      else positive += weights[i];
    }
    low = Math.min(low, negative);
    high = Math.max(high, positive);
  }
  return { low: low * times, high: high * times };
}
