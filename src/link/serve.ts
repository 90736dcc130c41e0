/** Puts a VirtualBoard behind a Link: what arrives goes in, what the board answers goes back. */
import type { Link } from "./link.ts";
import type { VirtualBoard } from "./virtual-board.ts";

/** Bytes given to the board at once: a short command can ask for a long answer, which is then sent before the next. */
const portion = 256;

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
      for (let at = 0; at < value.length; at += portion) {
        const replies = board.receive(value.subarray(at, at + portion));
        if (replies.length > 0) await writer.write(replies);
      }
    }
  } catch {
    // A host that went away in the middle of an answer is no fault of the board.
  } finally {
    reader.releaseLock();
    writer.releaseLock();
  }
}
