import fastCheck from "fast-check";
import { describe, expect, it } from "vitest";
import { xyloAudio2, xyloAudio3, xyloImu } from "../../../targets/xylo/index.ts";
import type { XyloPlacement } from "../../../targets/xylo/place.ts";
import { readJson } from "../../../targets/xylo/read-json.ts";
import { readRam } from "../../../targets/xylo/read-ram.ts";
import {
  dense,
  expectSame,
  lawOf,
  network,
  population,
  projection,
  recurrentNetworks,
  sampleInput,
} from "./networks.ts";

const targets = [xyloAudio3, xyloAudio2, xyloImu];

describe.each(targets)("what $name is given computes what the network says", (target) => {
  it("on random recurrent networks with dashes, shifts, delays and biases of every layer", async () => {
    let compared = 0;
    const runs = 20;
    await fastCheck.assert(
      fastCheck.asyncProperty(recurrentNetworks, async ({ net, rows }) => {
        compared += await expectSame(target, net, rows);
      }),
      { numRuns: runs, seed: 5, endOnFailure: true },
    );
    expect(compared).toBeGreaterThan(50 * runs);
  });
});

const text = (artifacts: readonly { name: string; bytes: Uint8Array }[], name: string) =>
  new TextDecoder().decode(artifacts.find((artifact) => artifact.name === name)!.bytes);

describe.each(targets)("the files of $name", (target) => {
  it("say the same as memory dump and as the maker's JSON, and both are what was placed", async () => {
    await fastCheck.assert(
      fastCheck.asyncProperty(recurrentNetworks, async ({ net }) => {
        const placement = target.place(net) as XyloPlacement;
        const { artifacts } = await target.emit(placement);
        const files = new Map(artifacts.map(({ name }) => [name, text(artifacts, name)]));
        expect(readRam(files)).toEqual(placement.configuration);
        expect(readJson(files.get("configuration.json")!)).toEqual(placement.configuration);
      }),
      { numRuns: 10, seed: 6 },
    );
  });
});

describe("an output", () => {
  it("hears the last 128 hidden neurons of 200, and is refused those before them", async () => {
    const wide = (size: number, feeding: number) =>
      network({
        inputs: [sampleInput(2)],
        populations: [
          population("first", size, lawOf([40], 31)),
          population("second", feeding, lawOf([40], 31)),
          population("output", 2, lawOf([40], 1)),
        ],
        projections: [
          projection("in", "first", dense(Array.from({ length: size }, (_, i) => [i % 50, 20])), 0),
          projection(
            "first",
            "second",
            dense(Array.from({ length: feeding }, (_, i) => new Array(size).fill((i % 3) - 1))),
            1,
          ),
          projection("second", "output", dense([new Array(feeding).fill(3), new Array(feeding).fill(-1)]), 1),
        ],
      });
    const rows = Array.from({ length: 12 }, (_, t) => [t % 3, 1]);
    expect(await expectSame(xyloAudio3, wide(100, 100), rows)).toBeGreaterThan(100);
    expect(() => xyloAudio3.place(wide(100, 129))).toThrow(
      /second: hidden neurons from the first with output weights 129, at most 128/,
    );
    expect(() => xyloAudio3.place(wide(129, 100))).toThrow(
      /first: hidden neurons up to the last with input weights 129, at most 128/,
    );
    expect(xyloAudio2.place(wide(160, 60)).report.uses[1]).toEqual({
      resource: "hidden neurons",
      used: 220,
      limit: 1000,
    });
  });
});

describe("damaged files", () => {
  const net = network({
    inputs: [sampleInput(2)],
    populations: [population("hidden", 3, lawOf([40], 31)), population("output", 2, lawOf([40], 1))],
    projections: [
      projection(
        "in",
        "hidden",
        dense([
          [1, 2],
          [3, 4],
          [5, 6],
        ]),
        0,
      ),
      projection(
        "hidden",
        "output",
        dense([
          [1, 2, 3],
          [4, 5, 6],
        ]),
        1,
      ),
    ],
  });

  it.each([
    ["iwtram.ini", "zz\n"],
    ["iwtram.ini", "01\n"],
    ["nthram.ini", "0001\n"],
    ["rforam.ini", "000\n"],
    ["refocram.ini", "ff\nff\nff\n"],
    ["basic_config.json", "{}"],
    ["basic_config.json", '{"IN":2,"RSN":99999999,"ON":2}'],
    ["basic_config.json", "[1"],
  ])("are refused by name: %s with %j", async (name, contents) => {
    const image = await xyloAudio3.emit(xyloAudio3.place(net));
    const artifacts = image.artifacts.map((artifact) =>
      artifact.name === name ? { name, bytes: new TextEncoder().encode(contents) } : artifact,
    );
    await expect(xyloAudio3.open({ ...image, artifacts })).rejects.toMatchObject({ code: "SPK-0404" });
  });

  it("are refused by name where the maker's JSON is all there is", async () => {
    const image = await xyloAudio3.emit(xyloAudio3.place(net));
    const json = text(image.artifacts, "configuration.json");
    const open = (contents: string) =>
      xyloAudio3.open({
        ...image,
        artifacts: [{ name: "configuration.json", bytes: new TextEncoder().encode(contents) }],
      });
    await expect(open(json)).resolves.toBeDefined();
    for (const broken of [json.slice(0, 50), "[]", json.replace('"threshold":40', '"threshold":99999')])
      await expect(open(broken)).rejects.toMatchObject({ code: "SPK-0404" });
  });
});
