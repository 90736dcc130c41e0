/** What the engine does not cover: such a network runs on the reference interpreter, with this text as a note. */
export class Uncovered extends Error {}

/** Why this machine or this engine has no module for a network, from what making one threw; null: it is about something else. */
export function reasonAgainstWasm(error: unknown): string | null {
  if (error instanceof Uncovered) return error.message;
  // The machine refuses the memory, or has no 128-bit vectors.
  if (error instanceof RangeError || error instanceof WebAssembly.CompileError) return error.message;
  return null;
}
