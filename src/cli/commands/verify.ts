/**
 * verify: the original, the integers and the board side by side. Ends in "0 mismatches / N spikes": every spike that the
 * (emulated or real) chip gave, compared with the simulation.
 */

import { type Command, Option } from "commander";
import { SpikecError } from "../../errors/error.ts";
import type { Network } from "../../network/network.ts";
import { lineChartSvg } from "../../report/line-chart.ts";
import { formatTable } from "../../report/table.ts";
import { sampleInput } from "../../simulate/encode.ts";
import { findTarget } from "../../target/registry.ts";
import type { Target } from "../../target/target.ts";
import { comparisonText } from "../board-run.ts";
import {
  action,
  type Context,
  inputScaleOption,
  limitOption,
  wholeNumber,
  wholeNumbers,
} from "../command.ts";
import { accuracyOf, floatPredictions, runIntegers } from "../evaluate.ts";
import { readGraph, readInputSamples, readNetwork, type SampleFiles, writeWhole } from "../files.ts";
import type { CommonOptions } from "../terminal.ts";
import { percentText } from "../text.ts";
import { type Verification, verifyNetwork } from "../verify-network.ts";

interface Options extends CommonOptions, SampleFiles {
  readonly model: string;
  readonly target?: Target;
  readonly port?: string;
  readonly boardSamples: number;
  readonly sweep?: readonly number[];
  readonly plot?: string;
}

/** The chip that the network was converted for, as its provenance says. */
export function targetOf(network: Network): Target {
  const [, name] = network.provenance.options.find(([option]) => option === "target") ?? [
    "target",
    "generic",
  ];
  return findTarget(name);
}

export function verificationText(verification: Verification, target: Target): string {
  const { samples, ann, snn, agreement, layers, board } = verification;
  const rows = layers.map(({ name, rateError }) => [name, percentText(rateError)]);
  const boardAccuracy = board.accuracy === null ? "" : `, accuracy ${percentText(board.accuracy)}`;
  return [
    formatTable(["layer", "rate error"], rows),
    "",
    `${samples} samples: original ${percentText(ann.accuracy ?? 0)}, integers ${percentText(snn.accuracy ?? 0)}, same class ${percentText(agreement)}`,
    `${board.result.samples} samples on ${board.where} ${target.name}${boardAccuracy}`,
    comparisonText(board.result),
  ].join("\n");
}

async function sweep(
  { terminal, signal }: Context,
  options: Options,
  network: Network,
  timesteps: readonly number[],
): Promise<void> {
  const graph = await readGraph(options.model);
  const samples = await readInputSamples(options, sampleInput(network));
  const largest = { ...network, timesteps: Math.max(...timesteps) };
  const float = await floatPredictions(graph, samples, {
    signal,
    progress: terminal.progress("original", "samples"),
  });
  const ann = { accuracy: accuracyOf(float, samples.labels) };
  const result = await runIntegers(largest, samples, {
    signal,
    readAt: timesteps,
    progress: terminal.progress("integers", "samples"),
  });
  const rows = timesteps.map((steps, i) => ({
    timesteps: steps,
    accuracy: accuracyOf(result.predicted[i], samples.labels),
    synops: (result.synops * steps) / largest.timesteps,
  }));
  if (options.plot !== undefined) {
    const points = rows.map(({ timesteps: x, accuracy }) => ({ x, y: accuracy ?? 0 }));
    const chart = lineChartSvg([{ name: "integers", points }], {
      title: `${network.name}: accuracy against T`,
      xLabel: "timesteps",
      yLabel: "accuracy",
      xScale: "log2",
      percent: true,
      reference: { name: "original", y: ann.accuracy ?? 0 },
    });
    await writeWhole(options.plot, chart);
  }
  const table = rows.map(({ timesteps: steps, accuracy, synops }) => [
    String(steps),
    percentText(accuracy ?? 0),
    Math.round(synops).toString(),
  ]);
  terminal.result(
    { samples: samples.count, ann, sweep: rows },
    `original ${percentText(ann.accuracy ?? 0)}\n${formatTable(["T", "accuracy", "synops a sample"], table)}`,
  );
}

export function verifyCommand(command: Command): Command {
  return command
    .description("compare the original, the integers and the board")
    .argument("<network>", "network (.spk)")
    .addOption(new Option("--model <file>", "the original model").makeOptionMandatory())
    .addOption(new Option("--input <file>", "samples").makeOptionMandatory())
    .addOption(new Option("--labels <file>", "their classes").makeOptionMandatory())
    .addOption(inputScaleOption())
    .addOption(limitOption())
    .addOption(
      new Option("--target <name>", "chip; default: the one it was converted for").argParser(findTarget),
    )
    .option("--port <port>", "a board on this port, in place of the emulated chip")
    .option(
      "--board-samples <count>",
      "samples that the board runs too, every layer compared",
      wholeNumber(0, 2 ** 31),
      20,
    )
    .option("--sweep <T,T,...>", "read out at each of these timesteps", wholeNumbers)
    .option("--plot <file>", "draw the sweep (SVG)")
    .action(
      action<[string], Options>(async (context, options, file) => {
        const network = await readNetwork(file);
        if (options.sweep !== undefined) return sweep(context, options, network, options.sweep);
        const target = options.target ?? targetOf(network);
        const graph = await readGraph(options.model);
        const samples = await readInputSamples(options, sampleInput(network));
        const verification = await verifyNetwork(context, network, graph, samples, {
          target,
          boardSamples: options.boardSamples,
          port: options.port ?? null,
        });
        const { board, ...rest } = verification;
        const { spikes, mismatches } = board.result.comparison;
        const json = {
          ...rest,
          board: {
            samples: board.result.samples,
            accuracy: board.accuracy,
            spikes,
            mismatchedSpikes: mismatches,
          },
        };
        context.terminal.result(json, verificationText(verification, target));
        if (mismatches > 0)
          throw new SpikecError("SPK-0801", `${mismatches} of ${spikes} spikes differ`, { where: file });
      }),
    );
}
