/**
 * Talking to a board without flow control: bytes in flight are bounded, and replies say what the chip has read.
 *
 * The board's receive FIFO holds 1024 bytes, and reading from it stalls while a step runs (packet_interface.sv:95-102,
 * upduino_uart_top.sv). So the host keeps a window of half of it, counted down by acknowledgements (configuration) and
 * time packets (steps).
 */
import { SpikecError } from "../../src/errors/error.ts";
import type { Link } from "../../src/link/link.ts";
import { openSession, type Session } from "../../src/link/session.ts";
import type { WireOptions } from "../../src/target/target.ts";
import { createReplyParser, describeReply, type Reply, type ReplyParser } from "./replies.ts";
import { synchronise } from "./synchronise.ts";

/** Bytes that may be on their way, not known to have been read by the chip. */
const window = 512;

export interface Conversation {
  readonly session: Session;
  readonly parser: ReplyParser;
}

/** The replies that the next bytes complete; none is possible. */
export async function nextReplies({ session, parser }: Conversation): Promise<readonly Reply[]> {
  return parser.push(await session.receive());
}

export function unexpected(conversation: Conversation, reply: Reply, wanted: string): SpikecError {
  const what = `the board sent ${describeReply(reply)} where ${wanted} was due`;
  return new SpikecError("SPK-0508", what, { where: conversation.session.name });
}

/** Opens a conversation with a board in any state; it is then clear and at time 0. The link stays the caller's. */
export async function converse(link: Link, options: WireOptions): Promise<Conversation> {
  const session = openSession(link, options);
  try {
    await synchronise(session);
    return { session, parser: createReplyParser() };
  } catch (error) {
    session.release();
    throw error;
  }
}

/** As many of parts[from..] as the window takes; always one when nothing is in flight. */
function nextBatch(
  parts: readonly Uint8Array[],
  from: number,
  inFlight: number,
): { bytes: Uint8Array; end: number } {
  let end = from;
  let length = 0;
  while (end < parts.length && (inFlight + length === 0 || inFlight + length + parts[end].length <= window)) {
    length += parts[end++].length;
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts.slice(from, end)) {
    bytes.set(part, at);
    at += part.length;
  }
  return { bytes, end };
}

/**
 * Sends the parts in order, keeping the bytes in flight within the window. `settles` judges each reply: true when it
 * says that the oldest unsettled part, number `part`, was read by the chip.
 */
export async function sendSettled(
  conversation: Conversation,
  parts: readonly Uint8Array[],
  settles: (reply: Reply, part: number) => boolean,
  onSettled: (bytes: number) => void = () => {},
): Promise<void> {
  let sent = 0;
  let settled = 0;
  let bytesSent = 0;
  let bytesSettled = 0;
  while (settled < parts.length) {
    const { bytes, end } = nextBatch(parts, sent, bytesSent - bytesSettled);
    await conversation.session.send(bytes);
    sent = end;
    bytesSent += bytes.length;
    for (const reply of await nextReplies(conversation)) {
      if (!settles(reply, settled)) continue;
      if (settled >= sent) throw unexpected(conversation, reply, "silence");
      bytesSettled += parts[settled++].length;
    }
    onSettled(bytesSettled);
  }
}
