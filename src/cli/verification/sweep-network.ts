/**
 * Accuracy, agreement and synaptic operations against time. The network runs to the largest T once and is read at each; or,
 * reconverted, the model is lowered anew for each T, which a network tuned to its T deserves. Behind `verify --sweep`.
 */
import type { Graph } from "../../graph/graph.ts";
import type { Network } from "../../network/network.ts";
import { type SweptPoint, sweepChartSvg } from "../../report/sweep-chart.ts";
import { formatTable } from "../../report/table.ts";
import { type Silence, silenceOf } from "../../simulate/silence.ts";
import type { Context } from "../command.ts";
import { convertModel } from "../conversion/convert-model.ts";
import { conversionOptionsOf, targetOf } from "../conversion/reconvert.ts";
import { writeWhole } from "../files.ts";
import type { EngineChoice } from "../options.ts";
import type { ScaledSamples } from "../samples.ts";
import { percentText, proseText } from "../text.ts";
import { type ActivityAt, accuracyOf, agreementOf, floatPredictions, runIntegers } from "./evaluate.ts";
import { silenceText } from "./measure-network.ts";

export interface SweepPoint extends SweptPoint {
  readonly silence: Silence | null;
}

/** Where a sweep reads, and on what it runs. */
export interface SweepTimes extends EngineChoice {
  /** Ascending. */
  readonly timesteps: readonly number[];
  /** The SVG file to write. */
  readonly plot: string | null;
}

interface SweepOptions extends SweepTimes {
  /** What to lower anew for each T; null: the network as it is. */
  readonly reconvert: { readonly model: string; readonly calib: string } | null;
}

/** Classes and activity at each T. */
export interface Reading {
  readonly timesteps: number;
  readonly predicted: Int32Array;
  readonly activity: ActivityAt;
}

type Runner = (network: Network, readAt: readonly number[]) => Promise<Reading[]>;

export function runnerOf(
  { terminal, signal }: Context,
  samples: ScaledSamples,
  engines: EngineChoice,
): Runner {
  return async (network, readAt) => {
    const progress = terminal.progress(`integers, T = ${readAt.join(", ")}`, "samples");
    const result = await runIntegers(network, samples, { signal, readAt, progress, ...engines });
    if (result.note !== null) terminal.log(result.note);
    return readAt.map((timesteps, i) => ({
      timesteps,
      predicted: result.predicted[i],
      activity: result.activities[i],
    }));
  };
}

async function readings(
  context: Context,
  network: Network,
  run: Runner,
  { timesteps, reconvert }: SweepOptions,
): Promise<Reading[]> {
  if (reconvert === null) {
    const longest = { ...network, timesteps: timesteps[timesteps.length - 1] };
    return run(longest, timesteps);
  }
  const target = await targetOf(network);
  const options = conversionOptionsOf(network, reconvert.calib);
  const all: Reading[] = [];
  for (const steps of timesteps) {
    const converted = await convertModel(context, reconvert.model, target, {
      ...options,
      timesteps: steps,
    });
    context.terminal.log(`lowered anew for T = ${steps}`);
    all.push(...(await run(converted.network, [steps])));
  }
  return all;
}

export const accuracyOrDash = (accuracy: number | null): string =>
  accuracy === null ? "-" : percentText(accuracy);

function sweepText(points: readonly SweepPoint[], original: number | null): string {
  const rows = points.map(({ timesteps, accuracy, agreement, synops }) => [
    String(timesteps),
    accuracyOrDash(accuracy),
    percentText(agreement),
    Math.round(synops).toString(),
  ]);
  const table = formatTable(["T", "accuracy", "same class", "synops a sample"], rows);
  return [`original ${accuracyOrDash(original)}`, table, ...silenceLines(points)].join("\n");
}

/** One line for each T at which a layer is silent. */
export function silenceLines(points: readonly SweepPoint[]): string[] {
  return points.flatMap(({ timesteps, silence }) =>
    silence === null ? [] : [proseText(`T = ${timesteps}: ${silenceText(silence)}`)],
  );
}

/** A reading beside the classes of the floats. */
export function pointOf(
  network: Network,
  { timesteps, predicted, activity }: Reading,
  float: ArrayLike<number>,
  labels: ArrayLike<number> | null,
): SweepPoint {
  return {
    timesteps,
    accuracy: accuracyOf(predicted, labels),
    agreement: agreementOf(float, predicted),
    synops: activity.synops,
    silence: silenceOf(network, activity.layers),
  };
}

/** Throws SPK-03xx where the model cannot be lowered for one of the times, and SPK-0902 for the picture. */
export async function sweepNetwork(
  context: Context,
  network: Network,
  graph: Graph,
  samples: ScaledSamples,
  options: SweepOptions,
): Promise<void> {
  const { terminal, signal } = context;
  const { plot, engine, threads, reconvert } = options;
  const float = await floatPredictions(graph, samples, {
    signal,
    progress: terminal.progress("original", "samples"),
  });
  const original = accuracyOf(float, samples.labels);
  const run = runnerOf(context, samples, { engine, threads });
  const points = (await readings(context, network, run, options)).map((reading) =>
    pointOf(network, reading, float, samples.labels),
  );
  if (plot !== null) await writeWhole(plot, sweepChartSvg(network.name, points, original));
  const json = {
    samples: samples.count,
    reconverted: reconvert !== null,
    ann: { accuracy: original },
    sweep: points,
  };
  terminal.result(json, sweepText(points, original));
}
