import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import { writeNpy } from "../../src/data/npy.ts";
import { decodeNetwork } from "../../src/network/spk/spk.ts";
import { findTarget } from "../../src/target/registry.ts";
import { buildModel, floats, node } from "../import/onnx/model-builder.ts";
import { samplePath } from "../sample-models.ts";
import { failureOf, resultOf, run } from "./in-process.ts";
import { digits, wine } from "./networks.ts";
import { scratchFolder } from "./spikec.ts";

const scratch = scratchFolder();
const calibration = ["--calib", wine.calibration];

/** The words of a conversion that must not write anything. */
async function refusalOf(model: string, words: string[], code: number, error: string) {
  const output = scratch("refused", "net.spk");
  const ended = await failureOf(["convert", model, "-o", output, ...words], code, error);
  const entries = (folder: string) => readdirSync(folder, { withFileTypes: true }).map(({ name }) => name);
  expect(entries(scratch()), "nothing is written").not.toContain("refused");
  return ended;
}

/** One layer of 4 x 4 weights that lie in another file. */
function externalModel(location: string): Uint8Array {
  const weights = {
    name: "weights",
    dims: [4, 4],
    dataType: 1,
    dataLocation: 1,
    externalData: [{ key: "location", value: location }],
  };
  return buildModel({ nodes: [node("MatMul", ["input", "weights"], "output")], constants: [weights] });
}

function file(name: string, bytes: Uint8Array | string): string {
  writeFileSync(scratch(name), bytes);
  return scratch(name);
}

describe("convert", () => {
  it("writes a network that says what it was made from, with a report layer by layer", async () => {
    const output = scratch("deep", "er", "wine.spk");
    const words = ["convert", wine.model, "-o", output, ...calibration, "--timesteps", "8"];
    const result = await resultOf([...words, "--target", "ucaspian"]);
    expect(result).toMatchObject({
      model: "wine_mlp.onnx",
      output,
      target: "ucaspian",
      timesteps: 8,
      calibrationSamples: 124,
    });
    const keys = ["name", "neurons", "rateError", "rate", "deadFraction", "saturatedFraction", "weightSnr"];
    for (const layer of result.layers) expect(Object.keys(layer)).toEqual([...keys, "synops"]);
    expect(result.synops).toBeGreaterThan(0);
    const network = decodeNetwork(readFileSync(output), "wine.spk");
    expect(network.timesteps).toBe(8);
    expect(Object.fromEntries(network.provenance.options)).toMatchObject({
      target: "ucaspian",
      timesteps: "8",
    });
    expect(readdirSync(scratch("deep", "er")), "nothing else is left behind").toEqual(["wine.spk"]);
  });

  it("makes the same bytes of the same files, wherever they lie", async () => {
    mkdirSync(scratch("same"));
    copyFileSync(wine.model, scratch("same", "wine_mlp.onnx"));
    const outputs = [scratch("one.spk"), scratch("two.spk")];
    const models = [wine.model, scratch("same", "wine_mlp.onnx")];
    for (const [i, model] of models.entries())
      await resultOf(["convert", model, "-o", outputs[i], ...calibration]);
    expect(readFileSync(outputs[0]).equals(readFileSync(outputs[1]))).toBe(true);
  });

  it("prints a table that fits 100 columns, and then what was written", async () => {
    const output = scratch("table.spk");
    const { code, stdout } = await run(["convert", wine.model, "-o", output, ...calibration]);
    expect(code).toBe(0);
    for (const line of stdout.split("\n").slice(0, -2)) expect(line.length).toBeLessThanOrEqual(100);
    expect(stdout).toContain(`${output}: T = 16, for generic, calibrated on 124 samples\n`);
  });

  it("notes integers without an input scale, where most networks want one", async () => {
    const words = ["convert", digits.model, "-o", scratch("noted.spk"), "--calib", digits.calibration];
    const [without, given] = await Promise.all([run(words), run([...words, "--input-scale", "16"])]);
    expect(without.stderr).toContain("give --input-scale 255");
    expect(given.stderr).toBe("");
  });
});

