/** The conversion as commands do it: model and calibration files in, Network and its report out. */

import { basename, extname } from "node:path";
import type { PresetName } from "../../graph/discretization.ts";
import { type Graph, sizeOf } from "../../graph/graph.ts";
import { syntheticInputs } from "../../lower/bound-activations.ts";
import { nameWithoutCopy } from "../../lower/copies.ts";
import { type CostOfRules, costOfRules } from "../../lower/cost-of-rules.ts";
import { givenUp } from "../../lower/given-up.ts";
import { lower } from "../../lower/lower.ts";
import type {
  CalibrationInputs,
  InputKind,
  LoweringOptions,
  LoweringResult,
  ReadoutKind,
} from "../../lower/options.ts";
import { formatTable } from "../../report/table.ts";
import type { Fitting } from "../../target/fit.ts";
import type { Target } from "../../target/target.ts";
import type { Context } from "../command.ts";
import { hashOf, readBytes, readGraph } from "../files.ts";
import { isSpikingFile } from "../native/spiking-files.ts";
import { refuseNativeOptions } from "../native/spiking-options.ts";
import { readGraphSamples, type ScaledSamples } from "../samples.ts";
import { percentText } from "../text.ts";
import {
  bitsOf,
  type Measured,
  measureNetwork,
  silenceText,
  widthTable,
} from "../verification/measure-network.ts";
import { version } from "../version.ts";
import { lacksText, type PricedLack, pricedLacks } from "./explain-conversion.ts";
import { type RecipeChoices, recipeOf } from "./recipe-options.ts";
import { fitJson } from "./tell-fit.ts";

export interface ConvertOptions extends RecipeChoices {
  readonly timesteps: number;
  readonly calib?: string;
  readonly inputScale: number;
  readonly input?: InputKind;
  readonly weights: number;
  readonly readout?: ReadoutKind;
  /** What a ReLU becomes. */
  readonly neurons?: "integrate-and-fire" | "sigma-delta";
  readonly seed: number;
  /** Of native spiking networks: seconds a step, and whose steps they are. */
  readonly dt?: number;
  readonly preset?: PresetName;
  /** Measure what the target's rules cost. */
  readonly explain?: boolean;
}

export interface Converted extends LoweringResult {
  readonly graph: Graph;
  /** The finished network on calibration samples. */
  readonly measured: Measured;
  /** What the target lacks; with its price where `explain` was asked for. */
  readonly lacks: readonly PricedLack[];
  readonly cost: CostOfRules | null;
}

function optionPairs(options: ConvertOptions, target: string): [string, string][] {
  const { timesteps, inputScale, input, weights, readout, neurons, seed } = options;
  const { biasCorrect, copies, maxpool, method, perChannel, perLayer, reset, vInit } = options;
  const recipe = { biasCorrect, copies, maxpool, method, perChannel, perLayer, reset, vInit };
  const pairs = { input, inputScale, neurons, readout, seed, target, timesteps, weights, ...recipe };
  return Object.entries(pairs)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, String(value)]);
}

/** Inputs of the file; without one, stand-ins on which the finished network is measured. */
async function calibrationOf(
  { calib, inputScale }: ConvertOptions,
  graph: Graph,
): Promise<{ samples: ScaledSamples; inputs: CalibrationInputs }> {
  if (calib !== undefined) {
    const samples = await readGraphSamples({ input: calib, inputScale }, graph);
    const scale = samples.integers ? inputScale : null;
    return { samples, inputs: { values: samples.values, samples: samples.count, inputScale: scale } };
  }
  const scale = inputScale === 1 ? null : inputScale;
  const { values, samples: count } = syntheticInputs(sizeOf(graph.nodes[0].shape), scale);
  return {
    samples: { count, values: Float32Array.from(values), integers: false, labels: null, hash: "" },
    inputs: { values: new Float32Array(0), samples: 0, inputScale: scale },
  };
}

function loweringOptions(
  options: ConvertOptions,
  target: Target,
): Omit<LoweringOptions, "calibration" | "provenance"> {
  return {
    timesteps: options.timesteps,
    weightBits: options.weights,
    input: options.input ?? null,
    readout: options.readout ?? null,
    neurons: options.neurons === "sigma-delta" ? "sigmaDelta" : "integrateAndFire",
    seed: options.seed,
    recipe: recipeOf(options),
    rules: target.chip.rules,
  };
}

