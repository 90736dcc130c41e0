#!/usr/bin/env node
/** The command line: which commands there are, and how an error ends the process. One file a command lies beside. */
import { Command, CommanderError } from "commander";
import type { SpikecError } from "../errors/error.ts";
import { withCommonOptions } from "./command.ts";
import { convertCommand } from "./commands/convert.ts";
import { demoCommand } from "./commands/demo.ts";
import { deployCommand } from "./commands/deploy.ts";
import { emitCommand } from "./commands/emit.ts";
import { emulateCommand } from "./commands/emulate.ts";
import { errorsCommand } from "./commands/errors.ts";
import { flashCommand } from "./commands/flash.ts";
import { inspectCommand } from "./commands/inspect.ts";
import { proveCommand } from "./commands/prove.ts";
import { runCommand } from "./commands/run.ts";
import { simulateCommand } from "./commands/simulate.ts";
import { targetsCommand } from "./commands/targets.ts";
import { verifyCommand } from "./commands/verify.ts";
import { errorJson, errorText, toSpikecError } from "./failure.ts";
import { version } from "./version.ts";

/** In the order of the road. */
const commands: readonly [string, (command: Command) => Command][] = [
  ["inspect", inspectCommand],
  ["convert", convertCommand],
  ["simulate", simulateCommand],
  ["verify", verifyCommand],
  ["emit", emitCommand],
  ["emulate", emulateCommand],
  ["flash", flashCommand],
  ["run", runCommand],
  ["deploy", deployCommand],
  ["targets", targetsCommand],
  ["prove", proveCommand],
  ["demo", demoCommand],
  ["errors", errorsCommand],
];

function createProgram(): Command {
  const program = new Command("spikec")
    .description("Compiles trained networks to spiking hardware.")
    .version(version)
    .exitOverride()
    // Errors are printed once, by `fail`.
    .configureOutput({ outputError: () => {} });
  for (const [name, define] of commands) {
    const command = define(new Command(name));
    program.addCommand(withCommonOptions(command).copyInheritedSettings(program));
  }
  return program;
}

function fail(error: SpikecError): number {
  const debug = process.argv.includes("--debug");
  if (process.argv.includes("--json")) process.stdout.write(`${JSON.stringify(errorJson(error))}\n`);
  process.stderr.write(`${errorText(error, debug)}\n`);
  return error.exitCode;
}

async function main(): Promise<number> {
  try {
    await createProgram().parseAsync();
    return 0;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0; // --help and --version.
    return fail(toSpikecError(error));
  }
}

// A reader that closes early (| head) is no error of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
});
const exitCode = await main();
// Whatever a broken wire left open must not keep the process alive.
process.stdout.write("", () => process.exit(exitCode));