describe("a model that cannot be read", () => {
  const model = readFileSync(wine.model);

  it.each([
    ["truncated", model.subarray(0, 1500), 3, "SPK-0101"],
    ["not ONNX", "a letter", 3, "SPK-0101"],
    ["empty", "", 3, "SPK-0101"],
  ])("%s: is refused", async (name, bytes, code, error) => {
    await refusalOf(file(`${name.replace(" ", "-")}.onnx`, bytes), calibration, code, error);
  });

  it("is refused when there is no such file, or it is a folder", async () => {
    mkdirSync(scratch("folder.onnx"));
    await refusalOf(scratch("none.onnx"), calibration, 2, "SPK-0102");
    await refusalOf(scratch("folder.onnx"), calibration, 2, "SPK-0102");
  });

  it("is refused by its ending when it is of another kind", async () => {
    const { stderr } = await refusalOf(file("net.pt", "x"), calibration, 3, "SPK-0903");
    expect(stderr).toContain("Models are .onnx files");
  });
});

describe("external tensor data", () => {
  it("is refused when the file is missing, and read when it is there", async () => {
    const model = file("external.onnx", externalModel("weights.bin"));
    const samples = file("external.npy", writeNpy({ shape: [8, 4], data: new Float32Array(32).fill(0.5) }));
    const { stderr } = await refusalOf(model, ["--calib", samples], 3, "SPK-0108");
    expect(stderr).toContain("external.onnx, external data weights.bin");
    writeFileSync(
      scratch("weights.bin"),
      new Uint8Array(Float32Array.from({ length: 16 }, (_, i) => i / 16).buffer),
    );
    await resultOf(["convert", model, "-o", scratch("external.spk"), "--calib", samples]);
  });

  it.each(["../weights.bin", "/etc/passwd", "a/../../weights.bin", "C:\\weights.bin"])(
    "at %s, outside the model's folder, is refused",
    async (location) => {
      await refusalOf(file("outside.onnx", externalModel(location)), calibration, 3, "SPK-0109");
    },
  );
});

describe("a network that cannot be converted", () => {
  it("is refused for weights that are not finite, by the tensor's name", async () => {
    const weights = floats("poisoned", [4, 4], new Float32Array(16).fill(Number.NaN));
    const bytes = buildModel({
      nodes: [node("MatMul", ["input", "poisoned"], "output")],
      constants: [weights],
    });
    const { stderr } = await refusalOf(file("nan.onnx", bytes), calibration, 3, "SPK-0107");
    expect(stderr).toContain("poisoned");
  });

  it("is refused with every unsupported node, why and what to do", async () => {
    const model = samplePath("digits_sigmoid.onnx");
    const { stderr, stdout } = await refusalOf(model, ["--calib", digits.calibration], 3, "SPK-0104");
    expect(stderr).toContain("/2/Sigmoid (Sigmoid): ");
    expect(stderr).toContain("What to do: replace it by ReLU");
    expect(stdout).toBe("");
  });
});

describe("calibration inputs", () => {
  const values = (shape: number[], value: number) =>
    writeNpy({ shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(value) });

  it("may be left out: bounds of the weights stand in, and a note says what that costs", async () => {
    const output = scratch("blind.spk");
    const { stdout, stderr } = await run(["convert", digits.model, "-o", output, "--input-scale", "16"]);
    expect(stdout).toContain(`${output}: T = 16, for generic, without calibration\n`);
    expect(stderr).toContain("no calibration inputs");
    expect(stderr).toContain("several times the timesteps");
  });

  it.each([
    ["missing", null, "SPK-0901"],
    ["of another shape", values([5, 7], 1), "SPK-0607"],
    ["without samples", values([0, 13], 1), "SPK-0604"],
    ["not finite", values([5, 13], Number.NaN), "SPK-0605"],
    ["all zero", values([5, 13], 0), "SPK-0303"],
    ["no data file", Uint8Array.of(1, 2, 3), "SPK-0601"],
  ])("%s are refused", async (name, bytes, error) => {
    const path = scratch(`${name.replaceAll(" ", "-")}.npy`);
    if (bytes !== null) writeFileSync(path, bytes);
    await refusalOf(wine.model, ["--calib", path], 2, error);
  });
});

