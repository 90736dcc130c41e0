/**
 * Pacing: a wire in memory, over TCP or on a pseudo-terminal is as fast as the machine; paced, it is as slow as the
 * serial line that it stands for.
 */
import type { Link } from "../link/link.ts";

/** Start bit, 8 data bits, stop bit. */
const bitsPerByte = 10;

/** Resolves when `bytes` more have passed since the first call, at the baud rate. */
function createPace(baudRate: number): (bytes: number) => Promise<void> {
  let busyUntil = 0;
  return async (bytes) => {
    const now = performance.now();
    busyUntil = Math.max(now, busyUntil) + (bytes * bitsPerByte * 1000) / baudRate;
    // Timers count whole milliseconds; what is left over stays in busyUntil.
    if (busyUntil - now >= 1) await new Promise((resolve) => setTimeout(resolve, busyUntil - now));
  };
}

function pacing(baudRate: number): TransformStream<Uint8Array, Uint8Array> {
  const pace = createPace(baudRate);
  return new TransformStream({
    async transform(bytes, controller) {
      await pace(bytes.length);
      controller.enqueue(bytes);
    },
  });
}

/** The board's end of a wire that carries `baudRate` bits a second each way. */
export function paced(link: Link, baudRate: number): Link {
  const outgoing = pacing(baudRate);
  outgoing.readable.pipeTo(link.writable).catch(() => {
    // A host that went away: the board learns it from the other direction.
  });
  return { ...link, readable: link.readable.pipeThrough(pacing(baudRate)), writable: outgoing.writable };
}
