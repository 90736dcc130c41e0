/** Native spiking networks on the whole road: a file of neurons in, integers and a chip out, spike by spike. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { readNpy, writeNpy } from "../../src/data/npy.ts";
import { readNpz } from "../../src/data/npz.ts";
import { textsOf } from "../report/svg-reading.ts";
import { failureOf, resultOf, run } from "./in-process.ts";
import { digits as activations } from "./networks.ts";
import { scratchFolder } from "./spikec.ts";

const scratch = scratchFolder();
const golden = (name: string) => fileURLToPath(new URL(`../golden/nir/${name}`, import.meta.url));
const digits = golden("digits/digits_lif.nir");
const [images, steps, pixels] = [250, 32, 64];
const network = scratch("digits.spk");
let samples: string[];

/** Files of the samples cut to their first steps, as words. */
function firstSteps(shorter: number): string[] {
  const spikes = readNpy(readFileSync(samples[1]), samples[1]).data;
  const cut = Uint8Array.from({ length: images * shorter * pixels }, (_, i) => {
    const [image, rest] = [Math.floor(i / shorter / pixels), i % (shorter * pixels)];
    return Number(spikes[image * steps * pixels + rest]);
  });
  const input = scratch(`first-${shorter}.npy`);
  writeFileSync(input, writeNpy({ shape: [images, shorter, pixels], data: cut }));
  return ["--input", input, ...samples.slice(2)];
}

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
      "--report",
      scratch("loihi.html"),
    ]);
    expect(json.snn.accuracy).toBeGreaterThan(0.94);
    expect(json.board.mismatchedSpikes).toBe(0);
    expect(json.board.spikes).toBeGreaterThan(1000);
    const page = readFileSync(scratch("loihi.html"), "utf8");
    expect(page, "what the chip did").toMatch(/emulated loihi2/);
    expect(page).toMatch(/0 mismatches \/ \S+( k)? spikes/);
  });

  it("refuses a model of another shape, and views that activations have", async () => {
    const other = golden("conformance/nested_recurrent.nir");
    await failureOf(["verify", network, "--model", other, ...samples], 3, "SPK-0203");
    const words = ["verify", network, "--model", digits, ...samples];
    await failureOf([...words, "--sample", "3"], 2, "SPK-0002");
    await failureOf([...words, "--sweep", "4", "--report", scratch("never.html")], 2, "SPK-0002");
    await failureOf([...words, "--sweep", "4", "--reconvert", "--calib", samples[1]], 2, "SPK-0002");
  });
});

describe("verify --sweep of such a network", () => {
  const words = () => ["verify", network, "--model", digits, ...samples, "--sweep"];

  it("is at each T what a verification of samples of that length gives, floats and integers alike", async () => {
    const { sweep } = await resultOf([...words(), "6,12,32"]);
    expect(sweep.map(({ timesteps }: { timesteps: number }) => timesteps)).toEqual([6, 12, 32]);
    for (const [index, shorter] of [6, 12].entries()) {
      const cut = ["verify", network, "--model", digits, ...firstSteps(shorter), "--board-samples", "1"];
      const { ann, snn, agreement, synops } = await resultOf(cut);
      expect(sweep[index], `T = ${shorter}`).toMatchObject({ ann, accuracy: snn.accuracy, agreement });
      expect(sweep[index].synops).toBeCloseTo(synops, 6);
    }
    expect(sweep[0].accuracy, "an early reading is worse").toBeLessThan(sweep[2].accuracy);
  });

  it("draws floats and integers as two curves", async () => {
    const plot = scratch("sweep.svg");
    const { stdout } = await run([...words(), "8,32", "--limit", "40", "--plot", plot]);
    expect(stdout).toMatch(/^ *T +floats +integers +same class +synops a sample\n/);
    const texts = textsOf(readFileSync(plot, "utf8"));
    expect(texts).toEqual(expect.arrayContaining(["floats", "accuracy", "digits_lif: accuracy against T"]));
    expect(texts).not.toContain("original");
  });

  it("refuses a T that the samples do not last", async () => {
    const { stderr } = await failureOf([...words(), "8,64"], 2, "SPK-0002");
    expect(stderr).toContain("asks for 64 steps, and the samples last 32");
  });
});

