import { describe, expect, it } from "vitest";
import type { SpikecError } from "../../../src/errors/error.ts";
import type { Law, Network, Population, Projection, Shape } from "../../../src/network/network.ts";
import { FitError } from "../../../src/target/fit.ts";
import type { PlaceOptions } from "../../../src/target/target.ts";
import { dynapcnndevkit, speck2f } from "../../../targets/speck/index.ts";
import { convolution, dense, network, pool, population, projection, ramp } from "./networks.ts";

function errorOf(action: () => unknown): SpikecError {
  try {
    action();
  } catch (error) {
    return error as SpikecError;
  }
  return expect.fail("no error was thrown");
}

function reasonsOf(net: Network, options: PlaceOptions = {}): FitError["reasons"] {
  const error = errorOf(() => speck2f.place(net, options));
  expect(error).toBeInstanceOf(FitError);
  return (error as FitError).reasons;
}

const configurationOf = async (net: Network, options: PlaceOptions = {}, target = speck2f) => {
  const { artifacts } = await target.emit(target.place(net, options));
  return JSON.parse(new TextDecoder().decode(artifacts[0].bytes));
};

/** One convolution from an input of this shape to a map of that one. */
function single(
  from: Shape,
  to: Shape,
  side: number,
  settings: Parameters<typeof convolution>[2] = {},
  law: Partial<Law> = {},
): Network {
  const weights = ramp((to[0] * from[0] * side * side) / (settings?.groups ?? 1));
  return network(
    from,
    [population("layer", to, law)],
    [projection("in", "layer", convolution(weights, side, settings))],
  );
}

const pooled = (side: number, stride = side): Projection["pools"] => [
  { kernel: [side, side], stride: [stride, stride], padding: [0, 0, 0, 0] },
];

describe("a layer beyond a limit of a core", () => {
  const behind = (pools: Projection["pools"], shape: Shape): Network =>
    network(
      [1, 12, 12],
      [population("first", [2, 12, 12]), population("layer", shape)],
      [
        projection("in", "first", convolution(ramp(2), 1)),
        projection("first", "layer", convolution(ramp(2 * shape[0]), 1), pools),
      ],
    );

  it.each<[string, Network, string, string, number, number]>([
    [
      "an input of 129 rows",
      single([1, 129, 40], [1, 43, 14], 1, { stride: 4 }),
      "layer",
      "rows or columns of the input",
      129,
      128,
    ],
    [
      "an output of 65 columns",
      single([1, 10, 65], [1, 10, 65], 1),
      "layer",
      "rows or columns of the output",
      65,
      64,
    ],
    ["1025 features", single([1, 1, 1], [1025, 1, 1], 1), "layer", "features", 1025, 1024],
    ["a kernel of 20", single([1, 20, 20], [1, 1, 1], 20), "layer", "kernel size", 20, 16],
    ["a stride of 3", single([1, 9, 9], [1, 3, 3], 3, { stride: 3 }), "layer", "stride (1, 2, 4 or 8)", 3, 8],
    ["a padding of 8", single([1, 4, 4], [1, 20, 20], 1, { padding: 8 }), "layer", "padding", 8, 7],
    ["groups", single([2, 4, 4], [2, 4, 4], 1, { groups: 2 }), "in to layer", "groups", 2, 1],
    ["a pool of 3", behind(pooled(3), [3, 4, 4]), "first to layer", "pooling (1, 2 or 4)", 3, 4],
    [
      "a pool whose stride is not its side",
      behind(pooled(2, 1), [3, 11, 11]),
      "first to layer",
      "pooling (1, 2 or 4)",
      2,
      4,
    ],
    [
      "a pool of 2 behind one of 4",
      behind([pool(4), pool(2)], [3, 1, 1]),
      "first to layer",
      "pooling (1, 2 or 4)",
      8,
      4,
    ],
  ])("is refused with layer, need, limit and help: %s", (_, net, layer, resource, need, limit) => {
    expect(reasonsOf(net)).toContainEqual({
      layer,
      resource,
      need,
      limit,
      help: expect.stringMatching(/\w/),
    });
  });

  it("is refused for dilation, kernels that are not square, and padding that differs", () => {
    const net = single([1, 6, 6], [1, 6, 6], 1);
    const [{ connection, ...rest }] = net.projections;
    const changed = (change: object): Network => ({
      ...net,
      projections: [{ ...rest, connection: { ...connection, ...change } as typeof connection }],
    });
    const resources = (change: object) => reasonsOf(changed(change)).map(({ resource }) => resource);
    expect(resources({ dilation: [2, 2] })).toEqual(["dilation"]);
    expect(resources({ kernel: [1, 3], weights: Int8Array.of(1, 2, 3), padding: [0, 1, 0, 1] })).toEqual([
      "kernel, its longer side",
    ]);
    expect(resources({ padding: [0, 0, 1, 0] })).toEqual(["padding, its larger end"]);
  });

  it("is refused where it feeds three layers", () => {
    const branch = ["b", "c", "d"];
    const net = network(
      [1, 4, 4],
      [population("a", [2, 4, 4]), ...branch.map((name) => population(name, [2, 4, 4]))],
      [
        projection("in", "a", convolution(ramp(2), 1)),
        ...branch.map((name) => projection("a", name, convolution(ramp(4), 1))),
      ],
    );
    expect(reasonsOf(net)).toMatchObject([{ layer: "a", resource: "destinations", need: 3, limit: 2 }]);
  });

  it("is refused where it takes a delay, or feeds itself", () => {
    const net = single([1, 4, 4], [1, 4, 4], 1);
    const late = { ...net, projections: [{ ...net.projections[0], delay: 3 }] };
    expect(reasonsOf(late)).toMatchObject([{ layer: "in to layer", need: 3, limit: 0 }]);
    const loop = { ...projection("layer", "layer", convolution([1], 1)), delay: 1, modelDelay: 1 };
    expect(reasonsOf({ ...net, projections: [...net.projections, loop] })).toMatchObject([
      { layer: "layer to layer", need: 1, limit: 0 },
    ]);
  });
});

