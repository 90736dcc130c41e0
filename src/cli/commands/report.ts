/** report: one HTML file that shows a conversion to people: what became of the model, how well it does, and why. */
import { type Command, Option } from "commander";
import { SpikecError } from "../../errors/error.ts";
import type { Graph } from "../../graph/graph.ts";
import type { SpikingGraph } from "../../graph/spiking.ts";
import type { Network } from "../../network/network.ts";
import type { Target } from "../../target/target.ts";
import { action, type Context, examples } from "../command.ts";
import { commandLine } from "../command-line.ts";
import { targetOf } from "../conversion/reconvert.ts";
import { readGraph, readNetwork, refuseFolder } from "../files.ts";
import { isSpikingFile, readSpikingGraph } from "../native/spiking-files.ts";
import { wholeNumbers } from "../numbers.ts";
import {
  type EngineChoice,
  inputScaleOption,
  limitOption,
  ownTargetOption,
  withEngineOptions,
} from "../options.ts";
import { reportNetwork, writeReport } from "../reports/report-network.ts";
import { readNetworkSamples } from "../samples.ts";
import type { CommonOptions } from "../terminal.ts";
import { checkModel, noteOtherModel } from "./verify.ts";

interface Options extends CommonOptions, EngineChoice {
  readonly model?: string;
  readonly input?: string;
  readonly labels?: string;
  readonly inputScale?: number;
  readonly limit?: number;
  readonly target?: Target;
  readonly sweep?: readonly number[];
  readonly show?: readonly number[];
  readonly output: string;
}

function refuseIdleOptions({ input, labels, limit, sweep, show }: Options): void {
  const idle = Object.entries({ labels, limit, sweep, show }).find(([, value]) => value !== undefined);
  if (input === undefined && idle !== undefined)
    throw new SpikecError("SPK-0002", `--${idle[0]} is for samples, and there is no --input`);
}

/** A native spiking model is drawn; it has no activations to compare with. */
async function readModel(
  network: Network,
  model: string | undefined,
  { terminal }: Context,
): Promise<{ graph: Graph | null; spiking: SpikingGraph | null }> {
  if (model === undefined) return { graph: null, spiking: null };
  await noteOtherModel(network, model, terminal);
  if (isSpikingFile(model)) return { graph: null, spiking: await readSpikingGraph(model) };
  const graph = await readGraph(model);
  checkModel(network, graph, model);
  return { graph, spiking: null };
}

function numbers(text: string): number[] {
  const values = text.split(",").map(Number);
  if (!values.every((value) => Number.isInteger(value) && value >= 0))
    throw new SpikecError("SPK-0002", `numbers of samples are needed, from 0: not "${text}"`);
  return values;
}

/** The conversion again; files that the network knows by their content alone are told by it. */
function repeatLines(file: string, { provenance }: Network, model: string | undefined): string[] {
  const { modelHash, calibrationHash } = provenance;
  if (modelHash === "") return [];
  const calibrated = calibrationHash === "" ? [] : ["--calib", "CALIBRATION"];
  const words = ["repeat", file, "--model", model ?? "MODEL", ...calibrated];
  return [
    ...(model === undefined ? [`# MODEL: the file with the SHA-256 ${modelHash}`] : []),
    ...(calibrationHash === "" ? [] : [`# CALIBRATION: the file with the SHA-256 ${calibrationHash}`]),
    commandLine(words),
  ];
}

export function reportCommand(command: Command): Command {
  return withEngineOptions(command)
    .argument("<network>", "network (.spk)")
    .addOption(new Option("-o, --output <file>", "page to write (.html)").makeOptionMandatory())
    .option("--model <file>", "the original model, to compare with")
    .option("--input <file>", "samples")
    .option("--labels <file>", "their classes")
    .addOption(inputScaleOption())
    .addOption(limitOption())
    .addOption(ownTargetOption())
    .option("--sweep <T,T,...>", "read out at each of these timesteps (default: powers of two)", wholeNumbers)
    .option(
      "--show <n,n,...>",
      "samples to show, from 0 (default: the first, and some that go wrong)",
      numbers,
    )
    .addHelpText(
      "after",
      examples(
        "spikec report digits.spk --model models/digits_mlp.onnx --input models/digits.test_x.npy \\",
        "  --labels models/digits.test_y.npy -o out/report.html",
        "spikec report digits.spk -o out/placed.html",
      ),
    )
    .action(
      action<[string], Options>(async (context, options, file) => {
        refuseIdleOptions(options);
        const { output, input, labels, limit, inputScale, sweep, show, engine, threads } = options;
        await refuseFolder(output);
        const started = performance.now();
        const network = await readNetwork(file);
        const { graph, spiking } = await readModel(network, options.model, context);
        const target = options.target ?? (await targetOf(network));
        const samples =
          input === undefined
            ? null
            : await readNetworkSamples({ input, labels, limit, inputScale }, network, context.terminal);
        const report = await reportNetwork(context, {
          network,
          graph,
          spiking,
          target,
          samples,
          sweep,
          show,
          engine,
          threads,
          commands: repeatLines(file, network, options.model),
        });
        const bytes = await writeReport(output, report, context);
        const seconds = (performance.now() - started) / 1000;
        const sections = Object.entries(report).flatMap(([name, value]) =>
          value === null || (Array.isArray(value) && value.length === 0) ? [] : [name],
        );
        const point = report.accuracy?.points.at(-1);
        const json = {
          output,
          bytes,
          seconds,
          samples: samples?.count ?? 0,
          ann: { accuracy: report.accuracy?.original ?? null },
          snn: { accuracy: point?.accuracy ?? null },
          agreement: point?.agreement ?? null,
          sections,
        };
        context.terminal.result(
          json,
          `${output}: ${(bytes / 1000).toFixed(0)} kB, in ${seconds.toFixed(1)} s`,
        );
      }),
    );
}
