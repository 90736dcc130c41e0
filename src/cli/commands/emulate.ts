/**
 * emulate: a virtual board that any program can talk to, until Ctrl-C or a fault that unplugs it. Its first line of output is where
 * it is.
 */
import type { Command } from "commander";
import type { FaceOptions } from "../../board/face.ts";
import { type Fault, parseFault } from "../../board/faults.ts";
import { openPty } from "../../board/pty.ts";
import { listenTcp } from "../../board/tcp.ts";
import { SpikecError } from "../../errors/error.ts";
import type { Target, VirtualBoard } from "../../target/target.ts";
import { wireOf } from "../boards/with-board.ts";
import { action, type Context, examples } from "../command.ts";
import { positiveNumber, wholeNumber } from "../numbers.ts";
import { targetOption } from "../options.ts";
import type { CommonOptions, Terminal } from "../terminal.ts";
import { partsOption } from "./flash.ts";

interface Options extends CommonOptions {
  readonly target: Target;
  readonly pty?: boolean;
  readonly tcp?: number;
  readonly fault?: readonly Fault[];
  readonly baud?: number;
  readonly model?: boolean;
  readonly parts?: string;
  readonly replug?: number;
}

/**
 * The board's own firmware in an emulated processor, where there is one and nobody asked for the model; else the model, which
 * speaks the same protocol. Which of them it is goes to the log: the first line of output is the port.
 */
async function virtualBoard({ target, model, parts }: Options, terminal: Terminal): Promise<VirtualBoard> {
  const wire = wireOf(target);
  const { firmwareBoard, firmwares = [] } = wire;
  if (parts !== undefined && (model || !firmwares.includes(parts)))
    throw new SpikecError("SPK-0002", `there is no firmware "${parts}" of ${target.name} to emulate`);
  if (firmwareBoard === undefined || model) return wire.board();
  try {
    const board = await firmwareBoard(parts);
    const which = parts === undefined ? "" : `${parts} `;
    terminal.log(
      `the ${which}firmware of the ${target.name} in an emulated processor (--model: a model of it, faster)`,
    );
    return board;
  } catch (error) {
    if (!(error instanceof SpikecError) || error.code !== "SPK-0521") throw error;
    terminal.log(`note: ${error.message}; this is a model of the board. ${error.advice}`);
    return wire.board();
  }
}

/** Resolves when the signal is aborted, or after so many seconds. */
function untilAborted(signal: AbortSignal, seconds?: number): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => {
      clearInterval(alive);
      clearTimeout(timer);
      resolve();
    };
    // A pending timer keeps the process alive while nobody is connected.
    const alive = setInterval(() => {}, 60_000);
    const timer = seconds === undefined ? undefined : setTimeout(stop, 1000 * seconds);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}

interface Plugged {
  /** Where programs find the board. */
  readonly port: string;
  /** The TCP port, where it is one: the board comes back there. */
  readonly tcp?: number;
  close(): Promise<void>;
}

/** The board on its port: a pseudo-terminal, or TCP where that was asked for or there are none. */
async function plugIn(
  board: VirtualBoard,
  { pty, tcp }: Pick<Options, "pty" | "tcp">,
  face: FaceOptions,
): Promise<Plugged> {
  if (pty ?? (tcp === undefined && process.platform !== "win32")) {
    const { path, close } = await openPty(board, face);
    return { port: path, close };
  }
  const { port, close } = await listenTcp(board, tcp ?? 0, face);
  return { port: `socket://127.0.0.1:${port}`, tcp: port, close };
}

/**
 * Until Ctrl-C, or until a fault pulls the plug: then the port goes away as that of a real board does, and the program ends, or
 * plugs the board in again after a while. The plug is pulled once.
 */
async function stayPlugged(
  board: VirtualBoard,
  options: Options,
  { terminal, signal }: Context,
): Promise<void> {
  const { target, baud, replug } = options;
  let faults = options.fault ?? [];
  let place: Pick<Options, "pty" | "tcp"> = options;
  while (!signal.aborted) {
    let pull = () => {};
    const unplugged = new Promise<boolean>((resolve) => {
      pull = () => resolve(true);
    });
    const pace = baud === undefined ? {} : { baudRate: baud };
    const { port, tcp, close } = await plugIn(board, place, { faults, ...pace, onUnplugged: pull });
    if (tcp !== undefined) place = { tcp };
    terminal.result({ target: target.name, port }, port);
    const wasPulled = await Promise.race([unplugged, untilAborted(signal).then(() => false)]);
    await close();
    if (!wasPulled) return;
    terminal.log(replug === undefined ? "unplugged" : `unplugged; plugged in again in ${replug} s`);
    if (replug === undefined) return;
    faults = faults.filter(({ kind }) => kind !== "disconnect");
    await untilAborted(signal, replug);
  }
}

export function emulateCommand(command: Command): Command {
  return command
    .addOption(targetOption())
    .option("--pty", "on a pseudo-terminal (Linux, macOS)")
    .option(
      "--tcp <port>",
      "on this TCP port of the loopback interface; 0 takes a free one",
      wholeNumber(0, 65_535),
    )
    .option(
      "--fault <fault>",
      "silent, disconnect, flip, drop, duplicate or delay at that byte of the board's replies; flip%10 in a tenth of all frames; power at that byte to the board, power-flash or worn-flash of its flash work (repeatable)",
      (text, faults: readonly Fault[] = []) => [...faults, parseFault(text)],
    )
    .option("--baud <rate>", "pace the wire as a serial line of this rate", positiveNumber)
    .option("--model", "a model of the board, where its firmware could run in an emulated processor")
    .addOption(partsOption())
    .option(
      "--replug <seconds>",
      "plug the board in again so long after a disconnect, without which the program ends",
      positiveNumber,
    )
    .addHelpText(
      "after",
      examples(
        "spikec emulate --target ucaspian --pty",
        "spikec emulate --target ucaspian --tcp 7000 --baud 3000000",
        "spikec emulate --target ucaspian --pty --fault disconnect@4000",
        "spikec emulate --target rp2040 --pty --baud 115200 --fault flip%10",
        "spikec emulate --target rp2040 --parts core --tcp 7000 --fault disconnect@300 --replug 2",
      ),
    )
    .action(
      action<[], Options>(async (context, options) => {
        if (options.pty && options.tcp !== undefined)
          throw new SpikecError("SPK-0002", "--pty and --tcp were given: a board has one port");
        await stayPlugged(await virtualBoard(options, context.terminal), options, context);
      }),
    );
}