describe("layers that meet", () => {
  const merging = (weights: readonly number[]): Network =>
    network(
      [1, 4, 4],
      [population("a", [2, 4, 4]), population("b", [2, 4, 4]), population("c", [3, 4, 4])],
      [
        projection("in", "a", convolution(ramp(2), 1)),
        projection("a", "b", convolution(ramp(4), 1)),
        projection("a", "c", convolution(ramp(6), 1)),
        projection("b", "c", convolution(weights, 1)),
      ],
    );

  it("share one kernel", async () => {
    const { cnn_layers } = await configurationOf(merging(ramp(6)));
    expect(cnn_layers[0].destinations.map(({ layer }: { layer: number }) => layer)).toEqual([1, 2]);
    expect(cnn_layers[1].destinations).toMatchObject([{ enable: true, layer: 2 }, { enable: false }]);
  });

  it("are refused with both names where their kernels differ", () => {
    const [reason, ...others] = reasonsOf(merging([1, 2, 3, 4, 5, 6]));
    expect(others).toEqual([]);
    expect(reason).toMatchObject({ layer: "c", resource: "kernels of one layer", need: 2, limit: 1 });
    expect(reason.help).toContain("'a to c' and 'b to c'");
  });
});

describe("layers that no cores are left for", () => {
  /** [channels] fully connected to [classes]: 2^13 words and more. */
  const chain = (sizes: readonly number[]): Network => {
    const populations: Population[] = sizes.slice(1).map((size, i) => population(`layer ${i}`, [size]));
    const projections = populations.map(({ name }, i) =>
      projection(i === 0 ? "in" : `layer ${i - 1}`, name, dense(ramp(sizes[i] * sizes[i + 1]))),
    );
    return network([sizes[0]], populations, projections);
  };

  it("are named with their words, the cores that they fit, and the set that competes", () => {
    // 512 x 128 = 65536 words fit cores 5 and 6 alone; three such layers want them.
    const reasons = reasonsOf(chain([512, 128, 512, 128, 10]));
    expect(reasons.map(({ layer, need, limit }) => [layer, need, limit])).toEqual([
      ["layer 0", 3, 2],
      ["layer 1", 3, 2],
      ["layer 2", 3, 2],
    ]);
    for (const { resource, help } of reasons) {
      expect(resource).toContain("kernel 65536");
      expect(resource).toContain("fits cores 5, 6");
      expect(help).toContain("layer 0, layer 1, layer 2 share cores 5, 6");
      expect(help).toContain(
        "layer 3 (kernel 2048, neuron 10, bias 0 words) fits cores 0, 1, 2, 3, 4, 5, 6, 7, 8",
      );
    }
  });

  it("are named one by one where they fit no core at all", () => {
    expect(reasonsOf(chain([1024, 128, 10]))).toMatchObject([
      { layer: "layer 0", resource: "words of kernel memory", need: 131_072, limit: 65_536 },
    ]);
  });

  it("are counted where they are more than nine", () => {
    expect(reasonsOf(chain(new Array(11).fill(4)))).toMatchObject([
      { layer: "network", resource: "cores", need: 10, limit: 9 },
    ]);
  });

  it("are named where each memory would do, but in no core both", () => {
    // 32 x 2^(4 + 7) = 65536 words of kernels, 128 x 2^(4 + 4) = 32768 of neurons.
    const wide = single([32, 16, 16], [128, 16, 16], 3, { padding: 1 });
    expect(reasonsOf(wide)).toMatchObject([
      {
        layer: "layer",
        need: 65_536,
        limit: 32_768,
        resource: expect.stringContaining("32768 words of neuron memory"),
      },
    ]);
  });
});

