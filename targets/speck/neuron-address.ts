/**
 * Addresses of neurons in a core's memory, as the vendor's tool computes them (sinabs 904eb89, io.py):
 * a = y << (channel bits + row bits) | x << channel bits | c. Row bits stand where column bits are meant, so that y and x
 * overlap where the map is wider than high, and decoding, which shifts alike, does not give back what was encoded. Kept: chips
 * are read and written with these.
 */
import type { Extents } from "./core-layer.ts";
import { addressBits } from "./memory.ts";

export function neuronAddress([channels, height]: Extents, [c, y, x]: Extents): number {
  const channelBits = addressBits(channels);
  return (y << (channelBits + addressBits(height))) | (x << channelBits) | c;
}

/** [channel, row, column]. */
export function decodeNeuronAddress([channels, height, width]: Extents, address: number): Extents {
  const channelBits = addressBits(channels);
  const c = address & (2 ** channelBits - 1);
  const x = (address >> channelBits) & (2 ** addressBits(width) - 1);
  return [c, address >> (channelBits + addressBits(height)), x];
}
