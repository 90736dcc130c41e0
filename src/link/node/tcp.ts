/** A Link over TCP: `socket://host:port` or `tcp://host:port`, for virtual boards and serial servers. */
import { connect, type Socket } from "node:net";
import { SpikecError } from "../../errors/error.ts";
import type { Link } from "../link.ts";
import { streamLink } from "./stream-link.ts";

const connectTimeout = 5000;
/** A board that serves one client hangs up on the next one at once; so long a new connection is watched for that. */
const refusalWait = 25;

export function isTcpPort(port: string): boolean {
  return /^(socket|tcp):\/\//.test(port);
}

function addressOf(port: string): { host: string; number: number } {
  const match = /^\w+:\/\/(\[[\da-f:.]+\]|[^:/\s]+):(\d{1,5})\/?$/i.exec(port);
  const number = Number(match?.[2]);
  if (match === null || number > 65_535) {
    throw new SpikecError("SPK-0505", "a TCP port is written socket://host:port", { where: port });
  }
  return { host: match[1].replace(/^\[|\]$/g, ""), number };
}

function openingError(port: string, error: NodeJS.ErrnoException): SpikecError {
  const details = { where: port, cause: error };
  if (error.code === "ECONNREFUSED") {
    const advice = "Start the board there first, for example with spikec emulate --target T --tcp PORT.";
    return new SpikecError("SPK-0501", "nothing listens at this address", { ...details, advice });
  }
  if (error.code === "ENOTFOUND" || error.code === "EAI_AGAIN") {
    return new SpikecError("SPK-0501", "no machine has this name", details);
  }
  return new SpikecError("SPK-0505", `the connection failed: ${error.message}`, details);
}

function connected(port: string): Promise<Socket> {
  const { host, number } = addressOf(port);
  return new Promise((resolve, reject) => {
    const socket = connect(number, host);
    socket.setNoDelay(true);
    socket.setTimeout(connectTimeout, () => {
      socket.destroy();
      reject(new SpikecError("SPK-0505", "the connection took too long", { where: port }));
    });
    socket.once("error", (error) => reject(openingError(port, error)));
    socket.once("connect", () => {
      socket.setTimeout(0);
      resolve(socket);
    });
  });
}

/** Rejects when the far side hangs up at once, before it said anything. */
function accepted(port: string, socket: Socket): Promise<void> {
  const advice = "Another program is connected to this board; close it and try again.";
  return new Promise((resolve, reject) => {
    const refuse = () =>
      reject(new SpikecError("SPK-0502", "the board hung up at once", { where: port, advice }));
    const timer = setTimeout(() => {
      socket.off("end", refuse).off("close", refuse).pause();
      resolve();
    }, refusalWait);
    socket.once("end", refuse).once("close", refuse);
    socket.once("close", () => clearTimeout(timer));
    // Reading must flow for "end" to be seen; a board says nothing unasked, so no byte is lost.
    socket.resume();
  });
}

/** Throws SPK-0501 (nobody there), SPK-0502 (another client has it), SPK-0505. */
export async function openTcpLink(port: string): Promise<Link> {
  const socket = await connected(port);
  // From here on errors belong to the link.
  socket.on("error", () => {});
  await accepted(port, socket);
  return socketLink(port, socket);
}

/** A Link over a connected socket; also the board's end of one. */
export function socketLink(name: string, socket: Socket): Link {
  socket.setNoDelay(true);
  return streamLink(name, socket, socket, async () => {
    socket.destroy();
  });
}
