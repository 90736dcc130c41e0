/** HELLO: who is there, what it can take, how fast the way to it is. The first question of every session. */
import { SpikecError } from "../../errors/error.ts";
import { pack, u8 } from "./bytes.ts";
import type { LoaderConnection } from "./connection.ts";
import { type BoardDescription, decodeDescription } from "./description.ts";
import { frameOverhead } from "./frame.ts";
import { operations, protocolVersion } from "./protocol.ts";
import { bodyOf } from "./refusal.ts";

/**
 * Throws SPK-0512 for a board of another name, SPK-0513 for another protocol, SPK-0508 for what is no description, and what
 * ask() throws. board: the name that is expected; null takes any.
 */
export async function hello(connection: LoaderConnection, board: string | null): Promise<BoardDescription> {
  const { name } = connection;
  const question = pack([u8(protocolVersion.major), u8(protocolVersion.minor)]);
  const asked = performance.now();
  const answer = await connection.ask(operations.hello, question);
  // An answer to a repeated question makes the way look slow: waits get longer, nothing else.
  const elapsed = performance.now() - asked;
  const description = decodeDescription(bodyOf(answer, "asking who it is", name), name);
  const bytes = question.length + answer.length + 2 * frameOverhead;
  const { silence, workTime } = description;
  connection.setPace({ silence, workTime, byteTime: elapsed / bytes });
  if (board !== null && description.board !== board)
    throw new SpikecError("SPK-0512", `the board calls itself ${description.board}, not ${board}`, {
      where: name,
    });
  return description;
}
