/**
 * Seeded pseudo-random integers: the same on every machine, since only 32-bit integer operations are used.
 * Generator: mulberry32 (Tommy Ettinger, public domain), one 32-bit state.
 */

/** Returns a function that gives the next integer, uniform in 0 .. 2^32 - 1. */
export function randomIntegers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}
