/** The command line: how a command is found among the words, and how an error becomes an exit code. */
import { Command, CommanderError, Help } from "commander";
import { SpikecError } from "../errors/error.ts";
import { rememberWords, Told, withCommonOptions } from "./command.ts";
import { commands } from "./commands.ts";
import { toSpikecError } from "./failure.ts";
import { createTerminal } from "./terminal.ts";
import { version } from "./version.ts";

const gettingStarted = `
Examples:
  spikec demo
  spikec inspect models/digits_mlp.onnx
  spikec help convert`;

/** --help of options: those that must be given come first, and say so. */
const plain = new Help();
const helpStyle: Partial<Help> = {
  visibleOptions: (command) =>
    plain.visibleOptions(command).sort((a, b) => Number(b.mandatory) - Number(a.mandatory)),
  optionDescription: (option) => plain.optionDescription(option) + (option.mandatory ? " (required)" : ""),
  subcommandTerm: (command) => command.name(),
};

/** Defines the commands that are named among the words; of the others --help shows the summary only. */
async function createProgram(words: readonly string[]): Promise<Command> {
  const program = new Command("spikec")
    .description("Compiles trained networks to spiking hardware.")
    .version(version)
    .configureHelp(helpStyle)
    .addHelpText("after", gettingStarted)
    .exitOverride()
    // Errors are told once, by `runCommandLine`.
    .configureOutput({ outputError: () => {} });
  rememberWords(program, words);
  for (const { name, summary, load } of commands) {
    const command = new Command(name).description(summary).copyInheritedSettings(program);
    program.addCommand(command);
    if (words.includes(name)) withCommonOptions((await load())(command));
  }
  return program;
}

/** Errors of a command's words; those of its work it tells itself. */
function usageError(error: unknown, words: readonly string[]): SpikecError {
  if (!(error instanceof CommanderError)) return toSpikecError(error);
  const command = commands.find(({ name }) => words[0] === name);
  const advice = command === undefined ? {} : { advice: `See spikec ${command.name} --help.` };
  return new SpikecError("SPK-0002", error.message.replace(/^error: /, ""), { cause: error, ...advice });
}

/** Does what the words say, and gives the exit code. */
export async function runCommandLine(words: readonly string[]): Promise<number> {
  try {
    const program = await createProgram(words);
    await program.parseAsync(words, { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof Told) return error.exitCode;
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return 0; // --help and --version.
      if (error.code === "commander.help") return 2; // No command was given: the help was the answer.
    }
    const failure = usageError(error, words);
    createTerminal({ json: words.includes("--json"), debug: words.includes("--debug") }).failure(failure);
    return failure.exitCode;
  }
}
