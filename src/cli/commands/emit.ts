/** emit: place a network on a chip and write what the chip is given, with the fit report. */

import { type Command, Option } from "commander";
import { formatTable } from "../../report/table.ts";
import type { FitReport, Target } from "../../target/target.ts";
import { type ChipChoices, chipChoices, chipOption } from "../boards/chip-options.ts";
import { placeNetwork } from "../boards/place-network.ts";
import { action, examples } from "../command.ts";
import { targetOf } from "../conversion/reconvert.ts";
import { readNetwork } from "../files.ts";
import { writeImage } from "../image-folder.ts";
import { ownTargetOption } from "../options.ts";
import type { CommonOptions } from "../terminal.ts";

interface Options extends CommonOptions {
  readonly target?: Target;
  readonly output: string;
  readonly probe: "readout" | "all";
  readonly chipOption?: ChipChoices;
}

export function fitText(report: FitReport): string {
  const rows = report.uses.map(({ resource, used, limit }) => [resource, String(used), String(limit)]);
  const notes = report.notes.map((note) => `note: ${note}`);
  return [formatTable(["resource", "used", "limit"], rows), ...notes].join("\n");
}

export const probeOption = (): Option =>
  new Option("--probe <layers>", "whose spikes the chip reports")
    .choices(["readout", "all"])
    .default("readout");

export function emitCommand(command: Command): Command {
  return command
    .argument("<network>", "network (.spk)")
    .addOption(ownTargetOption())
    .addOption(new Option("-o, --output <folder>", "folder to write").makeOptionMandatory())
    .addOption(probeOption())
    .addOption(chipOption())
    .addHelpText(
      "after",
      examples(
        "spikec emit digits.spk -o out/image",
        "spikec emit speck.spk -o out/speck --chip-option readout=core",
      ),
    )
    .action(
      action<[string], Options>(
        async ({ terminal, signal }, { target: asked, output, probe, chipOption: chosen }, file) => {
          const network = await readNetwork(file);
          const target = asked ?? (await targetOf(network));
          const placement = placeNetwork(target, network, terminal, {
            observe: probe,
            ...chipChoices(target, chosen),
          });
          const image = await target.emit(placement);
          signal.throwIfAborted();
          await writeImage(output, image);
          const artifacts = image.artifacts.map(({ name, bytes }) => ({ name, bytes: bytes.length }));
          const files = artifacts.map(({ name, bytes }) => `${output}/${name}: ${bytes} bytes`).join("\n");
          terminal.result(
            { target: target.name, output, artifacts, ...placement.report },
            `${fitText(placement.report)}\n\n${files}`,
          );
        },
      ),
    );
}
