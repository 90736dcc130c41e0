/**
 * verify: the original, the integers and the board side by side. Ends in "0 mismatches / N spikes": every spike that the
 * (emulated or real) chip gave, compared with the simulation.
 */

import { type Command, InvalidArgumentError, Option } from "commander";
import { SpikecError } from "../../errors/error.ts";
import type { Graph } from "../../graph/graph.ts";
import type { Network } from "../../network/network.ts";
import { sampleShape } from "../../network/shapes.ts";
import type { BoardFacts } from "../../report/html/report-data.ts";
import { formatTable } from "../../report/table.ts";
import { sampleInput } from "../../simulate/encode.ts";
import type { Target } from "../../target/target.ts";
import { comparisonText } from "../boards/board-run.ts";
import { action, type Context, examples } from "../command.ts";
import { targetOf } from "../conversion/reconvert.ts";
import { hashOf, readBytes, readGraph, readNetwork, refuseFolder } from "../files.ts";
import { attributeSpiking } from "../native/attribute-spiking.ts";
import { isSpikingFile, readSpikingGraph } from "../native/spiking-files.ts";
import { sweepSpiking } from "../native/sweep-spiking.ts";
import { checkSpikingModel, spikingVerificationText, verifySpiking } from "../native/verify-spiking.ts";
import { positiveNumber, wholeNumber, wholeNumbers } from "../numbers.ts";
import {
  boardSamplesOption,
  type EngineChoice,
  inputScaleOption,
  limitOption,
  ownTargetOption,
  reportOption,
  withEngineOptions,
  withEventOptions,
} from "../options.ts";
import { boardFacts, reportNetwork, writeReport } from "../reports/report-network.ts";
import { forTimeOf, readNetworkSamples, type SampleFiles, type ScaledSamples } from "../samples.ts";
import type { CommonOptions, Terminal } from "../terminal.ts";
import { accuracyText, percentText, proseText } from "../text.ts";
import { attributeNetwork } from "../verification/attribute-network.ts";
import { energyText, neurobenchText } from "../verification/counted-operations.ts";
import { explainSample } from "../verification/explain-sample.ts";
import { silenceText } from "../verification/measure-network.ts";
import { sweepNetwork } from "../verification/sweep-network.ts";
import { type Verification, verifyNetwork } from "../verification/verify-network.ts";
import { type VerifiedBoard, verifiedBoardJson } from "../verification/verify-on-board.ts";

interface Options extends CommonOptions, SampleFiles, EngineChoice {
  readonly model: string;
  readonly target?: Target;
  readonly port?: string;
  readonly boardSamples: number;
  readonly pjPerSynop?: number;
  readonly sweep?: readonly number[];
  readonly plot?: string;
  readonly reconvert?: boolean;
  readonly calib?: string;
  /** true: as many samples as time allows. */
  readonly attribute?: number | true;
  readonly sample?: number;
  readonly bound?: number;
  readonly report?: string;
}

export function verificationText(verification: Verification, target: Target): string {
  const { samples, ann, snn, agreement, layers, synops, operations, energy, silence, board } = verification;
  const rows = layers.map(({ name, rateError, rate, deadFraction, saturatedFraction, synops: own }) => [
    name,
    rateError === null ? "-" : percentText(rateError),
    rate.toFixed(3),
    percentText(deadFraction),
    percentText(saturatedFraction),
    Math.round(own).toString(),
  ]);
  return [
    formatTable(["layer", "rate error", "rate", "dead", "saturated", "synops"], rows),
    "",
    ...(silence === null ? [] : [proseText(silenceText(silence)), ""]),
    `${samples} samples: original ${percentText(ann.accuracy ?? 0)}, integers ${percentText(snn.accuracy ?? 0)}, same class ${percentText(agreement)}, ${Math.round(synops)} synaptic operations a sample`,
    neurobenchText(operations),
    energyText(target.chip, energy),
    `${board.result.samples} samples on ${board.where} ${target.name}${accuracyText(board.accuracy)}`,
    comparisonText(board.result),
  ].join("\n");
}

