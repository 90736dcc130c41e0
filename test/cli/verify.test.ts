import { existsSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { listenTcp } from "../../src/board/tcp.ts";
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

  it("refuses times out of order, and options that would do nothing", async () => {
    const { stderr } = await failureOf([...onGeneric, "--sweep", "8,4"], 2, "SPK-0002");
    expect(stderr).toContain("ascending order");
    await failureOf([...onGeneric, "--plot", scratch("idle.svg")], 2, "SPK-0002");
    await failureOf([...onGeneric, "--sweep", "4", "--port", "socket://127.0.0.1:1"], 2, "SPK-0002");
    expect(existsSync(scratch("idle.svg"))).toBe(false);
  });
});
