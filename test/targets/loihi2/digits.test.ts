import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { importOnnx } from "../../../src/import/onnx/import-onnx.ts";
import { lower } from "../../../src/lower/lower.ts";
import { runLength } from "../../../src/network/latency.ts";
import type { Network } from "../../../src/network/network.ts";
import { encodeSample } from "../../../src/simulate/encode.ts";
import { createSimulator } from "../../../src/simulate/reference.ts";
import { compareTrains } from "../../../src/target/compare.ts";
import { loihi2 } from "../../../targets/loihi2/index.ts";
import { sampleArray, samplePath, testInputs } from "../../sample-models.ts";

const calibration = sampleArray("digits.calib_x.npy").map((value) => value / 16);
const { samples, count } = testInputs("digits");
const labels = sampleArray("digits.test_y.npy");
const logits = sampleArray("digits_mlp.logits.npy");

async function convert(neurons: "integrateAndFire" | "sigmaDelta", timesteps: number): Promise<Network> {
  const graph = await importOnnx(readFileSync(samplePath("digits_mlp.onnx")), { file: "digits_mlp.onnx" });
  return lower(graph, {
    timesteps,
    weightBits: 8,
    input: null,
    readout: null,
    seed: 0,
    neurons,
    rules: loihi2.chip.rules,
    calibration: { values: calibration, samples: calibration.length / 64, inputScale: 16 },
    provenance: { version: "test", modelHash: "", calibrationHash: "", options: [] },
  }).network;
}

const largest = (values: ArrayLike<number>) =>
  Array.from(values).reduce((best, value, i, all) => (value > all[best] ? i : best), 0);

/** Share of right classes on the emulated chip, on all shipped digits; the first are compared with the simulation. */
async function accuracyOnChip(network: Network, compared: number): Promise<number> {
  const placement = loihi2.place(network, { observe: "all" });
  const device = await loihi2.open(await loihi2.emit(placement));
  const steps = runLength(network);
  const simulator = createSimulator(network);
  const names = network.populations.map(({ name }) => name);
  let right = 0;
  for (let i = 0; i < count; i++) {
    const input = encodeSample(network, samples.subarray(i * 64, (i + 1) * 64));
    const stimulus = loihi2.stimulus(placement, { ...input, steps: steps });
    await device.reset();
    const found = loihi2.readings(placement, await device.run(stimulus, steps));
    const membranes = found.membranes!.get(network.readout.population)!;
    if (largest(membranes) === labels[i]) right++;
    if (i >= compared) continue;
    const run = simulator.run(input);
    expect(compareTrains(run.train, found, names).first).toBeNull();
    expect([...membranes]).toEqual([...run.tieBreaks[0]]);
  }
  return right / count;
}

const original =
  Array.from({ length: count }, (_, i) => largest(logits.subarray(i * 10, (i + 1) * 10))).filter(
    (label, i) => label === labels[i],
  ).length / count;

describe("digits_mlp on loihi2", () => {
  it("is within 0.7 points of the float network with resets to zero, at T = 64", async () => {
    expect(original).toBe(0.974);
    expect(await accuracyOnChip(await convert("integrateAndFire", 64), 40)).toBeGreaterThanOrEqual(
      original - 0.007,
    );
  });

  it("is within 0.5 points as sigma-delta", async () => {
    expect(await accuracyOnChip(await convert("sigmaDelta", 4), 40)).toBeGreaterThanOrEqual(original - 0.005);
  });
});
