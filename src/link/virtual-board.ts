/**
 * VirtualBoard: a board as bytes in, bytes out. One core behind every face (memory, TCP, pseudo-terminal); what it
 * knows of a network it knows from the bytes that it received.
 */
export interface VirtualBoard {
  /** Takes bytes from the host, cut anywhere, and returns the board's reply bytes (empty for none). */
  receive(bytes: Uint8Array): Uint8Array;
}
