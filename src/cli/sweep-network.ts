/** Accuracy against time: the network runs to the largest T once, and is read at each. Behind `verify --sweep`. */
import type { Graph } from "../graph/graph.ts";
import type { Network } from "../network/network.ts";
import { lineChartSvg } from "../report/line-chart.ts";
import { formatTable } from "../report/table.ts";
import type { Context } from "./command.ts";
import { accuracyOf, floatPredictions, runIntegers } from "./evaluate.ts";
import { writeWhole } from "./files.ts";
import type { EngineChoice } from "./options.ts";
import type { ScaledSamples } from "./samples.ts";
import { percentText } from "./text.ts";

interface SweepPoint {
  readonly timesteps: number;
  readonly accuracy: number | null;
  /** Synaptic operations a sample. */
  readonly synops: number;
}

function chartOf(network: Network, points: readonly SweepPoint[], original: number | null): string {
  const curve = points.map(({ timesteps, accuracy }) => ({ x: timesteps, y: accuracy ?? 0 }));
  return lineChartSvg([{ name: "integers", points: curve }], {
    title: `${network.name}: accuracy against T`,
    xLabel: "timesteps",
    yLabel: "accuracy",
    xScale: "log2",
    percent: true,
    reference: { name: "original", y: original ?? 0 },
  });
}

function sweepText(points: readonly SweepPoint[], original: number | null): string {
  const rows = points.map(({ timesteps, accuracy, synops }) => [
    String(timesteps),
    percentText(accuracy ?? 0),
    Math.round(synops).toString(),
  ]);
  const table = formatTable(["T", "accuracy", "synops a sample"], rows);
  return `original ${percentText(original ?? 0)}\n${table}`;
}

interface SweepOptions extends EngineChoice {
  /** The SVG file to write. */
  readonly plot: string | null;
}

/** timesteps: ascending. */
export async function sweepNetwork(
  { terminal, signal }: Context,
  network: Network,
  graph: Graph,
  samples: ScaledSamples,
  timesteps: readonly number[],
  { plot, engine, threads }: SweepOptions,
): Promise<void> {
  const longest = { ...network, timesteps: timesteps[timesteps.length - 1] };
  const float = await floatPredictions(graph, samples, {
    signal,
    progress: terminal.progress("original", "samples"),
  });
  const original = accuracyOf(float, samples.labels);
  const result = await runIntegers(longest, samples, {
    signal,
    readAt: timesteps,
    engine,
    threads,
    progress: terminal.progress("integers", "samples"),
  });
  if (result.note !== null) terminal.log(result.note);
  const points = timesteps.map((steps, i) => ({
    timesteps: steps,
    accuracy: accuracyOf(result.predicted[i], samples.labels),
    synops: (result.synops * steps) / longest.timesteps,
  }));
  if (plot !== null) await writeWhole(plot, chartOf(network, points, original));
  const json = { samples: samples.count, ann: { accuracy: original }, sweep: points };
  terminal.result(json, sweepText(points, original));
}
