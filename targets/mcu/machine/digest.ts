/**
 * The digest of a run's spikes: CRC-32 over u16 population and u16 neuron of each spike, step by step, population by population,
 * neurons ascending, and 0xffff with the step's low 16 bits after each step.
 */
import { crc32 } from "../../../src/link/loader/crc32.ts";

/** Pairs of u16 with the same first number. */
function pairs(first: number, seconds: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * seconds.length);
  for (let i = 0; i < seconds.length; i++) {
    bytes[4 * i] = first;
    bytes[4 * i + 1] = first >> 8;
    bytes[4 * i + 2] = seconds[i];
    bytes[4 * i + 3] = seconds[i] >> 8;
  }
  return bytes;
}

/** observed: populations that count; all where it is left out. */
export function digestSpikes(
  before: number,
  fired: readonly (readonly number[])[],
  step: number,
  observed?: readonly boolean[],
): number {
  let digest = before;
  fired.forEach((neurons, population) => {
    if (observed === undefined || observed[population]) digest = crc32(pairs(population, neurons), digest);
  });
  return crc32(pairs(0xffff, [step & 0xffff]), digest);
}
