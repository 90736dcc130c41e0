import { describe, expect, it } from "vitest";
import type { SpikecError } from "../../../src/errors/error.ts";
import type { Law, Network } from "../../../src/network/network.ts";
import { FitError } from "../../../src/target/fit.ts";
import { loihi1, loihi2 } from "../../../targets/loihi2/index.ts";
import { analog, dense, leaky, network, population, projection } from "./networks.ts";

function errorOf(action: () => unknown): SpikecError {
  try {
    action();
  } catch (error) {
    return error as SpikecError;
  }
  return expect.fail("no error was thrown");
}

const ramp = (length: number) => Array.from({ length }, (_, i) => (i % 100) - 50);

function oneLayer(law: Partial<Law>, weights = ramp(6), delay = 1): Network {
  return network({
    shape: [3],
    populations: [population("out", [2], { threshold: Int32Array.of(9), ...law })],
    projections: [projection("in", "out", delay, dense(weights))],
  });
}

describe("placing a network on loihi2", () => {
  it("names both ways out of a reset by subtraction", () => {
    const error = errorOf(() => loihi2.place(oneLayer({ reset: { kind: "subtract", amount: null } })));
    expect(error).toMatchObject({ code: "SPK-0402", exitCode: 4 });
    expect(error.message).toContain("--neurons sigma-delta");
    expect(error.message).toContain("--reset zero");
  });

  it.each<[string, Network, string, number, number]>([
    [
      "a threshold of 18 bits",
      oneLayer({ threshold: Int32Array.of(2 ** 17) }),
      "threshold (1 to 131071)",
      131_072,
      131_071,
    ],
    ["a bias of 14 bits", oneLayer({ bias: Int32Array.of(4096, 0) }), "bias", 4096, 4095],
    ["a delay of 64 steps", oneLayer({}, ramp(6), 64), "delay (1 to 63)", 64, 63],
    [
      "weights that are all 0",
      oneLayer({}, new Array(6).fill(0)),
      "largest weight (all are 0, at least 1)",
      0,
      255,
    ],
    ["weights of 9 bits", oneLayer({}, [1, -2, 131, 4, 5, 6]), "weight", 131, 127],
    [
      "negative weights that Lava clips",
      oneLayer({}, new Array(6).fill(-128)),
      "lowest weight of a negative matrix",
      -128,
      -129,
    ],
  ])("stops at %s, with layer, need, limit and help", (_, net, resource, need, limit) => {
    const error = errorOf(() => loihi2.place(net));
    expect(error).toBeInstanceOf(FitError);
    expect((error as FitError).reasons).toEqual([
      { layer: "out", resource, need, limit, help: expect.stringMatching(/\w/) },
    ]);
  });

  it("names every reason at once", () => {
    const net = oneLayer(
      { threshold: Int32Array.of(0), bias: Int32Array.of(9999) },
      new Array(6).fill(0),
      70,
    );
    const { reasons } = errorOf(() => loihi2.place(net)) as FitError;
    expect(reasons.map(({ resource }) => resource)).toEqual([
      "largest weight (all are 0, at least 1)",
      "threshold (1 to 131071)",
      "bias",
      "delay (1 to 63)",
    ]);
  });

  it("names layers that are no chain", () => {
    const net = network({
      shape: [3],
      populations: [population("a", [2], {}), population("b", [2], {})],
      projections: [
        projection("in", "a", 1, dense(ramp(6))),
        projection("a", "b", 1, dense(ramp(4))),
        projection("in", "b", 2, dense(ramp(6))),
      ],
    });
    const error = errorOf(() => loihi2.place(net));
    expect(error.code).toBe("SPK-0402");
    expect(error.message).toContain("b: it is fed by in, not only by a");
  });

  it("says where input sums of 16 bits and membranes are not proven to be enough", () => {
    const wide = (size: number) =>
      network({
        shape: [size],
        encoder: analog,
        populations: [population("out", [1], { threshold: Int32Array.of(9) })],
        projections: [projection("in", "out", 1, dense(new Array(size).fill(100)))],
      });
    const notes = (size: number) =>
      loihi2.place(wide(size)).report.notes.filter((note) => note.includes("not proven"));
    expect(notes(5)).toEqual([]);
    expect(notes(100).join()).toContain("out: not proven: one step could bring 160000");
  });

  it("clears layers one step after the other where biases must wait, and never where there are none", async () => {
    const layers = (bias: number) =>
      network({
        shape: [3],
        populations: [population("a", [2], {}), population("b", [2], { bias: Int32Array.of(bias) })],
        projections: [projection("in", "a", 4, dense(ramp(6))), projection("a", "b", 1, dense(ramp(4)))],
      });
    const netx = async (bias: number) => {
      const image = await loihi2.emit(loihi2.place(layers(bias)));
      return JSON.parse(new TextDecoder().decode(image.artifacts[1].bytes)).netx;
    };
    // Layer a acts from step 4, which is Lava's time 5, and lava-dl adds 1 to the offset.
    expect(await netx(5)).toMatchObject({ reset_interval: 1024, reset_offset: 4 });
    expect(await netx(0)).toMatchObject({ reset_interval: null });
  });

  it("writes the same image for the same network", async () => {
    const placement = loihi2.place(oneLayer({ bias: Int32Array.of(3, 4) }));
    expect(await loihi2.emit(placement)).toEqual(await loihi2.emit(placement));
  });
});

