/** From a raw reading to a class: argmax, ties by the larger membrane where it is readable, else by the lower index. */
import type { Network } from "../network/network.ts";

export interface Decision {
  readonly label: number;
  /** The largest reading is shared by several classes. */
  readonly tied: boolean;
}

/** reading: one number a class. tieBreak: membranes, or null where the chip does not show them. */
export function classify(reading: ArrayLike<number>, tieBreak: ArrayLike<number> | null): Decision {
  let label = 0;
  let tied = false;
  for (let candidate = 1; candidate < reading.length; candidate++) {
    if (reading[candidate] > reading[label]) {
      label = candidate;
      tied = false;
    } else if (reading[candidate] === reading[label]) {
      tied = true;
      if (tieBreak !== null && tieBreak[candidate] > tieBreak[label]) label = candidate;
    }
  }
  return { label, tied };
}

/** Readings as estimates of the float network's logits: (reading * scale + offset) / T. */
export function logitsOf(network: Network, reading: Float64Array, timesteps: number): Float64Array {
  const { scale, offset } = network.readout;
  return reading.map((value) => (value * scale + offset) / timesteps);
}
