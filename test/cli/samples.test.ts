import { readFileSync, writeFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { writeNpy } from "../../src/data/npy.ts";
import { samplePath } from "../sample-models.ts";
import { failureOf, resultOf } from "./in-process.ts";
import { convert, wine, writeNetwork } from "./networks.ts";
import { scratchFolder } from "./spikec.ts";

const scratch = scratchFolder();
let network: string;

beforeAll(async () => {
  network = writeNetwork(scratch("wine.spk"), await convert(wine, "generic", 8));
});

function numbers(name: string, shape: number[], value: number | ((i: number) => number)): string {
  const size = shape.reduce((product, extent) => product * extent, 1);
  const data = Float32Array.from({ length: size }, (_, i) => (typeof value === "number" ? value : value(i)));
  writeFileSync(scratch(name), writeNpy({ shape, data }));
  return scratch(name);
}

function file(name: string, bytes: Uint8Array | string): string {
  writeFileSync(scratch(name), bytes);
  return scratch(name);
}

/** Every command that takes samples takes them through the same door; a network and a model stand for all. */
const simulated = () => [network, wine.model];

describe("samples", () => {
  it("of the wrong shape are refused with the shape that was expected and what the file holds", async () => {
    const input = numbers("images.npy", [5, 28, 28], 0);
    for (const model of simulated()) {
      const { stderr } = await failureOf(["simulate", model, "--input", input], 2, "SPK-0607");
      expect(stderr).toContain("expected [N, 13], found [5, 28, 28]");
      expect(stderr).toContain("A sample of this network has 13 values; those of the file have 784.");
    }
  });

  it("are refused when there are none, when one is not finite, and when the file is no data", async () => {
    const wrong: [input: string, error: string, message: string][] = [
      [numbers("none.npy", [0, 13], 0), "SPK-0604", "its shape is [0,13]"],
      [file("empty.npy", ""), "SPK-0604", "the file is empty"],
      [
        numbers("nan.npy", [2, 13], (i) => (i === 17 ? Number.NaN : 1)),
        "SPK-0605",
        "the value at [1,4] is NaN",
      ],
      [numbers("infinite.npy", [2, 13], Infinity), "SPK-0605", "Infinity"],
      [
        file("picture.png", Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10)),
        "SPK-0601",
        "no data file",
      ],
      [file("ragged.csv", "1,2,3\n4,5\n"), "SPK-0611", ""],
      [scratch("nowhere.npy"), "SPK-0901", "there is no such file"],
      [scratch(), "SPK-0901", "it is a folder"],
    ];
    await Promise.all(
      wrong.map(async ([input, error, message]) => {
        const { stderr } = await failureOf(["simulate", network, "--input", input], 2, error);
        expect(stderr).toContain(message);
        expect(stderr).toContain(`where: ${input}`);
      }),
    );
  });

  it.runIf(process.platform === "linux")("from a device without end are refused", async () => {
    const { stderr } = await failureOf(["simulate", network, "--input", "/dev/zero"], 2, "SPK-0901");
    expect(stderr).toContain("it is not a regular file");
  });

  it("are cut to the limit, labels with them", async () => {
    const words = ["simulate", network, ...wine.samples];
    const [all, some] = await Promise.all([resultOf(words), resultOf([...words, "--limit", "7"])]);
    expect(all.samples).toBe(54);
    expect(some.samples).toBe(7);
    expect(some.predicted).toEqual(all.predicted.slice(0, 7));
  });
});

describe("labels", () => {
  it("are refused when they do not match the samples or the classes, in networks and models alike", async () => {
    const wrong: [labels: string, error: string, message: string][] = [
      [numbers("few.npy", [53], 0), "SPK-0609", "53 labels for 54 samples"],
      [
        numbers("three.npy", [54], (i) => i % 4),
        "SPK-0608",
        "label 3 is 3, and the network has 3 classes, 0 to 2",
      ],
      [numbers("negative.npy", [54], -1), "SPK-0608", "label 0 is -1, which is no class"],
      [numbers("halves.npy", [54], 0.5), "SPK-0608", "label 0 is 0.5, which is no class"],
      [numbers("onehot.npy", [54, 3], 0), "SPK-0608", "labels must be [N]"],
      [scratch("nolabels.npy"), "SPK-0901", "there is no such file"],
    ];
    const input = samplePath("wine.test_x.npy");
    await Promise.all(
      wrong.map(async ([labels, error, message], i) => {
        const words = ["simulate", simulated()[i % 2], "--input", input, "--labels", labels];
        const { stderr } = await failureOf(words, 2, error);
        expect(stderr).toContain(message);
        expect(stderr).toContain(`where: ${labels}`);
      }),
    );
  });
});

describe("a network file that cannot be read", () => {
  it("is refused with what is wrong with it", async () => {
    const spk = file("letter.spk", "a letter");
    const good = readFileSync(network);
    const wrong: [path: string, code: number, error: string][] = [
      [spk, 3, "SPK-0701"],
      [file("empty.spk", ""), 3, "SPK-0701"],
      [file("cut.spk", good.subarray(0, good.length - 100)), 3, "SPK-0702"],
      [scratch("nowhere.spk"), 2, "SPK-0901"],
      [file("network.json", "{}"), 3, "SPK-0903"],
    ];
    await Promise.all(
      wrong.map(([path, code, error]) =>
        failureOf(["simulate", path, "--input", samplePath("wine.test_x.npy")], code, error),
      ),
    );
  });
});