describe("a law that the chip does not compute", () => {
  it.each<[string, Partial<Law>, string]>([
    ["one spike a step", { maxSpikes: 1 }, "spikes have no step"],
    ["thresholds of channels", { threshold: Int32Array.of(3, 4) }, "one threshold for a layer"],
    ["biases of neurons", { bias: Int32Array.from({ length: 32 }, (_, i) => i) }, "one bias for a channel"],
    ["a floor of 0", { floor: { kind: "clamp", value: Int32Array.of(0) } }, "-1 in place of 0"],
    ["no floor", { overflowV: null }, "have no floor"],
    ["a comparison above the threshold", { compare: "gt" }, "v >= threshold"],
    ["a membrane that is read", { compare: "never" }, "shows spikes only"],
    ["a decay", { decayV: { kind: "shift", shift: 3, tail: false } }, "nothing decays"],
    ["a threshold of 16 bits", { threshold: Int32Array.of(32_768) }, "1..32767"],
    ["membranes that wrap", { overflowV: { low: -128, high: 2 ** 31 - 1, overflow: "wrap" } }, "do not wrap"],
  ])("is refused by name: %s", (_, law, text) => {
    const error = errorOf(() => speck2f.place(single([1, 4, 4], [2, 4, 4], 1, {}, law)));
    expect(error.code).toBe("SPK-0402");
    expect(error.message).toContain("layer: ");
    expect(error.message).toContain(text);
  });
});

describe("the fit report", () => {
  const notes = (law: Partial<Law>, options: PlaceOptions = {}) =>
    speck2f.place(single([1, 4, 4], [2, 4, 4], 1, {}, law), options).report.notes.join("\n");

  it("names the simulator", () => {
    expect(notes({})).toContain("simulator: timestep");
    expect(notes({}, { chip: { simulator: "event" } })).toContain("simulator: event");
  });

  it("warns of weights above the threshold, dead layers and floors that are not set", () => {
    const floor = { kind: "clamp", value: Int32Array.of(-30) } as const;
    expect(notes({ threshold: Int32Array.of(11), floor })).toContain(
      "a weight of 25 is above the threshold of 11",
    );
    expect(notes({ threshold: Int32Array.of(100), floor })).not.toContain("warning");
    expect(notes({})).toContain("the floor is not set for layer");
    const dead = single([1, 4, 4], [2, 4, 4], 1);
    const [{ connection, ...rest }] = dead.projections;
    const silent = { ...rest, connection: { ...connection, weights: Int8Array.of(-1, -2) } };
    const report = speck2f.place({ ...dead, projections: [silent] }).report;
    expect(report.notes.join("\n")).toContain("layer: warning: dead");
  });
});

