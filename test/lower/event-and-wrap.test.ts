import { describe, expect, it } from "vitest";
import { boundMembranes } from "../../src/lower/legalise/bound-membranes.ts";
import { compareEveryEvent } from "../../src/lower/legalise/compare-every-event.ts";
import { searchRules } from "../../src/lower/search-rules.ts";
import { isIntegrateAndFire, type Network, plainLaw } from "../../src/network/network.ts";
import { createSimulator } from "../../src/simulate/reference.ts";
import type { NumericRules } from "../../src/target/rules.ts";
import { dense, network, projection, spikeInput, train } from "../targets/odin-family/networks.ts";
import { genericRules } from "./lowering.ts";

const wrapping: NumericRules = {
  ...genericRules,
  state: { low: -64, high: 63, overflow: "wrap" },
  floor: ["subtract"],
};
const eventDriven: NumericRules = {
  ...genericRules,
  accumulate: "event",
  reset: ["zero"],
  threshold: { low: 1, high: 30, granularity: "neuron" },
  state: { low: 0, high: 255, overflow: "saturate" },
};

function twoLayers(): Network {
  const layer = (name: string, threshold: number) => ({
    name,
    shape: [1],
    kind: "integrateAndFire" as const,
    law: { ...plainLaw, threshold: Int32Array.of(threshold), vInit: Int32Array.of(threshold >> 1) },
    spikeValue: Float64Array.of(1.5),
    membraneUnit: new Float64Array(0),
    origin: [],
  });
  return network({
    timesteps: 30,
    inputs: [spikeInput("in", 2)],
    populations: [layer("hidden", 20), layer("output", 12)],
    projections: [
      projection("in", "hidden", dense([[-20, -9]])),
      projection("hidden", "output", dense([[5]])),
    ],
  });
}

const lawOf = (net: Network, name: string) => {
  const population = net.populations.find((candidate) => candidate.name === name)!;
  if (!isIntegrateAndFire(population)) throw new Error(`${name} has no law`);
  return { ...population.law, spikeValue: population.spikeValue };
};

describe("boundMembranes", () => {
  const always = train({ in: Array.from({ length: 30 }, () => [0, 1]) });

  it("puts the floor one step's loss above the end of the range, and inhibition no longer wraps into spikes", () => {
    const bounded = boundMembranes(twoLayers(), wrapping);
    expect(lawOf(bounded, "hidden").floor).toEqual({ kind: "subtract", value: Int32Array.of(-64 + 29) });
    const { train: spikes } = createSimulator(bounded).run(always);
    expect(spikes.events.get("hidden")!.neurons).toHaveLength(0);
    const unbounded = {
      ...bounded,
      populations: bounded.populations.map((population) =>
        isIntegrateAndFire(population)
          ? { ...population, law: { ...population.law, floor: null } }
          : population,
      ),
    };
    const wrapped = createSimulator(unbounded).run(always).train;
    expect(wrapped.events.get("hidden")!.neurons.length).toBeGreaterThan(0);
  });

  it("leaves chips alone whose membranes saturate", () => {
    const net = twoLayers();
    expect(boundMembranes(net, genericRules)).toBe(net);
  });
});

describe("compareEveryEvent", () => {
  const legal = compareEveryEvent(twoLayers(), eventDriven);

  it("makes the law compare after every event and reset to zero", () => {
    expect(lawOf(legal, "output")).toMatchObject({ accumulate: "event", reset: { kind: "zero" } });
    expect(lawOf(legal, "output").threshold[0]).toBe(12);
  });

  it("doubles thresholds above a floor at rest within the chip's range, and what a spike is worth", () => {
    const { threshold, vInit, spikeValue } = lawOf(legal, "hidden");
    expect([threshold[0], vInit[0], spikeValue[0]]).toEqual([30, 20, 3]);
  });

  it("lets no membrane start at its threshold", () => {
    const narrow = { ...eventDriven, threshold: { low: 1, high: 15, granularity: "neuron" } } as const;
    const { threshold, vInit } = lawOf(compareEveryEvent(twoLayers(), narrow), "hidden");
    expect([threshold[0], vInit[0]]).toEqual([15, 14]);
  });

  it("leaves chips alone that compare once a step", () => {
    const net = twoLayers();
    expect(compareEveryEvent(net, genericRules)).toBe(net);
  });
});

describe("searchRules", () => {
  it("changes nothing for chips that no later pass makes behave otherwise", () => {
    expect(searchRules(genericRules)).toBe(genericRules);
    expect(searchRules(wrapping).state.overflow).toBe("saturate");
    expect(searchRules(eventDriven).reset).toEqual(["subtract"]);
  });
});
