/** Networks for the boards' tests: real ones, converted as `convert --target` does, and their data. */
import { readOnnxModel } from "../../../src/import/onnx/read-model.ts";
import { lower } from "../../../src/lower/lower.ts";
import type { LoweringOptions } from "../../../src/lower/options.ts";
import { isIntegrateAndFire, type Network, type Population } from "../../../src/network/network.ts";
import type { NumericRules } from "../../../src/target/rules.ts";
import rules from "../../../targets/mcu/rules.json" with { type: "json" };
import { sampleArray, samplePath, testInputs } from "../../sample-models.ts";

const scales: Readonly<Record<string, number | null>> = { digits: 16, wine: null, mnist: 255 };

export async function converted(
  model: string,
  timesteps: number,
  asked: Partial<LoweringOptions> = {},
): Promise<Network> {
  const [dataSet] = model.split("_");
  const graph = await readOnnxModel(samplePath(`${model}.onnx`));
  const inputScale = scales[dataSet];
  const values = sampleArray(`${dataSet}.calib_x.npy`).map((value) => value / (inputScale ?? 1));
  const perSample = graph.nodes[0].shape.reduce((size, extent) => size * extent, 1);
  return lower(graph, {
    timesteps,
    weightBits: 8,
    input: null,
    readout: null,
    seed: 0,
    rules: rules as NumericRules,
    calibration: { values, samples: values.length / perSample, inputScale },
    provenance: { version: "test", modelHash: "", calibrationHash: "", options: [] },
    ...asked,
  }).network;
}

/** The test samples of a model's data set, one view each, and their labels. */
export function samplesFor(model: string): {
  readonly samples: readonly Float32Array[];
  readonly labels: Float32Array;
} {
  const [dataSet] = model.split("_");
  const { samples, count } = testInputs(dataSet);
  const size = samples.length / count;
  const views = Array.from({ length: count }, (_, i) => samples.subarray(i * size, (i + 1) * size));
  return { samples: views, labels: sampleArray(`${dataSet}.test_y.npy`) };
}

/** What the firmware computes of a random law: one spike a step, no constant decay. */
export function tamed(population: Population): Population {
  if (!isIntegrateAndFire(population)) throw new Error("random networks are integrate-and-fire");
  const { law } = population;
  const decayV = law.decayV.kind === "constant" ? ({ kind: "none" } as const) : law.decayV;
  return { ...population, law: { ...law, maxSpikes: 1, decayV } };
}
