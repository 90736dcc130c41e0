/** What simulated runs leave on disk: spikes of the first samples as arrays (--trace), pictures of the first one (--plot). */
import { join } from "node:path";
import type { Network } from "../../network/network.ts";
import type { SpikeTrain } from "../../network/spikes.ts";
import type { Run } from "../../simulate/reference.ts";
import { writeWhole } from "../files.ts";
import type { ScaledSamples } from "../samples.ts";
import { sampleOf } from "../verification/evaluate.ts";

/** Samples whose spikes --trace keeps: spikes of whole data sets would fill the memory. */
export const tracedSamples = 100;

export interface RecordingOptions {
  /** .npz file. */
  readonly trace?: string;
  /** Folder of pictures. */
  readonly plot?: string;
}

export interface Recording {
  /** Samples that it keeps: the first ones. */
  readonly kept: number;
  add(run: Run): void;
  write(): Promise<void>;
}

/** Rows [sample, step, neuron], one a spike, for every layer. */
function traceArrays(trains: readonly SpikeTrain[]): Map<string, { shape: number[]; data: Int32Array }> {
  const arrays = new Map<string, { shape: number[]; data: Int32Array }>();
  for (const name of trains[0].events.keys()) {
    const layer = trains.map((train) => train.events.get(name)!);
    const spikes = layer.reduce((sum, { neurons }) => sum + neurons.length, 0);
    const data = new Int32Array(3 * spikes);
    let at = 0;
    layer.forEach(({ offsets, neurons }, sample) => {
      for (let step = 0; step + 1 < offsets.length; step++)
        for (let event = offsets[step]; event < offsets[step + 1]; event++) {
          data.set([sample, step, neurons[event]], at);
          at += 3;
        }
    });
    arrays.set(name, { shape: [spikes, 3], data });
  }
  return arrays;
}

/** Writes all pictures of one sample into a folder. */
export async function writePictures(folder: string, pictures: ReadonlyMap<string, string>): Promise<void> {
  for (const [name, picture] of pictures) await writeWhole(join(folder, name), picture);
}

async function writeTrace(file: string, trains: readonly SpikeTrain[]): Promise<void> {
  const { writeNpz } = await import("../../data/npz.ts");
  await writeWhole(file, writeNpz(traceArrays(trains)));
}

/** Pictures of the first sample. What draws is loaded where something is drawn. */
async function plotSample(
  folder: string,
  network: Network,
  train: SpikeTrain,
  samples: ScaledSamples,
): Promise<void> {
  const { rasterSvg } = await import("../../report/raster.ts");
  const { statePictures } = await import("../../report/simulation-pictures.ts");
  const { drawnLayers } = await import("./pictures.ts");
  const { recordNetwork } = await import("./record-network.ts");
  const title = `${network.name}, sample 0`;
  const raster = rasterSvg(train, drawnLayers(network), { title });
  const states = statePictures(recordNetwork(network, sampleOf(samples, 0), title));
  await writePictures(folder, new Map([["raster.svg", raster], ...states]));
}

export function createRecording(
  network: Network,
  { trace, plot }: RecordingOptions,
  samples: ScaledSamples,
): Recording {
  const kept = trace !== undefined ? tracedSamples : plot !== undefined ? 1 : 0;
  const trains: SpikeTrain[] = [];
  return {
    kept,
    add({ train }) {
      if (trains.length < kept) trains.push(train);
    },
    async write() {
      if (trace !== undefined) await writeTrace(trace, trains);
      if (plot !== undefined) await plotSample(plot, network, trains[0], samples);
    },
  };
}
