/** The class that a reading of a network stands for, as any client of a board would take it. */
import type { Network } from "../network/network.ts";
import { classify, type Decision } from "./classify.ts";

/**
 * Plain argmax of the raw reading; a single logit is a yes or no by its sign.
 * membranes: of the readout, where they are known; they decide only where the network says so.
 */
export function classOf(
  network: Network,
  reading: Float64Array,
  membranes: ArrayLike<number> | null,
): Decision {
  const { scale, offset, tieBreak } = network.readout;
  if (reading.length > 1) return classify(reading, tieBreak === "membrane" ? membranes : null);
  return { label: Number(reading[0] * scale + offset > 0), tied: false };
}
