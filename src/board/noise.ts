/** Noise: one byte in a share of the frames is damaged. Which ones is chance from a seed, the same every time. */
import type { Fault, NoiseFault } from "./faults.ts";

/** Bytes in, what arrives out. */
export type Noise = (bytes: Uint8Array) => Uint8Array;

/** Every frame has so many bytes at least: the byte that is struck is one of its first. */
const shortestFrame = 8;

/** Marsaglia, Xorshift RNGs, 2003: shifts 13, 17, 5. In [0, 1). */
function xorshift(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** null where no fault is noise. seed: not 0. */
export function createNoise(faults: readonly Fault[], seed: number): Noise | null {
  const noises = faults.filter((fault): fault is NoiseFault => fault.kind === "noise");
  if (noises.length === 0) return null;
  const random = xorshift(seed * 0x9e3779b1);
  /** Place in the frame, and where each noise strikes in it; null: not in this frame. */
  let at = 0;
  let strikes: (number | null)[] = [];

  function beginFrame(): void {
    at = 0;
    strikes = noises.map(({ percent }) =>
      random() * 100 < percent ? Math.floor(random() * shortestFrame) : null,
    );
  }

  function struck(byte: number): number[] {
    let result = [byte];
    noises.forEach(({ strike }, i) => {
      if (strikes[i] !== at) return;
      if (strike === "flip") result = result.map((value) => value ^ (1 << Math.floor(random() * 8)));
      else result = strike === "drop" ? [] : [...result, ...result];
    });
    return result;
  }

  beginFrame();
  return (bytes) => {
    const arriving: number[] = [];
    for (const byte of bytes) {
      arriving.push(...struck(byte));
      at++;
      // A zero in front of a frame is no frame of its own.
      if (byte === 0 && at > 1) beginFrame();
      else if (byte === 0) at = 0;
    }
    return Uint8Array.from(arriving);
  };
}
