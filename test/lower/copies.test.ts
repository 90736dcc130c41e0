/** Several neurons for one activation: K copies of one spike a step are one neuron of up to K spikes a step. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { joinCopies, nameWithoutCopy, splitIntoCopies } from "../../src/lower/copies.ts";
import { lower } from "../../src/lower/lower.ts";
import type { RecipeOptions } from "../../src/lower/recipe.ts";
import { checkNetwork } from "../../src/network/check.ts";
import { isIntegrateAndFire, type Network, plainLaw } from "../../src/network/network.ts";
import { encodeSample } from "../../src/simulate/encode.ts";
import { createSimulator } from "../../src/simulate/reference.ts";
import { graphOf } from "../graph/small-graphs.ts";
import { traceOf } from "../simulate/small-laws.ts";
import { affine, convolution, flatten, maxPool, relu, seeded } from "./graph-parts.ts";
import { genericRules, lesserRules, optionsFor } from "./lowering.ts";

const random = seeded(31);
const graph = graphOf(
  [1, 6, 6],
  [
    convolution(random, 3, 1, { padding: [1, 1, 1, 1] }),
    relu(),
    maxPool([2, 2]),
    flatten(),
    affine(random, 8, 27),
    relu({ maximum: 0.7 }),
    affine(random, 3, 8),
  ],
);

/** One population that hears its input unchanged, as the lowering makes it before it is split. */
function oneNeuron(copies: number, threshold: number, vInit: number): Network {
  const law = {
    ...plainLaw,
    maxSpikes: copies,
    threshold: Int32Array.of(threshold),
    vInit: Int32Array.of(vInit),
  };
  const population = { shape: [1], origin: [], membraneUnit: new Float64Array(0) };
  return {
    name: "one neuron",
    timesteps: 1,
    inputs: [{ name: "input", shape: [1], encoder: { kind: "spikes" }, polarity: "unsigned" }],
    populations: [
      { ...population, kind: "integrateAndFire", name: "neuron", law, spikeValue: Float64Array.of(0.25) },
    ],
    projections: [
      {
        name: "input -> neuron",
        source: "input",
        target: "neuron",
        delay: 0,
        pools: [],
        connection: { kind: "oneToOne", weights: Int8Array.of(1) },
      },
    ],
    readout: { population: "neuron", read: "count", scale: 1, offset: 0 },
    provenance: { version: "test", modelHash: "", calibrationHash: "", options: [] },
    notes: [],
  };
}

/** Readings of every calibration sample. */
function readingsOf(network: Network) {
  const { values, samples } = optionsFor(graph).calibration;
  const size = values.length / samples;
  const simulator = createSimulator(network);
  return Array.from({ length: samples }, (_, sample) => {
    const input = encodeSample(network, values.subarray(sample * size, (sample + 1) * size));
    return simulator.run(input).readings;
  });
}

const laws = ({ populations }: Network) => populations.filter(isIntegrateAndFire).map(({ law }) => law);

describe("copies of a neuron", () => {
  it("send in sum, step by step, what one neuron of so many spikes a step sends", () => {
    const currents = fc.array(fc.integer({ min: -900, max: 900 }), { minLength: 1, maxLength: 30 });
    const check = fc.property(
      fc.integer({ min: 2, max: 16 }),
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: -400, max: 700 }),
      currents,
      (copies, threshold, vInit, steps) => {
        const network = oneNeuron(copies, threshold, vInit);
        const rows = steps.map((current) => [current]);
        const [one] = laws(network).map((law) => traceOf(law, rows).spikes.flat());
        const several = laws(splitIntoCopies(network)).map((law) => traceOf(law, rows).spikes.flat());
        expect(several.length).toBe(copies);
        expect(several.flat().every((spikes) => spikes <= 1)).toBe(true);
        one.forEach((spikes, step) => {
          expect(
            several.reduce((sum, train) => sum + train[step], 0),
            `step ${step}`,
          ).toBe(spikes);
        });
      },
    );
    fc.assert(check, { numRuns: 500 });
  });

  it("are told apart by name, and each stands for the activation with as many times the worth", () => {
    const { populations, projections } = splitIntoCopies(oneNeuron(3, 10, 5));
    expect(populations.map(({ name }) => name)).toEqual(["neuron copy 1", "neuron copy 2", "neuron copy 3"]);
    expect(populations.map(({ spikeValue }) => [...spikeValue])).toEqual([[0.75], [0.75], [0.75]]);
    expect(projections.map(({ name, target }) => [name, target])).toEqual(
      [1, 2, 3].map((copy) => [`input -> neuron copy ${copy}`, `neuron copy ${copy}`]),
    );
    expect(nameWithoutCopy("neuron copy 2")).toBe("neuron");
    expect(nameWithoutCopy("a -> b copy 2 to 1")).toBe("a -> b");
    expect(nameWithoutCopy("copyist")).toBe("copyist");
  });
});

