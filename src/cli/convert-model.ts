/** The conversion as commands do it: model and calibration files in, Network and its report out. */

import { basename, extname } from "node:path";
import { SpikecError } from "../errors/error.ts";
import type { PresetName } from "../graph/discretization.ts";
import type { Graph } from "../graph/graph.ts";
import { lower } from "../lower/lower.ts";
import type { InputKind, LoweringResult, ReadoutKind } from "../lower/options.ts";
import { formatTable } from "../report/table.ts";
import type { Target } from "../target/target.ts";
import type { Context } from "./command.ts";
import { hashOf, readBytes, readGraph } from "./files.ts";
import { bitsOf, type Measured, measureNetwork, silenceText, widthTable } from "./measure-network.ts";
import { type RecipeChoices, recipeOf } from "./recipe-options.ts";
import { readGraphSamples } from "./samples.ts";
import { isSpikingFile } from "./spiking-files.ts";
import { percentText } from "./text.ts";
import { version } from "./version.ts";

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
}

export interface Converted extends LoweringResult {
  readonly graph: Graph;
  /** The finished network on calibration samples. */
  readonly measured: Measured;
}

function optionPairs(options: ConvertOptions, target: string): [string, string][] {
  const { timesteps, inputScale, input, weights, readout, neurons, seed } = options;
  const { biasCorrect, maxpool, method, perChannel, perLayer, reset, vInit } = options;
  const recipe = { biasCorrect, maxpool, method, perChannel, perLayer, reset, vInit };
  const pairs = { input, inputScale, neurons, readout, seed, target, timesteps, weights, ...recipe };
  return Object.entries(pairs)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, String(value)]);
}

/** Throws SPK-01xx to SPK-04xx: what cannot be read, imported or lowered. */
export async function convertModel(
  { terminal, compute }: Context,
  file: string,
  target: Target,
  options: ConvertOptions,
): Promise<Converted> {
  const { dt, preset } = options;
  if (!isSpikingFile(file) && (dt ?? preset) !== undefined)
    throw new SpikecError("SPK-0002", "--dt and --preset are for native spiking networks", { where: file });
  const name = basename(file, extname(file));
  const graph: Graph = { ...(await readGraph(file)), name };
  if (options.calib === undefined)
    throw new SpikecError("SPK-0303", "no calibration inputs were given", { where: file });
  const { calib, inputScale } = options;
  const calibration = await readGraphSamples({ input: calib, inputScale }, graph);
  if (calibration.integers && inputScale === 1 && calibration.values.some((value) => value > 1))
    terminal.log(
      `note: ${basename(calib)} holds integers; if the network was trained on x / 255, give --input-scale 255`,
    );
  const provenance = {
    version,
    modelHash: hashOf(await readBytes(file)),
    calibrationHash: calibration.hash,
    options: optionPairs(options, target.name),
  };
  const progress = terminal.progress("converting", "layers");
  const result = await compute(() =>
    lower(graph, {
      timesteps: options.timesteps,
      weightBits: options.weights,
      input: options.input ?? null,
      readout: options.readout ?? null,
      neurons: options.neurons === "sigma-delta" ? "sigmaDelta" : "integrateAndFire",
      seed: options.seed,
      recipe: recipeOf(options),
      rules: target.chip.rules,
      calibration: {
        values: calibration.values,
        samples: calibration.count,
        inputScale: calibration.integers ? inputScale : null,
      },
      provenance,
      onLayer: (_layer, index, layers) => progress.update(index, layers),
    }),
  );
  progress.end();
  const measured = await compute(() => measureNetwork(result.network, calibration));
  if (measured.silence !== null) terminal.log(`warning: ${silenceText(measured.silence)}`);
  return { ...result, graph, measured };
}

/** Synaptic operations into a layer, a sample. */
function synopsInto({ activity }: Measured, layer: string): number {
  return activity.find(({ name }) => name === layer)?.synops ?? 0;
}

/** One line a layer, then the widths that the network needs. */
export function layerTable({ layers, measured }: Converted, target: Target): string {
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
  ].join("\n");
}

/** The object of `convert --json`. */
export function convertJson(file: string, output: string | null, target: Target, converted: Converted) {
  const { network, layers, notes, calibrationSamples, measured } = converted;
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
    notes,
  };
}
