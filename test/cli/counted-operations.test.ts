/** Energy comes from published numbers or from the user, each with its source, and from nowhere else. */
import { describe, expect, it } from "vitest";
import {
  type CountedRuns,
  energyOf,
  energyText,
  neurobenchText,
} from "../../src/cli/verification/counted-operations.ts";
import { type Network, plainLaw } from "../../src/network/network.ts";
import { allTargets, findTarget } from "../../src/target/registry.ts";

const network: Network = {
  name: "small",
  timesteps: 10,
  inputs: [{ name: "in", shape: [4], encoder: { kind: "spikes" }, polarity: "unsigned" }],
  populations: [
    {
      name: "out",
      shape: [5],
      kind: "integrateAndFire",
      law: plainLaw,
      spikeValue: Float64Array.of(1),
      membraneUnit: new Float64Array(0),
      origin: [],
    },
  ],
  projections: [
    {
      name: "in -> out",
      source: "in",
      target: "out",
      delay: 1,
      pools: [],
      connection: { kind: "dense", weights: new Int8Array(20).fill(1) },
    },
  ],
  readout: { population: "out", read: "count", scale: 1, offset: 0 },
  provenance: { version: "0", modelHash: "", calibrationHash: "", options: [] },
  notes: [],
};

const counted: CountedRuns = {
  samples: 3,
  spikes: 30,
  neurobench: {
    Footprint: 100,
    ConnectionSparsity: 0.25,
    ActivationSparsity: 0.5,
    SynapticOperations: { Effective_MACs: 0, Effective_ACs: 150, Dense: 200 },
  },
};

describe("the energy of a sample", () => {
  it("adds up what is published of each kind of operation, and names the source", async () => {
    const { chip } = await findTarget("loihi1");
    const energy = energyOf(chip, network, 200, counted, null)!;
    // 200 synaptic operations, 5 neurons for 10 + 1 steps, 30 spikes.
    expect(energy.picojoules).toBeCloseTo(200 * 23.6 + 55 * 81 + 30 * 1.7, 6);
    expect(energyText(chip, energy)).toMatch(/9\.23 nJ a sample[\s\S]*Davies et al\.[\s\S]*0\.75 V/);
  });

  it("is the user's number times the synaptic operations where one is given", async () => {
    const { chip } = await findTarget("xylo-audio3");
    const energy = energyOf(chip, network, 200, counted, 50)!;
    expect(energy).toMatchObject({ picojoules: 10_000, from: "--pj-per-synop" });
    expect(energyText(chip, energy)).toContain("10.0 nJ a sample");
  });

  it("is none where nothing is published, and says what would give one", async () => {
    const { chip } = await findTarget("xylo-audio3");
    expect(energyOf(chip, network, 200, counted, null)).toBeNull();
    expect(energyText(chip, null)).toMatch(/nothing is published[\s\S]*--pj-per-synop/);
  });

  it("has a source and conditions on every chip that has costs", async () => {
    const priced = (await allTargets()).filter(({ chip }) => chip.costs !== undefined);
    expect(priced.map(({ name }) => name)).toEqual(expect.arrayContaining(["loihi1", "odin"]));
    for (const { chip } of priced) {
      expect(chip.costs!.from.length).toBeGreaterThan(20);
      expect(chip.costs!.caveat.length).toBeGreaterThan(20);
    }
  });
});

describe("NeuroBench's counts in words", () => {
  it("have its names and the number of samples", () => {
    expect(neurobenchText(counted).replace(/\s+/g, " ")).toBe(
      "NeuroBench (3 samples): Footprint 100 bytes, ConnectionSparsity 25.0 %, ActivationSparsity 50.0 %, Effective_MACs 0, Effective_ACs 150, Dense 200 a sample",
    );
  });
});
