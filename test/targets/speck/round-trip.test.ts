import fastCheck from "fast-check";
import { describe, expect, it } from "vitest";
import type { PlaceOptions, Target } from "../../../src/target/target.ts";
import { dynapcnndevkit, speck2e, speck2f } from "../../../targets/speck/index.ts";
import {
  branches,
  convolution,
  type Drawn,
  dense,
  expectSame,
  network,
  pool,
  pooledClasses,
  population,
  projection,
  ramp,
} from "./networks.ts";

/** Runs drawn networks; they must fire, or the comparison would be of silence. */
async function expectAllSame(
  target: Target,
  drawn: fastCheck.Arbitrary<Drawn>,
  runs: number,
  chip: NonNullable<PlaceOptions["chip"]>,
): Promise<void> {
  let compared = 0;
  await fastCheck.assert(
    fastCheck.asyncProperty(drawn, async ({ net, rows }) => {
      compared += await expectSame(target, net, rows, chip);
    }),
    { numRuns: runs, seed: 5, endOnFailure: true },
  );
  expect(compared).toBeGreaterThan(10 * runs);
}

describe.each(["timestep", "event"])(
  "what a Speck is given computes what the network says, by the simulator %s",
  (simulator) => {
    it("for branches that merge, strides, padding, pools, biases, floors, both resets", async () => {
      await expectAllSame(speck2f, branches, 12, { simulator });
    });

    it("for pools in front of all layers, single neurons, diagonals", async () => {
      await expectAllSame(speck2e, pooledClasses, 15, { simulator });
    });

    it("on the development kit, which writes other attributes", async () => {
      await expectAllSame(dynapcnndevkit, branches, 5, { simulator });
    });

    it("with classes at the readout core", async () => {
      await expectAllSame(speck2f, pooledClasses, 10, { simulator, readout: "core" });
    });
  },
);

describe.each(["timestep", "event"])("inputs that pass the DVS layer, by the simulator %s", (simulator) => {
  const rows = Array.from({ length: 6 }, (_, step) =>
    Array.from({ length: 2 * 6 * 6 }, (_, i) => ((i * 5 + step * 3) % 7 === 0 ? 2 : 0)),
  );

  it("feed two layers at once", async () => {
    const net = network(
      [2, 6, 6],
      [population("a", [3, 6, 6]), population("b", [3, 6, 6]), population("c", [2, 4, 4])],
      [
        projection("in", "a", convolution(ramp(54), 3, { padding: 1 })),
        projection("in", "b", convolution(ramp(54).reverse(), 3, { padding: 1 })),
        projection("a", "c", convolution(ramp(54), 3)),
        projection("b", "c", convolution(ramp(54), 3)),
      ],
      6,
    );
    expect(await expectSame(speck2f, net, rows, { simulator })).toBeGreaterThan(100);
  });

  it("are pooled there", async () => {
    const net = network(
      [2, 6, 6],
      [population("a", [3, 3, 3]), population("b", [3, 3, 3]), population("c", [4])],
      [
        projection("in", "a", convolution(ramp(54), 3, { padding: 1 }), [pool(2)]),
        projection("in", "b", convolution(ramp(6), 1), [pool(2)]),
        projection("a", "c", dense(ramp(108))),
      ],
      6,
    );
    expect(await expectSame(speck2f, net, rows, { simulator })).toBeGreaterThan(50);
  });
});

describe("a camera in front", () => {
  const rows = Array.from({ length: 8 }, (_, step) =>
    Array.from({ length: 2 * 6 * 5 }, (_, i) => ((i * 7 + step) % 5 === 0 ? 1 : 0)),
  );
  const net = network(
    [2, 6, 5],
    [population("a", [3, 6, 5]), population("b", [2, 4, 3])],
    [
      projection("in", "a", convolution(ramp(54), 3, { padding: 1 })),
      projection("a", "b", convolution(ramp(54), 3)),
    ],
  );

  it.each([
    ["pooled", { "camera-sensor": "12x10", "camera-pool": "2" }],
    ["cut out", { "camera-crop": "3:9,100:105" }],
    ["mirrored", { "camera-sensor": "6x5", "camera-mirror": "x+y" }],
    [
      "turned, cut out and pooled",
      { "camera-pool": "4", "camera-crop": "7:12,20:26", "camera-mirror": "y+diagonal" },
    ],
  ])("%s, gives the network the pixels that it asks for", async (_, options) => {
    expect(await expectSame(speck2f, net, rows, { camera: "on", ...options })).toBeGreaterThan(100);
  });
});
