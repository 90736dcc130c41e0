/** A converted network on the chips: wine_mlp with its 13 signed inputs, all 54 test samples; and digits_mlp, which is too wide. */
import { describe, expect, it } from "vitest";
import { readOnnxModel } from "../../../src/import/onnx/read-model.ts";
import { lower } from "../../../src/lower/lower.ts";
import type { Network } from "../../../src/network/network.ts";
import { classify } from "../../../src/simulate/classify.ts";
import { encodeSample } from "../../../src/simulate/encode.ts";
import { createSimulator } from "../../../src/simulate/reference.ts";
import { addComparisons, compareTrains, noComparison } from "../../../src/target/compare.ts";
import { xyloAudio2, xyloAudio3, xyloImu } from "../../../targets/xylo/index.ts";
import { sampleArray, samplePath, testInputs } from "../../sample-models.ts";
import { digitsFor } from "../digits-on-chip.ts";

const features = 13;
const { samples, count } = testInputs("wine");
const labels = sampleArray("wine.test_y.npy");
const sampleOf = (index: number) => samples.subarray(index * features, (index + 1) * features);

async function wineFor(timesteps: number, readout: "membrane" | "count"): Promise<Network> {
  const values = sampleArray("wine.calib_x.npy");
  return lower(await readOnnxModel(samplePath("wine_mlp.onnx")), {
    timesteps,
    weightBits: 8,
    input: null,
    readout,
    seed: 0,
    rules: xyloAudio3.chip.rules,
    calibration: { values, samples: values.length / features, inputScale: null },
    provenance: { version: "test", modelHash: "", calibrationHash: "", options: [] },
  }).network;
}

/** The original network classifies all of them rightly (models.json of the collection). */
const originalRight = 54;

describe.each([
  ["membrane", 16],
  ["count", 32],
] as const)("wine_mlp read by %s, T = %i", async (readout, timesteps) => {
  const net = await wineFor(timesteps, readout);
  const simulator = createSimulator(net);

  it("gets at most one more test sample wrong than the original", () => {
    let right = 0;
    for (let index = 0; index < count; index++) {
      const { readings } = simulator.run(encodeSample(net, sampleOf(index)));
      if (classify(readings[0], null).label === labels[index]) right++;
    }
    expect(count).toBe(originalRight);
    expect(right).toBeGreaterThanOrEqual(originalRight - 1);
  });

  it.each([xyloAudio3, xyloAudio2, xyloImu])(
    "spikes on $name as in the simulator, in every layer and step",
    async (target) => {
      const placement = target.place(net, { observe: "all" });
      const device = await target.open(await target.emit(placement));
      const layers = net.populations.map(({ name }) => name);
      let total = noComparison;
      for (let index = 0; index < count; index++) {
        const input = encodeSample(net, sampleOf(index));
        const { train } = simulator.run(input);
        await device.reset();
        const events = await device.run(target.stimulus(placement, input), train.steps);
        total = addComparisons(total, compareTrains(train, target.readings(placement, events), layers));
      }
      expect(total.first).toBeNull();
      expect(total.mismatches).toBe(0);
      expect(total.spikes).toBeGreaterThan(5000);
    },
  );
});

describe("digits_mlp", () => {
  it("is refused for its 64 inputs, with the limit of 16", async () => {
    const net = await digitsFor(xyloAudio3.chip.rules, 8, 100);
    expect(() => xyloAudio3.place(net)).toThrow(/input: input channels \(64 of input .* at most 16/);
  });
});
