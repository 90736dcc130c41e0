/** targets: the chips that spikec knows, and all that is known about one. */

import type { Command } from "commander";
import { formatTable } from "../../report/table.ts";
import { findTarget, targets } from "../../target/registry.ts";
import type { Chip } from "../../target/target.ts";
import { action } from "../command.ts";
import type { CommonOptions } from "../terminal.ts";

function limitsText({ limits }: Chip): string {
  return Object.entries(limits)
    .map(([name, limit]) => `${name} ${limit}`)
    .join(", ");
}

function chipText(chip: Chip): string {
  return [
    `${chip.name}: ${chip.title} (${chip.label})`,
    `limits: ${limitsText(chip)}`,
    chip.wire === null ? "no wire" : `wire: ${chip.wire.description}`,
    `rules: ${JSON.stringify(chip.rules, null, 2)}`,
    "sources:",
    ...chip.sources.map(({ what, from }) => `  ${what}: ${from}`),
    ...(chip.unknown.length > 0
      ? ["differs from silicon, or unknown:", ...chip.unknown.map((text) => `  ${text}`)]
      : []),
  ].join("\n");
}

export function targetsCommand(command: Command): Command {
  return command
    .description("list the chips, or show one")
    .argument("[target]", "name of a chip")
    .action(
      action<[string | undefined], CommonOptions>(async ({ terminal }, _options, name) => {
        if (name !== undefined) {
          const { chip, proofs = [] } = findTarget(name);
          const proven = proofs.map(({ suite, whose }) => ({ suite, whose }));
          const lines = proven.map(({ suite, whose }) => `proven against ${suite}: ${whose}`);
          terminal.result({ ...chip, proofs: proven }, [chipText(chip), ...lines].join("\n"));
          return;
        }
        const list = targets.map(({ chip: { name, title, label, limits } }) => ({
          name,
          title,
          label,
          limits,
        }));
        const rows = targets.map(({ chip }) => [chip.name, chip.label, chip.title, limitsText(chip)]);
        terminal.result(list, formatTable(["name", "label", "title", "limits"], rows));
      }),
    );
}
