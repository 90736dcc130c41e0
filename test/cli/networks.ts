/** Networks for tests of commands: converted once a test file, in this process, and written as .spk files. */
import { writeFileSync } from "node:fs";
import type { Context } from "../../src/cli/command.ts";
import { type ConvertOptions, convertModel } from "../../src/cli/conversion/convert-model.ts";
import type { Network } from "../../src/network/network.ts";
import { encodeNetwork } from "../../src/network/spk/spk.ts";
import { findTarget } from "../../src/target/registry.ts";
import { samplePath } from "../sample-models.ts";

/** A context that says nothing and is never interrupted. */
const silent: Context = {
  terminal: {
    log: () => {},
    result: () => {},
    failure: () => {},
    event: () => {},
    progress: () => ({ update: () => {}, end: () => {} }),
  },
  signal: new AbortController().signal,
  compute: async (work) => work(),
};

interface DataSet {
  readonly model: string;
  /** Words that give test samples and their labels. */
  readonly samples: readonly string[];
  readonly calibration: string;
  readonly inputScale: number;
}

function dataSet(name: string, model: string, inputScale: number): DataSet {
  const file = (part: string) => samplePath(`${name}.${part}.npy`);
  const scale = inputScale === 1 ? [] : ["--input-scale", String(inputScale)];
  return {
    model: samplePath(model),
    samples: ["--input", file("test_x"), "--labels", file("test_y"), ...scale],
    calibration: file("calib_x"),
    inputScale,
  };
}

export const digits = dataSet("digits", "digits_mlp.onnx", 16);
export const wine = dataSet("wine", "wine_mlp.onnx", 1);

export async function convert(data: DataSet, target: string, timesteps: number): Promise<Network> {
  const options: ConvertOptions = {
    timesteps,
    calib: data.calibration,
    inputScale: data.inputScale,
    weights: 8,
    seed: 0,
  };
  return (await convertModel(silent, data.model, await findTarget(target), options)).network;
}

export function writeNetwork(path: string, network: Network): string {
  writeFileSync(path, encodeNetwork(network));
  return path;
}