describe("convert --target-accuracy", () => {
  const files = ["--samples", wine.samples[1], "--labels", wine.samples[3]];
  const words = (output: string) => ["convert", wine.model, "-o", output, ...calibration, ...files];

  it("finds the fewest timesteps that reach it, and shows the tries", async () => {
    const output = scratch("reached.spk");
    const result = await resultOf([...words(output), "--target-accuracy", "1"]);
    const network = decodeNetwork(readFileSync(output), "reached.spk");
    expect(network.timesteps).toBe(result.timesteps);
    const tries: { timesteps: number; accuracy: number; reached: boolean }[] = result.tries;
    for (const { accuracy, reached } of tries) expect(reached).toBe(accuracy >= 1);
    const below = tries.filter(({ timesteps }) => timesteps < result.timesteps);
    for (const one of below) expect(one.reached, `T = ${one.timesteps}`).toBe(false);
    // The T right below was tried, unless it is 1.
    if (result.timesteps > 1) expect(below.map((one) => one.timesteps)).toContain(result.timesteps - 1);
    const measured = await resultOf(["simulate", output, ...wine.samples]);
    expect(measured.accuracy).toBe(1);
  });

  it("says what the best was where it is not reached, and writes nothing", async () => {
    const output = scratch("short.spk");
    const most = [...words(output), "--target-accuracy", "1", "--most-timesteps", "1"];
    const { stderr } = await failureOf(most, 8, "SPK-0807");
    expect(stderr).toContain("is not reached with T up to 1: the best is");
    expect(existsSync(output)).toBe(false);
  });

  it("refuses what the original itself has not, what cannot be measured, and what is no fraction", async () => {
    const output = scratch("refused.spk");
    const beyond = [
      "convert",
      digits.model,
      "-o",
      output,
      "--calib",
      digits.calibration,
      "--input-scale",
      "16",
    ];
    const data = ["--samples", digits.samples[1], "--labels", digits.samples[3]];
    const { stderr } = await failureOf([...beyond, ...data, "--target-accuracy", "1"], 8, "SPK-0807");
    expect(stderr).toContain("the original itself has 97.4 %");
    await failureOf([...beyond, "--target-accuracy", "0.9"], 2, "SPK-0002");
    await failureOf([...beyond, ...data], 2, "SPK-0002");
    for (const share of ["97", "0", "-1", "much"])
      await failureOf([...beyond, ...data, "--target-accuracy", share], 2, "SPK-0002");
    expect(existsSync(output)).toBe(false);
  });
});

describe("the widths of a network", () => {
  it("stand in the report beside those of the chip, and are not exceeded", async () => {
    const output = scratch("widths.spk");
    const words = ["convert", wine.model, "-o", output, ...calibration, "--target", "ucaspian"];
    const { widths } = await resultOf(words);
    expect(widths.target).toEqual({ membrane: 16, threshold: 9, bias: null, weights: 8 });
    for (const { name, membrane, threshold, weights } of widths.layers) {
      expect(membrane.bits, name).toBeLessThanOrEqual(widths.target.membrane);
      expect(threshold.bits, name).toBeLessThanOrEqual(widths.target.threshold);
      expect(weights.bits, name).toBeLessThanOrEqual(widths.target.weights);
    }
    const { stdout } = await run(words);
    expect(stdout).toMatch(/\nthe chip has +16 +9 +- +8\n/);
  });
});

describe("what a target does not have", () => {
  it("is refused before anything is written", async () => {
    const words = [...calibration, "--target", "ucaspian"];
    await refusalOf(wine.model, [...words, "--input", "analog"], 4, "SPK-0305");
    await refusalOf(wine.model, [...words, "--reset", "subtract"], 4, "SPK-0305");
    await refusalOf(wine.model, [...words, "--maxpool", "count"], 4, "SPK-0305");
    const { stderr } = await refusalOf(wine.model, [...words, "--readout", "membrane"], 4, "SPK-0305");
    expect(stderr).toContain("readout membrane was asked for, and the target has count");
  });
});

