import fastCheck from "fast-check";
import { describe, expect, it } from "vitest";
import { type IntegrateAndFirePopulation, type Network, plainLaw } from "../../../src/network/network.ts";
import type { SpikeTrain } from "../../../src/network/spikes.ts";
import { createSimulator } from "../../../src/simulate/reference.ts";
import { compareTrains } from "../../../src/target/compare.ts";
import { createGrid } from "../../../targets/ranc/grid.ts";
import { ranc } from "../../../targets/ranc/index.ts";
import { readRancJson } from "../../../targets/ranc/read-json.ts";
import { readPacketWord } from "../../../targets/ranc/read-memory.ts";
import { tableOf } from "../../../targets/ranc/tables.ts";
import { compareOnChip, digitsFor, originalRight, rightInSimulation } from "../digits-on-chip.ts";
import { dense, network, projection, spikeInput, train } from "../odin-family/networks.ts";

const range = { low: -256, high: 255, overflow: "wrap" } as const;

function layer(
  name: string,
  parameters: Partial<Record<"threshold" | "bias" | "vInit", number[]>>,
  size: number,
): IntegrateAndFirePopulation {
  const { threshold = [9], bias = [0], vInit = [0] } = parameters;
  return {
    name,
    shape: [size],
    kind: "integrateAndFire",
    law: {
      ...plainLaw,
      overflowV: range,
      threshold: Int32Array.from(threshold),
      bias: Int32Array.from(bias),
      vInit: Int32Array.from(vInit),
      floor: { kind: "subtract", value: Int32Array.of(-60) },
    },
    spikeValue: Float64Array.of(1),
    membraneUnit: new Float64Array(0),
    origin: [],
  };
}

async function compare(net: Network, input: SpikeTrain) {
  const { train: simulated } = createSimulator(net).run(input);
  const placement = ranc.place(net, { observe: "all" });
  const device = await ranc.open(await ranc.emit(placement));
  const stimulus = ranc.stimulus(placement, { ...input, steps: simulated.steps });
  const first = await device.run(stimulus, simulated.steps);
  await device.reset();
  expect(await device.run(stimulus, simulated.steps)).toEqual(first);
  const layers = net.populations.map(({ name }) => name);
  return { ...compareTrains(simulated, ranc.readings(placement, first), layers), placement };
}

const rows = (targets: number, sources: number, low = -8, high = 7) =>
  fastCheck.array(
    fastCheck.array(fastCheck.integer({ min: low, max: high }), { minLength: sources, maxLength: sources }),
    { minLength: targets, maxLength: targets },
  );
const integers = (count: number, min: number, max: number) =>
  fastCheck.array(fastCheck.integer({ min, max }), { minLength: count, maxLength: count });

describe("the road to ranc and back", () => {
  it("gives the spikes of the simulator on random networks with loops, biases and delays", async () => {
    const parts = fastCheck.record({
      into: rows(6, 4),
      out: rows(3, 6),
      loop: rows(6, 6, -2, 1),
      threshold: integers(6, 1, 40),
      bias: integers(6, -3, 3),
      vInit: integers(6, -20, 20),
      outBias: integers(3, -2, 1),
      delays: integers(3, 1, 15),
      spikes: fastCheck.array(fastCheck.subarray([0, 1, 2, 3]), { minLength: 20, maxLength: 20 }),
    });
    await fastCheck.assert(
      fastCheck.asyncProperty(parts, async ({ into, out, loop, delays, outBias, spikes, ...own }) => {
        const net = network({
          timesteps: 20,
          inputs: [spikeInput("in", 4)],
          // The first layer waits for delays[0] steps: with a latency of 1 it may start anywhere.
          populations: [layer("hidden", own, 6), layer("output", { threshold: [30], bias: outBias }, 3)],
          projections: [
            projection("in", "hidden", dense(into), 1),
            projection("hidden", "hidden", dense(loop), delays[1]),
            projection("hidden", "output", dense(out), delays[2]),
          ],
        });
        // Biases act on the chip from the first tick on: those that would leave the range first are refused, not run.
        const drift = Math.max(...outBias.map(Math.abs)) * delays[2];
        if (drift >= 30) return;
        const { first } = await compare(net, train({ in: spikes }));
        expect(first).toBeNull();
      }),
      { numRuns: 40, seed: 8 },
    );
  });

  it("splits a layer over cores and copies its sources for each of them", async () => {
    const wide = 300;
    const net = network({
      timesteps: 12,
      inputs: [spikeInput("in", 3)],
      populations: [
        layer("wide", { threshold: [5] }, wide),
        layer("narrow", { threshold: [4] }, 2),
        layer("output", { threshold: [3] }, 200),
      ],
      projections: [
        projection("in", "wide", dense(Array.from({ length: wide }, (_, i) => [i % 4, 2, (i % 3) + 1])), 1),
        projection(
          "in",
          "narrow",
          dense([
            [3, 1, 2],
            [1, 1, 1],
          ]),
          1,
        ),
        projection("narrow", "output", dense(Array.from({ length: 200 }, (_, i) => [i % 3, -(i % 2)])), 1),
      ],
    });
    const input = train({ in: Array.from({ length: 12 }, (_, t) => (t % 3 === 0 ? [0, 1] : [2])) });
    const placement = ranc.place(net);
    expect(placement.report.uses[0]).toMatchObject({ resource: "cores" });
    const { train: simulated } = createSimulator(net).run(input);
    const device = await ranc.open(await ranc.emit(placement));
    const events = await device.run(
      ranc.stimulus(placement, { ...input, steps: simulated.steps }),
      simulated.steps,
    );
    const { spikes, mismatches } = compareTrains(simulated, ranc.readings(placement, events), ["output"]);
    expect(mismatches).toBe(0);
    expect(spikes).toBeGreaterThan(100);
  });

  it("names every reason why a network does not fit", () => {
    const net = network({
      inputs: [spikeInput("in", 200)],
      populations: [layer("wide", {}, 2)],
      projections: [
        projection(
          "in",
          "wide",
          dense([new Array(200).fill(0).map((_, i) => (i % 8) - 4), new Array(200).fill(1)]),
          16,
        ),
      ],
    });
    expect(() => ranc.place(net)).toThrow(
      /axons of a core \(200 sources, 3 each\) 600, at most 256[\s\S]*delay \(1 to 15\) 16, at most 15/,
    );
  });

  it("says where 9 bits are not proven, and not where they are", () => {
    const build = (weight: number) =>
      network({
        inputs: [spikeInput("in", 4)],
        populations: [layer("out", { threshold: [40] }, 1)],
        projections: [projection("in", "out", dense([[weight, weight, weight, weight]]), 1)],
      });
    expect(ranc.place(build(7)).report.notes).toEqual([]);
    expect(ranc.place(build(28)).report.notes.join()).toContain("out: not proven");
  });
});

