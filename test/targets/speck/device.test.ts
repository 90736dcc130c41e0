import fastCheck from "fast-check";
import { describe, expect, it } from "vitest";
import type { Image } from "../../../src/target/target.ts";
import { readConfiguration } from "../../../targets/speck/device/configuration.ts";
import { createEventSimulator } from "../../../targets/speck/device/event.ts";
import { createTimestepSimulator } from "../../../targets/speck/device/timestep.ts";
import { speck2f } from "../../../targets/speck/index.ts";
import { convolution, dense, network, population, projection, ramp } from "./networks.ts";

const net = network(
  [1, 4, 4],
  [population("a", [2, 4, 4]), population("b", [3])],
  [projection("in", "a", convolution(ramp(18), 3, { padding: 1 })), projection("a", "b", dense(ramp(96)))],
);
const image = await speck2f.emit(speck2f.place(net));
const textOf = (index: number) => new TextDecoder().decode(image.artifacts[index].bytes);
const configuration = () => JSON.parse(textOf(0));

/** The image with another configuration. */
function imageWith(json: unknown, manifest: unknown = JSON.parse(textOf(1))): Image {
  const file = (name: string, value: unknown) => ({
    name,
    bytes: new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value)),
  });
  return {
    target: "speck2f",
    artifacts: [file("configuration.json", json), file("manifest.json", manifest)],
  };
}

describe("an image of a Speck that was changed", () => {
  it.each<[string, (root: ReturnType<typeof configuration>) => void, string]>([
    [
      "a weight of 9 bits",
      ({ cnn_layers }) => (cnn_layers[0].weights[0][0][1][2] = 128),
      "cnn_layers[0].weights[0][0][1][2] is not an integer in -128..127",
    ],
    [
      "a weight too few",
      ({ cnn_layers }) => cnn_layers[0].weights[1][0][2].pop(),
      "cnn_layers[0].weights[1][0][2] is not a list of 3",
    ],
    [
      "a threshold of 0",
      ({ cnn_layers }) => (cnn_layers[1].threshold_high = 0),
      "cnn_layers[1].threshold_high is not an integer in 1..32767",
    ],
    [
      "a destination that is not configured",
      ({ cnn_layers }) => (cnn_layers[0].destinations[0].layer = 7),
      "core 0 sends to layer 7, which is not configured",
    ],
    [
      "a pool of 3",
      ({ cnn_layers }) => (cnn_layers[0].destinations[0].pooling = 3),
      "pooling is not 1, 2 or 4",
    ],
    [
      "a text for a switch",
      ({ cnn_layers }) => (cnn_layers[0].leak_enable = "no"),
      "leak_enable is not true or false",
    ],
    [
      "cores that feed each other",
      ({ cnn_layers }) => (cnn_layers[1].destinations[0] = { enable: true, layer: 0, pooling: 1 }),
      "feeds itself",
    ],
    ["another format", (root) => (root.format = "samna"), 'configuration.format is not "samna-attributes/1"'],
    [
      "a kernel of a gigabyte",
      ({ cnn_layers }) => {
        cnn_layers[0].biases = new Array(1024).fill(0);
        Object.assign(cnn_layers[0].dimensions, {
          kernel_size: 16,
          input_shape: { feature_count: 1024, size: { x: 64, y: 64 } },
          output_shape: { feature_count: 1024, size: { x: 1, y: 1 } },
        });
      },
      "cnn_layers[0].weights is not a list of at most 4194304 values",
    ],
    ["a core too few", ({ cnn_layers }) => cnn_layers.pop(), "cnn_layers is not a list of 9"],
  ])("is refused with the place: %s", async (_, change, text) => {
    const root = configuration();
    change(root);
    await expect(speck2f.open(imageWith(root))).rejects.toMatchObject({
      code: "SPK-0404",
      message: expect.stringContaining(text),
    });
  });

  it("is refused where a file is missing, no JSON, or names no simulator", async () => {
    for (const broken of [
      { ...image, artifacts: image.artifacts.slice(0, 1) },
      imageWith("{"),
      imageWith(configuration(), { layers: [], simulator: "guess" }),
      imageWith(configuration(), "null"),
    ])
      await expect(speck2f.open(broken)).rejects.toMatchObject({ code: "SPK-0404" });
  });

  it("never ends in anything but a named error, whatever value is put anywhere", async () => {
    const values = [null, -1, 2 ** 40, 1.5, "x", [], {}, true];
    const paths: (string | number)[][] = [];
    const collect = (value: unknown, path: (string | number)[]): void => {
      if (path.length > 0) paths.push(path);
      if (typeof value !== "object" || value === null) return;
      const entries = Array.isArray(value) ? [...value.slice(0, 2).entries()] : Object.entries(value);
      for (const [key, entry] of entries) collect(entry, [...path, key]);
    };
    collect(configuration(), []);
    await fastCheck.assert(
      fastCheck.asyncProperty(
        fastCheck.constantFrom(...paths),
        fastCheck.constantFrom(...values),
        async (path, value) => {
          const root = configuration();
          const parent = path.slice(0, -1).reduce((node, key) => node[key], root);
          parent[path.at(-1)!] = value;
          const code = await speck2f.open(imageWith(root)).then(
            () => "opened",
            (error) => error.code ?? String(error),
          );
          expect(code).toMatch(/^(opened|SPK-0404)$/);
        },
      ),
      { numRuns: 200, seed: 4 },
    );
  });

  it("refuses events that no core takes", async () => {
    const device = await speck2f.open(image);
    const stimulus = { steps: 1, charges: [[[(8 << 24) | 1, 1] as const]] };
    await expect(device.run(stimulus, 1)).rejects.toMatchObject({ code: "SPK-0403" });
    const outside = { steps: 1, charges: [[[4, 1] as const]] };
    await expect(device.run(outside, 1)).rejects.toMatchObject({ code: "SPK-0403" });
  });
});

