/**
 * A virtual board behind a pseudo-terminal (Linux, macOS): a path that any program opens like a serial port.
 *
 * Node cannot make one by itself. In this order: the C library through koffi, the program script (Linux), python3; the
 * first that works is taken.
 */
import { SpikecError } from "../errors/error.ts";
import type { VirtualBoard } from "../link/virtual-board.ts";
import { withMishaps } from "./board-faults.ts";
import { type FaceOptions, serveFace } from "./face.ts";
import { makeWithKoffi } from "./pty-koffi.ts";
import type { PseudoTerminal } from "./pty-maker.ts";
import { makeWithPython, makeWithScript } from "./pty-process.ts";

export interface PtyFace {
  /** What a client opens, for example /dev/pts/3. */
  readonly path: string;
  /** Unplugs the board: clients see a disconnect. */
  close(): Promise<void>;
}

/** The ways to make a pseudo-terminal, best first. */
export const ptyMakers = { koffi: makeWithKoffi, script: makeWithScript, python3: makeWithPython };
export type PtyMaker = keyof typeof ptyMakers;

async function makePseudoTerminal(makers: readonly PtyMaker[]): Promise<PseudoTerminal> {
  const failures: string[] = [];
  for (const maker of makers) {
    try {
      return await ptyMakers[maker]();
    } catch (error) {
      failures.push(`${maker}: ${error instanceof Error ? error.message.split("\n")[0] : String(error)}`);
    }
  }
  throw new SpikecError("SPK-0509", `no pseudo-terminal could be made (${failures.join("; ")})`);
}

/**
 * Throws SPK-0509 where no pseudo-terminal can be made. The board keeps its state when a client leaves, and a fault
 * "disconnect" unplugs it for good.
 */
export async function openPty(
  board: VirtualBoard,
  options: FaceOptions & { readonly makers?: readonly PtyMaker[] } = {},
): Promise<PtyFace> {
  const faulty = withMishaps(board, options.faults ?? []);
  const { path, link } = await makePseudoTerminal(options.makers ?? ["koffi", "script", "python3"]);
  const served = serveFace(faulty, link, options);
  return {
    path,
    async close() {
      await link.close();
      await served;
    },
  };
}
