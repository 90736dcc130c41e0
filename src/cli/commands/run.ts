/** run: samples over the wire to a flashed board, spikes back, compared with the simulation spike by spike. */
import { type Command, Option } from "commander";
import { SpikecError } from "../../errors/error.ts";
import type { Device, Target } from "../../target/target.ts";
import { comparisonText, runOnDevice, speedText } from "../boards/board-run.ts";
import { type ChipChoices, chipChoices, chipOption } from "../boards/chip-options.ts";
import { portFor } from "../boards/choose-port.ts";
import { placeNetwork } from "../boards/place-network.ts";
import { flashOver, wireOf, withLink } from "../boards/with-board.ts";
import { action, examples } from "../command.ts";
import { targetOf } from "../conversion/reconvert.ts";
import { readNetwork } from "../files.ts";
import {
  inputScaleOption,
  limitOption,
  ownTargetOption,
  reportOption,
  withEventOptions,
} from "../options.ts";
import { boardFacts, reportNetwork, writeReport } from "../reports/report-network.ts";
import { forTimeOf, readNetworkSamples, type SampleFiles } from "../samples.ts";
import type { CommonOptions, Terminal } from "../terminal.ts";
import { accuracyText } from "../text.ts";
import { accuracyOf } from "../verification/evaluate.ts";
import { probeOption } from "./emit.ts";
import { portOption } from "./flash.ts";

interface Options extends CommonOptions, SampleFiles {
  readonly target?: Target;
  readonly port?: string;
  readonly net: string;
  readonly probe: "readout" | "all";
  readonly chipOption?: ChipChoices;
  readonly report?: string;
}

/** The port of the board; null: the chip has no wire, and its emulation runs in this process. */
async function placeToRun(
  target: Target,
  port: string | undefined,
  terminal: Terminal,
): Promise<string | null> {
  if (target.wire !== undefined || port !== undefined) {
    wireOf(target);
    return portFor(target, port, terminal);
  }
  terminal.log(`${target.name} has no wire: its emulation runs the files that it would be given`);
  return null;
}

export function runCommand(command: Command): Command {
  return withEventOptions(command)
    .addOption(ownTargetOption())
    .addOption(portOption())
    .addOption(new Option("--net <network>", "the network that was flashed (.spk)").makeOptionMandatory())
    .addOption(new Option("--input <file>", "samples").makeOptionMandatory())
    .option("--labels <file>", "their classes")
    .addOption(inputScaleOption())
    .addOption(limitOption())
    .addOption(probeOption())
    .addOption(chipOption())
    .addOption(reportOption())
    .addHelpText(
      "after",
      examples(
        "spikec run --port /dev/ttyUSB0 --net digits.spk --probe all \\",
        "  --input models/digits.test_x.npy --labels models/digits.test_y.npy",
      ),
    )
    .action(
      action<[], Options>(async (context, options) => {
        const { terminal, signal } = context;
        const { probe } = options;
        const flashed = await readNetwork(options.net);
        const target = options.target ?? (await targetOf(flashed));
        const port = await placeToRun(target, options.port, terminal);
        const samples = await readNetworkSamples(options, flashed, terminal);
        const network = forTimeOf(flashed, samples);
        const placement = placeNetwork(target, network, terminal, {
          observe: probe,
          ...chipChoices(target, options.chipOption),
        });
        const image = await target.emit(placement);
        const runOn = (device: Device) => {
          const progress = terminal.progress("running", "samples");
          return runOnDevice(target, placement, device, samples, { signal, progress }).finally(() =>
            device.close(),
          );
        };
        const result =
          port === null
            ? await runOn(await target.open(image))
            : await withLink(target, port, async (link, wire) => {
                // Whether a neuron reports its spikes is part of the configuration: probing all means configuring anew.
                if (probe === "all") await flashOver(link, wire, { image, terminal, signal });
                return runOn(await wire.device(link, image, { signal }));
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
        if (options.report !== undefined) {
          const board = boardFacts(
            port === null ? `emulated ${target.name}` : `${target.name} at ${port}`,
            accuracy,
            result,
          );
          const report = await reportNetwork(context, { network, graph: null, target, samples, board });
          await writeReport(options.report, report, context);
        }
        terminal.result(json, text);
        if (mismatches > 0)
          throw new SpikecError(
            "SPK-0802",
            `the board differs: ${mismatches} mismatches / ${spikes} spikes`,
            { where: port ?? `emulated ${target.name}` },
          );
      }),
    );
}
