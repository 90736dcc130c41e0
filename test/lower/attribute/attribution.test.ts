/** An attribution must find what was broken: networks are spoilt in one known place, and the address has to be that place. */
import { describe, expect, it } from "vitest";
import { addressOf } from "../../../src/lower/attribute/address.ts";
import { type Attribution, createAttributor } from "../../../src/lower/attribute/attribution.ts";
import { pairLayers } from "../../../src/lower/attribute/pair-layers.ts";
import { createScorer } from "../../../src/lower/attribute/scores.ts";
import { lower } from "../../../src/lower/lower.ts";
import { isIntegrateAndFire, type Law, type Network } from "../../../src/network/network.ts";
import { silenceOf } from "../../../src/simulate/silence.ts";
import type { NumericRules } from "../../../src/target/rules.ts";
import { graphOf } from "../../graph/small-graphs.ts";
import { affine, relu, seeded } from "../graph-parts.ts";
import { lesserRules, optionsFor } from "../lowering.ts";

const random = seeded(11);
const graph = graphOf(
  [8],
  [
    affine(random, 16, 8),
    relu({ name: "first" }),
    affine(random, 16, 16),
    relu({ name: "second" }),
    affine(random, 16, 16),
    relu({ name: "third" }),
    affine(random, 4, 16),
  ],
);
const options = optionsFor(graph, { timesteps: 64, samples: 50 });
const sound = lower(graph, options).network;

function attribute(network: Network): Attribution {
  const attributor = createAttributor(pairLayers(graph, network));
  const { values, samples } = options.calibration;
  for (let sample = 0; sample < samples; sample++)
    attributor.add(Float32Array.from(values.subarray(sample * 8, (sample + 1) * 8)), -1);
  return attributor.result();
}

/** The network with another law in one population. */
function spoilt(name: string, change: (law: Law) => Partial<Law>): Network {
  const populations = sound.populations.map((population) =>
    population.name === name && isIntegrateAndFire(population)
      ? { ...population, law: { ...population.law, ...change(population.law) } }
      : population,
  );
  return { ...sound, populations };
}

describe("an attribution", () => {
  it("loses little at 64 steps, and rounding to 64 levels less than half of what 2 levels lose", () => {
    const { stages, samples } = attribute(sound);
    expect(samples).toBe(50);
    expect(stages.map(({ stage }) => stage)).toEqual([
      "original",
      "integers",
      "saturated",
      "levels",
      "steps",
    ]);
    expect(stages[0]).toMatchObject({ accuracy: null, agreement: 1, logitError: 0 });
    for (const { stage, logitError } of stages) expect(logitError, stage).toBeLessThan(0.1);
    const coarse = attribute(lower(graph, { ...options, timesteps: 2 }).network);
    expect(coarse.stages[3].logitError).toBeGreaterThan(2 * stages[3].logitError);
  });

  it.each(["first", "second", "third"])(
    "names the layer %s whose thresholds were spoilt, from the front and as the cure",
    (name) => {
      const network = spoilt(name, ({ threshold }) => ({ threshold: threshold.map((value) => 3 * value) }));
      const address = addressOf(attribute(network));
      expect(address.stage?.name).toBe("steps");
      expect(address.layer?.name).toBe(name);
      expect(address.cure?.name).toBe(name);
    },
  );

  it("names stage integers where weights have three bits", () => {
    const { network } = lower(graph, { ...options, weightBits: 3 });
    expect(addressOf(attribute(network)).stage?.name).toBe("integers");
  });

  it("names stage saturated where a spike is worth too little", () => {
    const populations = sound.populations.map((population) =>
      population.name === "second" && isIntegrateAndFire(population)
        ? {
            ...population,
            spikeValue: population.spikeValue.map((value) => value / 4),
            law: {
              ...population.law,
              threshold: population.law.threshold.map((value) => Math.ceil(value / 4)),
            },
          }
        : population,
    );
    // The weights behind see spikes that are worth a quarter: four times as many integers for the same floats.
    const projections = sound.projections.map((projection) =>
      projection.source === "second"
        ? {
            ...projection,
            connection: {
              ...projection.connection,
              weights: projection.connection.weights.map((weight) => Math.round(weight / 4)),
            },
          }
        : projection,
    ) as Network["projections"];
    const { stages } = attribute({ ...sound, populations, projections });
    expect(stages[2].logitError - stages[1].logitError).toBeGreaterThan(0.2);
  });

  it("leaves out single layers in floats where a chip compares after every event, and keeps the rest", () => {
    const rules: NumericRules = {
      ...lesserRules["spikes in, strict comparison, hard reset, no bias, no vInit"],
      compare: ["ge"],
      accumulate: "event",
    };
    const { network } = lower(graph, { ...options, rules });
    const attribution = attribute(network);
    for (const { name, floated } of attribution.layers) expect(floated, name).toBeNull();
    const steps = attribution.stages[4];
    expect(steps.agreement).toBeGreaterThan(0.5);
    expect({ ...attribution.layers.at(-1)!.upTo, stage: "steps" }).toEqual(steps);
    expect(addressOf(attribution)).toMatchObject({ stage: expect.anything(), cure: null });
  });

  it("knows a layer that went silent, and that all behind it did", () => {
    const network = spoilt("second", () => ({ threshold: Int32Array.of(2 ** 30) }));
    const silence = silenceOf(network, attribute(network).activity);
    expect(silence).toMatchObject({ first: "second", toTheEnd: expect.any(Boolean) });
    expect(silence?.sources.map(({ name }) => name)).toEqual(["first"]);
    expect(silenceOf(sound, attribute(sound).activity)).toBeNull();
  });
});

describe("a score", () => {
  it("ignores what is common to all classes, and counts what is not", () => {
    const scorer = createScorer();
    scorer.add(Float64Array.of(11, 12, 13), Float64Array.of(1, 2, 3), 2);
    expect(scorer.score()).toEqual({ accuracy: 1, agreement: 1, logitError: 0 });
    scorer.add(Float64Array.of(3, 2, 1), Float64Array.of(1, 2, 3), 2);
    // Centred: (-1, 0, 1) against (1, 0, -1): 8 of squared difference over 2 + 2 of squared logits.
    expect(scorer.score()).toEqual({ accuracy: 0.5, agreement: 0.5, logitError: Math.sqrt(8 / 4) });
  });

  it("takes a single logit as it is: yes or no at 0", () => {
    const scorer = createScorer();
    scorer.add(Float64Array.of(-1), Float64Array.of(1), -1);
    expect(scorer.score()).toEqual({ accuracy: null, agreement: 0, logitError: 2 });
  });
});
