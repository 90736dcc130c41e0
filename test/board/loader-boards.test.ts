/** The boards at hand: models on every kind of wire, and the board on a desk that SPIKEC_PORT and SPIKEC_TARGET name. */
import { openPty } from "../../src/board/pty.ts";
import { listenTcp } from "../../src/board/tcp.ts";
import { memoryLinks } from "../../src/link/memory.ts";
import { openLink } from "../../src/link/node/open.ts";
import { serve } from "../../src/link/serve.ts";
import type { Target } from "../../src/target/target.ts";
import { mcuTarget } from "../../targets/mcu/index.ts";
import { converted, samplesFor } from "../targets/mcu/networks.ts";
import { type BoardCase, type BoardUnderTest, describeBoard } from "./behaviour.ts";

const hasTerminals = process.platform === "linux" || process.platform === "darwin";

/** Small enough for every board: an analog input and a rate-coded one. */
const small: Pick<BoardCase, "networks" | "samples"> = {
  networks: async () => [await converted("wine_mlp", 16), await converted("wine_mlp", 12, { input: "rate" })],
  samples: () => samplesFor("wine_mlp").samples,
};

async function onMemory(target: Target): Promise<BoardUnderTest> {
  const board = target.wire!.board();
  return {
    target,
    async open() {
      const [host, far] = memoryLinks();
      void serve(board, far);
      return host;
    },
    close: async () => {},
  };
}

async function onTcp(target: Target): Promise<BoardUnderTest> {
  const face = await listenTcp(target.wire!.board(), 0);
  const port = `socket://127.0.0.1:${face.port}`;
  return { target, open: () => openLink(port, { baudRate: 115_200 }), close: () => face.close() };
}

async function onPty(target: Target): Promise<BoardUnderTest> {
  const face = await openPty(target.wire!.board());
  return { target, open: () => openLink(face.path, { baudRate: 115_200 }), close: () => face.close() };
}

async function onPort(target: Target, port: string): Promise<BoardUnderTest> {
  return { target, open: () => openLink(port, { baudRate: target.wire!.baudRate }), close: async () => {} };
}

// The other boards differ from the first in the size of their memory alone.
for (const name of ["rp2040", "cortex-m0", "avr328p"])
  describeBoard({ name: `the model ${name} in memory`, make: () => onMemory(mcuTarget(name)), ...small });

const digits: Pick<BoardCase, "networks" | "samples"> = {
  networks: async () => [
    await converted("digits_mlp", 16),
    await converted("digits_mlp", 8, { input: "rate" }),
  ],
  samples: () => samplesFor("digits_mlp").samples,
};
describeBoard({ name: "the model rp2040 over TCP", make: () => onTcp(mcuTarget("rp2040")), ...digits });
if (hasTerminals)
  describeBoard({
    name: "the model rp2040 on a pseudo-terminal",
    make: () => onPty(mcuTarget("rp2040")),
    ...small,
  });

const { SPIKEC_PORT: port, SPIKEC_TARGET: target = "rp2040" } = process.env;
if (port !== undefined)
  describeBoard({ name: `the ${target} on ${port}`, make: () => onPort(mcuTarget(target), port), ...small });
