import fastCheck from "fast-check";
import { describe, expect, it } from "vitest";
import type { Network } from "../../../src/network/network.ts";
import type { SpikeTrain } from "../../../src/network/spikes.ts";
import { createSimulator } from "../../../src/simulate/reference.ts";
import { compareTrains } from "../../../src/target/compare.ts";
import type { Target } from "../../../src/target/target.ts";
import { odin } from "../../../targets/odin/index.ts";
import { tinyodin } from "../../../targets/tinyodin/index.ts";
import { dense, eventPopulation, network, projection, spikeInput, train } from "./networks.ts";

const steps = 6;
const inputs = 5;
const hidden = 6;
const outputs = 4;

async function compare(target: Target, net: Network, input: SpikeTrain) {
  const placement = target.place(net, { observe: "all" });
  const device = await target.open(await target.emit(placement));
  await device.reset();
  const first = await device.run(target.stimulus(placement, input), input.steps);
  await device.reset();
  const second = await device.run(target.stimulus(placement, input), input.steps);
  await device.close();
  // A second run after a reset must not remember the first.
  expect(second).toEqual(first);
  const { train: simulated } = createSimulator(net).run(input);
  return compareTrains(simulated, target.readings(placement, first), ["hidden", "output"]);
}

function arbitraryNetwork(target: Target, lowest: number) {
  const { chip } = target;
  const rows = (targets: number, sources: number) =>
    fastCheck.array(
      fastCheck.array(fastCheck.integer({ min: lowest, max: 7 }), { minLength: sources, maxLength: sources }),
      { minLength: targets, maxLength: targets },
    );
  const thresholds = (count: number) =>
    fastCheck.array(fastCheck.integer({ min: 4, max: 20 }), { minLength: count, maxLength: count });
  return fastCheck
    .record({
      into: rows(hidden, inputs),
      out: rows(outputs, hidden),
      hiddenThresholds: thresholds(hidden),
      outputThresholds: thresholds(outputs),
      vInit: fastCheck.integer({ min: chip.rules.vInit!.low < 0 ? -9 : 0, max: 3 }),
      leak: fastCheck.integer({ min: 0, max: 3 }),
      spikes: fastCheck.array(fastCheck.subarray([0, 1, 2, 3, 4]), { minLength: steps, maxLength: steps }),
    })
    .map(({ into, out, hiddenThresholds, outputThresholds, vInit, leak, spikes }) => ({
      input: train({ in: spikes }),
      net: network({
        timesteps: steps,
        inputs: [spikeInput("in", inputs)],
        populations: [
          eventPopulation(chip, "hidden", hiddenThresholds, [vInit], leak),
          eventPopulation(chip, "output", outputThresholds),
        ],
        projections: [projection("in", "hidden", dense(into)), projection("hidden", "output", dense(out))],
      }),
    }));
}

describe.each([
  { target: odin, lowest: -7 },
  { target: tinyodin, lowest: -8 },
])("the road to $target.name and back", ({ target, lowest }) => {
  it("gives the spikes of the simulator on random networks with leak, in every layer and step", async () => {
    await fastCheck.assert(
      fastCheck.asyncProperty(arbitraryNetwork(target, lowest), async ({ net, input }) => {
        const { first } = await compare(target, net, input);
        expect(first).toBeNull();
      }),
      { numRuns: 20, seed: 1781 },
    );
  });

  it("tells a network with another weight apart", async () => {
    const build = (weight: number) =>
      network({
        timesteps: steps,
        inputs: [spikeInput("in", 1)],
        populations: [
          eventPopulation(target.chip, "hidden", [6]),
          eventPopulation(target.chip, "output", [4]),
        ],
        projections: [
          projection("in", "hidden", dense([[weight]])),
          projection("hidden", "output", dense([[4]])),
        ],
      });
    const input = train({ in: [[0], [0], [0], [0], [0], [0]] });
    const placement = target.place(build(3), { observe: "all" });
    const device = await target.open(await target.emit(placement));
    const events = await device.run(target.stimulus(placement, input), input.steps);
    await device.close();
    const { train: other } = createSimulator(build(2)).run(input);
    expect(compareTrains(other, target.readings(placement, events), ["output"]).mismatches).toBeGreaterThan(
      0,
    );
  });

  it("names every reason why a network does not fit", () => {
    const net = network({
      inputs: [spikeInput("in", 200)],
      populations: [eventPopulation(target.chip, "wide", new Array<number>(100).fill(9))],
      projections: [projection("in", "wide", dense(new Array(100).fill(new Array(200).fill(9))), 2)],
    });
    expect(() => target.place(net)).toThrow(
      /neurons 300, at most 256[\s\S]*delay 2, at most 0[\s\S]*weight 9, at most 7/,
    );
  });

  it("refuses by name what its neurons do not do", () => {
    const plain = eventPopulation(target.chip, "odd", [9]);
    const odd = { ...plain, law: { ...plain.law, accumulate: "step", refractory: 2 } } as const;
    const net = network({
      inputs: [spikeInput("in", 1)],
      populations: [odd],
      projections: [projection("in", "odd", dense([[1]]))],
    });
    expect(() => target.place(net)).toThrow(/odd: compares once a step[\s\S]*no refractory time/);
  });

  it("writes the same image for the same network", async () => {
    const net = network({
      inputs: [spikeInput("in", 2)],
      populations: [eventPopulation(target.chip, "out", [9, 8])],
      projections: [
        projection(
          "in",
          "out",
          dense([
            [1, -2],
            [3, 4],
          ]),
        ),
      ],
    });
    expect(await target.emit(target.place(net))).toEqual(await target.emit(target.place(net)));
  });
});

describe("signs on odin", () => {
  it("take two addresses for the neurons of a layer that excites and inhibits, and are free on tinyodin", () => {
    const netFor = ({ chip }: Target) =>
      network({
        inputs: [spikeInput("in", 3)],
        populations: [eventPopulation(chip, "out", [9, 8])],
        projections: [
          projection(
            "in",
            "out",
            dense([
              [1, -2, 1],
              [3, 4, -1],
            ]),
          ),
        ],
      });
    const used = (target: Target) => target.place(netFor(target)).report.uses[0].used;
    expect(used(odin)).toBe(3 * 2 + 2);
    expect(used(tinyodin)).toBe(3 + 2);
  });
});
