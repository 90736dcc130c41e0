/** diff: what changed between two networks, in words and numbers. */
import type { Command } from "commander";
import { formatTable } from "../../report/table.ts";
import { differencesOf } from "../../survey/differences.ts";
import { action, examples } from "../command.ts";
import { hashOf, readBytes, readNetwork } from "../files.ts";
import type { CommonOptions } from "../terminal.ts";

/** Cells of the table; all of it is in --json. */
const widest = 24;

function cell(text: string): string {
  const letters = [...text];
  return letters.length <= widest ? text : `${letters.slice(0, widest - 1).join("")}…`;
}

export function diffCommand(command: Command): Command {
  return command
    .argument("<before>", "network (.spk)")
    .argument("<after>", "network (.spk)")
    .addHelpText(
      "after",
      examples(
        "spikec convert models/digits_mlp.onnx -o out/short.spk --timesteps 8 \\",
        "  --calib models/digits.calib_x.npy --input-scale 16",
        "spikec diff digits.spk out/short.spk",
      ),
    )
    .action(
      action<[string, string], CommonOptions>(async ({ terminal }, _options, before, after) => {
        const [from, to] = [await readNetwork(before), await readNetwork(after)];
        const [hashBefore, hashAfter] = [hashOf(await readBytes(before)), hashOf(await readBytes(after))];
        const differences = differencesOf(from, to);
        const same = hashBefore === hashAfter;
        const rows = differences.map(({ where, what, ...values }) => [
          where,
          what,
          cell(values.before),
          cell(values.after),
        ]);
        const text = same
          ? "the same, byte for byte"
          : rows.length === 0
            ? "the same network in other bytes: only fields of another version of the format differ"
            : `${formatTable(["where", "what", "before", "after"], rows)}\n\n${rows.length} differences`;
        terminal.result({ same, differences, hashes: [hashBefore, hashAfter] }, text);
      }),
    );
}
