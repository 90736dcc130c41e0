import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { writeNpy } from "../../src/data/npy.ts";
import { readNpz } from "../../src/data/npz.ts";
import { failureOf, resultOf, run } from "./in-process.ts";
import { scratchFolder } from "./spikec.ts";

const scratch = scratchFolder();
const golden = (name: string) => fileURLToPath(new URL(`../golden/nir/${name}`, import.meta.url));
const digits = golden("digits/digits_lif.nir");
const [images, steps, pixels] = [250, 32, 64];
let input: string;
let labels: string;

/** The stimulus of golden/nir/digits: a spike where 3/64 of the pixel, summed up, reaches a whole number. */
beforeAll(() => {
  const arrays = readNpz(readFileSync(golden("digits/digits_lif__snntorch_head.npz")));
  const values = arrays.get("pixels")!.data as ArrayLike<number>;
  const spikes = Uint8Array.from({ length: images * steps * pixels }, (_, i) => {
    const [image, step, pixel] = [Math.floor(i / steps / pixels), Math.floor(i / pixels) % steps, i % pixels];
    const value = 3 * values[image * pixels + pixel];
    return Math.floor(((step + 1) * value) / 64) > Math.floor((step * value) / 64) ? 1 : 0;
  });
  input = scratch("spikes.npy");
  labels = scratch("labels.npy");
  writeFileSync(input, writeNpy({ shape: [images, steps, pixels], data: spikes }));
  const classes = Uint8Array.from(arrays.get("label")!.data as ArrayLike<number>);
  writeFileSync(labels, writeNpy({ shape: [images], data: classes }));
});

describe("simulate of a .nir file", () => {
  it("classifies digits as snnTorch does, with dt from the file, and shows rates and synaptic operations", async () => {
    const json = await resultOf(["simulate", digits, "--input", input, "--labels", labels]);
    expect(json).toMatchObject({
      samples: images,
      timesteps: steps,
      accuracy: 0.984,
      preset: "nir",
      dt: 1e-4,
    });
    expect(json.layers.map(({ name }: { name: string }) => name)).toEqual(["lif1", "lif2"]);
    for (const { rate, synops } of json.layers) {
      expect(rate).toBeGreaterThan(0);
      expect(synops).toBeGreaterThan(0);
    }
    expect(json.synops).toBeCloseTo(json.layers[0].synops + json.layers[1].synops, 6);
    const { stdout } = await run(["simulate", digits, "--input", input, "--limit", "2"]);
    expect(stdout).toContain("dt = 0.0001 s (inferred");
  });

  it("runs in the steps of the framework that is asked for: norse leaves r out, and the network fails", async () => {
    const json = await resultOf([
      "simulate",
      digits,
      "--input",
      input,
      "--labels",
      labels,
      "--preset",
      "norse",
    ]);
    expect(json.preset).toBe("norse");
    expect(json.accuracy).toBeLessThan(0.15);
  });

  it("refuses options of integers, and timesteps of native networks elsewhere", async () => {
    await failureOf(["simulate", digits, "--input", input, "--device", "ucaspian"], 2, "SPK-0002");
    const onnx = fileURLToPath(new URL("../golden/models/wine_mlp.onnx", import.meta.url));
    await failureOf(["simulate", onnx, "--input", input, "--preset", "norse"], 2, "SPK-0002");
  });

  it("says what shape it expected", async () => {
    const flat = scratch("flat.npy");
    writeFileSync(flat, writeNpy({ shape: [3, pixels + 1], data: new Uint8Array(3 * (pixels + 1)) }));
    await failureOf(["simulate", digits, "--input", flat], 2, "SPK-0607");
  });
});
