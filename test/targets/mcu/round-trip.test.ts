import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Network } from "../../../src/network/network.ts";
import { classify } from "../../../src/simulate/classify.ts";
import { encodeSample } from "../../../src/simulate/encode.ts";
import { createEngine } from "../../../src/simulate/engine.ts";
import { readTrain } from "../../../src/simulate/readout.ts";
import { addComparisons, type Comparison, compareTrains, noComparison } from "../../../src/target/compare.ts";
import type { Target } from "../../../src/target/target.ts";
import { mcuTarget } from "../../../targets/mcu/index.ts";
import { draws, randomNetwork, randomSample } from "../../simulate/wasm/random-network.ts";
import { converted, samplesFor, tamed } from "./networks.ts";

/** Samples through simulator and model board: mismatches of all observed spikes, and classes of both. */
async function sideBySide(
  network: Network,
  target: Target,
  samples: readonly Float32Array[],
  observe: "readout" | "all",
) {
  const placement = target.place(network, { observe });
  const device = await target.open(await target.emit(placement));
  const engine = createEngine(network);
  let comparison: Comparison = noComparison;
  const classes = { simulated: [] as number[], board: [] as number[] };
  for (const sample of samples) {
    const input = encodeSample(network, sample);
    const { train, readings } = engine.run(input);
    await device.reset();
    const found = target.readings(
      placement,
      await device.run(target.stimulus(placement, input), train.steps),
    );
    comparison = addComparisons(comparison, compareTrains(train, found, placement.observed));
    classes.simulated.push(classify(readings[0], null).label);
    classes.board.push(classify(readTrain(network, found), null).label);
  }
  await device.close();
  return { comparison, classes };
}

const shareOf = (labels: Float32Array, classes: readonly number[]) =>
  classes.filter((label, i) => label === labels[i]).length / classes.length;

describe("digits_mlp on the model rp2040", () => {
  it("spikes as the simulation does on all 500 digits, and is right on 97 % of them or more", async () => {
    const network = await converted("digits_mlp", 16);
    const { samples, labels } = samplesFor("digits_mlp");
    const { comparison, classes } = await sideBySide(network, mcuTarget("rp2040"), samples, "all");
    expect(comparison).toMatchObject({ mismatches: 0, first: null });
    expect(comparison.spikes).toBeGreaterThan(10_000);
    expect(classes.board).toEqual(classes.simulated);
    expect(samples.length).toBe(500);
    expect(shareOf(labels, classes.board)).toBeGreaterThanOrEqual(0.97);
  });
});

describe("random networks", () => {
  it("spike alike in the simulator and on the model board: connections, pools, delays, feedback and the whole law", async () => {
    let spikes = 0;
    let ran = 0;
    await fc.assert(
      fc.asyncProperty(draws, async (draw) => {
        const drawn = randomNetwork(draw);
        const network = { ...drawn, populations: drawn.populations.map(tamed) };
        const samples = [randomSample(draw, network), randomSample(draw, network)].map((s) =>
          Float32Array.from(s),
        );
        const target = mcuTarget("cortex-m3");
        try {
          target.place(network, { observe: "all" });
        } catch (error) {
          // Sums that a 32-bit word might not hold are refused, as they should be.
          expect(error).toMatchObject({ code: "SPK-0401" });
          return;
        }
        const { comparison } = await sideBySide(network, target, samples, "all");
        expect(comparison).toMatchObject({ mismatches: 0, first: null });
        spikes += comparison.spikes;
        ran++;
      }),
      { numRuns: 50 },
    );
    expect(ran).toBeGreaterThan(25);
    expect(spikes).toBeGreaterThan(10_000);
  });
});
