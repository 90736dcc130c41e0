/** run: samples over the wire to a flashed board, spikes back, compared with the simulation spike by spike. */
import { type Command, Option } from "commander";
import { SpikecError } from "../../errors/error.ts";
import { sampleInput } from "../../simulate/encode.ts";
import type { Target } from "../../target/target.ts";
import { comparisonText, runOnDevice } from "../board-run.ts";
import { action, inputScaleOption, limitOption, targetOption } from "../command.ts";
import { accuracyOf } from "../evaluate.ts";
import { readInputSamples, readNetwork, type SampleFiles } from "../files.ts";
import type { CommonOptions } from "../terminal.ts";
import { percentText } from "../text.ts";
import { flashOver, withLink } from "../with-board.ts";
import { probeOption } from "./emit.ts";
import { portOption } from "./flash.ts";

interface Options extends CommonOptions, SampleFiles {
  readonly target: Target;
  readonly port: string;
  readonly net: string;
  readonly probe: "readout" | "all";
}

export function runCommand(command: Command): Command {
  return command
    .description("run samples on a board and compare every spike with the simulation")
    .addOption(targetOption())
    .addOption(portOption())
    .addOption(new Option("--net <network>", "the network that was flashed (.spk)").makeOptionMandatory())
    .addOption(new Option("--input <file>", "samples").makeOptionMandatory())
    .option("--labels <file>", "their classes")
    .addOption(inputScaleOption())
    .addOption(limitOption())
    .addOption(probeOption())
    .action(
      action<[], Options>(async ({ terminal, signal }, options) => {
        const { target, port, probe } = options;
        const network = await readNetwork(options.net);
        const samples = await readInputSamples(options, sampleInput(network));
        const placement = target.place(network, { observe: probe });
        const image = await target.emit(placement);
        const result = await withLink(target, port, async (link, wire) => {
          // Whether a neuron reports its spikes is part of the configuration: probing all means configuring anew.
          if (probe === "all") await flashOver(link, wire, { image, terminal, signal });
          const device = await wire.device(link, image, { signal });
          const progress = terminal.progress("running", "samples");
          return runOnDevice(target, placement, device, samples, { signal, progress }).finally(() =>
            device.close(),
          );
        });
        const accuracy = accuracyOf(result.predicted, samples.labels);
        const { spikes, mismatches } = result.comparison;
        const { seconds } = result;
        const json = {
          samples: samples.count,
          accuracy,
          spikes,
          mismatchedSpikes: mismatches,
          seconds,
          predicted: result.predicted,
        };
        const text = `${samples.count} samples in ${seconds.toFixed(2)} s${accuracy === null ? "" : `, accuracy ${percentText(accuracy)}`}\n${comparisonText(result)}`;
        terminal.result(json, text);
        if (mismatches > 0)
          throw new SpikecError("SPK-0802", `${mismatches} of ${spikes} spikes differ`, { where: port });
      }),
    );
}