describe("an output that cannot be written", () => {
  it("is refused when it is a folder, before the conversion", async () => {
    mkdirSync(scratch("taken"));
    const words = ["convert", wine.model, "-o", scratch("taken"), "--calib", scratch("none.npy")];
    const { stderr } = await failureOf(words, 2, "SPK-0902");
    expect(stderr).toContain("it is a folder");
  });

  it("is made with the folders that are missing above it", async () => {
    await resultOf(["convert", wine.model, "-o", scratch("a/b/net.spk"), ...calibration]);
    expect(existsSync(scratch("a/b/net.spk"))).toBe(true);
  });

  it.runIf(process.platform === "linux")("is refused where no folder can be made", async () => {
    await failureOf(["convert", wine.model, "-o", "/proc/none/net.spk", ...calibration], 2, "SPK-0902");
  });

  it("is refused below a file", async () => {
    const words = ["convert", wine.model, "-o", `${file("plain", "x")}/net.spk`, ...calibration];
    await failureOf(words, 2, "SPK-0902");
  });
});

describe("whether the network fits its chip", () => {
  it("is said at the end of convert, with the share of each resource, as emit reports it", async () => {
    const output = scratch("fits.spk");
    const words = ["convert", wine.model, "-o", output, ...calibration, "--target", "ucaspian"];
    const { fit } = await resultOf([...words, "--strict"]);
    const placed = await resultOf(["emit", output, "--target", "ucaspian", "-o", scratch("fits")]);
    expect(fit).toEqual({ fits: true, uses: placed.uses, notes: placed.notes, refusal: null });
    const { stdout, stderr } = await run(words);
    expect(stderr).not.toContain("warning");
    const synapses = fit.uses.find(({ resource }: { resource: string }) => resource === "synapses");
    const share = ((100 * synapses.used) / synapses.limit).toFixed(1);
    expect(stdout).toMatch(/\nfits ucaspian: /);
    expect(stdout.replaceAll(/\s+/g, " ")).toContain(
      `synapses ${synapses.used} of ${synapses.limit} (${share} %)`,
    );
  });

  const tooMany = [
    digits.model,
    "--calib",
    digits.calibration,
    "--input-scale",
    "16",
    "--target",
    "xylo-audio3",
  ];

  it("is a warning where it does not: what is too large, by how much, and what to do; the file is there", async () => {
    const output = scratch("large.spk");
    const [model, ...options] = tooMany;
    const words = ["convert", model, "-o", output, ...options, "--timesteps", "4"];
    const { code, stdout, stderr } = await run(words);
    expect(code).toBe(0);
    expect(stderr).toContain("warning SPK-0401: the network does not fit xylo-audio3, for 1 reason:");
    expect(stderr).toMatch(/input channels .* 66, at most 16; .*use fewer inputs\n {2}help: \S/);
    expect(stdout).toContain("\ndoes not fit xylo-audio3 (SPK-0401)");
    const { fit } = await resultOf(words);
    expect(fit).toMatchObject({ fits: false, uses: [], refusal: { code: "SPK-0401" } });
    expect(fit.refusal.reasons).toMatchObject([{ layer: "input", need: 66, limit: 16 }]);
    const emitted = await failureOf(
      ["emit", output, "--target", "xylo-audio3", "-o", scratch("no")],
      4,
      "SPK-0401",
    );
    expect(emitted.stderr, "emit says the same").toContain(fit.refusal.message);
  });

  it("decides about the exit code with --strict, behind the result", async () => {
    const output = scratch("strict.spk");
    const [model, ...options] = tooMany;
    const words = ["convert", model, "-o", output, ...options, "--timesteps", "4", "--strict", "--json"];
    const { stdout, stderr } = await failureOf(words, 4, "SPK-0401");
    expect(stderr, "told once").not.toContain("warning");
    expect(JSON.parse(stdout).fit.fits).toBe(false);
    expect(existsSync(output)).toBe(true);
  });

  it("stands in the report of the conversion, and is found out once", async () => {
    const page = scratch("large.html");
    const [model, ...options] = tooMany;
    const place = vi.spyOn(await findTarget("xylo-audio3"), "place");
    const words = ["convert", model, "-o", scratch("page.spk"), ...options, "--timesteps", "4"];
    await resultOf([...words, "--report", page]);
    expect(readFileSync(page, "utf8")).toContain("66, at most 16");
    expect(place).toHaveBeenCalledTimes(1);
    place.mockRestore();
  });
});
