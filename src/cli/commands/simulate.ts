/** simulate: samples through the integers of a .spk, through the float Graph of a model, or through an emulated chip. */

import { join } from "node:path";
import { type Command, Option } from "commander";
import { writeNpz } from "../../data/npz.ts";
import type { Network } from "../../network/network.ts";
import type { SpikeTrain } from "../../network/spikes.ts";
import { rasterSvg } from "../../report/raster.ts";
import { formatTable } from "../../report/table.ts";
import type { LayerActivity } from "../../simulate/activity.ts";
import { sampleInput } from "../../simulate/encode.ts";
import { findTarget } from "../../target/registry.ts";
import type { Target } from "../../target/target.ts";
import { comparisonText, runOnDevice } from "../board-run.ts";
import { action, type Context, inputScaleOption, limitOption } from "../command.ts";
import { accuracyOf, floatPredictions, runIntegers } from "../evaluate.ts";
import {
  isNetworkFile,
  readGraph,
  readInputSamples,
  readNetwork,
  readSamples,
  type SampleFiles,
  writeWhole,
} from "../files.ts";
import { drawnLayers } from "../pictures.ts";
import type { CommonOptions } from "../terminal.ts";
import { percentText } from "../text.ts";

interface Options extends CommonOptions, SampleFiles {
  readonly device?: Target;
  readonly plot?: string;
  readonly trace?: string;
}

/** Samples whose events --trace keeps. */
const tracedSamples = 100;

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

async function simulateGraph({ terminal, signal }: Context, options: Options, file: string): Promise<void> {
  const graph = await readGraph(file);
  const samples = await readSamples(options, graph.nodes[0].shape);
  const predicted = await floatPredictions(graph, samples, {
    signal,
    progress: terminal.progress("evaluating", "samples"),
  });
  const accuracy = accuracyOf(predicted, samples.labels);
  const text = `${samples.count} samples${accuracy === null ? "" : `, accuracy ${percentText(accuracy)}`} (float network)`;
  terminal.result({ samples: samples.count, accuracy, predicted }, text);
}

async function simulateDevice(
  { terminal, signal }: Context,
  options: Options,
  network: Network,
  target: Target,
): Promise<void> {
  const samples = await readInputSamples(options, sampleInput(network));
  const placement = target.place(network, { observe: "all" });
  const device = await target.open(await target.emit(placement));
  const progress = terminal.progress(`emulating ${target.name}`, "samples");
  const result = await runOnDevice(target, placement, device, samples, { signal, progress }).finally(() =>
    device.close(),
  );
  const accuracy = accuracyOf(result.predicted, samples.labels);
  const { spikes, mismatches } = result.comparison;
  const text = `${samples.count} samples on the emulated ${target.name}${accuracy === null ? "" : `, accuracy ${percentText(accuracy)}`}\n${comparisonText(result)}`;
  terminal.result(
    { samples: samples.count, accuracy, spikes, mismatchedSpikes: mismatches, predicted: result.predicted },
    text,
  );
}

/** Events of traced samples as arrays: for each layer sample, step and neuron of every spike. */
function traceArrays(trains: readonly SpikeTrain[]): Map<string, { shape: number[]; data: Int32Array }> {
  const arrays = new Map<string, { shape: number[]; data: Int32Array }>();
  for (const name of trains[0]?.events.keys() ?? []) {
    const rows: number[] = [];
    trains.forEach((train, sample) => {
      const { offsets, neurons } = train.events.get(name)!;
      for (let step = 0; step + 1 < offsets.length; step++)
        for (let event = offsets[step]; event < offsets[step + 1]; event++)
          rows.push(sample, step, neurons[event]);
    });
    arrays.set(name, { shape: [rows.length / 3, 3], data: Int32Array.from(rows) });
  }
  return arrays;
}

async function simulateNetwork(
  { terminal, signal }: Context,
  options: Options,
  network: Network,
): Promise<void> {
  const samples = await readInputSamples(options, sampleInput(network));
  const traced: SpikeTrain[] = [];
  const keep = options.trace !== undefined ? tracedSamples : options.plot !== undefined ? 1 : 0;
  const result = await runIntegers(network, samples, {
    signal,
    progress: terminal.progress("simulating", "samples"),
    onRun: ({ train }) => {
      if (traced.length < keep) traced.push(train);
    },
  });
  if (options.trace !== undefined) await writeWhole(options.trace, writeNpz(traceArrays(traced)));
  if (options.plot !== undefined) {
    const title = `${network.name}, sample 0`;
    const picture = rasterSvg(traced[0], drawnLayers(network), { title });
    await writeWhole(join(options.plot, "raster.svg"), picture);
  }
  const [predicted] = result.predicted;
  const accuracy = accuracyOf(predicted, samples.labels);
  const { layers, synops } = result;
  const [ties] = result.tieFractions;
  const head = `${samples.count} samples, T = ${network.timesteps}${accuracy === null ? "" : `, accuracy ${percentText(accuracy)}`}, ${Math.round(synops)} synaptic operations a sample, ties ${percentText(ties)}`;
  const json = {
    samples: samples.count,
    timesteps: network.timesteps,
    accuracy,
    ties,
    layers,
    synops,
    predicted,
  };
  terminal.result(json, `${activityTable(layers)}\n\n${head}`);
}

export function simulateCommand(command: Command): Command {
  return command
    .description("run samples through a network (.spk) or a float model, and count")
    .argument("<file>", "network (.spk) or model (.onnx)")
    .addOption(new Option("--input <file>", "samples").makeOptionMandatory())
    .option("--labels <file>", "their classes")
    .addOption(inputScaleOption())
    .addOption(limitOption())
    .addOption(new Option("--device <target>", "run on the emulated chip").argParser(findTarget))
    .option("--trace <file>", "write spikes of the first samples (.npz)")
    .option("--plot <folder>", "draw a spike raster of the first sample (SVG)")
    .action(
      action<[string], Options>(async (context, options, file) => {
        if (!isNetworkFile(file)) return simulateGraph(context, options, file);
        const network = await readNetwork(file);
        if (options.device === undefined) return simulateNetwork(context, options, network);
        return simulateDevice(context, options, network, options.device);
      }),
    );
}
