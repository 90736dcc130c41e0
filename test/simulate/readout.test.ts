import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Network, Readout } from "../../src/network/network.ts";
import { classify, logitsOf } from "../../src/simulate/classify.ts";
import { encodeSample } from "../../src/simulate/encode.ts";
import { readTrain } from "../../src/simulate/readout.ts";
import { createSimulator } from "../../src/simulate/reference.ts";
import { dense, networkOf, population, spikesIn } from "./small-networks.ts";

/** Three classes behind a hidden layer that is two steps late. */
function classifier(read: Readout["read"], timesteps: number, maxSpikes = 1): Network {
  const own = { vInit: Int32Array.of(5), maxSpikes };
  return networkOf({
    inputs: [spikesIn(3)],
    populations: [population("hidden", own, 3), population("classes", own, 3)],
    projections: [
      dense("input", "hidden", [9, 1, 0, 2, 7, 1, 0, -3, 12], 2),
      dense("hidden", "classes", [12, -4, 2, 1, 8, 3, -2, 5, 25], 1),
    ],
    timesteps,
    read,
  });
}

const spikes = (timesteps: number) =>
  fc.array(fc.nat(1), { minLength: 3 * timesteps, maxLength: 3 * timesteps });

function runOf(network: Network, sample: readonly number[], readAt?: readonly number[]) {
  return createSimulator(network).run(encodeSample(network, sample), readAt === undefined ? {} : { readAt });
}

describe("a reading", () => {
  const sample = [1, 0, 1, 0, 0, 1, 0, 1, 0, 1, 0, 1];

  it("of counts adds the spikes of the window that starts at the readout's latency", () => {
    const { readings, train } = runOf(classifier("count", 4, 0), sample);
    const { neurons, values, offsets } = train.events.get("classes")!;
    const expected = [0, 0, 0];
    for (let event = offsets[3]; event < offsets[7]; event++)
      expected[neurons[event]] += values?.[event] ?? 1;
    expect([...readings[0]]).toEqual(expected);
    expect(Math.max(...expected)).toBeGreaterThan(4); // Some step gave several spikes at once.
  });

  it("of first spikes is T - step, and 0 for a class that stayed silent", () => {
    const { readings, train } = runOf(classifier("firstSpike", 4), sample);
    const { neurons, offsets } = train.events.get("classes")!;
    const expected = [0, 1, 2].map((neuron) => {
      const steps = [0, 1, 2, 3].filter((step) =>
        neurons.subarray(offsets[3 + step], offsets[4 + step]).includes(neuron),
      );
      return steps.length === 0 ? 0 : 4 - steps[0];
    });
    expect([...readings[0]]).toEqual(expected);
    expect(new Set(expected).size).toBeGreaterThan(1);
  });

  it("of membranes is the state after the last step that counts", () => {
    const network = classifier("membrane", 4);
    const run = createSimulator(network).run(encodeSample(network, sample), {
      membranes: new Set(["classes"]),
    });
    expect(run.readings[0]).toEqual(run.membranes.get("classes")!.at(-1));
    expect(run.tieBreaks[0]).toEqual(run.readings[0]);
  });

  it.each(["count", "firstSpike"] as const)("of a train alone is the same: %s", (read) => {
    const network = classifier(read, 4);
    const { train, readings } = runOf(network, sample);
    expect(readTrain(network, train)).toEqual(readings[0]);
  });

  it.each(["membrane", "count", "firstSpike"] as const)(
    "at t steps is that of a run of t steps: %s",
    (read) => {
      const check = fc.property(spikes(6), (long) => {
        const readAt = [5, 1, 6, 2];
        const run = runOf(classifier(read, 6), long, readAt);
        readAt.forEach((timesteps, i) => {
          const short = runOf(classifier(read, timesteps), long.slice(0, 3 * timesteps));
          expect(run.readings[i], `reading at ${timesteps}`).toEqual(short.readings[0]);
          expect(run.tieBreaks[i], `membranes at ${timesteps}`).toEqual(short.tieBreaks[0]);
        });
      });
      fc.assert(check, { numRuns: 60 });
    },
  );
});

describe("classify", () => {
  it("takes the largest reading", () => {
    expect(classify([1, 5, 3], null)).toEqual({ label: 1, tied: false });
    expect(classify([-4, -9], null)).toEqual({ label: 0, tied: false });
  });

  it("takes the lower index of a tie where membranes are not readable", () => {
    expect(classify([1, 7, 7], null)).toEqual({ label: 1, tied: true });
  });

  it("takes the larger membrane of a tie", () => {
    expect(classify([7, 7, 7], [1, 2, 3])).toEqual({ label: 2, tied: true });
    expect(classify([7, 7, 1], [5, 2, 9])).toEqual({ label: 0, tied: true });
  });

  it("takes the lower index where membranes tie as well", () => {
    expect(classify([7, 7], [4, 4])).toEqual({ label: 0, tied: true });
  });

  it("forgets a tie that a larger reading ends", () => {
    expect(classify([7, 7, 8], [0, 9, 0])).toEqual({ label: 2, tied: false });
  });
});

describe("logits", () => {
  it("are (reading scale + offset) / T", () => {
    const network: Network = {
      ...classifier("count", 4),
      readout: { population: "classes", read: "count", scale: 0.5, offset: -8 },
    };
    expect([...logitsOf(network, Float64Array.of(0, 20), 4)]).toEqual([-2, 0.5]);
  });
});