describe("the configuration", () => {
  it("transposes kernels and states, and turns a matrix over a map into a kernel of its size", async () => {
    const vInit = Int32Array.from({ length: 2 * 2 * 3 }, (_, i) => i);
    const net = network(
      [1, 3, 4],
      [
        population("a", [2, 2, 3], { vInit, bias: Int32Array.of(5, -6) }),
        population("b", [2, 2, 3]),
        population("c", [2]),
      ],
      [
        projection("in", "a", convolution([1, 2, 3, 4, 5, 6, 7, 8], 2)),
        projection("a", "b", convolution(ramp(4), 1)),
        projection("b", "c", dense(ramp(4)), [pool(2)]),
      ],
    );
    const { cnn_layers } = await configurationOf(net);
    expect(cnn_layers[0]).toMatchObject({
      weights: [
        [
          [
            [1, 3],
            [2, 4],
          ],
        ],
        [
          [
            [5, 7],
            [6, 8],
          ],
        ],
      ],
      neurons_initial_value: [
        [
          [0, 3],
          [1, 4],
          [2, 5],
        ],
        [
          [6, 9],
          [7, 10],
          [8, 11],
        ],
      ],
      biases: [5, -6],
      leak_enable: true,
      dimensions: {
        input_shape: { feature_count: 1, size: { x: 4, y: 3 } },
        output_shape: { feature_count: 2, size: { x: 3, y: 2 } },
        kernel_size: 2,
      },
    });
    expect(cnn_layers[1].destinations[0]).toEqual({ enable: true, feature_shift: 0, layer: 2, pooling: 2 });
    expect(cnn_layers[2]).toMatchObject({ monitor_enable: true, leak_enable: false, threshold_low: -32768 });
  });

  it("says of the development kit what it has in place of a readout", async () => {
    const net = single([1, 4, 4], [2, 4, 4], 2, { padding: 1, stride: 2 });
    const shape = { ...net, populations: [population("layer", [2, 3, 3])] };
    const kit = await configurationOf(shape, {}, dynapcnndevkit);
    expect(kit.readout).toBeUndefined();
    expect(Object.keys(kit.cnn_layers[0])).not.toContain("output_decimator_enable");
    expect(kit.cnn_layers[0].weights_kill_bit).toEqual([
      [
        [
          [false, false],
          [false, false],
        ],
      ],
      [
        [
          [false, false],
          [false, false],
        ],
      ],
    ]);
    const speck = await configurationOf(shape);
    expect(speck.readout.enable).toBe(false);
    expect(Object.keys(speck.cnn_layers[0])).not.toContain("weights_kill_bit");
  });

  it("widens the last layer for the readout core: class k at channel 4 (k - 1)", async () => {
    const net = network(
      [2],
      [population("classes", [3])],
      [projection("in", "classes", dense([1, 2, 3, 4, 5, 6]))],
    );
    const { cnn_layers, readout } = await configurationOf(net, { chip: { readout: "core" } });
    expect(readout.enable).toBe(true);
    expect(cnn_layers[0].weights.map((channels: number[][][]) => channels.flat(3))).toEqual([
      [1, 2],
      [0, 0],
      [0, 0],
      [0, 0],
      [3, 4],
      [0, 0],
      [0, 0],
      [0, 0],
      [5, 6],
    ]);
    expect(cnn_layers[0].destinations[0]).toMatchObject({ enable: true, layer: 12 });
  });

  it("refuses more classes than the readout core has", () => {
    const net = network([2], [population("classes", [16])], [projection("in", "classes", dense(ramp(32)))]);
    expect(reasonsOf(net, { chip: { readout: "core" } })).toMatchObject([
      { layer: "classes", need: 16, limit: 15 },
    ]);
  });

  it("is the same for the same network", async () => {
    const net = single([1, 4, 4], [2, 4, 4], 1);
    expect(await configurationOf(net)).toEqual(await configurationOf(net));
  });
});

describe("the camera", () => {
  const net = single([2, 30, 20], [2, 30, 20], 1);

  it("is set to what the network takes", async () => {
    const chip = { camera: "on", "camera-pool": "4", "camera-crop": "1:31,5:25", "camera-mirror": "x" };
    expect((await configurationOf(net, { chip })).dvs_layer).toMatchObject({
      origin: { x: 5, y: 1 },
      cut: { x: 24, y: 30 },
      pooling: { x: 4, y: 4 },
      mirror: { x: true, y: false },
      merge: false,
      pass_sensor_events: true,
      destinations: [{ enable: true, layer: 0 }, { enable: false }],
    });
  });

  it("merges polarities for a network of one channel, and keeps its pixels off for events of the host", async () => {
    const grey = single([1, 128, 128], [2, 64, 64], 2, { stride: 2 });
    const { dvs_layer } = await configurationOf(grey, { chip: { camera: "input" } });
    expect(dvs_layer).toMatchObject({ merge: true, pass_sensor_events: false });
  });

  it("is refused with both sizes where the network takes another", () => {
    expect(reasonsOf(net, { chip: { camera: "on", "camera-pool": "4" } })).toMatchObject([
      { layer: "in", resource: "rows that the camera gives", need: 32, limit: 30 },
      { layer: "in", resource: "columns that the camera gives", need: 32, limit: 20 },
    ]);
  });

  it.each([
    ["camera-pool", "four"],
    ["camera-crop", "3:1,0:4"],
    ["camera-mirror", "z"],
    ["camera", "maybe"],
    ["simulator", "quantum"],
    ["lens", "wide"],
  ])("and other options refuse what they do not know: %s=%s", (name, value) => {
    const chip = { camera: "on", [name]: value };
    expect(errorOf(() => speck2f.place(net, { chip }))).toMatchObject({ code: "SPK-0002", where: name });
  });
});