describe("placing a network on loihi1", () => {
  /** [inputs] to [size] neurons, all joined. */
  const layer = (inputs: number, size: number) =>
    network({
      shape: [inputs],
      populations: [population("out", [size], leaky({ keptU: 0, keptV: 4096, threshold: 4 }))],
      projections: [projection("in", "out", 1, dense(ramp(inputs * size)))],
    });

  it("counts cores by compartments and synapse memory", () => {
    const cores = (net: Network) =>
      loihi1.place(net).report.uses.find(({ resource }) => resource === "cores")!.used;
    expect(cores(layer(20, 1024))).toBe(1);
    expect(cores(layer(20, 1025))).toBe(2);
    // 1000 axons of 1000 synapses of 8 bits are 8 Mbit, a core holds 1.
    expect(cores(layer(1000, 1000))).toBeGreaterThanOrEqual(8);
  });

  it("stops at more inputs than a core has axons, with every number", () => {
    const { reasons } = errorOf(() => loihi1.place(layer(4200, 2))) as FitError;
    expect(reasons).toContainEqual({
      layer: "out",
      resource: "input axons of a core",
      need: expect.any(Number),
      limit: 4096,
      help: expect.stringMatching(/\w/),
    });
  });

  it("takes no numbers, for want of graded spikes", () => {
    const net = {
      ...oneLayer({}),
      inputs: [{ name: "in", shape: [3], encoder: analog, polarity: "unsigned" as const }],
    };
    expect(errorOf(() => loihi1.place(net)).message).toContain('input "analog"');
  });
});

describe("an image of loihi2", () => {
  it.each([
    [
      "without its .net",
      (image: { artifacts: { name: string; bytes: Uint8Array }[] }) => image.artifacts.shift(),
    ],
    [
      "whose manifest is no JSON",
      (image: { artifacts: { name: string; bytes: Uint8Array }[] }) =>
        (image.artifacts[1].bytes = new Uint8Array(3)),
    ],
    [
      "whose .net is cut short",
      (image: { artifacts: { name: string; bytes: Uint8Array }[] }) =>
        (image.artifacts[0].bytes = image.artifacts[0].bytes.slice(0, 900)),
    ],
  ])("%s is refused with a code", async (_, spoil) => {
    const good = await loihi2.emit(loihi2.place(oneLayer({})));
    const image = { target: good.target, artifacts: good.artifacts.map((artifact) => ({ ...artifact })) };
    spoil(image);
    const code = await loihi2.open(image).then(
      () => "opened",
      (error) => error.code,
    );
    expect(code).toMatch(/^SPK-0(404|112|113)$/);
  });
});
