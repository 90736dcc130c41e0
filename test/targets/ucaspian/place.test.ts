import { describe, expect, it } from "vitest";
import { FitError } from "../../../src/target/fit.ts";
import { place } from "../../../targets/ucaspian/place.ts";
import { dense, errorOf, network, population, projection, spikeInput, twoLayers } from "./small-networks.ts";

const matrix = (rows: number, columns: number, weight = 1) =>
  dense(Array.from({ length: rows }, () => new Array(columns).fill(weight)));

describe("placing a network on uCaspian", () => {
  it("gives the inputs the first ids, then the populations in order", () => {
    expect(place(twoLayers()).groups).toEqual([
      { name: "pixels", kind: "input", first: 0, count: 3 },
      { name: "bias", kind: "input", first: 3, count: 1 },
      { name: "hidden", kind: "population", first: 4, count: 4 },
      { name: "output", kind: "population", first: 8, count: 2 },
    ]);
  });

  it("makes a delay of d an axonal delay of d - 1 and drops weights of 0", () => {
    const { neurons } = place(twoLayers());
    expect(neurons[0]).toEqual({
      threshold: 0,
      axonalDelay: 0,
      output: false,
      synapses: [
        [4, 4],
        [5, 5],
        [7, -3],
      ],
    });
    expect(neurons[3]).toEqual({
      threshold: 0,
      axonalDelay: 2,
      output: false,
      synapses: [
        [8, 1],
        [9, 2],
      ],
    });
    expect(neurons[7]).toEqual({ threshold: 0, axonalDelay: 1, output: false, synapses: [[8, 6]] });
  });

  it("reports the readout's spikes, or those of every neuron when all are observed", () => {
    const flags = (observe: "readout" | "all") =>
      place(twoLayers(), { observe }).neurons.map(({ output }) => output);
    expect(flags("readout")).toEqual([...new Array(8).fill(false), true, true]);
    expect(flags("all")).toEqual(new Array(10).fill(true));
    expect(place(twoLayers(), { observe: "all" }).observed).toEqual(["pixels", "bias", "hidden", "output"]);
  });

  it("adds up two projections between the same neurons", () => {
    const net = network({
      inputs: [spikeInput("in", 2)],
      populations: [population("out", [1], [1])],
      projections: [
        projection("in", "out", 1, dense([[3, 4]])),
        projection("in", "out", 1, dense([[5, -4]])),
      ],
    });
    const { neurons } = place(net);
    expect(neurons[0].synapses).toEqual([[2, 8]]);
    expect(neurons[1].synapses).toEqual([]);
  });

  it("names every reason at once when a network is too large", async () => {
    const net = network({
      inputs: [spikeInput("in", 200)],
      populations: [population("hidden", [300], [1]), population("output", [10], [1])],
      projections: [
        projection("in", "hidden", 1, matrix(300, 200)),
        projection("hidden", "output", 17, matrix(10, 300)),
        projection("hidden", "output", 2, matrix(10, 300, 100)),
        projection("in", "output", 0, matrix(10, 200)),
      ],
    });
    const error = await errorOf(() => place(net));
    expect(error).toBeInstanceOf(FitError);
    expect(error).toMatchObject({ code: "SPK-0401", exitCode: 4 });
    const found = (error as FitError).reasons.map(({ layer, resource, need, limit }) => [
      layer,
      resource,
      need,
      limit,
    ]);
    expect(found).toEqual([
      ["network", "neurons", 510, 256],
      ["network", "input ids", 200, 128],
      ["network", "synapses", 65_000, 4096],
      ["in", "fan-out", 310, 255],
      ["in", "delays of one source neuron", 2, 1],
      ["hidden", "delays of one source neuron", 2, 1],
      ["hidden to output", "delay (1 to 16)", 17, 16],
      ["in to output", "delay (1 to 16)", 0, 16],
    ]);
    for (const { help } of (error as FitError).reasons) expect(help).not.toBe("");
    expect(error.message.split("\n")).toHaveLength(9);
  });

  it("refuses summed weights beyond 8 bits", async () => {
    const net = network({
      inputs: [spikeInput("in", 1)],
      populations: [population("out", [2], [1])],
      projections: [
        projection("in", "out", 1, dense([[100], [-100]])),
        projection("in", "out", 1, dense([[28], [-29]])),
      ],
    });
    const { reasons } = (await errorOf(() => place(net))) as FitError;
    expect(reasons.map(({ resource, need, limit }) => [resource, need, limit])).toEqual([
      ["weight", 128, 127],
      ["negative weight", -129, -128],
    ]);
  });

  it("names everything in the law that the chip does not compute", async () => {
    const plain = population("out", [1], [300]);
    const law = {
      ...plain.law,
      compare: "ge",
      reset: { kind: "subtract", amount: null },
      bias: Int32Array.of(1),
    } as const;
    const net = network({
      inputs: [
        {
          ...spikeInput("in", 1),
          encoder: { kind: "analog", scale: 1, zeroPoint: 0, bits: 8, signed: false },
        },
      ],
      populations: [{ ...plain, law }],
      projections: [projection("in", "out", 1, dense([[1]]))],
    });
    const error = await errorOf(() => place(net));
    expect(error).toMatchObject({ code: "SPK-0402", exitCode: 4 });
    for (const part of ['"ge"', "resets the charge to 0", "no bias", "0..255", '"analog"']) {
      expect(error.message).toContain(part);
    }
  });

  it("says where an unbounded charge could not be proven to stay within 16 bits", () => {
    const unbounded = (weight: number) => {
      const plain = population("out", [1], [1]);
      return network({
        inputs: [spikeInput("in", 100)],
        populations: [{ ...plain, law: { ...plain.law, overflowV: null } }],
        projections: [projection("in", "out", 1, matrix(1, 100, weight))],
      });
    };
    expect(place(unbounded(-1)).report.notes).toEqual([]);
    expect(place(unbounded(-100)).report.notes.join()).toContain("not proven");
  });
});
