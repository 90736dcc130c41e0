/** Choices that only one chip has, on the command line; and chips without a wire, which run as emulations of their files. */
import { writeFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import type { Network } from "../../src/network/network.ts";
import { encodeNetwork } from "../../src/network/spk/spk.ts";
import { samplePath } from "../sample-models.ts";
import { dense, network, population, projection, ramp } from "../targets/speck/networks.ts";
import { failureOf, resultOf, run } from "./in-process.ts";
import { scratchFolder } from "./spikec.ts";

const scratch = scratchFolder();
const net = scratch("speck.spk");
const samples = ["--input", samplePath("digits.test_x.npy"), "--input-scale", "16", "--limit", "5"];

/** Digits in, ten classes out: what Speck's numbers allow, and trained for nothing. */
function untrained(): Network {
  const plain = network(
    [64],
    [population("hidden", [12]), population("classes", [10])],
    [projection("in", "hidden", dense(ramp(64 * 12))), projection("hidden", "classes", dense(ramp(120)))],
  );
  const encoder = {
    kind: "rate",
    scale: 1 / 16,
    zeroPoint: 0,
    bits: 8,
    signed: false,
    threshold: 16,
    initial: 8,
  } as const;
  return { ...plain, inputs: [{ ...plain.inputs[0], encoder }] };
}

beforeAll(() => writeFileSync(net, encodeNetwork(untrained())));

describe("choices that only one chip has", () => {
  it("reach the chip, and its report names them", async () => {
    const plain = await resultOf(["emit", net, "--target", "speck2f", "-o", scratch("plain")]);
    expect(plain.notes.join()).toContain("simulator: timestep");
    const chosen = ["--chip-option", "simulator=event", "--chip-option", "readout=core"];
    const event = await resultOf(["emit", net, "--target", "speck2f", "-o", scratch("event"), ...chosen]);
    expect(event.notes.join()).toContain("simulator: event");
    const words = (uses: { resource: string; used: number }[]) =>
      uses.find(({ resource }) => resource.endsWith("core 1: neuron words"))?.used;
    expect([words(plain.uses), words(event.uses)]).toEqual([10, 37]);
  });

  it("are compared with a simulation of the same kind", async () => {
    for (const simulator of ["timestep", "event"]) {
      const chosen = ["--chip-option", `simulator=${simulator}`];
      const result = await resultOf(["simulate", net, "--device", "speck2f", ...samples, ...chosen]);
      expect(result.mismatchedSpikes).toBe(0);
      expect(result.spikes).toBeGreaterThan(50);
    }
  });

  it("are listed by targets", async () => {
    const { stdout } = await run(["targets", "speck2f"]);
    expect(stdout).toContain("camera-crop: ");
  });

  it.each([
    ["of another chip", ["--target", "speck2f", "--chip-option", "lens=wide"], "camera-crop"],
    ["that cannot be", ["--target", "speck2f", "--chip-option", "camera=perhaps"], "off, on, input"],
    ["of a chip that has none", ["--target", "generic", "--chip-option", "camera=on"], "Leave it out"],
    ["without a value", ["--target", "speck2f", "--chip-option", "camera"], "NAME=VALUE"],
  ])("%s are refused, with what there is", async (_, words, text) => {
    const { code, stderr } = await run(["emit", net, "-o", scratch("none"), ...words]);
    expect(code).toBe(2);
    expect(stderr).toContain(text);
  });
});

describe("run on a chip without a wire", () => {
  it("runs the files on the emulation, and says so", async () => {
    const words = ["run", "--target", "speck2f", "--net", net, ...samples];
    expect(await resultOf([...words, "--probe", "all"])).toMatchObject({ samples: 5, mismatchedSpikes: 0 });
    const { stderr } = await run(words);
    expect(stderr).toContain("speck2f has no wire");
  });

  it("refuses a port", async () => {
    await failureOf(
      ["run", "--target", "speck2f", "--net", net, ...samples, "--port", "/dev/ttyNOT0"],
      4,
      "SPK-0904",
    );
  });
});
