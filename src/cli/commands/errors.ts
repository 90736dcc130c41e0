/** errors: every error code, what it means and what to do; docs/errors.md is its output. */
import type { Command } from "commander";
import { errorsMarkdown } from "../../errors/markdown.ts";
import { errorTable } from "../../errors/table.ts";
import { action, examples } from "../command.ts";
import type { CommonOptions } from "../terminal.ts";

export function errorsCommand(command: Command): Command {
  return command.addHelpText("after", examples("spikec errors", "spikec errors --json")).action(
    action<[], CommonOptions>(async ({ terminal }) => {
      terminal.result(errorTable, errorsMarkdown().trimEnd());
    }),
  );
}
