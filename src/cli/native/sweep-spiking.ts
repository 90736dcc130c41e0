/**
 * Accuracy, agreement and synaptic operations of a native spiking network against run length. Its neurons are tuned to no T, so
 * that one run to the longest, read at each, is the network at each; the floats are read at the same steps. Behind
 * `verify --sweep`.
 */
import { SpikecError } from "../../errors/error.ts";
import type { SpikingGraph } from "../../graph/spiking.ts";
import type { Network } from "../../network/network.ts";
import { sweepChartSvg } from "../../report/sweep-chart.ts";
import { formatTable } from "../../report/table.ts";
import type { Context } from "../command.ts";
import { writeWhole } from "../files.ts";
import type { ScaledSamples } from "../samples.ts";
import { percentText } from "../text.ts";
import { accuracyOf } from "../verification/evaluate.ts";
import {
  accuracyOrDash,
  pointOf,
  runnerOf,
  type SweepPoint,
  type SweepTimes,
  silenceLines,
} from "../verification/sweep-network.ts";
import { floatClassesAt, floatNetworkOf } from "./float-network.ts";

/** `ann`: the float neurons after as many steps. */
export interface SpikingSweepPoint extends SweepPoint {
  readonly ann: { readonly accuracy: number | null };
}

function sweepText(points: readonly SpikingSweepPoint[]): string {
  const rows = points.map(({ timesteps, ann, accuracy, agreement, synops }) => [
    String(timesteps),
    accuracyOrDash(ann.accuracy),
    accuracyOrDash(accuracy),
    percentText(agreement),
    Math.round(synops).toString(),
  ]);
  const titles = ["T", "floats", "integers", "same class", "synops a sample"];
  return [formatTable(titles, rows), ...silenceLines(points)].join("\n");
}

/** A sample holds the steps that it holds: nothing is known of what would follow. */
function refuseLonger(timesteps: readonly number[], { timesteps: most }: Network): void {
  const longest = timesteps[timesteps.length - 1];
  if (longest <= most) return;
  throw new SpikecError("SPK-0002", `--sweep asks for ${longest} steps, and the samples last ${most}`);
}

/**
 * @param network for as many steps as its samples last
 * @throws SpikecError SPK-0002 for a T beyond them, SPK-0902 for the picture
 */
export async function sweepSpiking(
  context: Context,
  network: Network,
  graph: SpikingGraph,
  samples: ScaledSamples,
  { timesteps, plot, ...engines }: SweepTimes,
): Promise<void> {
  const { terminal, signal } = context;
  refuseLonger(timesteps, network);
  const float = floatNetworkOf(network, graph);
  const watch = { signal, progress: terminal.progress(`floats, T = ${timesteps.join(", ")}`, "samples") };
  const classes = await floatClassesAt(network, float, samples, timesteps, watch);
  const readings = await runnerOf(context, samples, engines)(network, timesteps);
  const points = readings.map((reading, i) => ({
    ...pointOf(network, reading, classes[i], samples.labels),
    ann: { accuracy: accuracyOf(classes[i], samples.labels) },
  }));
  const { accuracy: original } = points[points.length - 1].ann;
  if (plot !== null) await writeWhole(plot, sweepChartSvg(network.name, points, null));
  const json = { samples: samples.count, reconverted: false, ann: { accuracy: original }, sweep: points };
  terminal.result(json, sweepText(points));
}
