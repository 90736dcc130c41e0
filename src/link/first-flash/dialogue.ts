/** Questions and answers of a boot ROM: bytes are sent, and so many come back. */
import type { Link } from "../link.ts";
import { openSession, type SessionOptions } from "../session.ts";

export interface Dialogue {
  readonly name: string;
  send(bytes: readonly number[] | Uint8Array): Promise<void>;
  /** Exactly so many bytes. Throws as Session.receive does. */
  take(count: number): Promise<Uint8Array>;
  /** Forgets what came and was not asked for. */
  clear(): void;
  release(): void;
}

/** Takes the link until release(). */
export function openDialogue(link: Link, options: SessionOptions): Dialogue {
  const session = openSession(link, options);
  let waiting: number[] = [];
  return {
    name: link.name,
    send: (bytes) => session.send(Uint8Array.from(bytes)),
    async take(count) {
      while (waiting.length < count) waiting.push(...(await session.receive()));
      return Uint8Array.from(waiting.splice(0, count));
    },
    clear() {
      waiting = [];
    },
    release: session.release,
  };
}