describe("verify --attribute of such a network", () => {
  const attribute = (path: string) =>
    resultOf(["verify", path, "--model", digits, ...samples, "--attribute", "30"]);

  it("ends in what verify says of the same samples, from the finest integers on", async () => {
    const narrow = scratch("narrow.spk");
    await resultOf(["convert", digits, "-o", narrow, "--timesteps", "32", "--weights", "4"]);
    const json = await attribute(narrow);
    const verified = await resultOf(["verify", narrow, "--model", digits, ...samples, "--limit", "30"]);
    const { ann, snn, agreement } = verified;
    expect(json).toMatchObject({ samples: 30, timesteps: 32, ann, snn, agreement });
    for (const [i, { name, perStep }] of json.layers.entries()) {
      expect(perStep.chip, name).toBe(verified.layers[i].perStep);
      expect(perStep.law, name).toBeGreaterThan(0.999);
    }
    const [floats, law, weights, states, chip] = json.stages;
    expect(floats).toMatchObject({ stage: "floats", agreement: 1, perStep: 1 });
    expect(law.perStep - weights.perStep, "4 bits of a weight are few").toBeGreaterThan(0.02);
    expect(Math.abs(states.perStep - weights.perStep), "12 places are enough").toBeLessThan(0.002);
    expect(chip, "the generic chip takes nothing away").toEqual({ ...states, stage: "chip" });
    expect(json.address.stage).toBe("weights");
  });

  it("tells few places of states, and a chip's rules, from weights", async () => {
    const [coarse, loihi] = [scratch("coarse.spk"), scratch("attributed.spk")];
    await resultOf([
      "convert",
      digits,
      "-o",
      coarse,
      "--timesteps",
      "32",
      "--weights",
      "16",
      "--decay-bits",
      "2",
    ]);
    expect((await attribute(coarse)).address.stage).toBe("states");
    await resultOf(["convert", digits, "-o", loihi, "--timesteps", "32", "--target", "loihi2"]);
    const { stages } = await attribute(loihi);
    expect(stages[4].perStep).toBeLessThan(stages[3].perStep);
  });

  it("fits a terminal, and says of how many samples it is", async () => {
    const { stdout } = await run(["verify", network, "--model", digits, ...samples, "--attribute", "5"]);
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
    expect(stdout).toContain("5 samples of 250; --attribute 250 takes all");
    expect(stdout).toMatch(/\naddress: stage \w+ loses most/);
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

  it("loses nothing in any stage: its numbers have few binary places", async () => {
    const [chip, input, labels] = [scratch("relay.spk"), scratch("relay.npy"), scratch("relay-y.npy")];
    const words = ["verify", chip, "--model", file, "--input", input, "--labels", labels, "--attribute"];
    const { layers, address } = await resultOf(words);
    const exact = { law: 1, weights: 1, states: 1, chip: 1 };
    expect(layers.map(({ perStep }: { perStep: object }) => perStep)).toEqual([exact, exact]);
    expect(address).toEqual({ stage: null, layer: null });
    expect((await run(words)).stdout).toContain("address: nothing is lost on these samples");
  });

  it("is deployed to uCaspian's virtual board: convert, verify, flash and run as their own commands give", async () => {
    const [chip, input, labels] = [scratch("deployed.spk"), scratch("relay.npy"), scratch("relay-y.npy")];
    const data = ["--input", input, "--labels", labels];
    const result = await resultOf(["deploy", file, "--target", "ucaspian", ...data, "-o", chip]);
    expect(Object.keys(result)).toEqual(["convert", "verify", "flash", "run"]);
    expect(result.convert, "as long as its samples").toMatchObject({ timesteps: 24, output: chip });
    expect(result.convert.fit.fits).toBe(true);
    const own = await Promise.all([
      resultOf(["convert", file, "-o", scratch("own.spk"), "--target", "ucaspian", "--timesteps", "24"]),
      resultOf(["verify", chip, "--model", file, ...data]),
      resultOf(["flash", chip, "--target", "ucaspian", "--dry-run"]),
    ]);
    expect(result.convert).toEqual({ ...own[0], output: chip });
    expect(readFileSync(chip).equals(readFileSync(scratch("own.spk")))).toBe(true);
    expect(result.verify).toEqual(own[1]);
    expect(result.flash.bytes).toBe(own[2].bytes);
    expect(result.run).toMatchObject({ samples: 4, mismatchedSpikes: 0 });
    expect(result.run.spikes).toBeGreaterThan(20);
  });

  it("is deployed with a report, and not with options of networks of activations", async () => {
    const page = scratch("deployed.html");
    const data = ["--input", scratch("relay.npy"), "--labels", scratch("relay-y.npy")];
    const words = ["deploy", file, "--target", "ucaspian", ...data];
    await resultOf([...words, "--report", page]);
    expect(readFileSync(page, "utf8")).toMatch(/ucaspian at \S+/);
    await failureOf([...words, "--method", "mse"], 2, "SPK-0002");
    await failureOf([...words, "--target", "generic"], 4, "SPK-0904");
  });
});

describe("a native network that does not fit its chip", () => {
  it("is told at once, by convert", async () => {
    const words = [
      "convert",
      digits,
      "-o",
      scratch("xylo.spk"),
      "--target",
      "xylo-audio3",
      "--timesteps",
      "8",
    ];
    const { code, stdout, stderr } = await run(words);
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/warning SPK-040[12]: /);
    expect(stdout).toContain("\ndoes not fit xylo-audio3 (SPK-040");
    const { fit } = await resultOf(["convert", digits, "-o", scratch("fits.spk"), "--timesteps", "8"]);
    expect(fit).toMatchObject({ fits: true, uses: [{ resource: "neurons", used: 58 }], refusal: null });
    // The generic chip alone has no program for such neurons.
    expect(fit.notes).toEqual([
      expect.stringMatching(/no decayV multiply.*: the network can be simulated, and emit/),
    ]);
    const image = ["-o", scratch("no-image"), "--target", "generic"];
    await failureOf(["emit", scratch("fits.spk"), ...image], 4, "SPK-0402");
  });
});
