/** Chips with less get the best lowering that their rules allow; what was given up has a name and a price in points. */
import { describe, expect, it } from "vitest";
import { readOnnxModel } from "../../src/import/onnx/read-model.ts";
import { sampleArray, samplePath, testInputs } from "../sample-models.ts";
import { chips } from "./chips.ts";
import { type ChipTask, measureOnChip } from "./measure.ts";

async function digits(): Promise<ChipTask> {
  const inputScale = 16;
  const values = sampleArray("digits.calib_x.npy").map((value) => value / inputScale);
  return {
    graph: await readOnnxModel(samplePath("digits_mlp.onnx")),
    calibration: { values, samples: values.length / 64, inputScale },
    samples: testInputs("digits").samples,
    labels: sampleArray("digits.test_y.npy"),
  };
}

/** mnist_lenet takes minutes on the same chips: `npm run bench:accuracy -- --chips`. */
describe("digits_mlp on all its test images at T = 32", async () => {
  const task = await digits();

  it.each(chips)("loses at most $bar points on a chip with $name, and the report prices it", (chip) => {
    const { original, accuracy, cost } = measureOnChip(task, chip.rules, 32);
    expect(original - accuracy).toBeLessThanOrEqual(chip.bar);
    expect(cost.costs.map(({ what }) => what).sort()).toEqual([...chip.lacks].sort());
    // The price is a difference of two shares of the calibration inputs, in points.
    for (const { what, points } of cost.costs) {
      if (points === null) throw new Error(`${what} has no price`);
      expect(100 * cost.agreement + points).toBeLessThanOrEqual(100 + 1e-9);
      expect(points * cost.samples).toBeCloseTo(100 * Math.round((points * cost.samples) / 100), 6);
    }
  });
});
