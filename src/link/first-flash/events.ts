/** What a first flash needs to know, and what it tells: the same events as the flash of a network. */
import type { LoaderEvent } from "../loader/events.ts";

export interface FirstFlashOptions {
  readonly onEvent?: ((event: LoaderEvent) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface FirstFlashResult {
  readonly bytes: number;
  /** Blocks that were written, each acknowledged and read back. */
  readonly blocks: number;
}

/** The first byte that differs; -1 where none does. */
export function firstDifference(found: Uint8Array, expected: Uint8Array): number {
  return expected.findIndex((byte, i) => found[i] !== byte);
}
