/** Native spiking networks on the whole road: a file of neurons in, integers and a chip out, spike by spike. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { writeNpy } from "../../src/data/npy.ts";
import { readNpz } from "../../src/data/npz.ts";
import { failureOf, resultOf, run } from "./in-process.ts";
import { digits as activations } from "./networks.ts";
import { scratchFolder } from "./spikec.ts";

const scratch = scratchFolder();
const golden = (name: string) => fileURLToPath(new URL(`../golden/nir/${name}`, import.meta.url));
const digits = golden("digits/digits_lif.nir");
const [images, steps, pixels] = [250, 32, 64];
const network = scratch("digits.spk");
let samples: string[];

/** The stimulus of golden/nir/digits: a spike where 3/64 of the pixel, summed up, reaches a whole number. */
beforeAll(async () => {
  const arrays = readNpz(readFileSync(golden("digits/digits_lif__snntorch_head.npz")));
  const values = arrays.get("pixels")!.data as ArrayLike<number>;
  const spikes = Uint8Array.from({ length: images * steps * pixels }, (_, i) => {
    const [image, step, pixel] = [Math.floor(i / steps / pixels), Math.floor(i / pixels) % steps, i % pixels];
    const value = 3 * values[image * pixels + pixel];
    return Math.floor(((step + 1) * value) / 64) > Math.floor((step * value) / 64) ? 1 : 0;
  });
  const [input, labels] = [scratch("spikes.npy"), scratch("labels.npy")];
  writeFileSync(input, writeNpy({ shape: [images, steps, pixels], data: spikes }));
  const classes = Uint8Array.from(arrays.get("label")!.data as ArrayLike<number>);
  writeFileSync(labels, writeNpy({ shape: [images], data: classes }));
  samples = ["--input", input, "--labels", labels];
  await resultOf(["convert", digits, "-o", network, "--timesteps", "32"]);
});

describe("convert of a .nir file", () => {
  it("reports every layer, and how time became steps", async () => {
    const json = await resultOf([
      "convert",
      digits,
      "-o",
      scratch("again.spk"),
      "--dt",
      "1e-4",
      "--weights",
      "6",
    ]);
    expect(json).toMatchObject({
      target: "generic",
      discretization: { name: "nir", dt: 1e-4 },
      reason: "given",
      layers: [
        { name: "lif1", type: "LIF", neurons: 48, fires: true },
        { name: "lif2", type: "LIF", neurons: 10, fires: true },
      ],
    });
    for (const { weightSnr, decayError } of json.layers) {
      expect(weightSnr).toBeGreaterThan(25);
      expect(decayError).toBeLessThan(2 ** -13);
    }
  });

  it("keeps all of it in the file, where inspect shows it", async () => {
    const { stdout } = await run(["inspect", network]);
    const text = stdout.replaceAll(/\s+/g, " ");
    for (const words of [
      "preset nir, dt 0.0001 s",
      "synapse new",
      "lif1: weights",
      "decays in 2^-12, halfAway",
    ])
      expect(text).toContain(words);
  });

  it("takes the steps and the kind of input from calibration samples, and measures widths on them", async () => {
    const json = await resultOf(["convert", digits, "-o", scratch("calib.spk"), "--calib", samples[1]]);
    expect(json).toMatchObject({ timesteps: steps, calibrationSamples: 32 });
    expect(json.widths.layers[0].membrane.bits).toBeLessThan(24);
  });

  it("names what a chip's neurons do not do", async () => {
    const refused = await failureOf(
      ["convert", digits, "-o", scratch("no.spk"), "--target", "ucaspian"],
      4,
      "SPK-0304",
    );
    expect(refused.stderr).toContain("lif1: decayV is multiply, allowed: none");
  });

  it("has no use for the options of networks of activations, nor they for its own", async () => {
    await failureOf(["convert", digits, "-o", scratch("no.spk"), "--method", "mse"], 2, "SPK-0002");
    await failureOf(["convert", digits, "-o", scratch("no.spk"), "--input", "rate"], 2, "SPK-0002");
    const onnx = ["convert", activations.model, "-o", scratch("no.spk"), "--calib", activations.calibration];
    await failureOf([...onnx, "--state-bits", "8"], 2, "SPK-0002");
    await failureOf([...onnx, "--input", "spikes"], 2, "SPK-0002");
  });
});

