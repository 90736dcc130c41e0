/** --report of commands that convert: the same page, with the reason for every choice, since they were made just now. */
import type { ChoiceRow } from "../../report/html/report-data.ts";
import type { Fitting } from "../../target/fit.ts";
import type { Target } from "../../target/target.ts";
import type { Context } from "../command.ts";
import type { Converted } from "../conversion/convert-model.ts";
import type { PricedLack } from "../conversion/explain-conversion.ts";
import type { Deployment, DeployRequest } from "../deployment/deploy-network.ts";
import type { ConvertedSpiking } from "../native/convert-spiking.ts";
import type { EventOptions } from "../native/event-samples.ts";
import { readNetworkSamples } from "../samples.ts";
import { boardFacts, reportNetwork, writeReport } from "./report-network.ts";

/** Calibration inputs on which a conversion is shown: they have no labels. */
const shownInputs = 200;

function lackRow({ what, instead, points }: PricedLack, target: Target): ChoiceRow {
  const cost = points === null ? "not measured: --explain does" : `costs ${points.toFixed(1)} points`;
  return { where: target.name, what: `no ${what}`, value: instead, why: cost };
}

interface ConversionFiles {
  readonly target: Target;
  readonly calib?: string;
  readonly inputScale: number;
  readonly fitting: Fitting;
}

/** Calibration inputs of a native spiking network may be events. */
interface SpikingConversionFiles extends ConversionFiles, EventOptions {}

/** The conversion on the first of its calibration inputs. */
export async function reportConversion(
  context: Context,
  converted: Converted,
  { target, calib, inputScale, fitting }: ConversionFiles,
  output: string,
): Promise<void> {
  const { network, graph, explanations, notes, lacks } = converted;
  const samples =
    calib === undefined
      ? null
      : await readNetworkSamples({ input: calib, inputScale, limit: shownInputs }, network, context.terminal);
  const choices = lacks.map((lack) => lackRow(lack, target));
  const request = { network, graph, target, fitting, samples, explanations, choices, notes };
  await writeReport(output, await reportNetwork(context, request), context);
}

/** The conversion of a native spiking network, on the first of its calibration samples where it had any. */
export async function reportNative(
  context: Context,
  { network, graph: spiking, notes }: ConvertedSpiking,
  { target, calib, fitting, ...files }: SpikingConversionFiles,
  output: string,
): Promise<void> {
  const samples =
    calib === undefined
      ? null
      : await readNetworkSamples({ ...files, input: calib, limit: shownInputs }, network, context.terminal);
  const request = { network, graph: null, spiking, target, fitting, samples, notes };
  await writeReport(output, await reportNetwork(context, request), context);
}

/** The whole road: the conversion, the samples, and what the board did beside the simulation. */
export async function reportDeployment(
  context: Context,
  deployment: Deployment,
  { target }: DeployRequest,
  output: string,
): Promise<void> {
  const { network, samples, placement, board, boardAccuracy, port } = deployment;
  const facts = boardFacts(`${target.name} at ${port}`, boardAccuracy, board);
  const fitting = { placement, refusal: null };
  const request = { ...conversionOf(deployment, target), network, target, fitting, samples, board: facts };
  await writeReport(output, await reportNetwork(context, request), context);
}

/** What a page says of the conversion itself. */
function conversionOf({ kind, converted }: Deployment, target: Target) {
  if (kind === "spiking") return { graph: null, spiking: converted.graph, notes: converted.notes };
  const { graph, explanations, notes, lacks } = converted;
  return { graph, explanations, notes, choices: lacks.map((lack) => lackRow(lack, target)) };
}
