/** Real networks on all their test data: what the integers lose against the floats. */
import { describe, expect, it } from "vitest";
import { evaluate } from "../../src/graph/evaluate.ts";
import type { Graph } from "../../src/graph/graph.ts";
import { readOnnxModel } from "../../src/import/onnx/read-model.ts";
import { lower } from "../../src/lower/lower.ts";
import type { LoweringOptions } from "../../src/lower/options.ts";
import type { Network } from "../../src/network/network.ts";
import { encodeNetwork } from "../../src/network/spk/spk.ts";
import { classify } from "../../src/simulate/classify.ts";
import { encodeSample } from "../../src/simulate/encode.ts";
import { createSimulator } from "../../src/simulate/reference.ts";
import { chip as ucaspian } from "../../targets/ucaspian/chip.ts";
import { sampleArray, samplePath, testInputs } from "../sample-models.ts";
import { genericRules } from "./lowering.ts";

/** What the file's integers are divided by; null where the file holds floats. */
const inputScales: Readonly<Record<string, number | null>> = { digits: 16, wine: null };

interface Task {
  readonly graph: Graph;
  readonly dataSet: string;
  readonly samples: Float32Array;
  readonly labels: Float32Array;
}

async function taskOf(model: string): Promise<Task> {
  const [dataSet] = model.split("_");
  const { samples } = testInputs(dataSet);
  const graph = await readOnnxModel(samplePath(`${model}.onnx`));
  return { graph, dataSet, samples, labels: sampleArray(`${dataSet}.test_y.npy`) };
}

function networkFor({ graph, dataSet }: Task, asked: Partial<LoweringOptions>): Network {
  const inputScale = inputScales[dataSet];
  const values = sampleArray(`${dataSet}.calib_x.npy`).map((value) => value / (inputScale ?? 1));
  const perSample = graph.nodes[0].shape.reduce((size, extent) => size * extent, 1);
  return lower(graph, {
    timesteps: 16,
    weightBits: 8,
    input: null,
    readout: null,
    seed: 0,
    rules: genericRules,
    calibration: { values, samples: values.length / perSample, inputScale },
    provenance: { version: "test", modelHash: "", calibrationHash: "", options: [] },
    ...asked,
  }).network;
}

function integersRight(network: Network, { samples, labels }: Task): number {
  const simulator = createSimulator(network);
  const perSample = samples.length / labels.length;
  let right = 0;
  labels.forEach((label, i) => {
    const { readings } = simulator.run(
      encodeSample(network, samples.subarray(i * perSample, (i + 1) * perSample)),
    );
    if (classify(readings[0], null).label === label) right++;
  });
  return right;
}

function floatsRight({ graph, samples, labels }: Task): number {
  const logits = evaluate(graph, samples, labels.length).get(graph.output)!;
  const classes = logits.length / labels.length;
  return labels.reduce((right, label, i) => {
    const own = logits.subarray(i * classes, (i + 1) * classes);
    return right + (classify(own, null).label === label ? 1 : 0);
  }, 0);
}

/** Points of accuracy that the integers are below the floats. */
function gapOf(task: Task, asked: Partial<LoweringOptions>): number {
  const lost = floatsRight(task) - integersRight(networkFor(task, asked), task);
  return (100 * lost) / task.labels.length;
}

describe("digits_mlp on all 500 test images", async () => {
  const task = await taskOf("digits_mlp");

  // Bars of docs/conversion.md.
  it.each([
    [4, 1],
    [8, 0.7],
    [16, 0.5],
    [32, 0.3],
  ])("at T = %i loses at most %f points", (timesteps, points) => {
    expect(gapOf(task, { timesteps })).toBeLessThanOrEqual(points);
  });

  it("loses at most 1 point with 4-bit weights at T = 8 and 16", () => {
    expect(gapOf(task, { timesteps: 8, weightBits: 4 })).toBeLessThanOrEqual(1);
    expect(gapOf(task, { timesteps: 16, weightBits: 4 })).toBeLessThanOrEqual(1);
  });

  it("loses at most 0.7 points with its input as a rate code at T = 16", () => {
    expect(gapOf(task, { input: "rate" })).toBeLessThanOrEqual(0.7);
  });

  it("reaches 96 % on uCaspian's rules at T = 32: spikes in, counts out, hard reset, no bias, no vInit", () => {
    const network = networkFor(task, { timesteps: 32, rules: ucaspian.rules });
    expect((100 * integersRight(network, task)) / task.labels.length).toBeGreaterThanOrEqual(96);
  });

  it("gives the same integers twice", () => {
    // Few calibration inputs: this is about bytes, not accuracy.
    const values = sampleArray("digits.calib_x.npy").map((value) => value / 16);
    const calibration = { values: values.subarray(0, 64 * 64), samples: 64, inputScale: 16 };
    for (const rules of [genericRules, ucaspian.rules]) {
      const asked = { timesteps: 8, rules, calibration };
      const [first, second] = [1, 2].map(() => encodeNetwork(networkFor(task, asked)));
      expect(second).toEqual(first);
    }
  });
});

describe("wine_mlp, whose inputs have both signs, on all 54 test samples", async () => {
  const task = await taskOf("wine_mlp");

  it.each(["analog", "rate"] as const)(
    "has at most one more wrong than the floats at T = 16: %s input",
    (input) => {
      const network = networkFor(task, { input });
      expect(network.inputs[0].polarity).toBe(input === "analog" ? "unsigned" : "signed");
      expect(floatsRight(task) - integersRight(network, task)).toBeLessThanOrEqual(1);
    },
  );
});
