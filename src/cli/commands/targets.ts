/** targets: the chips that spikec knows, and all that is known about one. */

import type { Command } from "commander";
import { formatTable } from "../../report/table.ts";
import { allTargets, findTarget } from "../../target/registry.ts";
import type { Chip, Proof, Target } from "../../target/target.ts";
import { action, examples } from "../command.ts";
import type { CommonOptions } from "../terminal.ts";
import { textWidth, wrapText } from "../text.ts";

function limitsText({ limits }: Chip): string {
  return Object.entries(limits)
    .map(([name, limit]) => `${name} ${limit}`)
    .join(", ");
}

/** {"bits": 8, "signed": true} as "bits 8, signed true"; null is what the chip lacks. */
function ruleText(allowed: unknown): string {
  if (allowed === null) return "none";
  if (Array.isArray(allowed)) return allowed.map(ruleText).join(", ");
  if (typeof allowed !== "object") return String(allowed);
  return Object.entries(allowed)
    .map(([name, value]) => `${name} ${ruleText(value)}`)
    .join(", ");
}

function chipLines(chip: Chip): string[] {
  return [
    `${chip.name}: ${chip.title} (${chip.label})`,
    `limits: ${limitsText(chip)}`,
    chip.wire === null ? "no wire" : `wire: ${chip.wire.description}`,
    "rules:",
    ...Object.entries(chip.rules).map(([rule, allowed]) => `  ${rule}: ${ruleText(allowed)}`),
    "sources:",
    ...chip.sources.map(({ what, from }) => `  ${what}: ${from}`),
    ...(chip.unknown.length > 0
      ? ["differs from silicon, or unknown:", ...chip.unknown.map((text) => `  ${text}`)]
      : []),
  ];
}

const toldOf = ({ suite, whose, vectors }: Proof) => ({ suite, whose, vectors });

/** "12 of rtl/ranc"; several suites of one family by the family's name. */
function provenBy({ proofs = [] }: Target): string {
  if (proofs.length === 0) return "-";
  const vectors = proofs.reduce((sum, proof) => sum + proof.vectors, 0);
  const [{ suite }] = proofs;
  return `${vectors} of ${proofs.length === 1 ? suite : suite.split("/")[0]}`;
}

export function targetsCommand(command: Command): Command {
  return command
    .argument("[target]", "name of a chip")
    .addHelpText("after", examples("spikec targets", "spikec targets ucaspian"))
    .action(
      action<[string | undefined], CommonOptions>(async ({ terminal }, _options, name) => {
        if (name !== undefined) {
          const { chip, proofs = [], options = [], quantizers = [] } = await findTarget(name);
          const proven = proofs.map(toldOf);
          const choices = options.map(({ name: option, values, what }) => `  ${option}: ${what}; ${values}`);
          const lines = proven.map(
            ({ suite, whose, vectors }) => `proven by ${vectors} vectors, ${suite}: ${whose}`,
          );
          const optionLines =
            choices.length === 0 ? [] : ["choices, by --chip-option NAME=VALUE:", ...choices];
          const ways = quantizers.map(({ name: quantizer, what, standard }) => ({
            name: quantizer,
            what,
            standard,
          }));
          const quantizerLines = ways.map(
            ({ name: quantizer, what, standard }) => `  ${quantizer}${standard ? " (default)" : ""}: ${what}`,
          );
          if (ways.length > 0) quantizerLines.unshift("native networks, by --quantizer NAME:");
          const text = [...chipLines(chip), ...optionLines, ...quantizerLines, ...lines].map((line) =>
            wrapText(line, textWidth, "    "),
          );
          terminal.result({ ...chip, options, quantizers: ways, proofs: proven }, text.join("\n"));
          return;
        }
        const targets = await allTargets();
        const list = targets.map(({ chip: { name, title, label, limits }, proofs = [] }) => ({
          name,
          title,
          label,
          limits,
          proofs: proofs.map(toldOf),
        }));
        const rows = targets.map((target) => [
          target.name,
          target.chip.label,
          provenBy(target),
          target.chip.title,
        ]);
        terminal.result(list, formatTable(["name", "label", "proven by vectors", "title"], rows));
      }),
    );
}
