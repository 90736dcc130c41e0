/** docs/commands.md, made from the commands themselves: arguments, options, examples. */
import { Command, type Option } from "commander";
import { withCommonOptions } from "../command.ts";
import { commands } from "../commands.ts";

const introduction = `# Commands

This page is made from the commands by \`npm run docs\`; change those, not the page.

Results are printed on standard output, everything else on standard error. An error has a code that never changes its meaning
([errors](errors.md)), and the exit code says what kind of trouble it is: 0 ok, 1 internal, 2 usage, 3 bad or unsupported
model, 4 does not fit the target, 5 port not found or busy, 6 no reply, 7 protocol mismatch, 8 verify failed, 9 differs from the
reference, 130 interrupted. Samples are \`.npy\`, \`.npz\`, IDX or CSV files.
`;

/** Of what stands in a cell: no line feed, no bar. */
const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ");

function optionRow(option: Option): string {
  const { mandatory, argChoices, defaultValue, defaultValueDescription } = option;
  const choices = argChoices === undefined ? "" : ` (${argChoices.join(", ")})`;
  const described = defaultValueDescription ?? defaultValue;
  const usual = described === undefined || typeof described === "object" ? "" : ` Default: ${described}.`;
  const text = `${option.description}${choices}.${usual}${mandatory ? " Required." : ""}`;
  return `| \`${cell(option.flags)}\` | ${cell(text)} |`;
}

function optionTable(options: readonly Option[]): string[] {
  if (options.length === 0) return [];
  return ["", "| option | |", "|---|---|", ...options.map(optionRow)];
}

/** The lines to copy at the end of --help. */
function examplesOf(command: Command): string[] {
  let help = "";
  command.configureOutput({
    writeOut: (text) => {
      help += text;
    },
  });
  command.outputHelp();
  const [, text] = help.split("\nExamples:\n");
  if (text === undefined) return [];
  const lines = text.trimEnd().split("\n");
  return ["", "```", ...lines.map((line) => line.replace(/^ {2}/, "")), "```"];
}

function common(): readonly Option[] {
  return withCommonOptions(new Command()).options;
}

/** The whole page, ending in a line feed. */
export async function commandsPage(): Promise<string> {
  const lines = [introduction, "Every command also takes these:", ...optionTable(common()), ""];
  for (const { name, summary, load } of commands) {
    const command = (await load())(new Command(name).description(summary));
    const words = command.registeredArguments.map((argument) =>
      argument.required ? `<${argument.name()}>` : `[${argument.name()}]`,
    );
    const given = command.registeredArguments.map(
      (argument) => `\`${argument.name()}\`: ${argument.description}.`,
    );
    lines.push(
      `## ${name}`,
      "",
      `\`spikec ${[name, ...words, "[options]"].join(" ")}\``,
      "",
      `${summary[0].toUpperCase()}${summary.slice(1)}.${given.length > 0 ? ` ${given.join(" ")}` : ""}`,
      ...optionTable(command.options),
      ...examplesOf(command),
      "",
    );
  }
  return `${lines.join("\n").trimEnd()}\n`;
}