/** One neuron behind one input, with a weight and a threshold of choice. */
function oneNeuron(weight: number, changes: object) {
  const single = network([1], [population("n", [1])], [projection("in", "n", dense([weight]))]);
  const root = speck2f
    .emit(speck2f.place(single))
    .then(({ artifacts }) => JSON.parse(new TextDecoder().decode(artifacts[0].bytes)));
  return root.then((json) => {
    Object.assign(json.cnn_layers[0], changes);
    return readConfiguration(json);
  });
}

describe("the two simulators on one neuron", () => {
  const events = (count: number) => [{ cores: [0], feature: 0, row: 0, column: 0, count }];
  const spikesOf = (simulator: ReturnType<typeof createTimestepSimulator>, counts: readonly number[]) =>
    counts.map((count) => {
      let spikes = 0;
      simulator.step(events(count), (...spike) => {
        spikes += spike[4];
      });
      return spikes;
    });
  const order = { scan: "feature first", leak: [0] } as const;

  it("timestep gives as many spikes as thresholds fit, and keeps the rest", async () => {
    const loaded = await oneNeuron(25, { threshold_high: 10 });
    // 25: 2, 5 left. 5 + 75 = 80: 8. 0: 0.
    expect(spikesOf(createTimestepSimulator(loaded), [1, 3, 0])).toEqual([2, 8, 0]);
  });

  it("event gives one spike an event at most, and the rest adds up to the end of 16 bits", async () => {
    const loaded = await oneNeuron(25, { threshold_high: 10 });
    expect(spikesOf(createEventSimulator(loaded, order), [1, 3, 0])).toEqual([1, 3, 0]);
    const simulator = createEventSimulator(await oneNeuron(127, { threshold_high: 1 }), order);
    spikesOf(simulator, [1000]);
    expect(simulator.cores.get(0)!.membranes[0]).toBe(32_767 - 1);
  });

  it("both return to 0 where they are told, and stop at the floor", async () => {
    const loaded = await oneNeuron(25, { threshold_high: 10, return_to_zero: true });
    expect(spikesOf(createTimestepSimulator(loaded), [1, 1])).toEqual([2, 2]);
    expect(spikesOf(createEventSimulator(loaded, order), [1, 1])).toEqual([1, 1]);
    const falling = await oneNeuron(-25, { threshold_low: -40 });
    for (const simulator of [createTimestepSimulator(falling), createEventSimulator(falling, order)]) {
      spikesOf(simulator, [3]);
      expect(simulator.cores.get(0)!.membranes[0]).toBe(-40);
    }
  });

  it("both add the bias once a step, and only where the leak is on", async () => {
    const leaking = { biases: [4], leak_enable: true, threshold_high: 10 };
    for (const [leak_enable, expected] of [
      [true, [0, 0, 1, 0, 1]],
      [false, [0, 0, 0, 0, 0]],
    ] as const) {
      const loaded = await oneNeuron(1, { ...leaking, leak_enable });
      expect(spikesOf(createTimestepSimulator(loaded), [0, 0, 0, 0, 0])).toEqual(expected);
      expect(spikesOf(createEventSimulator(loaded, order), [0, 0, 0, 0, 0])).toEqual(expected);
    }
  });
});
