/**
 * Where a membrane stands when a population's first step comes. The chip's biases act from the first step of a run, the law's from a
 * population's latency on: so the law starts a membrane where the chip's has got to by then.
 */
import type { Law } from "../../src/network/network.ts";

const range = { low: -32768, high: 32767 };

/** read: the neuron's value of a parameter array. */
export function startingMembrane(
  { decayV, bias }: Law,
  read: (values: Int32Array) => number,
  latency: number,
): number {
  if (decayV.kind !== "shift") return 0;
  const shift = decayV.shifts === undefined ? decayV.shift : read(decayV.shifts);
  let v = 0;
  for (let step = 0; step < latency; step++) {
    const shifted = Math.floor(v / 2 ** shift);
    const lost = shifted === 0 ? Math.sign(v) : shifted;
    v = Math.min(range.high, Math.max(range.low, v - lost + read(bias)));
  }
  return v;
}
