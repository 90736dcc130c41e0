import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { readNpy, writeNpy } from "../../src/data/npy.ts";
import { readNpz } from "../../src/data/npz.ts";
import type { Network } from "../../src/network/network.ts";
import { encodeSample } from "../../src/simulate/encode.ts";
import { createSimulator } from "../../src/simulate/reference.ts";
import { textsOf } from "../report/svg-reading.ts";
import { sampleArray } from "../sample-models.ts";
import { failureOf, resultOf, run } from "./in-process.ts";
import { convert, digits, wine, writeNetwork } from "./networks.ts";
import { scratchFolder } from "./spikec.ts";

const scratch = scratchFolder();
let network: Network;
let path: string;

beforeAll(async () => {
  network = await convert(wine, "ucaspian", 8);
  path = writeNetwork(scratch("wine.spk"), network);
});

describe("simulate", () => {
  it("reports samples, timesteps, accuracy, layers and synaptic operations", async () => {
    const result = await resultOf(["simulate", path, ...wine.samples]);
    expect(result).toMatchObject({ samples: 54, timesteps: 8 });
    expect(result.accuracy).toBeGreaterThan(0.9);
    expect(result.layers.map(({ name }: { name: string }) => name)).toEqual(
      network.populations.map(({ name }) => name),
    );
    for (const layer of result.layers)
      expect(Object.keys(layer).sort()).toEqual([
        "deadFraction",
        "name",
        "rate",
        "saturatedFraction",
        "synops",
      ]);
    const synops = result.layers.reduce((sum: number, layer: { synops: number }) => sum + layer.synops, 0);
    expect(result.synops).toBeCloseTo(synops, 6);
    expect(result.predicted.length).toBe(54);
  });

  it("has the same keys for float models and emulated chips, null where there is no such thing", async () => {
    const words = [...wine.samples, "--limit", "5"];
    const [float, device] = await Promise.all([
      resultOf(["simulate", wine.model, ...words]),
      resultOf(["simulate", path, ...words, "--device", "ucaspian"]),
    ]);
    expect(float).toMatchObject({ samples: 5, timesteps: null, accuracy: 1, layers: [], synops: null });
    expect(device).toMatchObject({ samples: 5, timesteps: 8, mismatchedSpikes: 0 });
    expect(device.spikes).toBeGreaterThan(0);
    expect(device.layers.length).toBe(network.populations.length);
    expect(device.predicted).toEqual((await resultOf(["simulate", path, ...words])).predicted);
  });

  it("gives no accuracy without labels", async () => {
    const [option, input] = wine.samples;
    const words = ["simulate", path, option, input];
    const [json, text] = await Promise.all([resultOf(words), run(words)]);
    expect(json.accuracy).toBeNull();
    expect(text.stdout).not.toContain("accuracy");
  });

  it("evaluates the float network of a model as it is", async () => {
    const { accuracy } = await resultOf(["simulate", digits.model, ...digits.samples]);
    expect(accuracy).toBeCloseTo(0.974, 6);
  });

  it("divides whole numbers as the network was converted, and says so where nobody asked for it", async () => {
    const integers = writeNetwork(scratch("digits.spk"), await convert(digits, "generic", 4));
    const [, input] = digits.samples;
    const words = ["simulate", integers, "--input", input, "--limit", "20", "--json"];
    const scaled = (scale: string) => run([...words, "--input-scale", scale]);
    const [own, asked, other] = await Promise.all([run(words), scaled("16"), scaled("1")]);
    expect(own.stdout).toBe(asked.stdout);
    expect(own.stderr).toContain("digits.test_x.npy holds integers: divided by 16");
    expect(asked.stderr).toBe("");
    expect(other.stdout).not.toBe(asked.stdout);
    expect(other.stderr).toContain("was converted with --input-scale 16; give it here, too");
  });

  it("takes floats as they are, whatever scale the network was converted with", async () => {
    const integers = writeNetwork(scratch("floats.spk"), await convert(digits, "generic", 4));
    const { shape, data: bytes } = readNpy(readFileSync(digits.samples[1]), "digits.test_x.npy");
    const data = Float32Array.from(bytes, (value) => value / 16);
    writeFileSync(scratch("floats.npy"), writeNpy({ shape, data }));
    const simulate = (input: string) => resultOf(["simulate", integers, "--input", input, "--limit", "20"]);
    const [floats, whole] = [await simulate(scratch("floats.npy")), await simulate(digits.samples[1])];
    expect(floats.predicted).toEqual(whole.predicted);
  });
});

describe("simulate --trace", () => {
  it("writes every spike of the first samples: sample, step and neuron, layer by layer", async () => {
    const trace = scratch("out", "spikes.npz");
    await resultOf(["simulate", path, ...wine.samples, "--limit", "3", "--trace", trace]);
    const arrays = readNpz(readFileSync(trace), trace);
    const values = sampleArray("wine.test_x.npy");
    const simulator = createSimulator(network);
    const expected = new Map<string, number[]>();
    for (let sample = 0; sample < 3; sample++) {
      const input = encodeSample(network, values.subarray(sample * 13, (sample + 1) * 13));
      for (const [layer, { offsets, neurons }] of simulator.run(input).train.events) {
        const rows = expected.get(layer) ?? [];
        for (let step = 0; step + 1 < offsets.length; step++)
          for (let event = offsets[step]; event < offsets[step + 1]; event++)
            rows.push(sample, step, neurons[event]);
        expected.set(layer, rows);
      }
    }
    expect([...arrays.keys()].sort()).toEqual([...expected.keys()].sort());
    for (const [layer, rows] of expected) {
      expect(arrays.get(layer)!.shape, layer).toEqual([rows.length / 3, 3]);
      expect(Array.from(arrays.get(layer)!.data), layer).toEqual(rows);
    }
  });
});

describe("simulate --plot", () => {
  it("draws the first sample as SVG, from the simulation and from the chip alike", async () => {
    const words = ["simulate", path, ...wine.samples, "--limit", "1"];
    await Promise.all([
      resultOf([...words, "--plot", scratch("pictures")]),
      resultOf([...words, "--device", "ucaspian", "--plot", scratch("chip")]),
    ]);
    const picture = readFileSync(scratch("pictures", "raster.svg"), "utf8");
    const names = network.populations.map(({ name }) => name);
    expect(textsOf(picture)).toEqual(expect.arrayContaining(["wine_mlp, sample 0", ...names]));
    expect(readFileSync(scratch("chip", "raster.svg"), "utf8")).toBe(picture);
  });

  it("is refused for a float model, which has no spikes", async () => {
    const words = ["simulate", wine.model, ...wine.samples, "--plot", scratch("float")];
    const { stderr } = await failureOf(words, 2, "SPK-0002");
    expect(stderr).toContain("--plot is for networks of spikes");
    expect(existsSync(scratch("float"))).toBe(false);
  });
});

describe("simulate --device", () => {
  it("refuses a network that was converted for another target, and says how to convert it", async () => {
    const generic = writeNetwork(scratch("generic.spk"), await convert(wine, "generic", 8));
    const words = ["simulate", generic, ...wine.samples, "--device", "ucaspian"];
    const { stderr } = await failureOf(words, 4, "SPK-0401");
    expect(stderr).toContain("was converted for generic; convert the model again with --target ucaspian");
  });
});
