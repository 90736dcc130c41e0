import fastCheck from "fast-check";
import { describe, expect, it } from "vitest";
import { loihi1, loihi2 } from "../../../targets/loihi2/index.ts";
import {
  analog,
  convolutions,
  type Drawn,
  expectSame,
  leakyRecurrent,
  plainChains,
  spikes,
} from "./networks.ts";

/** Runs drawn networks; they must fire, or the comparison would be of silence. */
async function expectAllSame(
  target: typeof loihi2,
  drawn: fastCheck.Arbitrary<Drawn>,
  runs: number,
): Promise<void> {
  let compared = 0;
  await fastCheck.assert(
    fastCheck.asyncProperty(drawn, async ({ net, rows }) => {
      compared += await expectSame(target, net, rows);
    }),
    { numRuns: runs, seed: 23, endOnFailure: true },
  );
  expect(compared).toBeGreaterThan(10 * runs);
}

describe("what loihi2 is given computes what the network says", () => {
  it("for plain neurons with biases behind spikes", async () => {
    await expectAllSame(loihi2, plainChains(spikes), 40);
  });

  it("for plain neurons with biases behind numbers, sent as graded spikes", async () => {
    await expectAllSame(loihi2, plainChains(analog), 40);
  });

  it("for leaky, recurrent neurons in the chip's own units, with delays", async () => {
    await expectAllSame(loihi2, leakyRecurrent, 40);
  });

  it("for convolutions with groups, strides, dilation, padding and pools", async () => {
    await expectAllSame(loihi2, convolutions, 25);
  });
});

describe("what loihi1 is given computes what the network says", () => {
  it("for leaky, recurrent neurons in the chip's own units, with delays", async () => {
    await expectAllSame(loihi1, leakyRecurrent, 40);
  });

  it("for plain neurons with biases behind spikes", async () => {
    await expectAllSame(loihi1, plainChains(spikes), 30);
  });
});
