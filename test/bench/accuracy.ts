/**
 * npm run bench:accuracy: accuracy of converted networks against T, beside the original, the bars and the peers' figures.
 *
 *   npm run bench:accuracy -- [--models DIR] [--model NAME] [--way TEXT] [--timesteps 4,8,16,32,64,128] [--copies N]
 *                             [--limit N] [--json]
 *   npm run bench:accuracy -- --chips [--model NAME] [--json]
 *
 * --way: only ways whose name holds the text ("int8", "or pool"). --copies: neurons for each activation. --chips: digits_mlp and
 * mnist_lenet at T = 32 on the synthetic chips of test/chips. Models and data lie in ../shared/models by default; digits_mlp
 * also in models/. Takes many minutes: every image of every model, at every T, in every way.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { agreementOf, runIntegers } from "../../src/cli/verification/evaluate.ts";
import { chips } from "../chips/chips.ts";
import { measureOnChip } from "../chips/measure.ts";
import { barOf } from "./accuracy-bars.ts";
import {
  type BenchModel,
  type BenchTask,
  convert,
  loadTask,
  models,
  type Way,
  waysOf,
} from "./accuracy-models.ts";
import {
  accuracyTables,
  type ChipRow,
  chipTable,
  type LongerPoint,
  type Point,
  peerImages,
  type Row,
} from "./accuracy-tables.ts";
import peers from "./peers.json" with { type: "json" };

const { values: options } = parseArgs({
  options: {
    models: { type: "string", default: existsSync("../shared/models") ? "../shared/models" : "models" },
    model: { type: "string" },
    way: { type: "string", default: "" },
    timesteps: { type: "string", default: "4,8,16,32,64,128" },
    copies: { type: "string", default: "1" },
    limit: { type: "string" },
    chips: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});

const watch = { signal: new AbortController().signal, progress: { update: () => {}, end: () => {} } };

/** The network made for this T is also read at later steps. */
const madeFor = 32;
const readLater: readonly number[] = [64, 128];

/** In percent, of the first `count`. */
function percentRight(predicted: Int32Array, { samples }: BenchTask, count = samples.count): number {
  return 100 * agreementOf(predicted.subarray(0, count), samples.labels!.subarray(0, count));
}

async function measure(
  task: BenchTask,
  way: Way,
  timesteps: number,
): Promise<{ point: Point; longer: LongerPoint[] }> {
  const { samples, original, model } = task;
  const before = process.cpuUsage();
  const network = convert(task, way, timesteps);
  const convertSeconds = process.cpuUsage(before).user / 1e6;
  const readAt = timesteps === madeFor ? [timesteps, ...readLater] : [timesteps];
  const longest = { ...network, timesteps: readAt[readAt.length - 1] };
  const { predicted, activities } = await runIntegers(longest, samples, { ...watch, readAt });
  const [accuracy, ...later] = predicted.map((classes) => percentRight(classes, task));
  const point = {
    timesteps,
    accuracy,
    accuracyOfFirst: percentRight(predicted[0], task, peerImages),
    gap: percentRight(original, task) - accuracy,
    bar: barOf(model.name, way.name, timesteps),
    agreement: 100 * agreementOf(original, predicted[0]),
    synops: activities[0].synops,
    convertSeconds,
  };
  const longer = later.map((value, i) => ({ timesteps: readLater[i], accuracy: value }));
  return { point, longer: longer.length === 0 ? [] : [{ timesteps, accuracy }, ...longer] };
}

async function benchModel(task: BenchTask, timesteps: readonly number[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (const way of waysOf(task.model, Number(options.copies)).filter(({ name }) =>
    name.includes(options.way),
  )) {
    const points: Point[] = [];
    const longer: LongerPoint[] = [];
    for (const steps of timesteps) {
      const measured = await measure(task, way, steps);
      points.push(measured.point);
      longer.push(...measured.longer);
      console.error(`${task.model.name}, ${way.name}, T = ${steps}: ${JSON.stringify(measured)}`);
    }
    const original = percentRight(task.original, task);
    const originalOfFirst = percentRight(task.original, task, peerImages);
    rows.push({ model: task.model.name, way: way.name, original, originalOfFirst, points, longer });
  }
  return rows;
}

function presentModels(): BenchModel[] {
  const chosen = models.filter(({ name }) => (options.model ?? name) === name);
  return chosen.filter(({ name }) => existsSync(join(options.models, `${name}.onnx`)));
}

const onChips: readonly string[] = ["digits_mlp", "mnist_lenet"];

async function benchChips(limit: number | undefined): Promise<ChipRow[]> {
  const rows: ChipRow[] = [];
  for (const model of presentModels().filter(({ name }) => onChips.includes(name))) {
    const { graph, calibration, samples } = await loadTask(model, options.models, limit);
    const task = {
      graph,
      calibration: { values: calibration.values, samples: calibration.count, inputScale: model.inputScale },
      samples: samples.values,
      labels: samples.labels!,
    };
    for (const { name: chip, rules, bar } of chips) {
      const { original, accuracy, cost } = measureOnChip(task, rules, madeFor);
      rows.push({ model: model.name, chip, original, accuracy, bar, costs: cost.costs });
      console.error(JSON.stringify(rows.at(-1)));
    }
  }
  return rows;
}

async function benchModels(timesteps: readonly number[], limit: number | undefined): Promise<Row[]> {
  const rows: Row[] = [];
  for (const model of presentModels())
    rows.push(...(await benchModel(await loadTask(model, options.models, limit), timesteps)));
  return rows;
}

const timesteps = options.timesteps.split(",").map(Number);
const limit = options.limit === undefined ? undefined : Number(options.limit);
if (options.chips) {
  const rows = await benchChips(limit);
  console.log(options.json ? JSON.stringify({ rows }) : chipTable(rows));
} else {
  const rows = await benchModels(timesteps, limit);
  console.log(options.json ? JSON.stringify({ rows, peers }) : accuracyTables(rows, timesteps));
  console.error(`most memory: ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);
  if (rows.length === 0) {
    console.error(
      `no models in ${options.models}: ${readFileSync("models/README.md", "utf8").split("\n")[0]}`,
    );
    process.exitCode = 2;
  }
}
