/** Networks with several neurons for each activation, in one timestep: every command that looks at layers takes them. */
import { beforeAll, describe, expect, it } from "vitest";
import { failureOf, resultOf } from "./in-process.ts";
import { digits } from "./networks.ts";
import { scratchFolder } from "./spikec.ts";

const scratch = scratchFolder();
const path = scratch("one-step.spk");
const scale = ["--input-scale", "16"];
const onOneStep = ["verify", path, "--model", digits.model, ...digits.samples];

const convertWords = (target: string, output = path) => [
  ...["convert", digits.model, "-o", output, "--target", target, "--calib", digits.calibration],
  ...[...scale, "--timesteps", "1", "--copies", "8"],
];

beforeAll(async () => {
  await resultOf(convertWords("rp2040"));
});

describe("eight neurons for each activation", () => {
  it("are told as such by the conversion, their synapses together", async () => {
    const { layers, synops, explanations } = await resultOf([...convertWords("generic", scratch("g.spk"))]);
    expect(layers).toMatchObject([{ name: "/2/Relu", neurons: 8 * 32 }]);
    expect(synops).toBeGreaterThan(500);
    expect(explanations[0].choices.map(({ what }: { what: string }) => what)).toContain("copies");
  });

  it("lose less than a point in one timestep, and the board fires as they do", async () => {
    const { ann, snn, layers, board } = await resultOf(onOneStep);
    expect(snn.accuracy).toBeGreaterThan(ann.accuracy - 0.01);
    expect(layers.map(({ name }: { name: string }) => name)).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8].map((copy) => `/2/Relu copy ${copy}`),
    );
    // Of the layer as a whole: a single copy is a yes or no.
    for (const { rateError } of layers) expect(rateError).toBeLessThan(0.12);
    expect(board).toMatchObject({ mismatchedSpikes: 0 });
    expect(board.spikes).toBeGreaterThan(1000);
  });

  it("are one layer where a loss is looked for", async () => {
    const { stages, layers } = await resultOf([...onOneStep, "--attribute", "200"]);
    expect(layers.map(({ name }: { name: string }) => name)).toEqual(["input", "/2/Relu", "/3/Gemm"]);
    const { snn } = await resultOf([...onOneStep, "--limit", "200"]);
    const steps = stages.find(({ stage }: { stage: string }) => stage === "steps");
    expect(steps.accuracy).toBe(snn.accuracy);
    const sample = await resultOf([...onOneStep, "--sample", "3"]);
    expect(sample.layers.map(({ name }: { name: string }) => name)).toEqual(["input", "/2/Relu"]);
  });

  it("stay eight where the network is made again for other timesteps", async () => {
    const words = ["--sweep", "1,2", "--reconvert", "--calib", digits.calibration];
    const { sweep } = await resultOf([...onOneStep, ...words]);
    const { snn } = await resultOf(onOneStep);
    expect(sweep[0].accuracy).toBe(snn.accuracy);
    expect(sweep[1].agreement).toBeGreaterThan(0.98);
  });

  it.each([
    ["ucaspian", "reset by subtraction"],
    ["odin", "compares after every event"],
    ["xylo-audio3", "fire more often by themselves"],
  ])(
    "are refused before anything is searched where the chip has no use for them: %s",
    async (target, why) => {
      const { stderr } = await failureOf(convertWords(target, scratch("refused.spk")), 4, "SPK-0305");
      expect(stderr).toContain(why);
    },
  );

  it("are for networks of activations", async () => {
    const sigmaDelta = [...convertWords("loihi2", scratch("refused.spk")), "--neurons", "sigma-delta"];
    await failureOf(sigmaDelta, 4, "SPK-0305");
  });
});