describe("simulate of such a network", () => {
  it("classifies as the float neurons do", async () => {
    const json = await resultOf(["simulate", network, ...samples]);
    expect(json).toMatchObject({ samples: images, timesteps: steps });
    expect(json.accuracy).toBeGreaterThanOrEqual(0.976);
  });

  it("runs for as many steps as the samples last", async () => {
    const short = scratch("short.npy");
    writeFileSync(short, writeNpy({ shape: [2, 5, pixels], data: new Uint8Array(2 * 5 * pixels).fill(1) }));
    expect(await resultOf(["simulate", network, "--input", short])).toMatchObject({
      samples: 2,
      timesteps: 5,
    });
  });

  it("reads first spikes where that is asked for, as the floats can be read, too", async () => {
    const first = ["--readout", "firstSpike", "--limit", "60"];
    const integers = await resultOf(["simulate", network, ...samples, ...first]);
    const floats = await resultOf(["simulate", digits, ...samples, ...first]);
    const same = integers.predicted.filter((label: number, i: number) => label === floats.predicted[i]);
    expect(same.length).toBeGreaterThanOrEqual(57);
    await failureOf(["simulate", network, ...samples, "--readout", "membrane"], 2, "SPK-0002");
  });
});

describe("verify of such a network", () => {
  it("puts floats and integers side by side, step by step", async () => {
    const json = await resultOf(["verify", network, "--model", digits, ...samples, "--limit", "50"]);
    expect(json.ann.accuracy).toBeGreaterThan(0.95);
    expect(json.agreement).toBeGreaterThanOrEqual(0.98);
    expect(json.board).toBe(null);
    for (const { perStep, spikes, floatSpikes } of json.layers) {
      expect(perStep).toBeGreaterThan(0.98);
      expect(Math.abs(spikes / floatSpikes - 1)).toBeLessThan(0.01);
    }
  });

  it("runs them on a real chip's emulator with no spike different: LIF with decays on Loihi 2", async () => {
    const chip = scratch("loihi.spk");
    await resultOf(["convert", digits, "-o", chip, "--timesteps", "32", "--target", "loihi2"]);
    const json = await resultOf([
      "verify",
      chip,
      "--model",
      digits,
      ...samples,
      "--limit",
      "40",
      "--board-samples",
      "8",
    ]);
    expect(json.snn.accuracy).toBeGreaterThan(0.94);
    expect(json.board.mismatchedSpikes).toBe(0);
    expect(json.board.spikes).toBeGreaterThan(1000);
  });

  it("refuses a model of another shape, and views that activations have", async () => {
    const other = golden("conformance/nested_recurrent.nir");
    await failureOf(["verify", network, "--model", other, ...samples], 3, "SPK-0203");
    const words = ["verify", network, "--model", digits, ...samples];
    await failureOf([...words, "--sweep", "4,8"], 2, "SPK-0002");
  });
});

describe("a network of integrate-and-fire neurons in the text form", () => {
  const file = scratch("relay.snn.yaml");
  const text = `format: snn/1
time: {dt: 1e-3}
nodes:
  input: {type: Input, shape: [2]}
  w1: {type: Linear, weight: [[1.0, 0.5], [-0.5, 1.0], [0.75, 0.75]]}
  if1: {type: IF, shape: [3], r: 1, v_threshold: 1.25}
  w2: {type: Linear, weight: [[1.0, -1.0, 0.5], [0.25, 1.0, 0.5]]}
  if2: {type: IF, shape: [2], r: 1, v_threshold: 0.75}
  output: {type: Output, shape: [2]}
edges: [[input, w1], [w1, if1], [if1, w2], [w2, if2], [if2, output]]
`;

  it("runs on uCaspian's emulator, which has no decays, spike for spike", async () => {
    writeFileSync(file, text);
    const [chip, input, labels] = [scratch("relay.spk"), scratch("relay.npy"), scratch("relay-y.npy")];
    const spikes = Uint8Array.from({ length: 4 * 24 * 2 }, (_, i) => Number((i * 7) % 5 < 3));
    writeFileSync(input, writeNpy({ shape: [4, 24, 2], data: spikes }));
    writeFileSync(labels, writeNpy({ shape: [4], data: new Uint8Array(4) }));
    await resultOf(["convert", file, "-o", chip, "--target", "ucaspian", "--timesteps", "24"]);
    const json = await resultOf(["verify", chip, "--model", file, "--input", input, "--labels", labels]);
    expect(json.agreement).toBe(1);
    expect(json.layers.map(({ perStep }: { perStep: number }) => perStep)).toEqual([1, 1]);
    expect(json.board.mismatchedSpikes).toBe(0);
    expect(json.board.spikes).toBeGreaterThan(50);
  });
});
