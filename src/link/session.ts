/**
 * A session: one host program's hold on a Link, with a time-out on every wait, so that no silent, stuck or vanished
 * board can hang it. Protocols (a chip's host side) are written on top of it.
 */
import { SpikecError } from "../errors/error.ts";
import type { Link } from "./link.ts";

export interface SessionOptions {
  /** Milliseconds that one send or receive may take before the board counts as silent. */
  readonly replyTimeout?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Session {
  /** Name of the link, for messages. */
  readonly name: string;
  readonly replyTimeout: number;
  /** Resolves when the wire took the bytes. Throws as receive() does. */
  send(bytes: Uint8Array): Promise<void>;
  /**
   * The next bytes, at least one.
   * Throws SPK-0506 after the time-out, SPK-0507 when the link ended or broke, SPK-0003 when the signal was aborted.
   */
  receive(): Promise<Uint8Array>;
  /** Gives the link back, still open, for the next session. */
  release(): void;
}

const defaultReplyTimeout = 2000;

function interrupted(where: string): SpikecError {
  const advice = "The board was left as it was at that moment; flash or reset it before the next use.";
  return new SpikecError("SPK-0003", "interrupted while talking to the board", { where, advice });
}

/** `work`, or an error as soon as the time is over or the signal aborts; `work` itself goes on unwatched. */
function within<T>(work: Promise<T>, name: string, limit: number, signal?: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(interrupted(name));
      return;
    }
    const abort = () => finish(() => reject(interrupted(name)));
    const silent = () => {
      const seconds = (limit / 1000).toString();
      finish(() => reject(new SpikecError("SPK-0506", `nothing came for ${seconds} s`, { where: name })));
    };
    const timer = setTimeout(silent, limit);
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      settle();
    };
    signal?.addEventListener("abort", abort);
    work.then(
      (value) => finish(() => resolve(value)),
      (error) => finish(() => reject(asDisconnect(error, name))),
    );
  });
}

/** A wire that breaks says so in many ways; ours keep their code, the rest mean that the board is gone. */
function asDisconnect(error: unknown, where: string): SpikecError {
  if (error instanceof SpikecError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new SpikecError("SPK-0507", `the connection broke: ${reason}`, { where, cause: error });
}

/** Takes the link until release(); one session at a time. */
export function openSession(link: Link, options: SessionOptions = {}): Session {
  const { replyTimeout = defaultReplyTimeout, signal } = options;
  const reader = link.readable.getReader();
  const writer = link.writable.getWriter();
  // The state of the link is learned from read and write; without a handler `closed` would reject unhandled.
  reader.closed.catch(() => {});
  writer.closed.catch(() => {});
  /** A read that outlived its time-out is kept: its bytes belong to the next receive(). */
  let pending: Promise<ReadableStreamReadResult<Uint8Array>> | null = null;

  return {
    name: link.name,
    replyTimeout,
    async send(bytes) {
      if (bytes.length > 0) await within(writer.write(bytes), link.name, replyTimeout, signal);
    },
    async receive() {
      for (;;) {
        pending ??= reader.read();
        const result = await within(pending, link.name, replyTimeout, signal);
        pending = null;
        if (result.done) {
          throw new SpikecError("SPK-0507", "the board closed the connection", { where: link.name });
        }
        if (result.value.length > 0) return result.value;
      }
    },
    release() {
      pending?.catch(() => {});
      reader.releaseLock();
      writer.releaseLock();
    },
  };
}
