/**
 * Ctrl-C as an AbortSignal: commands stop at the next safe point and leave nothing half-written. Node hears of a signal only
 * when the event loop turns, so that a long computation either breathes or leaves the signal to the operating system.
 */
import { SpikecError } from "../errors/error.ts";

export interface Interrupt {
  readonly signal: AbortSignal;
  /**
   * Runs a long computation that never waits. Ctrl-C meanwhile ends the process at once, as if nobody listened: a shell sees
   * 130 all the same. Nothing may be half-written and no board half-flashed when this is called.
   */
  compute<Result>(work: () => Result): Promise<Result>;
  /** Stops listening. */
  release(): void;
}

const signals = ["SIGINT", "SIGTERM"] as const;

export function listenForInterrupt(): Interrupt {
  const controller = new AbortController();
  // Listening ends with the first signal: a second one, from a person who will not wait, ends the process at once.
  const abort = () => {
    release();
    controller.abort(new SpikecError("SPK-0003", "interrupted"));
  };
  const listen = () => {
    for (const name of signals) process.on(name, abort);
  };
  const release = () => {
    for (const name of signals) process.off(name, abort);
  };
  listen();
  return {
    signal: controller.signal,
    async compute(work) {
      await turnOfTheLoop();
      controller.signal.throwIfAborted();
      release();
      try {
        return work();
      } finally {
        listen();
      }
    },
    release,
  };
}

/** The loop looks for signals between two of its check phases, so that two are waited for. */
async function turnOfTheLoop(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
}

/** Milliseconds between two breaths: what Ctrl-C may take at most, besides the step in between. */
const breathInterval = 50;

/** Computations of many steps call this after each: it lets the event loop turn, and throws when Ctrl-C was pressed. */
export function createBreather(signal: AbortSignal): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last > breathInterval) {
      await turnOfTheLoop();
      last = performance.now();
    }
    signal.throwIfAborted();
  };
}
