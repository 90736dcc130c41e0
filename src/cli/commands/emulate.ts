/** emulate: a virtual board that any program can talk to, until Ctrl-C. Its first line of output is where it is. */
import type { Command } from "commander";
import { type Fault, parseFault } from "../../board/faults.ts";
import { openPty } from "../../board/pty.ts";
import { listenTcp } from "../../board/tcp.ts";
import { SpikecError } from "../../errors/error.ts";
import type { Target, VirtualBoard } from "../../target/target.ts";
import { wireOf } from "../boards/with-board.ts";
import { action, examples } from "../command.ts";
import { positiveNumber, targetOption, wholeNumber } from "../options.ts";
import type { CommonOptions, Terminal } from "../terminal.ts";

interface Options extends CommonOptions {
  readonly target: Target;
  readonly pty?: boolean;
  readonly tcp?: number;
  readonly fault?: readonly Fault[];
  readonly baud?: number;
  readonly model?: boolean;
}

/**
 * The board's own firmware in an emulated processor, where there is one and nobody asked for the model; else the model, which
 * speaks the same protocol. Which of them it is goes to the log: the first line of output is the port.
 */
async function virtualBoard(target: Target, wantsModel: boolean, terminal: Terminal): Promise<VirtualBoard> {
  const wire = wireOf(target);
  if (wire.firmwareBoard === undefined || wantsModel) return wire.board();
  try {
    const board = await wire.firmwareBoard();
    terminal.log(
      `the firmware of the ${target.name} in an emulated processor (--model: a model of it, faster)`,
    );
    return board;
  } catch (error) {
    if (!(error instanceof SpikecError) || error.code !== "SPK-0521") throw error;
    terminal.log(`note: ${error.message}; this is a model of the board. ${error.advice}`);
    return wire.board();
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    // A pending timer keeps the process alive while nobody is connected.
    const alive = setInterval(() => {}, 60_000);
    const stop = () => {
      clearInterval(alive);
      resolve();
    };
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
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
    .addHelpText(
      "after",
      examples(
        "spikec emulate --target ucaspian --pty",
        "spikec emulate --target ucaspian --tcp 7000 --baud 3000000",
        "spikec emulate --target ucaspian --pty --fault disconnect@4000",
        "spikec emulate --target rp2040 --pty --baud 115200 --fault flip%10",
      ),
    )
    .action(
      action<[], Options>(async ({ terminal, signal }, { target, pty, tcp, fault, baud, model = false }) => {
        const board = await virtualBoard(target, model, terminal);
        if (pty && tcp !== undefined)
          throw new SpikecError("SPK-0002", "--pty and --tcp were given: a board has one port");
        const options = { faults: fault ?? [], ...(baud === undefined ? {} : { baudRate: baud }) };
        const usePty = pty ?? (tcp === undefined && process.platform !== "win32");
        if (usePty) {
          const face = await openPty(board, options);
          terminal.result({ target: target.name, port: face.path }, face.path);
          await untilAborted(signal);
          await face.close();
        } else {
          const face = await listenTcp(board, tcp ?? 0, options);
          const port = `socket://127.0.0.1:${face.port}`;
          terminal.result({ target: target.name, port }, port);
          await untilAborted(signal);
          await face.close();
        }
      }),
    );
}
