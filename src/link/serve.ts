/** Puts a VirtualBoard behind a Link: what arrives goes in, what the board answers goes back. */
import type { Link } from "./link.ts";
import type { VirtualBoard } from "./virtual-board.ts";

/** Bytes given to the board at once: a short command can ask for a long answer. */
const portion = 256;
/** Answers that wait to be sent together; with more than these the board gets nothing new before they are on their way. */
const mostWaiting = 4096;

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Resolves when the host is gone. The board keeps its state: it can be served again. */
export async function serve(board: VirtualBoard, link: Link): Promise<void> {
  const reader = link.readable.getReader();
  const writer = link.writable.getWriter();
  reader.closed.catch(() => {});
  writer.closed.catch(() => {});
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      let waiting: Uint8Array[] = [];
      let length = 0;
      for (let at = 0; at < value.length; at += portion) {
        const replies = board.receive(value.subarray(at, at + portion));
        waiting.push(replies);
        length += replies.length;
        if (length === 0 || (length < mostWaiting && at + portion < value.length)) continue;
        await writer.write(joined(waiting, length));
        [waiting, length] = [[], 0];
      }
    }
  } catch {
    // A host that went away in the middle of an answer is no fault of the board.
  } finally {
    reader.releaseLock();
    writer.releaseLock();
  }
}
