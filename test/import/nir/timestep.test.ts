import { describe, expect, it } from "vitest";
import { importNir } from "../../../src/import/nir/import-nir.ts";
import { chooseDiscretization, inferTimestep } from "../../../src/import/nir/timestep.ts";
import { goldenNir } from "./golden-nir.ts";
import { oneLif } from "./nir-builder.ts";

const lif = async (fields: Parameters<typeof oneLif>[0]) => importNir(await oneLif(fields), "lif.nir");

describe("the length of a timestep", () => {
  it("is tau / r where that is the same for all neurons", async () => {
    const graph = await lif({ tau: [0.001, 0.002, 0.003], r: [10, 20, 30] });
    expect(inferTimestep(graph)).toMatchObject({
      dt: 1e-4,
      reason: expect.stringContaining("tau / r of lif"),
    });
    expect(chooseDiscretization(graph, {}).discretization).toMatchObject({ name: "nir", dt: 1e-4 });
  });

  it.each([
    ["differs between neurons", { tau: [0.001, 0.002, 0.003], r: [10, 10, 10] }, "tau / r of lif is 0.0002"],
    ["would leave a neuron no memory", { tau: 0.01, r: 1 }, "leaves no memory"],
  ])("must be given where tau / r %s", async (_, fields, reason) => {
    const graph = await lif(fields);
    if (reason.includes("memory"))
      expect(inferTimestep(graph)).toMatchObject({ dt: null, reason: expect.stringContaining(reason) });
    else expect(inferTimestep(graph)).toMatchObject({ dt: null, reason: expect.stringContaining("but") });
    expect(() => chooseDiscretization(graph, {})).toThrow(expect.objectContaining({ code: "SPK-0118" }));
    expect(chooseDiscretization(graph, { dt: 1e-3, preset: "norse" })).toMatchObject({
      discretization: { name: "norse", dt: 1e-3, form: "increment" },
      reason: "given",
    });
  });

  it("does not matter to a network without time constants", async () => {
    const graph = await importNir(goldenNir("conformance/conv2d_same_str.nir"), "conv.nir");
    expect(inferTimestep(graph)).toEqual({ dt: 1, reason: "nothing in the network depends on it" });
  });

  it("is not to be had from a network whose delays alone are in seconds", async () => {
    const graph = await importNir(goldenNir("conformance/threshold_delay_if.nir"), "delay.nir");
    expect(inferTimestep(graph)).toMatchObject({ dt: null, reason: expect.stringContaining("n1_delay") });
  });
});
