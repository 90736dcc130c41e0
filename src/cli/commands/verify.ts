/**
 * verify: the original, the integers and the board side by side. Ends in "0 mismatches / N spikes": every spike that the
 * (emulated or real) chip gave, compared with the simulation.
 */

import { type Command, Option } from "commander";
import { SpikecError } from "../../errors/error.ts";
import type { Graph } from "../../graph/graph.ts";
import type { Network } from "../../network/network.ts";
import { sampleShape } from "../../network/shapes.ts";
import { formatTable } from "../../report/table.ts";
import { sampleInput } from "../../simulate/encode.ts";
import { findTarget } from "../../target/registry.ts";
import type { Target } from "../../target/target.ts";
import { comparisonText } from "../board-run.ts";
import { action, examples } from "../command.ts";
import { readGraph, readNetwork } from "../files.ts";
import {
  boardSamplesOption,
  type EngineChoice,
  inputScaleOption,
  limitOption,
  wholeNumbers,
  withEngineOptions,
} from "../options.ts";
import { provenanceOption } from "../place-network.ts";
import { readNetworkSamples, type SampleFiles } from "../samples.ts";
import { sweepNetwork } from "../sweep-network.ts";
import type { CommonOptions } from "../terminal.ts";
import { accuracyText, percentText } from "../text.ts";
import { type Verification, verifyNetwork } from "../verify-network.ts";

interface Options extends CommonOptions, SampleFiles, EngineChoice {
  readonly model: string;
  readonly target?: Target;
  readonly port?: string;
  readonly boardSamples: number;
  readonly sweep?: readonly number[];
  readonly plot?: string;
}

/** The chip that the network was converted for, as its provenance says. */
export function targetOf(network: Network): Promise<Target> {
  return findTarget(provenanceOption(network, "target") ?? "generic");
}

export function verificationText(verification: Verification, target: Target): string {
  const { samples, ann, snn, agreement, layers, board } = verification;
  const rows = layers.map(({ name, rateError }) => [name, percentText(rateError)]);
  return [
    formatTable(["layer", "rate error"], rows),
    "",
    `${samples} samples: original ${percentText(ann.accuracy ?? 0)}, integers ${percentText(snn.accuracy ?? 0)}, same class ${percentText(agreement)}`,
    `${board.result.samples} samples on ${board.where} ${target.name}${accuracyText(board.accuracy)}`,
    comparisonText(board.result),
  ].join("\n");
}

/** An option that would do nothing is a misunderstanding. */
function refuseIdleOptions({ sweep, plot, port }: Options): void {
  if (plot !== undefined && sweep === undefined)
    throw new SpikecError("SPK-0002", "--plot draws a sweep, and there is no --sweep");
  if (port !== undefined && sweep !== undefined)
    throw new SpikecError("SPK-0002", "--sweep reads out the simulation: it uses no --port");
}

/** Throws SPK-0203 where the model cannot be the one that the network was converted from. */
function checkModel(network: Network, graph: Graph, file: string): void {
  const taken = sampleShape(sampleInput(network)).join("x");
  const expected = graph.nodes[0].shape.join("x");
  if (taken === expected) return;
  throw new SpikecError("SPK-0203", `the model takes ${expected} inputs, the network ${taken}`, {
    where: file,
    advice: "Give the model that the network was converted from.",
  });
}

export function verifyCommand(command: Command): Command {
  return withEngineOptions(command)
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
    .addOption(boardSamplesOption())
    .option("--sweep <T,T,...>", "read out at each of these timesteps", wholeNumbers)
    .option("--plot <file>", "draw the sweep (SVG)")
    .addHelpText(
      "after",
      examples(
        "spikec verify digits.spk --model models/digits_mlp.onnx --input-scale 16 \\",
        "  --input models/digits.test_x.npy --labels models/digits.test_y.npy",
        "spikec verify digits.spk --model models/digits_mlp.onnx --input-scale 16 \\",
        "  --input models/digits.test_x.npy --labels models/digits.test_y.npy \\",
        "  --sweep 4,8,16,32 --plot out/sweep.svg",
      ),
    )
    .action(
      action<[string], Options>(async (context, options, file) => {
        const { sweep, plot, port } = options;
        refuseIdleOptions(options);
        const network = await readNetwork(file);
        const graph = await readGraph(options.model);
        const samples = await readNetworkSamples(options, network, context.terminal);
        checkModel(network, graph, options.model);
        if (sweep !== undefined)
          return sweepNetwork(context, network, graph, samples, sweep, { ...options, plot: plot ?? null });
        const target = options.target ?? (await targetOf(network));
        const verification = await verifyNetwork(context, network, graph, samples, {
          target,
          boardSamples: options.boardSamples,
          port: port ?? null,
          engine: options.engine,
          threads: options.threads,
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
          throw new SpikecError(
            "SPK-0801",
            `the chip differs from the simulation: ${mismatches} mismatches / ${spikes} spikes`,
            { where: file },
          );
      }),
    );
}
