/**
 * VirtualBoard: a board as bytes in, bytes out. One core behind every face (memory, TCP, pseudo-terminal); what it
 * knows of a network it knows from the bytes that it received.
 */
export interface VirtualBoard {
  /** Takes bytes from the host, cut anywhere, and returns the board's reply bytes (empty for none). */
  receive(bytes: Uint8Array): Uint8Array;
  /** What can happen to the board itself, on request; absent for boards without flash. */
  readonly mishaps?: Mishaps;
}

/** Things that befall a board with flash memory. */
export interface Mishaps {
  /** The power goes and comes back: memory is lost, flash stays. */
  cutPower(): void;
  /** The power goes in the middle of flash work, after so many more bytes of it. */
  cutPowerInFlash(bytes: number): void;
  /** From so many more bytes on, the flash takes nothing. */
  wearOutFlash(bytes: number): void;
}