/** An option that would do nothing is a misunderstanding. */
function refuseIdleOptions(options: Options): void {
  const { sweep, plot, port, reconvert, calib, attribute, sample, bound, report } = options;
  const refuse = (text: string): never => {
    throw new SpikecError("SPK-0002", text);
  };
  const views = Object.entries({ sweep, attribute, sample }).filter(([, value]) => value !== undefined);
  if (views.length > 1) refuse(`--${views[0][0]} and --${views[1][0]} are different reports: ask for one`);
  if (plot !== undefined && sweep === undefined) refuse("--plot draws a sweep, and there is no --sweep");
  if (port !== undefined && views.length > 0)
    refuse(`--${views[0][0]} looks at the simulation: it uses no --port`);
  if (report !== undefined && views.length > 0)
    refuse(`--${views[0][0]} is a view of its own: ask for --report without it`);
  if (reconvert && sweep === undefined) refuse("--reconvert is for --sweep, and there is none");
  if (reconvert && calib === undefined) refuse("--reconvert lowers the model anew: it needs --calib");
  if (calib !== undefined && !reconvert) refuse("--calib is for --reconvert, and there is none");
  if (bound !== undefined && sample === undefined) refuse("--bound is for --sample, and there is none");
}

/** Throws SPK-0203 where the model cannot be the one that the network was converted from. */
export function checkModel(network: Network, graph: Graph, file: string): void {
  const taken = sampleShape(sampleInput(network)).join("x");
  const expected = graph.nodes[0].shape.join("x");
  if (taken === expected) return;
  throw new SpikecError("SPK-0203", `the model takes ${expected} inputs, the network ${taken}`, {
    where: file,
    advice: "Give the model that the network was converted from.",
  });
}

/** A model of the same shape may still be another: its file says so. */
export async function noteOtherModel(network: Network, file: string, terminal: Terminal): Promise<void> {
  const { modelHash } = network.provenance;
  if (modelHash !== "" && hashOf(await readBytes(file)) !== modelHash)
    terminal.log(`note: ${network.name} was converted from another file than ${file}`);
}

function factsOf({ where, accuracy, result }: VerifiedBoard, target: Target): BoardFacts {
  return boardFacts(`${where} ${target.name}`, accuracy, result);
}

/** Original, integers and board side by side. Throws SPK-0801 where the chip differs. */
async function compareAll(
  context: Context,
  network: Network,
  graph: Graph,
  samples: ScaledSamples,
  { target: asked, boardSamples, port, engine, threads, report, pjPerSynop }: Options,
): Promise<void> {
  const target = asked ?? (await targetOf(network));
  const verification = await verifyNetwork(context, network, graph, samples, {
    target,
    boardSamples,
    port: port ?? null,
    engine,
    threads,
    picojoulesPerSynop: pjPerSynop,
  });
  const { board, ...rest } = verification;
  const { spikes, mismatches } = board.result.comparison;
  const json = { ...rest, board: verifiedBoardJson(board) };
  if (report !== undefined) {
    const shown = { network, graph, target, samples, engine, threads, board: factsOf(board, target) };
    await writeReport(report, await reportNetwork(context, shown), context);
  }
  context.terminal.result(json, verificationText(verification, target));
  refuseDifferences(network, spikes, mismatches);
}

/** A native spiking network: floats, integers and board side by side. Throws SPK-0801 where the chip differs. */
async function compareNative(context: Context, converted: Network, options: Options): Promise<void> {
  const { sweep, plot = null, attribute, sample, report, reconvert, model, port } = options;
  const view = Object.entries({ sample, reconvert }).find(([, value]) => value !== undefined);
  if (view !== undefined)
    throw new SpikecError("SPK-0002", `--${view[0]} is for networks of activations`, { where: model });
  const graph = await readSpikingGraph(model);
  checkSpikingModel(converted, graph, model);
  await noteOtherModel(converted, model, context.terminal);
  const samples = await readNetworkSamples(options, converted, context.terminal);
  const network = forTimeOf(converted, samples);
  const { boardSamples, engine, threads, pjPerSynop: picojoulesPerSynop } = options;
  if (sweep !== undefined)
    return sweepSpiking(context, network, graph, samples, { timesteps: sweep, plot, engine, threads });
  if (attribute !== undefined) {
    const wanted = attribute === true ? null : attribute;
    return attributeSpiking(context, network, graph, samples, { wanted, engine });
  }
  const target = options.target ?? (await targetOf(network));
  const request = { target, boardSamples, port: port ?? null, engine, threads, picojoulesPerSynop };
  const verification = await verifySpiking(context, network, graph, samples, request);
  const { board, ...rest } = verification;
  const { spikes = 0, mismatches = 0 } = board?.result.comparison ?? {};
  const json = { ...rest, board: verifiedBoardJson(board) };
  if (report !== undefined) {
    const facts = board === null ? null : factsOf(board, target);
    const shown = { network, graph: null, spiking: graph, target, samples, engine, threads, board: facts };
    await writeReport(report, await reportNetwork(context, shown), context);
  }
  context.terminal.result(json, spikingVerificationText(verification, target));
  refuseDifferences(network, spikes, mismatches);
}

