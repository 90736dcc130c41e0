/** simulate: samples through the integers of a .spk, through the float Graph of a model, or through an emulated chip. */

import { type Command, Option } from "commander";
import { SpikecError } from "../../errors/error.ts";
import type { TimestepChoice } from "../../import/nir/timestep.ts";
import type { Network } from "../../network/network.ts";
import { formatTable } from "../../report/table.ts";
import type { LayerActivity } from "../../simulate/activity.ts";
import { findTarget } from "../../target/registry.ts";
import type { Target } from "../../target/target.ts";
import { comparisonText, runOnDevice } from "../board-run.ts";
import { action, type Context, examples } from "../command.ts";
import { accuracyOf, floatPredictions, runIntegers } from "../evaluate.ts";
import { isNetworkFile, readGraph, readNetwork } from "../files.ts";
import {
  type EngineChoice,
  inputScaleOption,
  limitOption,
  withEngineOptions,
  withTimestepOptions,
} from "../options.ts";
import { placeNetwork } from "../place-network.ts";
import { createRecording, type RecordingOptions, tracedSamples } from "../recording.ts";
import { readGraphSamples, readNetworkSamples, type SampleFiles } from "../samples.ts";
import { simulateSpiking } from "../simulate-spiking.ts";
import { isSpikingFile } from "../spiking-files.ts";
import type { CommonOptions } from "../terminal.ts";
import { accuracyText, percentText } from "../text.ts";

interface Options extends CommonOptions, SampleFiles, RecordingOptions, EngineChoice, TimestepChoice {
  readonly device?: Target;
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
  network: Network,
  target: Target,
): Promise<void> {
  const samples = await readNetworkSamples(options, network, terminal);
  const placement = placeNetwork(target, network, terminal, { observe: "all" });
  const recording = createRecording(network, options);
  const device = await target.open(await target.emit(placement));
  const progress = terminal.progress(`emulating ${target.name}`, "samples");
  const watch = { signal, progress, onRun: recording.add };
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
  terminal.result(json, `${head}\n${comparisonText(result)}`);
  if (mismatches > 0)
    throw new SpikecError("SPK-0801", `the chip differs: ${mismatches} mismatches / ${spikes} spikes`);
}

async function simulateNetwork(
  { terminal, signal }: Context,
  options: Options,
  network: Network,
): Promise<void> {
  const samples = await readNetworkSamples(options, network, terminal);
  const recording = createRecording(network, options);
  const result = await runIntegers(network, samples, {
    signal,
    progress: terminal.progress("simulating", "samples"),
    engine: options.engine,
    threads: options.threads,
    onRun: recording.add,
    observed: recording.kept,
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
  terminal.result(json, `${activityTable(layers)}\n\n${head}`);
}

export function simulateCommand(command: Command): Command {
  return withTimestepOptions(withEngineOptions(command))
    .argument("<file>", "network (.spk), model (.onnx) or native spiking network (.nir)")
    .addOption(new Option("--input <file>", "samples").makeOptionMandatory())
    .option("--labels <file>", "their classes")
    .addOption(inputScaleOption())
    .addOption(limitOption())
    .addOption(new Option("--device <target>", "run on the emulated chip").argParser(findTarget))
    .option("--trace <file>", `write the spikes of the first ${tracedSamples} samples (.npz)`)
    .option("--plot <folder>", "draw a spike raster of the first sample (SVG)")
    .addHelpText(
      "after",
      examples(
        "spikec simulate digits.spk --input models/digits.test_x.npy \\",
        "  --labels models/digits.test_y.npy --input-scale 16",
        "spikec simulate digits.spk --input models/digits.test_x.npy --input-scale 16 \\",
        "  --limit 10 --trace out/spikes.npz --plot out",
        "spikec simulate digits.spk --device ucaspian --limit 20 \\",
        "  --input models/digits.test_x.npy --input-scale 16",
      ),
    )
    .action(
      action<[string], Options>(async (context, options, file) => {
        if (!isNetworkFile(file)) {
          refuseIdle(options, ["device", "trace", "plot"], ofIntegers);
          if (isSpikingFile(file)) return simulateSpiking(context, options, file, activityTable);
        }
        refuseIdle(options, ["dt", "preset"], "native spiking networks");
        if (!isNetworkFile(file)) return simulateGraph(context, options, file);
        const network = await readNetwork(file);
        if (options.device === undefined) return simulateNetwork(context, options, network);
        return simulateDevice(context, options, network, options.device);
      }),
    );
}
