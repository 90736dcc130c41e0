/** Pages about models: `inspect --html`, and what --report leaves when a command fails. */
import { basename, extname } from "node:path";
import { SpikecError } from "../../errors/error.ts";
import type { TimestepChoice } from "../../import/nir/timestep.ts";
import { type KnownModel, surveyModel } from "../../survey/model-survey.ts";
import { findTarget } from "../../target/registry.ts";
import type { Context } from "../command.ts";
import { isSpikingFile, readSpikingGraph } from "../native/spiking-files.ts";
import { version } from "../version.ts";
import { linesOf, writeReport } from "./report-network.ts";

/** As far as the file can be understood. Throws SPK-01xx and SPK-02xx for a file that is broken. */
async function readKnownModel(file: string): Promise<KnownModel> {
  if (isSpikingFile(file)) return { kind: "spiking", graph: await readSpikingGraph(file) };
  if (extname(file).toLowerCase() !== ".onnx") return { kind: "unknown" };
  const { inspectOnnxModel } = await import("../../import/onnx/read-model.ts");
  const { graph, supported, refused, notes } = await inspectOnnxModel(file);
  if (graph !== null) return { kind: "graph", graph };
  return { kind: "refused", supported, refused, notes };
}

/** Why a native spiking network would not become integers; null where it would. What is asked is the generic chip. */
async function refusalOfSpiking(
  context: Context,
  file: string,
  { dt, preset }: TimestepChoice,
): Promise<SpikecError | null> {
  const { convertSpiking } = await import("../native/convert-spiking.ts");
  const time = { ...(dt === undefined ? {} : { dt }), ...(preset === undefined ? {} : { preset }) };
  const usual = { timesteps: 16, inputScale: 1, weights: 8 };
  try {
    await convertSpiking(context, file, await findTarget("generic"), { ...usual, ...time });
    return null;
  } catch (error) {
    if (error instanceof SpikecError && error.exitCode !== 2) return error;
    throw error;
  }
}

/** error: what stopped a conversion; null: none was tried, and the model is asked. */
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
  const asked = error === null && model.kind === "spiking";
  const found = asked ? await refusalOfSpiking(context, file, choice) : error;
  const report = surveyModel(basename(file), version, model, found, linesOf(context));
  await writeReport(output, report, context);
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
