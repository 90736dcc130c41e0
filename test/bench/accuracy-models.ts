/** The sample networks of the accuracy table, and the conversions that are compared on them. */
import { join } from "node:path";
import { readGraph } from "../../src/cli/files.ts";
import { readGraphSamples, type ScaledSamples } from "../../src/cli/samples.ts";
import { floatPredictions } from "../../src/cli/verification/evaluate.ts";
import type { Graph } from "../../src/graph/graph.ts";
import { lower } from "../../src/lower/lower.ts";
import type { RecipeOptions } from "../../src/lower/recipe.ts";
import type { Network } from "../../src/network/network.ts";
import { generic } from "../../targets/generic/index.ts";

export interface BenchModel {
  readonly name: string;
  readonly data: string;
  /** null: float data, in network-input units already. */
  readonly inputScale: number | null;
  readonly maxPool?: boolean;
}

export const models: readonly BenchModel[] = [
  { name: "digits_mlp", data: "digits", inputScale: 16 },
  { name: "wine_mlp", data: "wine", inputScale: null },
  { name: "fmnist_mlp", data: "fmnist", inputScale: 255 },
  { name: "mnist_lenet", data: "mnist", inputScale: 255 },
  { name: "fmnist_cnn_bn_max", data: "fmnist", inputScale: 255, maxPool: true },
  { name: "fmnist_resnet", data: "fmnist", inputScale: 255 },
];

/** One way to convert. */
export interface Way {
  readonly name: string;
  readonly weightBits: number;
  readonly recipe: RecipeOptions;
}

/** What most tools do: thresholds at a percentile of the activations, one a layer, membranes from 0, nothing corrected. */
const percentile: RecipeOptions = {
  method: { kind: "percentile", percent: 99.9 },
  scales: "layer",
  vInit: 0,
  biasCorrection: false,
};

/** The ways of one neuron an activation; models with a pool, in every form of it. */
function plainWays({ maxPool }: BenchModel): readonly Way[] {
  const pools = maxPool ? (["count", "inhibit", "or"] as const) : ([undefined] as const);
  return [8, 4]
    .flatMap((weightBits) =>
      pools.map((pool) => ({
        name: `spikec, int${weightBits}${pool === undefined ? "" : `, ${pool} pool`}`,
        weightBits,
        recipe: { maxPool: pool },
      })),
    )
    .concat([
      {
        name: "plain percentile 99.9, int8",
        weightBits: 8,
        recipe: { ...percentile, maxPool: pools.at(-1) },
      },
    ]);
}

/** The ways that a model is converted in, with so many neurons for each activation: an OR and what most tools do have one. */
export function waysOf(model: BenchModel, copies: number): readonly Way[] {
  if (copies === 1) return plainWays(model);
  return plainWays(model)
    .filter(({ recipe }) => recipe.maxPool !== "or" && recipe.method === undefined)
    .map((way) => ({ ...way, name: `${way.name}, ${copies} copies`, recipe: { ...way.recipe, copies } }));
}

const quiet = { signal: new AbortController().signal, progress: { update: () => {}, end: () => {} } };

/** A model with its data, and the classes that the original gives. */
export interface BenchTask {
  readonly model: BenchModel;
  readonly graph: Graph;
  readonly calibration: ScaledSamples;
  readonly samples: ScaledSamples;
  readonly original: Int32Array;
}

/** folder: of models and data. limit: of the test samples. */
export async function loadTask(
  model: BenchModel,
  folder: string,
  limit: number | undefined,
): Promise<BenchTask> {
  const file = (name: string) => join(folder, name);
  const graph = await readGraph(file(`${model.name}.onnx`));
  const inputScale = model.inputScale ?? 1;
  const calibration = await readGraphSamples({ input: file(`${model.data}.calib_x.npy`), inputScale }, graph);
  const labels = file(`${model.data}.test_y.npy`);
  const input = file(`${model.data}.test_x.npy`);
  const samples = await readGraphSamples({ input, labels, inputScale, limit }, graph);
  return { model, graph, calibration, samples, original: await floatPredictions(graph, samples, quiet) };
}

export function convert({ graph, calibration, model }: BenchTask, way: Way, timesteps: number): Network {
  return lower(graph, {
    timesteps,
    weightBits: way.weightBits,
    recipe: way.recipe,
    input: null,
    readout: null,
    seed: 0,
    rules: generic.chip.rules,
    calibration: { values: calibration.values, samples: calibration.count, inputScale: model.inputScale },
    provenance: { version: "bench", modelHash: "", calibrationHash: "", options: [] },
  }).network;
}
