/**
 * digits_mlp on a chip: converted by the chip's own rules, on its emulation and in the simulator side by side. For chips whose
 * outputs are counts of spikes.
 */
import { readOnnxModel } from "../../src/import/onnx/read-model.ts";
import { lower } from "../../src/lower/lower.ts";
import type { Network } from "../../src/network/network.ts";
import { classify } from "../../src/simulate/classify.ts";
import { encodeSample } from "../../src/simulate/encode.ts";
import { createSimulator } from "../../src/simulate/reference.ts";
import { addComparisons, type Comparison, compareTrains, noComparison } from "../../src/target/compare.ts";
import type { NumericRules } from "../../src/target/rules.ts";
import type { Device, Image, Target } from "../../src/target/target.ts";
import { sampleArray, samplePath, testInputs } from "../sample-models.ts";

const inputScale = 16;
const pixels = 64;
/** Right answers of the original network on the 500 test images (models/README.md). */
export const originalRight = 487;

const { samples } = testInputs("digits");
const labels = sampleArray("digits.test_y.npy");

/** calibrationSamples: of the 1000 there are; fewer are quicker, and a little worse. */
export async function digitsFor(
  rules: NumericRules,
  timesteps: number,
  calibrationSamples: number,
): Promise<Network> {
  const graph = await readOnnxModel(samplePath("digits_mlp.onnx"));
  const values = sampleArray("digits.calib_x.npy")
    .subarray(0, calibrationSamples * pixels)
    .map((value) => value / inputScale);
  return lower(graph, {
    timesteps,
    weightBits: 8,
    input: null,
    readout: null,
    seed: 0,
    rules,
    calibration: { values, samples: calibrationSamples, inputScale },
    provenance: { version: "test", modelHash: "", calibrationHash: "", options: [] },
  }).network;
}

const sampleOf = (index: number) => samples.subarray(index * pixels, (index + 1) * pixels);

/** Test images, all 500, that the network classifies rightly. */
export function rightInSimulation(network: Network): number {
  const simulator = createSimulator(network);
  let right = 0;
  labels.forEach((label, index) => {
    const { readings } = simulator.run(encodeSample(network, sampleOf(index)));
    if (classify(readings[0], null).label === label) right++;
  });
  return right;
}

/** The first images on the chip and in the simulator, every layer spike by spike. open: the Image's bytes alone. */
export async function compareOnChip(
  target: Target,
  network: Network,
  images: number,
  open: (image: Image) => Promise<Device> = target.open,
): Promise<Comparison> {
  const placement = target.place(network, { observe: "all" });
  const device = await open(await target.emit(placement));
  const simulator = createSimulator(network);
  const layers = network.populations.map(({ name }) => name);
  let total = noComparison;
  for (let index = 0; index < images; index++) {
    const input = encodeSample(network, sampleOf(index));
    const { train } = simulator.run(input);
    await device.reset();
    const events = await device.run(
      target.stimulus(placement, { ...input, steps: train.steps }),
      train.steps,
    );
    total = addComparisons(total, compareTrains(train, target.readings(placement, events), layers));
  }
  await device.close();
  return total;
}