function refuseDifferences({ name }: Network, spikes: number, mismatches: number): void {
  if (mismatches === 0) return;
  const what = `the chip differs from the simulation: ${mismatches} mismatches / ${spikes} spikes`;
  throw new SpikecError("SPK-0801", what, { where: name });
}

function boundArgument(text: string): number {
  const value = positiveNumber(text);
  if (value > 1000) throw new InvalidArgumentError("A share is needed: 0.3 for 30 percent.");
  return value;
}

export function verifyCommand(command: Command): Command {
  return withEventOptions(withEngineOptions(command))
    .argument("<network>", "network (.spk)")
    .addOption(new Option("--model <file>", "the original model").makeOptionMandatory())
    .addOption(new Option("--input <file>", "samples").makeOptionMandatory())
    .addOption(new Option("--labels <file>", "their classes").makeOptionMandatory())
    .addOption(inputScaleOption())
    .addOption(limitOption())
    .addOption(ownTargetOption())
    .option("--port <port>", "a board on this port, in place of the emulated chip")
    .addOption(boardSamplesOption())
    .option("--pj-per-synop <number>", "picojoules of a synaptic operation, for an estimate", positiveNumber)
    .option(
      "--attribute [samples]",
      "where accuracy is lost: stage by stage, layer by layer",
      wholeNumber(1, 2 ** 31),
    )
    .option("--sample <number>", "why this sample (from 0) goes wrong", wholeNumber(0, 2 ** 31))
    .option("--bound <share>", "error at which a layer has left the original, for --sample", boundArgument)
    .option("--sweep <T,T,...>", "read out at each of these timesteps", wholeNumbers)
    .option("--reconvert", "lower the model anew for each T of the sweep")
    .option("--calib <file>", "unlabelled inputs, for --reconvert")
    .option("--plot <file>", "draw the sweep (SVG)")
    .addOption(reportOption())
    .addHelpText(
      "after",
      examples(
        "spikec verify digits.spk --model models/digits_mlp.onnx \\",
        "  --input models/digits.test_x.npy --labels models/digits.test_y.npy",
        "spikec verify digits.spk --model models/digits_mlp.onnx \\",
        "  --input models/digits.test_x.npy --labels models/digits.test_y.npy --attribute 100",
        "spikec verify digits.spk --model models/digits_mlp.onnx \\",
        "  --input models/digits.test_x.npy --labels models/digits.test_y.npy \\",
        "  --sweep 4,8,16,32 --plot out/sweep.svg",
      ),
    )
    .action(
      action<[string], Options>(async (context, options, file) => {
        refuseIdleOptions(options);
        const { terminal } = context;
        const { model, sweep, plot, calib, attribute, sample, bound, engine, threads } = options;
        if (plot !== undefined) await refuseFolder(plot);
        const network = await readNetwork(file);
        if (isSpikingFile(model)) return compareNative(context, network, options);
        const graph = await readGraph(model);
        const samples = await readNetworkSamples(options, network, terminal);
        checkModel(network, graph, model);
        await noteOtherModel(network, model, terminal);
        if (sweep !== undefined)
          await sweepNetwork(context, network, graph, samples, {
            timesteps: sweep,
            plot: plot ?? null,
            reconvert: calib === undefined ? null : { model, calib },
            engine,
            threads,
          });
        else if (attribute !== undefined) {
          const wanted = attribute === true ? null : attribute;
          await attributeNetwork(context, network, graph, samples, { wanted, engine });
        } else if (sample !== undefined)
          await explainSample(context, network, graph, samples, { sample, bound: bound ?? null, engine });
        else await compareAll(context, network, graph, samples, options);
      }),
    );
}
