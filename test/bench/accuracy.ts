/**
 * npm run bench:accuracy: accuracy of converted networks against T, beside the original and beside the peers' figures.
 *
 *   npm run bench:accuracy -- [--models DIR] [--model NAME] [--timesteps 4,8,16,32] [--weights 8] [--limit N] [--json]
 *
 * Models and data lie in ../shared/models by default; digits_mlp also in models/. Takes minutes: every image of every model.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { accuracyOf, agreementOf, floatPredictions, runIntegers } from "../../src/cli/evaluate.ts";
import { readGraph } from "../../src/cli/files.ts";
import { readGraphSamples, type ScaledSamples } from "../../src/cli/samples.ts";
import type { Graph } from "../../src/graph/graph.ts";
import { lower } from "../../src/lower/lower.ts";
import { formatTable } from "../../src/report/table.ts";
import { generic } from "../../targets/generic/index.ts";
import peers from "./peers.json" with { type: "json" };

interface BenchModel {
  readonly name: string;
  readonly data: string;
  /** null: float data, in network-input units already. */
  readonly inputScale: number | null;
}

const models: readonly BenchModel[] = [
  { name: "digits_mlp", data: "digits", inputScale: 16 },
  { name: "wine_mlp", data: "wine", inputScale: null },
  { name: "fmnist_mlp", data: "fmnist", inputScale: 255 },
  { name: "mnist_lenet", data: "mnist", inputScale: 255 },
  { name: "fmnist_cnn_bn_max", data: "fmnist", inputScale: 255 },
  { name: "fmnist_resnet", data: "fmnist", inputScale: 255 },
];

interface Row {
  readonly model: string;
  readonly timesteps: number;
  readonly original: number;
  readonly accuracy: number;
  /** Points below the original. */
  readonly gap: number;
  readonly agreement: number;
  readonly synops: number;
  readonly convertSeconds: number;
}

const { values: options } = parseArgs({
  options: {
    models: { type: "string", default: existsSync("../shared/models") ? "../shared/models" : "models" },
    model: { type: "string" },
    timesteps: { type: "string", default: "4,8,16,32" },
    weights: { type: "string", default: "8" },
    limit: { type: "string" },
    json: { type: "boolean", default: false },
  },
});

const watch = { signal: new AbortController().signal, progress: { update: () => {}, end: () => {} } };
const points = (share: number) => 100 * share;

function convert(graph: Graph, calibration: ScaledSamples, model: BenchModel, timesteps: number) {
  return lower(graph, {
    timesteps,
    weightBits: Number(options.weights),
    input: null,
    readout: null,
    seed: 0,
    rules: generic.chip.rules,
    calibration: { values: calibration.values, samples: calibration.count, inputScale: model.inputScale },
    provenance: { version: "bench", modelHash: "", calibrationHash: "", options: [] },
  }).network;
}

async function benchModel(model: BenchModel, timesteps: readonly number[]): Promise<Row[]> {
  const file = (name: string) => join(options.models, name);
  const graph = await readGraph(file(`${model.name}.onnx`));
  const inputScale = model.inputScale ?? 1;
  const limit = options.limit === undefined ? undefined : Number(options.limit);
  const calibration = await readGraphSamples({ input: file(`${model.data}.calib_x.npy`), inputScale }, graph);
  const labels = file(`${model.data}.test_y.npy`);
  const samples = await readGraphSamples(
    { input: file(`${model.data}.test_x.npy`), labels, inputScale, limit },
    graph,
  );
  const float = await floatPredictions(graph, samples, watch);
  const original = points(accuracyOf(float, samples.labels)!);
  const rows: Row[] = [];
  for (const steps of timesteps) {
    const started = performance.now();
    const network = convert(graph, calibration, model, steps);
    const convertSeconds = (performance.now() - started) / 1000;
    const { predicted, synops } = await runIntegers(network, samples, watch);
    const accuracy = points(accuracyOf(predicted[0], samples.labels)!);
    const agreement = points(agreementOf(float, predicted[0]));
    rows.push({
      model: model.name,
      timesteps: steps,
      original,
      accuracy,
      gap: original - accuracy,
      agreement,
      synops,
      convertSeconds,
    });
  }
  return rows;
}

function print(rows: readonly Row[]): void {
  const cells = rows.map(
    ({ model, timesteps, original, accuracy, gap, agreement, synops, convertSeconds }) => [
      model,
      String(timesteps),
      ...[original, accuracy, gap, agreement].map((value) => value.toFixed(2)),
      Math.round(synops).toString(),
      convertSeconds.toFixed(1),
    ],
  );
  console.log(
    formatTable(["model", "T", "original", "integers", "gap", "same class", "synops", "convert s"], cells),
  );
}

function printPeers(names: ReadonlySet<string>): void {
  const shown = peers.rows.filter(({ model }) => names.has(model));
  if (shown.length === 0) return;
  const cells = shown.map(({ model, peer, accuracy }) => [
    model,
    peer,
    ...accuracy.map((value) => value?.toFixed(2) ?? "-"),
  ]);
  console.log(`\n${peers.source}`);
  console.log(formatTable(["model", "peer", ...peers.timesteps.map((steps) => `T = ${steps}`)], cells));
}

const chosen = models.filter(({ name }) => (options.model ?? name) === name);
const present = chosen.filter(({ name }) => existsSync(join(options.models, `${name}.onnx`)));
const timesteps = options.timesteps.split(",").map(Number);
const rows: Row[] = [];
for (const model of present) rows.push(...(await benchModel(model, timesteps)));
if (options.json) console.log(JSON.stringify({ rows, peers }));
else {
  print(rows);
  printPeers(new Set(present.map(({ name }) => name)));
}
if (rows.length === 0) {
  console.error(`no models in ${options.models}: ${readFileSync("models/README.md", "utf8").split("\n")[0]}`);
  process.exitCode = 2;
}
