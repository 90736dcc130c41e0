/** docs/targets.md, made from the chips themselves: what works, proven against whom, what is estimated or unknown. */
import { allTargets } from "../../target/registry.ts";
import type { Chip, Target } from "../../target/target.ts";

const introduction = `# Chips

This page is made from \`targets/\` by \`npm run docs\`; change the chips, not the page. \`spikec targets NAME\` shows the numeric
rules of one, too.

A label is literal. **works**: exercised end to end on the same wire or file as the chip's. **file only**: files are written
and run in emulation, but nothing here runs them on the chip. **needs hardware**: cannot be tried without it. No silicon was at
hand for any of them: what is proven is proven against somebody else's code or RTL, named below.
`;

const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ");

function provenText({ proofs = [] }: Target): string {
  return proofs.length === 0 ? "-" : [...new Set(proofs.map(({ suite }) => suite))].join(", ");
}

function row(target: Target): string {
  const { name, label, title, costs } = target.chip;
  const energy = costs === undefined ? "not published" : "estimate";
  const wire = target.wire === undefined ? "no" : "yes";
  return `| [\`${name}\`](#${name}) | ${label} | ${wire} | ${provenText(target)} | ${energy} | ${cell(title)} |`;
}

function list(title: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : ["", title, "", ...items.map((item) => `- ${item}`)];
}

function limitsText({ limits }: Chip): string {
  return Object.entries(limits)
    .map(([name, limit]) => `${name} ${limit}`)
    .join(", ");
}

function section({ chip, proofs = [] }: Target): string[] {
  const proven = proofs.map(({ suite, whose }) => `\`${suite}\`: ${whose}`);
  const costs = chip.costs;
  return [
    `## ${chip.name}`,
    "",
    `${chip.title}. Label: ${chip.label}.`,
    "",
    `Limits: ${limitsText(chip)}.`,
    "",
    chip.wire === null ? "No wire." : `Wire: ${chip.wire.description}.`,
    ...list("Proven against:", proven),
    ...(costs === undefined
      ? []
      : list("Estimates of energy and time are made from:", [
          ...costs.operations.map(
            ({ what, picojoules, nanoseconds }) =>
              `${what}: ${picojoules ?? "?"} pJ, ${nanoseconds ?? "?"} ns`,
          ),
          `source: ${costs.from}. ${costs.caveat}`,
        ])),
    ...list(
      "Sources:",
      chip.sources.map(({ what, from }) => `${what}: ${from}`),
    ),
    ...list("Differs from silicon, or unknown:", chip.unknown),
    "",
  ];
}

/** The whole page, ending in a line feed. */
export async function targetsPage(): Promise<string> {
  const targets = await allTargets();
  const lines = [
    introduction,
    "| chip | label | wire | proven by | energy | |",
    "|---|---|---|---|---|---|",
    ...targets.map(row),
    "",
    ...targets.flatMap(section),
  ];
  return `${lines.join("\n").trimEnd()}\n`;
}
