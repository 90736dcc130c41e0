/** run: samples over the wire to a flashed board, spikes back, compared with the simulation spike by spike. */
import { type Command, Option } from "commander";
import { SpikecError } from "../../errors/error.ts";
import type { Target } from "../../target/target.ts";
import { comparisonText, runOnDevice, speedText } from "../board-run.ts";
import { portFor } from "../choose-port.ts";
import { action, examples } from "../command.ts";
import { accuracyOf } from "../evaluate.ts";
import { readNetwork } from "../files.ts";
import { inputScaleOption, limitOption, targetOption } from "../options.ts";
import { placeNetwork } from "../place-network.ts";
import { readNetworkSamples, type SampleFiles } from "../samples.ts";
import type { CommonOptions } from "../terminal.ts";
import { accuracyText } from "../text.ts";
import { flashOver, wireOf, withLink } from "../with-board.ts";
import { probeOption } from "./emit.ts";
import { portOption } from "./flash.ts";

interface Options extends CommonOptions, SampleFiles {
  readonly target: Target;
  readonly port?: string;
  readonly net: string;
  readonly probe: "readout" | "all";
}

export function runCommand(command: Command): Command {
  return command
    .addOption(targetOption())
    .addOption(portOption())
    .addOption(new Option("--net <network>", "the network that was flashed (.spk)").makeOptionMandatory())
    .addOption(new Option("--input <file>", "samples").makeOptionMandatory())
    .option("--labels <file>", "their classes")
    .addOption(inputScaleOption())
    .addOption(limitOption())
    .addOption(probeOption())
    .addHelpText(
      "after",
      examples(
        "spikec run --target ucaspian --port /dev/ttyUSB0 --net digits.spk --probe all \\",
        "  --input models/digits.test_x.npy --labels models/digits.test_y.npy --input-scale 16",
      ),
    )
    .action(
      action<[], Options>(async ({ terminal, signal }, options) => {
        const { target, probe } = options;
        wireOf(target);
        const port = await portFor(target, options.port, terminal);
        const network = await readNetwork(options.net);
        const samples = await readNetworkSamples(options, network, terminal);
        const placement = placeNetwork(target, network, terminal, { observe: probe });
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
        const { seconds, computed } = result;
        const json = {
          samples: samples.count,
          accuracy,
          spikes,
          mismatchedSpikes: mismatches,
          seconds,
          samplesPerSecond: samples.count / seconds,
          computedSeconds: computed,
          predicted: result.predicted,
        };
        const text = [
          `${samples.count} samples in ${seconds.toFixed(2)} s${accuracyText(accuracy)}`,
          speedText(result),
          comparisonText(result),
        ].join("\n");
        terminal.result(json, text);
        if (mismatches > 0)
          throw new SpikecError(
            "SPK-0802",
            `the board differs: ${mismatches} mismatches / ${spikes} spikes`,
            { where: port },
          );
      }),
    );
}
