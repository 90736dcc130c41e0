/**
 * Pacing: a wire in memory, over TCP or on a pseudo-terminal is as fast as the machine; paced, it is as slow as the
 * serial line that it stands for.
 */
import type { Link } from "../link/link.ts";

/** Start bit, 8 data bits, stop bit. */
const bitsPerByte = 10;
/** Milliseconds of the line that arrive together: on a real line the first byte is there long before the last one. */
const grain = 4;
/** Bytes that may wait for the line. */
const mostWaiting = 65_536;

/** Bytes, and when they were given to the line. */
interface Stamped {
  readonly bytes: Uint8Array;
  readonly at: number;
}

/** When bytes were given counts, not when their turn came: a timer that is late on a busy machine is no gap on the line. */
function stamping(): TransformStream<Uint8Array, Stamped> {
  return new TransformStream<Uint8Array, Stamped>(
    { transform: (bytes, controller) => controller.enqueue({ bytes, at: performance.now() }) },
    undefined,
    { highWaterMark: mostWaiting, size: ({ bytes }) => bytes.length },
  );
}

function pacing(baudRate: number): TransformStream<Stamped, Uint8Array> {
  const byteTime = (bitsPerByte * 1000) / baudRate;
  const portion = Math.max(1, Math.floor(grain / byteTime));
  let busyUntil = 0;
  return new TransformStream({
    async transform({ bytes, at }, controller) {
      busyUntil = Math.max(at, busyUntil);
      for (let from = 0; from < bytes.length; from += portion) {
        const part = bytes.subarray(from, from + portion);
        busyUntil += part.length * byteTime;
        // Timers count whole milliseconds; what is left over stays in busyUntil.
        const wait = busyUntil - performance.now();
        if (wait >= 1) await new Promise((resolve) => setTimeout(resolve, wait));
        controller.enqueue(part);
      }
    },
  });
}

/** The board's end of a wire that carries `baudRate` bits a second each way. */
export function paced(link: Link, baudRate: number): Link {
  const outgoing = stamping();
  outgoing.readable
    .pipeThrough(pacing(baudRate))
    .pipeTo(link.writable)
    .catch(() => {
      // A host that went away: the board learns it from the other direction.
    });
  const readable = link.readable.pipeThrough(stamping()).pipeThrough(pacing(baudRate));
  return { ...link, readable, writable: outgoing.writable };
}
