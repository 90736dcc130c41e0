/** A chip's own events, by address, as the events of populations. */
import type { Events } from "../network/spikes.ts";
import type { ChipEvents } from "./target.ts";

/** Those of `size` addresses from `first` on: neuron 0 is the first of them. */
export function eventsBetween({ steps, addresses }: ChipEvents, first: number, size: number): Events {
  const offsets = new Uint32Array(steps + 1);
  const neurons: number[] = [];
  for (let step = 0; step < steps; step++) {
    for (const address of addresses[step])
      if (address >= first && address < first + size) neurons.push(address - first);
    offsets[step + 1] = neurons.length;
  }
  return { offsets, neurons: Uint32Array.from(neurons), values: null };
}
