/** export: a network in the files of other tools. */
import { basename, dirname, join } from "node:path";
import { type Command, Option } from "commander";
import type { SpikingGraph } from "../../graph/spiking.ts";
import { chooseDiscretization, type TimestepChoice } from "../../import/nir/timestep.ts";
import { action, examples } from "../command.ts";
import { isNetworkFile, readNetwork, refuseFolder, writeWhole } from "../files.ts";
import { readSpikingGraph, writers } from "../native/spiking-files.ts";
import { withTimestepOptions } from "../options.ts";
import type { CommonOptions } from "../terminal.ts";

interface Options extends CommonOptions, TimestepChoice {
  readonly to: string;
  readonly output: string;
}

/** A network of integers comes with its own discretization; a file of floats keeps what it says, unless told. */
async function graphOf(file: string, { dt, preset }: Options): Promise<SpikingGraph> {
  if (isNetworkFile(file)) {
    const { networkToGraph } = await import("../../export/network/network-to-graph.ts");
    return networkToGraph(await readNetwork(file), dt);
  }
  const graph = await readSpikingGraph(file);
  if (dt === undefined && preset === undefined) return graph;
  return { ...graph, discretization: chooseDiscretization(graph, { dt, preset }).discretization };
}

export function exportCommand(command: Command): Command {
  return withTimestepOptions(command)
    .argument("<file>", "network (.spk), or native spiking network (.nir, .snn.yaml)")
    .addOption(
      new Option("--to <format>", "what to write").choices([...writers.keys(), "c"]).makeOptionMandatory(),
    )
    .addOption(new Option("-o, --output <file>", "file to write; for c a folder").makeOptionMandatory())
    .addHelpText(
      "after",
      examples(
        "spikec export digits.spk --to nir -o digits.nir",
        "spikec export digits.nir --to yaml -o out/digits.snn.yaml",
        "spikec export digits.spk --to c -o out/digits",
      ),
    )
    .action(
      action<[string], Options>(async ({ terminal }, options, file) => {
        const { to, output } = options;
        if (to === "c") {
          const { exportCTo } = await import("../export-c.ts");
          return exportCTo(file, output, terminal);
        }
        await refuseFolder(output);
        const graph = await graphOf(file, options);
        const { bytes, notes, beside } = await writers.get(to)!(graph, output);
        for (const [name, contents] of beside) await writeWhole(join(dirname(output), name), contents);
        await writeWhole(output, bytes);
        for (const { where, text } of [...graph.notes, ...notes]) terminal.log(`note: ${where}: ${text}`);
        terminal.result(
          {
            file: basename(file),
            output,
            format: to,
            bytes: bytes.length,
            beside: [...beside.keys()],
            notes: [...graph.notes, ...notes],
          },
          [
            `${output}: ${graph.nodes.length} nodes, ${bytes.length} bytes`,
            ...Array.from(beside, ([name, { length }]) => `${name} beside it: ${length} bytes`),
          ].join("\n"),
        );
      }),
    );
}
