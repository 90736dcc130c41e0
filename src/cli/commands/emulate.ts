/** emulate: a virtual board that any program can talk to, until Ctrl-C. Its first line of output is where it is. */
import type { Command } from "commander";
import { type Fault, parseFault } from "../../board/faults.ts";
import { openPty } from "../../board/pty.ts";
import { listenTcp } from "../../board/tcp.ts";
import { SpikecError } from "../../errors/error.ts";
import type { Target } from "../../target/target.ts";
import { action, examples } from "../command.ts";
import { positiveNumber, targetOption, wholeNumber } from "../options.ts";
import type { CommonOptions } from "../terminal.ts";
import { wireOf } from "../with-board.ts";

interface Options extends CommonOptions {
  readonly target: Target;
  readonly pty?: boolean;
  readonly tcp?: number;
  readonly fault?: readonly Fault[];
  readonly baud?: number;
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
      action<[], Options>(async ({ terminal, signal }, { target, pty, tcp, fault, baud }) => {
        const board = wireOf(target).board();
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
