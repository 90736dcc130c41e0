/**
 * Heartbeat: a PING after every second without a word from the board. A serial adapter or a network may go on pretending that
 * the wire is there; a PING without an answer ends the connection.
 */
import { SpikecError } from "../../errors/error.ts";
import type { LoaderConnection } from "./connection.ts";
import { operations } from "./protocol.ts";

export const heartbeatInterval = 1000;

/** Returns what stops it. When the board is silent, connection.fail() ends whatever is under way. */
export function startHeartbeat(connection: LoaderConnection, interval = heartbeatInterval): () => void {
  let asking = false;
  async function beat(): Promise<void> {
    if (asking || connection.failure() !== null || connection.sinceLastFrame() < interval) return;
    asking = true;
    try {
      await connection.ask(operations.ping);
    } catch (error) {
      connection.fail(error instanceof SpikecError ? error : new SpikecError("SPK-0507", String(error)));
    } finally {
      asking = false;
    }
  }
  const timer = setInterval(() => void beat(), interval);
  return () => clearInterval(timer);
}
