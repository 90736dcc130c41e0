import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import type { Network } from "../../src/network/network.ts";
import { ucaspian } from "../../targets/ucaspian/index.ts";
import {
  network as buildNetwork,
  dense,
  population,
  projection,
  spikeInput,
} from "../targets/ucaspian/small-networks.ts";
import { failureOf, resultOf, run } from "./in-process.ts";
import { convert, wine, writeNetwork } from "./networks.ts";
import { scratchFolder } from "./spikec.ts";

const scratch = scratchFolder();
let network: Network;
let path: string;

beforeAll(async () => {
  network = await convert(wine, "ucaspian", 8);
  path = writeNetwork(scratch("wine.spk"), network);
});

/** 200 inputs, 300 neurons, 10 classes, each joined to each. */
function tooLarge(): Network {
  const full = (from: number, to: number) => dense(Array.from({ length: to }, () => new Array(from).fill(1)));
  return buildNetwork({
    name: "large",
    inputs: [spikeInput("pixels", 200)],
    populations: [population("hidden", [300], [1]), population("classes", [10], [1])],
    projections: [
      projection("pixels", "hidden", 1, full(200, 300)),
      projection("hidden", "classes", 1, full(300, 10)),
    ],
  });
}

const emit = (output: string) => ["emit", path, "--target", "ucaspian", "-o", output];

describe("emit", () => {
  it("writes what the chip is given, byte for byte, and reports what it uses", async () => {
    const output = scratch("image");
    const result = await resultOf(emit(output));
    const image = await ucaspian.emit(ucaspian.place(network));
    expect(readdirSync(output).sort()).toEqual(
      [...image.artifacts.map(({ name }) => name), "target.json"].sort(),
    );
    for (const { name, bytes } of image.artifacts)
      expect(readFileSync(scratch("image", name)).equals(bytes), name).toBe(true);
    expect(result).toMatchObject({ target: "ucaspian", output });
    const uses = result.uses.map(({ resource, limit }: { resource: string; limit: number }) => [
      resource,
      limit,
    ]);
    expect(uses).toEqual([
      ["neurons", 256],
      ["synapses", 4096],
      ["fan-out", 255],
      ["input ids", 128],
    ]);
  });

  it("replaces an image that is there, with or without a slash at the end", async () => {
    const output = scratch("again");
    await resultOf(emit(output));
    writeFileSync(scratch("again", "program.bin"), "old");
    await resultOf(emit(`${output}/`));
    expect(readFileSync(scratch("again", "program.bin"), "latin1")).not.toBe("old");
    const beside = readdirSync(scratch()).filter((name) => name.includes("part"));
    expect(beside, "nothing is left aside").toEqual([]);
  });

  it("does not touch a folder of other files", async () => {
    mkdirSync(scratch("mine"));
    writeFileSync(scratch("mine", "diary.txt"), "dear diary");
    const { stderr } = await failureOf(emit(scratch("mine")), 2, "SPK-0902");
    expect(stderr).toContain("the folder holds other files");
    expect(readdirSync(scratch("mine"))).toEqual(["diary.txt"]);
  });

  it("refuses a file as the folder", async () => {
    await failureOf(emit(path), 2, "SPK-0902");
  });

  it("prints a fit report that fits the terminal", async () => {
    const { stdout } = await run(emit(scratch("report")));
    expect(stdout).toMatch(/^resource +used +limit\n/);
    for (const line of stdout.split("\n").slice(0, 6)) expect(line.length).toBeLessThanOrEqual(100);
  });
});

describe("a network too large for the chip", () => {
  it("is refused with every reason at once: layer, need, limit and what would help", async () => {
    const large = writeNetwork(scratch("large.spk"), tooLarge());
    const words = ["emit", large, "--target", "ucaspian", "-o", scratch("never"), "--json"];
    const { code, stdout, stderr } = await run(words);
    expect(code).toBe(4);
    const { error } = JSON.parse(stdout);
    expect(error.code).toBe("SPK-0401");
    expect(error.reasons).toMatchObject([
      { layer: "network", resource: "neurons", need: 510, limit: 256 },
      { layer: "network", resource: "input ids", need: 200, limit: 128 },
      { layer: "network", resource: "synapses", need: 63_000, limit: 4096 },
      { layer: "pixels", resource: "fan-out", need: 300, limit: 255 },
    ]);
    for (const { need, limit, help } of error.reasons) {
      expect(stderr).toContain(`${need}, at most ${limit}; ${help}`);
      expect(help).toMatch(/\w/);
    }
    expect(existsSync(scratch("never"))).toBe(false);
  });

  it("is refused by flash in the same way, before any port is opened", async () => {
    const large = writeNetwork(scratch("large.spk"), tooLarge());
    const port = ["--target", "ucaspian", "--port", scratch("no-port")];
    await failureOf(["flash", large, ...port], 4, "SPK-0401");
    await failureOf(["flash", large, "--target", "ucaspian", "--dry-run"], 4, "SPK-0401");
  });
});

describe("the chip", () => {
  it("is the one that the network was converted for, where none is named", async () => {
    await resultOf(["emit", path, "-o", scratch("own")]);
    await resultOf(emit(scratch("named")));
    for (const name of readdirSync(scratch("named")))
      expect(readFileSync(scratch("own", name)).equals(readFileSync(scratch("named", name))), name).toBe(
        true,
      );
    const dry = (words: string[]) => resultOf(["flash", ...words, "--dry-run"]);
    const { bytes } = await dry([path, "--target", "ucaspian"]);
    expect(await dry([path])).toMatchObject({ bytes });
    expect(await dry([scratch("own")])).toMatchObject({ bytes });
  });

  it("must be named where no network says it, and be one with a board", async () => {
    const { stderr } = await failureOf(["flash", "--firmware"], 2, "SPK-0002");
    expect(stderr).toContain("nothing says which board");
    const generic = writeNetwork(scratch("no-board.spk"), await convert(wine, "generic", 8));
    await failureOf(["flash", generic, "--dry-run"], 4, "SPK-0904");
  });
});

describe("a network converted for another target", () => {
  it("is refused with the way out", async () => {
    const generic = writeNetwork(scratch("generic.spk"), await convert(wine, "generic", 8));
    const words = ["emit", generic, "--target", "ucaspian", "-o", scratch("other")];
    const { stderr } = await failureOf(words, 4, "SPK-0401");
    expect(stderr).toContain("was converted for generic; convert the model again with --target ucaspian");
  });
});
