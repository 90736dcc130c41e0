/** The options that choose a recipe: kept in the network, so that it can be made again; refused where they mean nothing. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decodeNetwork } from "../../src/network/spk/spk.ts";
import { failureOf, resultOf, run } from "./in-process.ts";
import { wine } from "./networks.ts";
import { scratchFolder } from "./spikec.ts";

const scratch = scratchFolder();
const convertWords = (output: string) => ["convert", wine.model, "-o", output, "--calib", wine.calibration];

/** Words of the command line, and what the network remembers of them. */
const choices: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ["--method mse", { method: "mse" }],
  ["--method percentile:99.5 --per-layer", { method: "percentile:99.5", perLayer: "true" }],
  ["--method max --per-channel --v-init 0.25", { method: "max", perChannel: "true", vInit: "0.25" }],
  ["--no-bias-correct --reset zero", { biasCorrect: "false", reset: "zero" }],
  ["--bias-correct --reset subtract", { biasCorrect: "true", reset: "subtract" }],
  ["--readout count+v --maxpool or", { readout: "count+v", maxpool: "or" }],
  ["--copies 3", { copies: "3" }],
  ["--readout count --input poisson --seed 7", { readout: "count", input: "poisson", seed: "7" }],
];

describe("a recipe", () => {
  it.each(choices)("is remembered, and made again by verify --reconvert: %s", async (words, remembered) => {
    const output = scratch(`${words.replaceAll(/\W+/g, "_")}.spk`);
    await resultOf([...convertWords(output), "--timesteps", "6", ...words.split(" ")]);
    const { provenance } = decodeNetwork(readFileSync(output), output);
    expect(Object.fromEntries(provenance.options)).toMatchObject(remembered);
    const again = ["--sweep", "6", "--reconvert", "--calib", wine.calibration];
    const { sweep } = await resultOf(["verify", output, "--model", wine.model, ...wine.samples, ...again]);
    const alone = await resultOf(["simulate", output, ...wine.samples]);
    expect(sweep[0].accuracy).toBe(alone.accuracy);
    expect(sweep[0].synops).toBeCloseTo(alone.synops, 6);
  });

  it.each([
    "--method median",
    "--method percentile",
    "--method percentile:0",
    "--method percentile:101",
    "--method mse:3",
    "--v-init 1.5",
    "--v-init half",
    "--reset soft",
    "--maxpool average",
    "--readout spikes",
    "--copies 0",
    "--copies 17",
    "--copies two",
    "--seed -1",
    "--per-layer --per-channel",
    "--timesteps 0",
  ])("that means nothing is refused: %s", async (words) => {
    await failureOf([...convertWords(scratch("refused.spk")), ...words.split(" ")], 2, "SPK-0002");
  });
});

describe("convert --explain", () => {
  const onUcaspian = ["--target", "ucaspian", "--timesteps", "4"];

  it("says what was chosen for each layer and why, and prices what the target takes away", async () => {
    const words = [...convertWords(scratch("why.spk")), ...onUcaspian, "--explain"];
    const { stdout } = await run(words);
    const json = await resultOf(words);
    for (const { layer, choices: chosen } of json.explanations) {
      expect(stdout).toContain(`\n${layer}\n`);
      for (const { what, value } of chosen) expect(stdout).toContain(`  ${what} ${value}: `);
    }
    const lacking = json.givenUp.map(({ what }: { what: string }) => what);
    expect(lacking).toEqual(
      expect.arrayContaining(["biases", "starting membranes", "reset by subtraction", "membranes to read"]),
    );
    for (const { what, points } of json.givenUp) {
      expect(points, what).toBeTypeOf("number");
      expect(stdout.replaceAll(/\s+/g, " ")).toContain(`no ${what}: `);
    }
    expect(json.agreement).toBeGreaterThan(0.5);
    for (const line of stdout.split("\n").slice(0, -2)) expect(line.length).toBeLessThanOrEqual(100);
  });

  it("is not needed to hear what was given up, only what it costs", async () => {
    const words = [...convertWords(scratch("brief.spk")), ...onUcaspian];
    const [{ stdout }, json] = [await run(words), await resultOf(words)];
    expect(stdout).toContain("given up on this target (--explain measures what each costs):");
    expect(stdout).toContain("no biases: one always-on neuron a layer");
    for (const { points } of json.givenUp) expect(points).toBeNull();
    expect(json.agreement).toBeNull();
  });

  it("has nothing to price on the generic target", async () => {
    const json = await resultOf([...convertWords(scratch("generic.spk")), "--timesteps", "4", "--explain"]);
    expect(json.givenUp).toEqual([]);
  });

  it("does not change the network", async () => {
    const words = (name: string) => [...convertWords(scratch(name)), "--timesteps", "5"];
    await resultOf(words("plain.spk"));
    await resultOf([...words("explained.spk"), "--explain"]);
    expect(readFileSync(scratch("explained.spk")).equals(readFileSync(scratch("plain.spk")))).toBe(true);
  });
});
