/**
 * A virtual board behind a TCP server, on every system. As with a board on a desk, one program talks to it at a time (a
 * second one is hung up on at once), and the board keeps its state when a program leaves.
 */
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { SpikecError } from "../errors/error.ts";
import { socketLink } from "../link/node/tcp.ts";
import type { VirtualBoard } from "../link/virtual-board.ts";
import { withMishaps } from "./board-faults.ts";
import { type FaceOptions, serveFace } from "./face.ts";

export interface TcpFace {
  /** The port that was opened: a free one where 0 was asked for. */
  readonly port: number;
  /** Hangs up and stops listening. */
  close(): Promise<void>;
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const reason = error.code === "EADDRINUSE" ? "another program listens there" : error.message;
      const where = `127.0.0.1:${port}`;
      reject(new SpikecError("SPK-0510", `the port cannot be opened: ${reason}`, { where, cause: error }));
    });
    // Loopback only: a virtual board is for programs on this machine.
    server.listen({ port, host: "127.0.0.1" }, resolve);
  });
}

/** Port 0 takes any free one. Throws SPK-0510. */
export async function listenTcp(
  board: VirtualBoard,
  port: number,
  options: FaceOptions = {},
): Promise<TcpFace> {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new SpikecError("SPK-0510", `${port} is no TCP port: ports are 0 to 65535`);
  }
  const served = withMishaps(board, options.faults ?? []);
  let client: Socket | null = null;
  const server = createServer((socket) => {
    socket.on("error", () => {});
    if (client !== null) {
      socket.destroy();
      return;
    }
    client = socket;
    socket.once("close", () => {
      client = null;
    });
    void serveFace(served, socketLink("tcp client", socket), options).then(() => socket.destroy());
  });
  await listening(server, port);
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        client?.destroy();
        server.close(() => resolve());
      }),
  };
}
