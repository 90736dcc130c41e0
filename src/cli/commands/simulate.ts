/** simulate: samples through the integers of a .spk, through the float Graph of a model, or through an emulated chip. */

import { type Command, Option } from "commander";
import { SpikecError } from "../../errors/error.ts";
import type { TimestepChoice } from "../../import/nir/timestep.ts";
import type { Network } from "../../network/network.ts";
import { formatTable } from "../../report/table.ts";
import type { LayerActivity } from "../../simulate/activity.ts";
import type { Run } from "../../simulate/reference.ts";
import { findTarget } from "../../target/registry.ts";
import type { Target } from "../../target/target.ts";
import { type ChipChoices, chipChoices, chipOption } from "../boards/chip-options.ts";
import { placeNetwork } from "../boards/place-network.ts";
import { action, type Context, examples } from "../command.ts";
import { isNetworkFile, readGraph, readNetwork } from "../files.ts";
import { isSpikingFile } from "../native/spiking-files.ts";
import { type Read, readoutOption, withReadout } from "../native/spiking-reading.ts";
import { wholeNumber } from "../numbers.ts";
import {
  type EngineChoice,
  inputScaleOption,
  limitOption,
  withEngineOptions,
  withEventOptions,
  withTimestepOptions,
} from "../options.ts";
import { createRecording, type RecordingOptions, tracedSamples } from "../reports/recording.ts";
import { createShow } from "../reports/show-sample.ts";
import { forTimeOf, readGraphSamples, readNetworkSamples, type SampleFiles } from "../samples.ts";
import type { CommonOptions } from "../terminal.ts";
import { accuracyText, percentText } from "../text.ts";
import { accuracyOf, floatPredictions, runIntegers } from "../verification/evaluate.ts";

interface Options extends CommonOptions, SampleFiles, RecordingOptions, EngineChoice, TimestepChoice {
  readonly device?: Target;
  readonly chipOption?: ChipChoices;
  /** true: the first sample. */
  readonly show?: number | true;
  readonly readout?: Read;
}

export function activityTable(layers: readonly LayerActivity[]): string {
  const rows = layers.map(({ name, rate, deadFraction, saturatedFraction, synops }) => [
    name,
    rate.toFixed(3),
    percentText(deadFraction),
    percentText(saturatedFraction),
    Math.round(synops).toString(),
  ]);
  return formatTable(["layer", "rate", "dead", "saturated", "synops a sample"], rows);
}

/** Float models have no chip to run on, and no recording of integers. */
function refuseIdle(options: Options, names: readonly (keyof Options)[], kind: string): void {
  const idle = names.find((name) => options[name] !== undefined);
  if (idle !== undefined) throw new SpikecError("SPK-0002", `--${idle} is for ${kind}`);
}

/** null: none was asked for. */
function shownSample({ show }: Options): number | null {
  return show === undefined ? null : show === true ? 0 : show;
}

const ofIntegers = "networks of spikes (.spk), not for float models";

async function simulateGraph({ terminal, signal }: Context, options: Options, file: string): Promise<void> {
  const graph = await readGraph(file);
  const samples = await readGraphSamples(options, graph);
  const predicted = await floatPredictions(graph, samples, {
    signal,
    progress: terminal.progress("evaluating", "samples"),
  });
  const accuracy = accuracyOf(predicted, samples.labels);
  // The keys of every simulation; time and spikes are nothing that a float network has.
  const json = { samples: samples.count, timesteps: null, accuracy, layers: [], synops: null, predicted };
  terminal.result(json, `${samples.count} samples${accuracyText(accuracy)} (float network)`);
}

async function simulateDevice(
  { terminal, signal }: Context,
  options: Options,
  converted: Network,
  target: Target,
): Promise<void> {
  const samples = await readNetworkSamples(options, converted, terminal);
  const network = withReadout(forTimeOf(converted, samples), options.readout);
  const placement = placeNetwork(target, network, terminal, {
    observe: "all",
    ...chipChoices(target, options.chipOption),
  });
  const recording = createRecording(network, options, samples);
  const device = await target.open(await target.emit(placement));
  const progress = terminal.progress(`emulating ${target.name}`, "samples");
  const show = createShow(network, shownSample(options));
  const onRun = (run: Run, index: number) => {
    recording.add(run);
    show.add(run, index);
  };
  if (options.threads > 1)
    terminal.log("note: --threads shares out simulations; an emulated chip takes one sample after the other");
  const watch = { signal, progress, onRun, engine: options.engine };
  const { comparisonText, runOnDevice } = await import("../boards/board-run.ts");
  const result = await runOnDevice(target, placement, device, samples, watch).finally(() => device.close());
  await recording.write();
  const accuracy = accuracyOf(result.predicted, samples.labels);
  const { layers, synops, predicted } = result;
  const { spikes, mismatches } = result.comparison;
  const json = {
    samples: samples.count,
    timesteps: network.timesteps,
    accuracy,
    layers,
    synops,
    spikes,
    mismatchedSpikes: mismatches,
    predicted,
  };
  const head = `${samples.count} samples on the emulated ${target.name}, T = ${network.timesteps}${accuracyText(accuracy)}`;
  terminal.result(json, `${show.text()}${head}\n${comparisonText(result)}`);
  if (mismatches > 0)
    throw new SpikecError("SPK-0801", `the chip differs: ${mismatches} mismatches / ${spikes} spikes`);
}

