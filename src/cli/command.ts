/** What all commands share: the common options, examples at the end of their help, and how their work is run. */
import type { Command } from "commander";
import type { SpikecError } from "../errors/error.ts";
import { toSpikecError } from "./failure.ts";
import { type Interrupt, listenForInterrupt } from "./interrupt.ts";
import { type CommonOptions, createTerminal, type Terminal } from "./terminal.ts";

export interface Context extends Pick<Interrupt, "signal" | "compute"> {
  readonly terminal: Terminal;
  /** What was typed behind "spikec"; absent where no command line was. */
  readonly words?: readonly string[];
}

const wordsOf = new WeakMap<Command, readonly string[]>();

/** For `Context.words`: what the program was called with. */
export function rememberWords(program: Command, words: readonly string[]): void {
  wordsOf.set(program, words);
}

/** --json and its friends, on every command. */
export function withCommonOptions(command: Command): Command {
  return command
    .option("--json", "print the result as one JSON object")
    .option("--json-events", "print progress as JSON lines on standard error")
    .option("--quiet", "print the result only")
    .option("--debug", "print stack traces");
}

/** Thrown when an error was told to the user already: what is left of it is the exit code. */
export class Told extends Error {
  readonly exitCode: number;

  constructor(cause: SpikecError) {
    super(cause.message, { cause });
    this.exitCode = cause.exitCode;
  }
}

/** An option's parser may give a promise: what is loaded only when it was asked for, such as a chip. */
async function settled<Options extends object>(options: Options): Promise<Options> {
  const entries = Object.entries(options).map(async ([name, value]) => [name, await value]);
  return Object.fromEntries(await Promise.all(entries));
}

/** Runs a command's work with a terminal, which also tells its errors, and a signal that Ctrl-C aborts. Throws Told. */
export function action<Arguments extends unknown[], Options extends CommonOptions>(
  work: (context: Context, options: Options, ...rest: Arguments) => Promise<void>,
): (...received: unknown[]) => Promise<void> {
  return async (...received) => {
    // commander passes the arguments, then the options, then the command.
    const promised = received.at(-2) as Options;
    const { parent } = received.at(-1) as Command;
    const words = (parent && wordsOf.get(parent)) ?? [];
    const rest = received.slice(0, -2) as Arguments;
    const { signal, compute, release } = listenForInterrupt();
    const terminal = createTerminal(promised);
    try {
      const options = await settled(promised);
      await work({ terminal, signal, compute, words }, options, ...rest);
    } catch (error) {
      const failure = toSpikecError(error);
      terminal.failure(failure);
      throw new Told(failure);
    } finally {
      release();
    }
  };
}

/** The end of a --help text: lines to copy. */
export function examples(...lines: string[]): string {
  return ["", "Examples:", ...lines.map((line) => `  ${line}`)].join("\n");
}
