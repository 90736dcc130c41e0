/** Runs a `.net` file on the core and records everything, in the order of Lava's arrays: for vectors of whole files. */
import { SpikecError } from "../../../src/errors/error.ts";
import type { NetFile } from "../../../src/import/netx/format/net-file.ts";
import { readNet } from "../../../src/import/netx/format/read-net.ts";
import { writeNet } from "../../../src/import/netx/format/write-net.ts";
import type { VectorResult } from "../../../src/target/target.ts";
import { type LoadedLayer, loadLayers, type RunSettings } from "../core/load.ts";
import { createMachine } from "../core/machine.ts";
import { channelFirst, channelLast } from "./image-order.ts";
import { type Case, createRecorder, flatten } from "./vectors.ts";

export const plain: RunSettings = {
  mode: "lava",
  inputMessageBits: 0,
  resetInterval: null,
  resetOffset: 0,
  spikeExponent: 6,
  inputShape: null,
  inputBias: null,
};

export const whc = (shape: readonly number[]) => [shape[2], shape[1], shape[0]];

/** Vectors hold images as [width, height, channel]. */
export function asLava(row: Float64Array | Int32Array, { shape }: LoadedLayer): Float64Array | Int32Array {
  return shape.length === 3 ? channelLast(row, whc(shape)) : row;
}

/** Steps and what they gave: spikes and state of every layer at every step. */
export function runNet(
  net: NetFile,
  settings: RunSettings,
  steps: number,
  inputOf: (step: number) => ArrayLike<number>,
) {
  const layers = loadLayers(net, settings);
  const machine = createMachine(layers);
  const recorder = createRecorder();
  for (let step = 0; step < steps; step++) {
    machine.step(inputOf(step));
    layers.forEach((layer, k) => {
      recorder.add(`${k}.s_out`, asLava(machine.sent[k], layer));
      for (const [name, values] of Object.entries(layer.neurons.state))
        recorder.add(`${k}.${name}`, asLava(values, layer));
    });
  }
  return { layers, recording: recorder.recording };
}

export type NetRun = ReturnType<typeof runNet>;

export function settingsOf(given: Case): RunSettings {
  if (given.input_bias_mant_CHW !== undefined)
    return { ...plain, inputBias: flatten(given.input_bias_mant_CHW) };
  if (given.input_bias_mant !== undefined) {
    const [width, height, channels] = [
      given.input_bias_mant.length,
      given.input_bias_mant[0].length,
      given.input_bias_mant[0][0].length,
    ];
    return { ...plain, inputBias: channelFirst(flatten(given.input_bias_mant), [width, height, channels]) };
  }
  return plain;
}

async function readAgain(net: NetFile): Promise<NetFile> {
  return await readNet(await writeNet(net), "written again");
}

export function need(files: ReadonlyMap<string, Uint8Array>, path: string): Uint8Array {
  const bytes = files.get(path);
  if (bytes !== undefined) return bytes;
  throw new SpikecError("SPK-0405", "the vector's file is missing", { where: path });
}

/** Runs a file as it is and as written again; `compare` judges each run. */
export async function bothWays(
  name: string,
  net: NetFile,
  run: (net: NetFile) => NetRun,
  compare: (name: string, run: NetRun) => VectorResult,
): Promise<VectorResult[]> {
  return [compare(name, run(net)), compare(`${name}, written again`, run(await readAgain(net)))];
}
