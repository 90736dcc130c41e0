/** Pages about models: `inspect --html`, and what --report leaves when a command fails. */
import { basename, extname } from "node:path";
import { SpikecError } from "../../errors/error.ts";
import type { Graph } from "../../graph/graph.ts";
import type { TimestepChoice } from "../../import/nir/timestep.ts";
import type { Network } from "../../network/network.ts";
import type { ChipVerdict } from "../../report/html/report-data.ts";
import { verdictByRules, verdictOn } from "../../survey/chip-verdicts.ts";
import { type KnownModel, surveyModel } from "../../survey/model-survey.ts";
import { allTargets } from "../../target/registry.ts";
import type { Target } from "../../target/target.ts";
import type { Context } from "../command.ts";
import { isSpikingFile, readSpikingGraph } from "../native/spiking-files.ts";
import { version } from "../version.ts";
import { linesOf, writeReport } from "./report-network.ts";

/** As far as the file can be understood. Throws SPK-01xx and SPK-02xx for a file that is broken. */
async function readKnownModel(file: string): Promise<KnownModel> {
  if (isSpikingFile(file)) return { kind: "spiking", graph: await readSpikingGraph(file) };
  if (extname(file).toLowerCase() !== ".onnx") return { kind: "unknown" };
  const { inspectOnnxModel } = await import("../../import/onnx/read-model.ts");
  const { graph, ...found } = await inspectOnnxModel(file);
  return graph === null ? { kind: "refused", ...found } : { kind: "graph", graph };
}

interface Asked {
  readonly chips: readonly ChipVerdict[];
  /** What every chip refuses alike; null where one takes the model, or their reasons differ. */
  readonly refusal: SpikecError | null;
}

/** Every chip, with what `convert` does where nothing else is chosen. Throws what is wrong with the options (exit code 2). */
async function askForSpiking(context: Context, file: string, { dt, preset }: TimestepChoice): Promise<Asked> {
  const { convertSpiking } = await import("../native/convert-spiking.ts");
  const time = { ...(dt === undefined ? {} : { dt }), ...(preset === undefined ? {} : { preset }) };
  const usual = { timesteps: 16, inputScale: 1, weights: 8, ...time };
  const makeFor = async (target: Target): Promise<Network | SpikecError> => {
    try {
      return (await convertSpiking(context, file, target, usual)).network;
    } catch (error) {
      if (error instanceof SpikecError && error.exitCode !== 2) return error;
      throw error;
    }
  };
  const progress = context.terminal.progress("asking", "chips");
  const targets = await allTargets();
  const made: (Network | SpikecError)[] = [];
  for (const target of targets) {
    made.push(await makeFor(target));
    progress.update(made.length, targets.length);
    context.signal.throwIfAborted();
  }
  progress.end();
  const [first] = made;
  const alike = made.every((one) => one instanceof SpikecError && one.message === (first as Error).message);
  if (alike) return { chips: [], refusal: first as SpikecError };
  return { chips: targets.map((target, i) => verdictOn(target, made[i])), refusal: null };
}

/** Every chip by its rules; none where the model itself is the obstacle. */
async function askForGraph(graph: Graph): Promise<Asked> {
  try {
    const targets = await allTargets();
    return { chips: targets.map((target) => verdictByRules(target, graph)), refusal: null };
  } catch (error) {
    if (error instanceof SpikecError) return { chips: [], refusal: error };
    throw error;
  }
}

/** error: what stopped a conversion; null: none was tried, and the chips are asked. */
export async function reportModel(
  context: Context,
  file: string,
  output: string,
  error: SpikecError | null,
  choice: TimestepChoice = {},
): Promise<void> {
  const known = readKnownModel(file);
  // A file that cannot even be read has a page too, once something has failed.
  const model = await (error === null ? known : known.catch((): KnownModel => ({ kind: "unknown" })));
  const { chips, refusal } = await askChips(context, file, model, error, choice);
  const report = surveyModel(basename(file), version, model, refusal, linesOf(context), chips);
  await writeReport(output, report, context);
}

async function askChips(
  context: Context,
  file: string,
  model: KnownModel,
  error: SpikecError | null,
  choice: TimestepChoice,
): Promise<Asked> {
  if (error !== null) return { chips: [], refusal: error };
  if (model.kind === "spiking") return askForSpiking(context, file, choice);
  return model.kind === "graph" ? askForGraph(model.graph) : { chips: [], refusal: null };
}

/** Where a report was asked for, a failure leaves one, too: what is known then. The failure itself goes on. */
export async function withFailureReport<Result>(
  context: Context,
  file: string,
  output: string | undefined,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    // A usage error says nothing about the model, and Ctrl-C wants an end.
    const telling = error instanceof SpikecError && error.exitCode !== 2 && error.exitCode !== 130;
    if (output !== undefined && telling) await reportModel(context, file, output, error);
    throw error;
  }
}
