import { existsSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { listenTcp } from "../../src/board/tcp.ts";
import { readNetwork } from "../../src/cli/files.ts";
import { isIntegrateAndFire } from "../../src/network/network.ts";
import { createBoard } from "../../targets/ucaspian/device.ts";
import { textsOf } from "../report/svg-reading.ts";
import { samplePath } from "../sample-models.ts";
import { failureOf, resultOf, run } from "./in-process.ts";
import { convert, digits, wine, writeNetwork } from "./networks.ts";
import { scratchFolder } from "./spikec.ts";

const scratch = scratchFolder();
/** Words that verify a network for each target, all samples. */
let onGeneric: string[];
let onUcaspian: string[];

beforeAll(async () => {
  const verify = async (target: string) => {
    const path = writeNetwork(scratch(`${target}.spk`), await convert(wine, target, 16));
    return ["verify", path, "--model", wine.model, ...wine.samples];
  };
  [onGeneric, onUcaspian] = [await verify("generic"), await verify("ucaspian")];
});

describe("verify", () => {
  it("compares the original, the integers and the chip that the network was converted for", async () => {
    for (const words of [onGeneric, onUcaspian]) {
      const result = await resultOf(words);
      expect(result).toMatchObject({ samples: 54, timesteps: 16, ann: { accuracy: 1 } });
      expect(result.snn.accuracy).toBeGreaterThanOrEqual(0.95);
      expect(result.agreement).toBe(result.snn.accuracy); // The original is always right here.
      expect(result.layers.map(({ name }: { name: string }) => name)).toEqual(["/2/Relu", "/4/Relu"]);
      for (const { name, rateError } of result.layers) {
        expect(rateError, name).toBeGreaterThan(0);
        expect(rateError, name).toBeLessThan(0.25);
      }
      expect(result.board).toMatchObject({ samples: 20, mismatchedSpikes: 0 });
      expect(result.board.spikes).toBeGreaterThan(1000);
    }
  });

  it("ends in the number of mismatches, every layer of the board's samples compared", async () => {
    const { code, stdout } = await run([...onUcaspian, "--board-samples", "3"]);
    expect(code).toBe(0);
    expect(stdout).toContain("3 samples on the emulated ucaspian");
    expect(stdout).toMatch(/\n0 mismatches \/ [1-9]\d* spikes\n$/);
  });

  it("refuses a model of another input", async () => {
    const [command, network] = onGeneric;
    const words = [command, network, "--model", digits.model, ...wine.samples];
    const { stderr } = await failureOf(words, 3, "SPK-0203");
    expect(stderr).toContain("the model takes 1x8x8 inputs, the network 13");
  });

  it("refuses missing files and what is no number", async () => {
    const [, network] = onGeneric;
    await Promise.all([
      failureOf(["verify", network, "--model", scratch("none.onnx"), ...wine.samples], 2, "SPK-0102"),
      failureOf(["verify", scratch("none.spk"), "--model", wine.model, ...wine.samples], 2, "SPK-0901"),
      failureOf([...onGeneric, "--board-samples", "few"], 2, "SPK-0002"),
      failureOf(
        ["verify", samplePath("wine.test_x.npy"), "--model", wine.model, ...wine.samples],
        3,
        "SPK-0701",
      ),
    ]);
  });
});

describe("verify --port", () => {
  it("misses no flipped bit of a board's replies: another spike is exit code 8, another word 7", async () => {
    const codes = new Set<number>();
    // Behind the acknowledgements of the configuration (some 1240): times and fires of the first sample.
    for (let byte = 1300; byte < 1324; byte++) {
      const face = await listenTcp(createBoard(), 0, { faults: [{ kind: "flip", byte }] });
      const port = ["--port", `socket://127.0.0.1:${face.port}`, "--limit", "2"];
      const { code, stdout, stderr } = await run([...onUcaspian, ...port, "--json"]);
      await face.close();
      codes.add(code);
      expect([7, 8], `byte ${byte}: ${stderr}`).toContain(code);
      if (code !== 8) continue;
      expect(JSON.parse(stdout).board.mismatchedSpikes, `byte ${byte}`).toBeGreaterThan(0);
      expect(stderr).toMatch(/^error SPK-0801: the chip differs from the simulation: \d+ mismatches/);
    }
    expect([...codes].sort()).toEqual([7, 8]);
  });
});

describe("verify --sweep", () => {
  it("reads out at every T asked for; the last is what a run of that length gives", async () => {
    const [sweep, whole] = await Promise.all([
      resultOf([...onUcaspian, "--sweep", "2,4,16"]),
      resultOf(["simulate", onUcaspian[1], ...wine.samples]),
    ]);
    expect(sweep).toMatchObject({ samples: 54, ann: { accuracy: 1 } });
    expect(sweep.sweep.map((point: { timesteps: number }) => point.timesteps)).toEqual([2, 4, 16]);
    expect(sweep.sweep[2].accuracy).toBe(whole.accuracy);
    expect(sweep.sweep[0].accuracy).toBeLessThanOrEqual(sweep.sweep[2].accuracy);
    expect(sweep.sweep[2].synops).toBeCloseTo(whole.synops, 6);
  });

  it("draws the curve with --plot, the original as a line", async () => {
    const plot = scratch("pictures", "sweep.svg");
    const { stdout } = await run([...onGeneric, "--sweep", "4,16", "--plot", plot]);
    expect(stdout).toMatch(/^original 100.0 %\n/);
    const picture = readFileSync(plot, "utf8");
    expect(textsOf(picture)).toEqual(expect.arrayContaining(["wine_mlp: accuracy against T", "original"]));
  });

  it("counts the synaptic operations of each T by their spikes, and how many samples keep the class", async () => {
    const { sweep } = await resultOf([...onUcaspian, "--sweep", "4,16"]);
    const [short, long] = sweep;
    expect(short.synops).toBeGreaterThan(0);
    expect(short.synops).toBeLessThan(long.synops);
    for (const { accuracy, agreement } of sweep) expect(agreement).toBe(accuracy); // The original is always right here.
    expect(short.silence).toBeNull();
  });

  it("lowers anew for each T with --reconvert: at each it is what convert makes of the same options", async () => {
    const words = ["--sweep", "4,8", "--reconvert", "--calib", wine.calibration];
    const result = await resultOf([...onUcaspian, ...words]);
    expect(result.reconverted).toBe(true);
    for (const { timesteps, accuracy, synops } of result.sweep) {
      const path = writeNetwork(scratch(`again${timesteps}.spk`), await convert(wine, "ucaspian", timesteps));
      const alone = await resultOf(["simulate", path, ...wine.samples]);
      expect(accuracy, `T = ${timesteps}`).toBe(alone.accuracy);
      expect(synops, `T = ${timesteps}`).toBeCloseTo(alone.synops, 6);
    }
  });

  it("refuses times out of order, and options that would do nothing", async () => {
    const { stderr } = await failureOf([...onGeneric, "--sweep", "8,4"], 2, "SPK-0002");
    expect(stderr).toContain("ascending order");
    await failureOf([...onGeneric, "--plot", scratch("idle.svg")], 2, "SPK-0002");
    await failureOf([...onGeneric, "--sweep", "4", "--port", "socket://127.0.0.1:1"], 2, "SPK-0002");
    expect(existsSync(scratch("idle.svg"))).toBe(false);
    await failureOf([...onGeneric, "--reconvert", "--calib", wine.calibration], 2, "SPK-0002");
    await failureOf([...onGeneric, "--sweep", "4", "--reconvert"], 2, "SPK-0002");
    await failureOf([...onGeneric, "--sweep", "4", "--calib", wine.calibration], 2, "SPK-0002");
    await failureOf([...onGeneric, "--sweep", "4", "--sample", "1"], 2, "SPK-0002");
  });
});

/** The generic network with thresholds that its first layer never reaches. */
async function silentWords(): Promise<string[]> {
  const network = await readNetwork(onGeneric[1]);
  const [first, ...others] = network.populations;
  if (!isIntegrateAndFire(first)) throw new Error("the first layer has no threshold");
  const quiet = { ...first, law: { ...first.law, threshold: Int32Array.of(2 ** 30) } };
  const path = writeNetwork(scratch("silent.spk"), { ...network, populations: [quiet, ...others] });
  return ["verify", path, ...onGeneric.slice(2)];
}

describe("verify --attribute", () => {
  it("gives the loss an address: stages, layers from the front, layers back in floats", async () => {
    const result = await resultOf([...onGeneric, "--attribute"]);
    expect(result).toMatchObject({ samples: 54, timesteps: 16, ann: { accuracy: 1 } });
    expect(result.stages.map(({ stage }: { stage: string }) => stage)).toEqual([
      "original",
      "integers",
      "saturated",
      "levels",
      "steps",
    ]);
    const names = result.layers.map(({ name }: { name: string }) => name);
    expect(names).toEqual(["input", "/2/Relu", "/4/Relu", "/5/Gemm"]);
    const whole = await resultOf(["simulate", onGeneric[1], ...wine.samples]);
    expect(result.snn.accuracy).toBe(whole.accuracy);
    expect(result.stages[4].accuracy).toBe(whole.accuracy);
    expect(result.layers[3].upTo).toEqual({ ...result.stages[4], stage: undefined });
    expect(result.address.stage.name).toEqual(expect.any(String));
  });

  it("takes as many samples as asked for, and prints tables that fit 100 columns", async () => {
    const { code, stdout } = await run([...onGeneric, "--attribute", "10"]);
    expect(code).toBe(0);
    expect(stdout).toContain("10 samples of 54");
    expect(stdout).toMatch(/\naddress: /);
    for (const line of stdout.split("\n")) expect(line.length, line).toBeLessThanOrEqual(100 + 10);
  });

  it("names the layer where a network fell silent, and so does verify", async () => {
    const words = await silentWords();
    const { silence } = await resultOf([...words, "--attribute", "5"]);
    expect(silence.first).toBe("/2/Relu");
    for (const more of [["--attribute", "5"], [], ["--sweep", "4"]]) {
      const { stdout } = await run([...words, ...more]);
      expect(stdout, more.join(" ")).toContain("silent: /2/Relu never fires");
    }
  });

  it("refuses another model of the same input, by name", async () => {
    const network = await readNetwork(onGeneric[1]);
    const populations = network.populations.map((population, i) =>
      i === 0 ? { ...population, name: "other" } : population,
    );
    const projections = network.projections.map((projection) => ({
      ...projection,
      source: projection.source === "/2/Relu" ? "other" : projection.source,
      target: projection.target === "/2/Relu" ? "other" : projection.target,
    }));
    const path = writeNetwork(scratch("renamed.spk"), { ...network, populations, projections });
    const { stderr } = await failureOf(["verify", path, ...onGeneric.slice(2), "--attribute"], 3, "SPK-0806");
    expect(stderr).toContain("no population for /2/Relu");
  });

  it("refuses what is no number of samples", async () => {
    await failureOf([...onGeneric, "--attribute", "0"], 2, "SPK-0002");
    await failureOf([...onGeneric, "--attribute", "-3"], 2, "SPK-0002");
    await failureOf([...onGeneric, "--attribute", "--port", "socket://127.0.0.1:1"], 2, "SPK-0002");
  });
});

describe("verify --sample", () => {
  it("says at which layer a sample leaves the original, with the top classes of both", async () => {
    const result = await resultOf([...onGeneric, "--sample", "3"]);
    expect(result).toMatchObject({ sample: 3, timesteps: 16, usualSamples: 50 });
    expect(result.ann.class).toBe(result.label);
    expect(result.ann.top).toHaveLength(3);
    const names = result.layers.map(({ name }: { name: string }) => name);
    expect(names).toEqual(["input", "/2/Relu", "/4/Relu"]);
    const left = result.layers.find(({ error, bound }: { error: number; bound: number }) => error > bound);
    expect(result.left).toBe(left?.name ?? null);
    if (result.ann.class === result.snn.class) expect(result).toMatchObject({ turned: null, cures: [] });
  });

  it("names the layer that was spoilt, also against a bound of one's own", async () => {
    const words = await silentWords();
    for (const bound of [[], ["--bound", "0.9"]]) {
      const result = await resultOf([...words, "--sample", "0", ...bound]);
      // Nothing fires: the error of the layer is its whole activation.
      expect(result.layers[1]).toMatchObject({ name: "/2/Relu", error: 1 });
      expect(result.left).toBe("/2/Relu");
    }
    const { stdout } = await run([...words, "--sample", "0", "--bound", "0.9"]);
    expect(stdout).toContain("/2/Relu is the first layer to leave the original (error 100.0 %)");
  });

  it("refuses a sample that there is not, and bounds of nothing", async () => {
    const { stderr } = await failureOf([...onGeneric, "--sample", "54"], 2, "SPK-0002");
    expect(stderr).toContain("samples 0 to 53");
    await failureOf([...onGeneric, "--sample", "x"], 2, "SPK-0002");
    await failureOf([...onGeneric, "--sample", "1", "--bound", "0"], 2, "SPK-0002");
    await failureOf([...onGeneric, "--bound", "0.5"], 2, "SPK-0002");
  });
});
