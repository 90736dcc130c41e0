/**
 * Link: bytes over a wire, whatever the wire is: serial port, TCP, pseudo-terminal or memory. Web Streams only, so that
 * protocol code runs unchanged in a browser.
 */
export interface Link {
  /** What a person calls it: a port path, host:port, "memory". */
  readonly name: string;
  /** Ends when the far side is gone; errors with SPK-05xx when the wire broke. */
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
  /** Data terminal ready and request to send, where the wire has them; best effort. */
  setSignals?(signals: { dataTerminalReady?: boolean; requestToSend?: boolean }): Promise<void>;
  /** Bits a second from now on, where the wire has such a rate. */
  setBaudRate?(baudRate: number): Promise<void>;
  close(): Promise<void>;
}
