import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import * as library from "../../src/browser.ts";
import { textOf } from "../house/sources.ts";
import { samplePath } from "../sample-models.ts";

const scaled = (name: string) =>
  Float32Array.from(
    library.readArray(readFileSync(samplePath(name)), name).data,
    (value: number) => value / 16,
  );

let graph: library.Graph;
let target: library.Target;
let network: library.Network;
let values: Float32Array;

beforeAll(async () => {
  graph = await library.importOnnx(readFileSync(samplePath("digits_mlp.onnx")), { file: "digits_mlp.onnx" });
  target = await library.findTarget("generic");
  const calibration = { values: scaled("digits.calib_x.npy").subarray(0, 200 * 64), samples: 200 };
  network = library.convert(graph, { target, timesteps: 8, calibration, inputScale: 16 }).network;
  values = scaled("digits.test_x.npy").subarray(0, 100 * 64);
}, 60_000);

describe("the library", () => {
  it("says the version that the package has", () => {
    expect(library.version).toBe(JSON.parse(textOf("package.json")).version);
  });

  it("says of a network by whom and how it was converted", () => {
    expect(network.provenance).toMatchObject({ version: library.version, modelHash: "" });
    expect(network.provenance.options).toContainEqual(["timesteps", "8"]);
    expect(network.provenance.options).toEqual(network.provenance.options.toSorted());
  });

  it("gives the float network's classes for most samples, on either engine the same", () => {
    const logits = library.evaluate(graph, values, 100).get(graph.output)!;
    const { classes, synops } = library.predict(network, values);
    const same = classes.filter((label, i) => {
      const own = logits.subarray(10 * i, 10 * i + 10);
      return own.indexOf(Math.max(...own)) === label;
    }).length;
    expect(same).toBeGreaterThan(90);
    expect(library.predict(network, values, "reference")).toMatchObject({ classes, synops });
  });

  it("refuses a part of a sample, and a network that does not fit, with every reason", async () => {
    expect(() => library.predict(network, values.subarray(1))).toThrow(RangeError);
    const ucaspian = await library.findTarget("ucaspian");
    await expect(library.runOnChip(network, ucaspian, values)).rejects.toBeInstanceOf(library.SpikecError);
    expect(() => library.convert(graph, { target, timesteps: 0 })).toThrow(library.SpikecError);
  });

  it("finds no mismatch between chip and simulation, and counts what it compared", async () => {
    const { spikes, mismatches, first } = await library.runOnChip(
      network,
      target,
      values.subarray(0, 3 * 64),
    );
    expect({ mismatches, first }).toEqual({ mismatches: 0, first: null });
    expect(spikes).toBeGreaterThan(50);
  });
});
