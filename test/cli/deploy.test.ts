import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decodeNetwork } from "../../src/network/spk/spk.ts";
import { textsOf } from "../report/svg-reading.ts";
import { failureOf, resultOf } from "./in-process.ts";
import { digits, wine } from "./networks.ts";
import { scratchFolder, spikec } from "./spikec.ts";

const scratch = scratchFolder();

describe("digits_mlp on the virtual uCaspian, all 500 test digits over the wire", () => {
  it.each([
    [32, 0.96],
    [64, 0.966],
  ])(
    "classifies at T = %i as well as was promised (%d), with no spike that differs",
    async (timesteps, bar) => {
      const words = ["deploy", digits.model, "--target", "ucaspian", "--calib", digits.calibration];
      const result = await resultOf([...words, ...digits.samples, "--timesteps", String(timesteps)]);
      const { verify, run } = result;
      expect(verify.ann.accuracy).toBeCloseTo(0.974, 6);
      expect(run, "the board").toMatchObject({
        samples: 500,
        mismatchedSpikes: 0,
        accuracy: verify.snn.accuracy,
      });
      expect(run.spikes).toBeGreaterThan(10_000);
      expect(verify.board, "every layer").toMatchObject({ samples: 20, mismatchedSpikes: 0 });
      expect(verify.board.spikes).toBeGreaterThan(run.spikes / 25);
      const measured = `measured at T = ${timesteps}: ${run.accuracy} of ${bar}, original ${verify.ann.accuracy}`;
      expect(run.accuracy, measured).toBeGreaterThanOrEqual(bar);
    },
  );
});

describe("deploy", () => {
  const words = ["deploy", wine.model, "--target", "ucaspian", "--calib", wine.calibration, ...wine.samples];

  it("gives what convert, verify, flash and run print, each as its own command does", async () => {
    const output = scratch("kept", "wine.spk");
    const result = await resultOf([...words, "--timesteps", "8", "--limit", "5", "-o", output]);
    expect(Object.keys(result)).toEqual(["convert", "verify", "flash", "run"]);
    expect(result.convert).toMatchObject({
      model: "wine_mlp.onnx",
      output,
      target: "ucaspian",
      timesteps: 8,
    });
    expect(result.verify).toMatchObject({
      samples: 5,
      timesteps: 8,
      board: { samples: 5, mismatchedSpikes: 0 },
    });
    const [option, input] = wine.samples;
    const own = await Promise.all([
      resultOf(["convert", wine.model, "-o", scratch("own.spk"), "--calib", wine.calibration]),
      resultOf(["verify", output, "--model", wine.model, ...wine.samples, "--limit", "5"]),
      resultOf(["flash", output, "--target", "ucaspian", "--dry-run"]),
      resultOf(["simulate", output, option, input, "--limit", "5", "--device", "ucaspian"]),
    ]);
    const [convert, verify, flash] = own;
    expect(Object.keys(result.convert)).toEqual(Object.keys(convert));
    expect(result.verify).toEqual(verify);
    expect(result.flash).toMatchObject({ bytes: flash.bytes, verified: flash.verified, resumedAt: 0 });
    expect(Object.keys(result.run)).toEqual(["samples", "accuracy", "spikes", "mismatchedSpikes", "seconds"]);
    expect(decodeNetwork(readFileSync(output), output).timesteps).toBe(8);
  });

  it("keeps nothing where it fails: no board, no wire, wrong labels", async () => {
    const output = scratch("never.spk");
    const keep = [...words, "--timesteps", "4", "--limit", "3", "-o", output];
    await failureOf([...keep, "--port", "socket://127.0.0.1:1"], 5, "SPK-0501");
    await failureOf([...keep, "--target", "generic"], 4, "SPK-0904");
    const wrongLabels = ["--labels", digits.samples[3], "--json-events"];
    const { stderr } = await failureOf([...keep, ...wrongLabels], 2, "SPK-0609");
    expect(stderr, "found before the conversion").not.toContain("converting");
    await failureOf([...keep, "--board-samples", "some"], 2, "SPK-0002");
    expect(() => readFileSync(output)).toThrow("ENOENT");
  });
});

describe("demo", () => {
  it("walks the whole road as a process, and draws a digit's spikes", async () => {
    const picture = scratch("demo", "raster.svg");
    const { code, stdout, stderr } = await spikec([
      "demo",
      "--limit",
      "10",
      "--timesteps",
      "8",
      "-o",
      picture,
    ]);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^digits_mlp \(64-32-10\), T = 8, on a virtual ucaspian\n/);
    for (const who of ["original", "integers", "board"])
      expect(stdout).toMatch(new RegExp(`\\n${who} +\\d+\\.\\d %`));
    expect(stdout).toMatch(/\n0 mismatches \/ [1-9]\d* spikes\n$/);
    expect(textsOf(readFileSync(picture, "utf8"))).toContain("digits_mlp on ucaspian: test digit 0");
  });

  it("ends as the README shows, but for the port and the time", async () => {
    const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
    const [, shown] = /The demo ends like this:\n\n```\n([^`]*)```/.exec(readme)!;
    const { code, stdout, stderr } = await spikec(["demo", "-o", scratch("readme", "raster.svg")]);
    expect(code, stderr).toBe(0);
    const plain = (text: string) =>
      text.replaceAll(/over \S+\)/g, "over PORT)").replaceAll(/in [\d.]+ s/g, "in S");
    expect(plain(stdout)).toContain(plain(shown));
  });
});