/** Throws SPK-01xx to SPK-04xx: what cannot be read, imported or lowered. */
export async function convertModel(
  { terminal, compute }: Context,
  file: string,
  target: Target,
  options: ConvertOptions,
): Promise<Converted> {
  if (!isSpikingFile(file)) refuseNativeOptions(options, file);
  const name = basename(file, extname(file));
  const graph: Graph = { ...(await readGraph(file)), name };
  const { samples, inputs } = await calibrationOf(options, graph);
  if (samples.integers && options.inputScale === 1 && samples.values.some((value) => value > 1))
    terminal.log(
      `note: ${basename(options.calib!)} holds integers; if the network was trained on x / 255, give --input-scale 255`,
    );
  const provenance = {
    version,
    modelHash: hashOf(await readBytes(file)),
    calibrationHash: samples.hash,
    options: optionPairs(options, target.name),
  };
  const progress = terminal.progress("converting", "layers");
  const lowering = { ...loweringOptions(options, target), calibration: inputs, provenance };
  const onLayer = (_layer: string, index: number, layers: number) => progress.update(index, layers);
  const result = await compute(() => lower(graph, { ...lowering, onLayer }));
  progress.end();
  const measured = await compute(() => measureNetwork(result.network, samples));
  if (measured.silence !== null) terminal.log(`warning: ${silenceText(measured.silence)}`);
  const priced = options.explain === true && inputs.samples > 0 && lowering.neurons === "integrateAndFire";
  const cost = priced ? await compute(() => priceOf(terminal, graph, lowering, result)) : null;
  const missing = lowering.neurons === "sigmaDelta" ? [] : givenUp(target.chip.rules, graph);
  return { ...result, graph, measured, lacks: pricedLacks(missing, cost), cost };
}

function priceOf(
  terminal: Context["terminal"],
  graph: Graph,
  lowering: LoweringOptions,
  { network }: LoweringResult,
): CostOfRules {
  const progress = terminal.progress("pricing", "conversions");
  const cost = costOfRules(graph, lowering, network, (done, total) => progress.update(done, total));
  progress.end();
  return cost;
}

/** Synaptic operations into a layer and all its copies, a sample. */
function synopsInto({ activity }: Measured, layer: string): number {
  return activity
    .filter(({ name }) => name === layer || nameWithoutCopy(name) === layer)
    .reduce((sum, { synops }) => sum + synops, 0);
}

/** One line a layer, then the widths that the network needs and what the target took away. */
export function layerTable({ layers, measured, lacks, cost }: Converted, target: Target): string {
  const rows = layers.map(
    ({ name, neurons, rateError, rate, deadFraction, saturatedFraction, weightSnr }) => [
      name,
      String(neurons),
      percentText(rateError),
      rate.toFixed(3),
      percentText(deadFraction),
      percentText(saturatedFraction),
      Number.isFinite(weightSnr) ? `${weightSnr.toFixed(1)} dB` : "exact",
      Math.round(synopsInto(measured, name)).toString(),
    ],
  );
  const titles = ["layer", "neurons", "rate error", "rate", "dead", "saturated", "weights", "synops"];
  return [
    formatTable(titles, rows),
    "",
    widthTable(measured.widths, target.chip.rules),
    "",
    `${Math.round(measured.synops)} synaptic operations a sample; synops and |V| on ${measured.samples} calibration samples`,
    ...(lacks.length === 0 ? [] : ["", lacksText(lacks, cost)]),
  ].join("\n");
}

/** The object of `convert --json`. */
export function convertJson(
  file: string,
  output: string | null,
  target: Target,
  converted: Converted,
  fitting: Fitting,
) {
  const { network, layers, notes, calibrationSamples, measured, explanations, lacks, cost } = converted;
  return {
    model: basename(file),
    output,
    target: target.name,
    timesteps: network.timesteps,
    calibrationSamples,
    layers: layers.map((layer) => ({
      ...layer,
      weightSnr: Number.isFinite(layer.weightSnr) ? layer.weightSnr : null,
      synops: synopsInto(measured, layer.name),
    })),
    synops: measured.synops,
    widths: { target: bitsOf(target.chip.rules), layers: measured.widths },
    silence: measured.silence,
    givenUp: lacks,
    agreement: cost?.agreement ?? null,
    explanations,
    notes,
    fit: fitJson(fitting),
  };
}