describe("a table of four weights", () => {
  it("adds up to every weight of its neuron", () => {
    const weights = fastCheck.array(
      fastCheck.integer({ min: -7, max: 7 }).filter((w) => w !== 0),
      { minLength: 1 },
    );
    fastCheck.assert(
      fastCheck.property(weights, fastCheck.integer({ min: 1, max: 9 }), (own, factor) => {
        const scaled = own.map((weight) => weight * factor);
        const table = tableOf(scaled, 4)!;
        for (const weight of scaled) {
          const planes = table.planesOf(weight);
          const sum = table.weights.reduce((total, w, plane) => total + (planes & (1 << plane) ? w : 0), 0);
          expect(sum).toBe(weight);
        }
      }),
    );
  });
});

describe("digits_mlp on ranc, T = 16", async () => {
  const net = await digitsFor(ranc.chip.rules, 16, 1000);

  it("loses at most 1 point on the 500 test images", () => {
    expect((originalRight - rightInSimulation(net)) / 5).toBeLessThanOrEqual(1);
  });

  it("spikes on the chip as in the simulator, in every layer and step", async () => {
    const { spikes, mismatches, first } = await compareOnChip(ranc, net, 20);
    expect(first).toBeNull();
    expect(mismatches).toBe(0);
    expect(spikes).toBeGreaterThan(1000);
  });

  it("gives the same outputs from the simulator's JSON, without wraps, as from the memory files", async () => {
    const placement = ranc.place(net);
    const image = await ranc.emit(placement);
    const json = (name: string) =>
      JSON.parse(new TextDecoder().decode(image.artifacts.find((artifact) => artifact.name === name)!.bytes));
    const { configuration } = readRancJson(json("config.json"), json("network.json"));
    expect(configuration.potentialBits).toBeNull();
    const grid = createGrid(configuration);
    const input = train({
      input: Array.from({ length: 16 }, (_, t) =>
        Array.from({ length: 64 }, (_, i) => i).filter((i) => (i * 7 + t) % 5 < 2),
      ),
    });
    const named = { ...input, events: new Map([[net.inputs[0].name, input.events.get("input")!]]) };
    const stimulus = ranc.stimulus(placement, named);
    const device = await ranc.open(image);
    const { addresses } = await device.run(stimulus, 16);
    const outputs = stimulus.charges.map((charges, step) => {
      const row = step === 0 ? [] : grid.tick();
      for (const [word] of charges) grid.receive(readPacketWord(word));
      return row;
    });
    expect(outputs).toEqual(addresses);
    expect(outputs.flat().length).toBeGreaterThan(5);
  });
});

describe("damaged files", () => {
  it("are refused with file and place", async () => {
    const net = network({
      inputs: [spikeInput("in", 2)],
      populations: [layer("out", {}, 2)],
      projections: [
        projection(
          "in",
          "out",
          dense([
            [1, 2],
            [3, -4],
          ]),
          1,
        ),
      ],
    });
    const image = await ranc.emit(ranc.place(net));
    const withFile = (name: string, text: string) => ({
      ...image,
      artifacts: image.artifacts.map((artifact) =>
        artifact.name === name ? { name, bytes: new TextEncoder().encode(text) } : artifact,
      ),
    });
    for (const [name, text] of [
      ["csram_000.mem", "0102\n"],
      ["tc_000.mem", "0\n"],
      ["config.json", "{}"],
      ["network.json", "[1"],
      ["network.json", '{"packets": [], "output_bus": {"coordinates": [0], "num_outputs": 2}, "cores": []}'],
    ])
      await expect(ranc.open(withFile(name, text))).rejects.toMatchObject({ code: "SPK-0404" });
  });
});
