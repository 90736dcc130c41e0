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
      await expectAllSame(speck2f, branches, 16, { simulator });
    });

    it("for pools in front of all layers, single neurons, diagonals", async () => {
      await expectAllSame(speck2e, pooledClasses, 20, { simulator });
    });

    it("on the development kit, which writes other attributes", async () => {
      await expectAllSame(dynapcnndevkit, branches, 6, { simulator });
    });

    it("with classes at the readout core", async () => {
      await expectAllSame(speck2f, pooledClasses, 10, { simulator, readout: "core" });
    });
  },
);

describe("a camera in front", () => {
  const rows = Array.from({ length: 8 }, (_, step) =>
    Array.from({ length: 2 * 6 * 5 }, (_, i) => ((i * 7 + step) % 5 === 0 ? 1 : 0)),
  );
  const small = (shape: readonly number[]) =>
    network(
      shape,
      [population("a", [3, shape[1], shape[2]]), population("b", [2])],
      [
        projection("in", "a", convolution(ramp(3 * 2 * 9), 3, { padding: 1 })),
        projection("a", "b", dense(ramp(2 * 3 * 30)), []),
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
    const net = small([2, 6, 5]);
    // Fully connected layers take square maps: the last layer reads features alone.
    const square = {
      ...net,
      populations: [net.populations[0], population("b", [2, 4, 3])],
      projections: [net.projections[0], projection("a", "b", convolution(ramp(2 * 3 * 9), 3))],
    };
    expect(await expectSame(speck2f, square, rows, { camera: "on", ...options })).toBeGreaterThan(100);
  });
});