describe("a MaxPool as an OR of copies", () => {
  const pooled = (maxPool: "or" | "count", timesteps: number) => {
    const { network } = lower(graph, { ...optionsFor(graph, { timesteps }), recipe: { copies: 5, maxPool } });
    checkNetwork(network);
    return network;
  };

  it("is an OR for each copy of the map, heard by all that follows", () => {
    const { populations, projections } = pooled("or", 3);
    const ors = populations.filter(isIntegrateAndFire).filter(({ law }) => law.reset.kind === "zero");
    expect(ors.map(({ name }) => name)).toEqual([1, 2, 3, 4, 5].map((copy) => `MaxPool2d3 copy ${copy}`));
    for (const { name, law } of ors) {
      expect(law).toMatchObject({ maxSpikes: 1, threshold: Int32Array.of(1), vInit: Int32Array.of(0) });
      const heard = projections.filter(({ target }) => target === name).map(({ source }) => source);
      expect(heard).toEqual([name.replace("MaxPool2d3", "ReLU2")]);
    }
    expect(projections.filter(({ source }) => source === "MaxPool2d3 copy 2").length).toBe(5);
  });

  it("is the maximum in a single step: the logits of a pool that counts, bit for bit", () => {
    const largest = readingsOf(pooled("count", 1));
    readingsOf(pooled("or", 1)).forEach((any, sample) => {
      expect(any, `sample ${sample}`).toEqual(largest[sample]);
    });
  });

  it("cannot be joined: how many of the copies fire is no matter of how many spikes a window sends", () => {
    expect(() => joinCopies(pooled("or", 3))).toThrow(expect.objectContaining({ code: "SPK-0806" }));
  });
});

describe("a network with copies", () => {
  const lowered = (copies: number, rules = genericRules, timesteps = 4, recipe: RecipeOptions = {}) =>
    lower(graph, { ...optionsFor(graph, { rules, timesteps }), recipe: { ...recipe, copies } });

  it.each([
    ["pools that count", genericRules],
    ["neurons that inhibit each other", lesserRules["no counting pools"]],
    ["one threshold a layer", lesserRules["one threshold a layer"]],
    ["12-bit membranes", lesserRules["12-bit saturating membranes"]],
    ["no bias, and delays", lesserRules["no bias, delays of 1 and more"]],
  ] as const)("holds together and keeps every rule of the chip: %s", (_name, rules) => {
    const { network } = lowered(4, rules);
    checkNetwork(network);
    for (const law of laws(network)) {
      expect(law.maxSpikes).toBe(1);
      expect(Math.max(...law.threshold)).toBeLessThanOrEqual(rules.threshold.high);
    }
  });

  it("is, joined, the same network with a population for each activation", () => {
    const { network } = lowered(3);
    const joined = joinCopies(network);
    checkNetwork(joined);
    expect(splitIntoCopies(joined)).toEqual(network);
    expect(joined.populations.map(({ name }) => name)).toEqual(
      lowered(1).network.populations.map(({ name }) => name),
    );
    const apart = readingsOf(network);
    readingsOf(joined).forEach((together, sample) => {
      expect(together, `sample ${sample}`).toEqual(apart[sample]);
    });
  });

  it("follows the activations in one step as closely as one neuron each in as many steps as there are copies", () => {
    const errors = ({ layers }: ReturnType<typeof lowered>) => layers.map(({ rateError }) => rateError);
    const alike = { maxPool: "count" } as const; // Which is no default in a single step.
    const copies = errors(lowered(8, genericRules, 1, alike));
    const steps = errors(lowered(1, genericRules, 8, alike));
    const single = errors(lowered(1, genericRules, 1, alike));
    copies.forEach((error, layer) => {
      expect(error, `layer ${layer}`).toBeLessThan(1.5 * steps[layer]);
      expect(error, `layer ${layer}`).toBeLessThan(0.5 * single[layer]);
    });
  });
});
