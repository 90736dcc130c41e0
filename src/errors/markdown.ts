/**
 * docs/errors.md, made from the table: every code with its title, its exit code and what to do.
 */
import { type ExitCode, errorTable } from "./table.ts";

/** The first two digits of a code say where it comes from. */
const groups: Readonly<Record<string, string>> = {
  "00": "The program itself",
  "01": "Import of models",
  "02": "Graphs",
  "03": "Lowering to integers",
  "04": "Targets and placement",
  "05": "Links, ports and boards",
  "06": "Data files",
  "07": ".spk files",
  "08": "Verification",
  "09": "Files and the command line",
};

const exitMeanings: Readonly<Record<ExitCode, string>> = {
  1: "internal error",
  2: "usage",
  3: "bad or unsupported model",
  4: "does not fit the target",
  5: "port not found or busy",
  6: "no reply",
  7: "protocol mismatch",
  8: "verify failed",
  9: "differs from the reference",
  130: "interrupted",
};

const introduction = `# Errors

This page is made from \`src/errors/table.ts\` by \`npm run docs\`; change the table, not the page.

Every error has a code that never changes its meaning, says what happened and where (file, node, layer or port), and what
to do. With \`--json\` it is an object with the same fields. A stack trace is shown with \`--debug\` only.
`;

/** The whole page, ending in a line feed. Throws for a code outside the groups, so that none is left out. */
export function errorsMarkdown(): string {
  const codes = Object.keys(errorTable).sort() as (keyof typeof errorTable)[];
  const stray = codes.find((code) => !Object.hasOwn(groups, groupOf(code)));
  if (stray !== undefined) throw new Error(`${stray} belongs to no group`);
  const exits = Object.entries(exitMeanings).map(([exit, meaning]) => `| ${exit} | ${meaning} |`);
  const sections = Object.entries(groups).flatMap(([group, title]) => {
    const own = codes.filter((code) => groupOf(code) === group);
    return own.length === 0 ? [] : [`## ${title}`, "", ...own.flatMap(entryLines)];
  });
  const exitTable = ["## Exit codes", "", "| exit | meaning |", "|---|---|", "| 0 | ok |", ...exits, ""];
  return `${[introduction, ...exitTable, ...sections].join("\n").trimEnd()}\n`;
}

function groupOf(code: string): string {
  return code.slice("SPK-".length, "SPK-00".length);
}

function entryLines(code: keyof typeof errorTable): string[] {
  const { title, exit, advice } = errorTable[code];
  return [`### ${code}: ${title}`, "", `Exit ${exit} (${exitMeanings[exit]}). ${advice}`, ""];
}