async function simulateNetwork(
  { terminal, signal }: Context,
  options: Options,
  converted: Network,
): Promise<void> {
  const samples = await readNetworkSamples(options, converted, terminal);
  const network = withReadout(forTimeOf(converted, samples), options.readout);
  const recording = createRecording(network, options, samples);
  const show = createShow(network, shownSample(options));
  const result = await runIntegers(network, samples, {
    signal,
    progress: terminal.progress("simulating", "samples"),
    engine: options.engine,
    threads: options.threads,
    onRun: (run, index) => {
      recording.add(run);
      show.add(run, index);
    },
    observed: Math.max(recording.kept, show.kept),
  });
  if (result.note !== null) terminal.log(result.note);
  await recording.write();
  const [predicted] = result.predicted;
  const [ties] = result.tieFractions;
  const accuracy = accuracyOf(predicted, samples.labels);
  const { layers, synops } = result;
  const { timesteps } = network;
  const head = `${samples.count} samples, T = ${timesteps}${accuracyText(accuracy)}, ${Math.round(synops)} synaptic operations a sample, ties ${percentText(ties)}`;
  const json = { samples: samples.count, timesteps, accuracy, ties, layers, synops, predicted };
  terminal.result(json, `${show.text()}${activityTable(layers)}\n\n${head}`);
}

export function simulateCommand(command: Command): Command {
  return withEventOptions(withTimestepOptions(withEngineOptions(command)))
    .argument("<file>", "network (.spk), model (.onnx) or native spiking network (.nir, .snn.yaml)")
    .option("--input <file>", "samples; a .snn.yaml may bring a stimulus of its own")
    .option("--labels <file>", "their classes")
    .addOption(inputScaleOption())
    .addOption(limitOption())
    .addOption(readoutOption())
    .addOption(new Option("--device <target>", "run on the emulated chip").argParser(findTarget))
    .addOption(chipOption())
    .option("--trace <file>", `write the spikes of the first ${tracedSamples} samples (.npz)`)
    .option("--plot <folder>", "draw the first sample: spikes, membranes, counts, transfer (SVG)")
    .option(
      "--show [sample]",
      "draw the spikes of a sample (from 0) in the terminal",
      wholeNumber(0, 2 ** 31),
    )
    .addHelpText(
      "after",
      examples(
        "spikec simulate digits.spk --input models/digits.test_x.npy \\",
        "  --labels models/digits.test_y.npy",
        "spikec simulate digits.spk --input models/digits.test_x.npy \\",
        "  --limit 10 --trace out/spikes.npz --plot out",
        "spikec simulate digits.spk --input models/digits.test_x.npy --limit 5 --show 3",
        "spikec simulate models/lessons/06-thresholds.snn.yaml --plot out/lesson",
        "spikec simulate digits.spk --device ucaspian --limit 20 \\",
        "  --input models/digits.test_x.npy",
        "spikec simulate speck.spk --device speck2f --chip-option simulator=event --limit 20 \\",
        "  --input models/digits.test_x.npy",
      ),
    )
    .action(
      action<[string], Options>(async (context, options, file) => {
        if (!isNetworkFile(file)) {
          refuseIdle(options, ["device", "trace", "show"], ofIntegers);
          if (isSpikingFile(file)) {
            // Behind it lie the float neurons of all frameworks, which a .spk has no use for.
            const { simulateSpiking } = await import("../native/simulate-spiking.ts");
            return simulateSpiking(context, options, file, activityTable);
          }
          refuseIdle(options, ["plot"], "networks of spikes (.spk, .nir, .snn.yaml)");
        }
        refuseIdle(options, ["dt", "preset"], "native spiking networks");
        if (options.input === undefined)
          throw new SpikecError("SPK-0002", "required option '--input <file>' not specified");
        if (!isNetworkFile(file)) {
          refuseIdle(options, ["readout"], "native spiking networks");
          return simulateGraph(context, options, file);
        }
        const network = await readNetwork(file);
        if (options.device === undefined) return simulateNetwork(context, options, network);
        return simulateDevice(context, options, network, options.device);
      }),
    );
}
