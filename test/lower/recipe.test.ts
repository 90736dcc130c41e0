/** The choices of a conversion: defaults by what the target has, refusals, and what each choice does to the network. */
import { describe, expect, it } from "vitest";
import type { AffineNode } from "../../src/graph/graph.ts";
import { lower } from "../../src/lower/lower.ts";
import { completeRecipe, definedOnly, type RecipeOptions } from "../../src/lower/recipe.ts";
import { encodeNetwork } from "../../src/network/spk/spk.ts";
import { graphOf } from "../graph/small-graphs.ts";
import { firing } from "../network/firing.ts";
import { affine, convolution, flatten, maxPool, relu, seeded } from "./graph-parts.ts";
import { genericRules, lesserRules, optionsFor } from "./lowering.ts";

const random = seeded(12);
const graph = graphOf(
  [1, 8, 8],
  [
    convolution(random, 4, 1, { padding: [1, 1, 1, 1] }),
    relu({ name: "map" }),
    maxPool([2, 2]),
    flatten(),
    affine(random, 10, 64),
    relu({ name: "flat" }),
    affine(random, 3, 10),
  ],
);

const lowered = (recipe: RecipeOptions, rules = genericRules) =>
  lower(graph, { ...optionsFor(graph, { rules }), recipe });

function lawOf(recipe: RecipeOptions, name: string) {
  return firing(lowered(recipe).network.populations.find((population) => population.name === name)!).law;
}

describe("what nobody chose", () => {
  it("is what the target does best", () => {
    expect(completeRecipe({}, genericRules)).toEqual({
      method: { kind: "search" },
      scales: "channel",
      vInit: 0.5,
      biasCorrection: true,
      reset: "subtract",
      maxPool: "count",
      copies: 1,
    });
    expect(completeRecipe({}, lesserRules["reset to zero"]).reset).toBe("zero");
    expect(completeRecipe({}, lesserRules["no counting pools"]).maxPool).toBe("inhibit");
    expect(completeRecipe({ reset: "zero" }, lesserRules["no counting pools"]).maxPool).toBe("or");
    expect(completeRecipe({}, { ...lesserRules["no counting pools"], accumulate: "event" }).maxPool).toBe(
      "or",
    );
    expect(completeRecipe({ vInit: 0.7 }, lesserRules["no vInit"]).vInit).toBe(0);
  });

  it("can be laid under what somebody did", () => {
    expect(definedOnly({ reset: undefined, vInit: 0.2 })).toEqual({ vInit: 0.2 });
  });
});

describe("what the target does not have", () => {
  it.each([
    ["a reset", { reset: "subtract" }, lesserRules["reset to zero"]],
    ["a counting pool", { maxPool: "count" }, lesserRules["no counting pools"]],
    ["copies that a reset to zero would not keep apart", { copies: 2 }, lesserRules["reset to zero"]],
    ["copies that cannot start apart", { copies: 2 }, lesserRules["no vInit"]],
    ["copies where every spike that is due is sent", { copies: 2 }, { ...genericRules, maxSpikes: 0 }],
    ["copies where every event is compared", { copies: 2 }, { ...genericRules, accumulate: "event" }],
  ] as const)("is refused: %s", (_name, recipe, rules) => {
    expect(() => completeRecipe(recipe, rules)).toThrow(
      expect.objectContaining({ code: "SPK-0305", exitCode: 4 }),
    );
  });

  it("is refused as wrong usage where nobody could have it: membranes beyond their thresholds", () => {
    for (const vInit of [-0.1, 1.1, Number.NaN])
      expect(() => completeRecipe({ vInit }, genericRules)).toThrow(
        expect.objectContaining({ code: "SPK-0002" }),
      );
  });
});

describe("copies of neurons", () => {
  it("are 1 to 16", () => {
    for (const copies of [0, 17, 2.5, Number.NaN])
      expect(() => completeRecipe({ copies }, genericRules)).toThrow(
        expect.objectContaining({ code: "SPK-0002" }),
      );
  });
});

describe("a choice", () => {
  it("of the method moves thresholds: the maximum is the highest, a percentile lies below it", () => {
    const method = (kind: "max" | "mse") => lawOf({ method: { kind } }, "map").threshold;
    const percentile = (percent: number) =>
      lawOf({ method: { kind: "percentile", percent } }, "map").threshold;
    const largest = method("max");
    for (const [channel, threshold] of percentile(90).entries())
      expect(threshold, `channel ${channel}`).toBeLessThan(largest[channel]);
    expect(percentile(100)).toEqual(largest);
    for (const [channel, threshold] of method("mse").entries())
      expect(threshold, `channel ${channel}`).toBeLessThanOrEqual(largest[channel]);
  });

  it("of one scale a layer gives one threshold a layer, else there is one a channel", () => {
    expect(lawOf({ scales: "layer", method: { kind: "max" } }, "map").threshold.length).toBe(1);
    expect(lawOf({ scales: "channel", method: { kind: "max" } }, "map").threshold.length).toBe(4);
  });

  it("of starting membranes holds where nothing is searched", () => {
    for (const vInit of [0, 0.25, 1]) {
      const law = lawOf({ vInit, method: { kind: "mse" } }, "map");
      const expected = law.threshold.map((threshold) => Math.floor(threshold * vInit));
      expect(law.vInit).toEqual(vInit === 0 ? Int32Array.of(0) : expected);
    }
  });

  it("against bias correction leaves the biases of the model, times the factor of their unit", () => {
    const recipe = { biasCorrection: false, scales: "layer", method: { kind: "mse" } } as const;
    const bias = (graph.nodes.find(({ type }) => type === "Affine") as AffineNode).bias!;
    const found = lawOf(recipe, "flat").bias;
    const largest = bias.indexOf(Math.max(...bias.map(Math.abs)));
    const factor = found[largest] / bias[largest];
    found.forEach((value, i) => {
      expect(Math.abs(value - factor * bias[i]), `neuron ${i}`).toBeLessThanOrEqual(1);
    });
    expect(lawOf({ ...recipe, biasCorrection: true }, "flat").bias).not.toEqual(found);
  });

  it("of the reset and of the pool is what the populations do", () => {
    expect(lawOf({ reset: "zero" }, "map").reset.kind).toBe("zero");
    expect(lawOf({ reset: "subtract" }, "map").reset.kind).toBe("subtract");
    const kinds = (maxPool: "or" | "count") =>
      lowered({ maxPool }).network.populations.map(({ kind }) => kind);
    expect(kinds("count")).toContain("maxCount");
    expect(kinds("or")).not.toContain("maxCount");
  });

  it("gives the same bytes each time it is made, and others than another choice", () => {
    const choices: RecipeOptions[] = [
      {},
      { method: { kind: "max" } },
      { scales: "layer" },
      { maxPool: "or" },
      { biasCorrection: false },
      { reset: "zero" },
      { copies: 2 },
    ];
    const bytesOf = (recipe: RecipeOptions) =>
      Buffer.from(encodeNetwork(lowered(recipe).network)).toString("base64");
    const bytes = choices.map(bytesOf);
    expect(new Set(bytes).size).toBe(choices.length);
    expect(choices.map(bytesOf)).toEqual(bytes);
  });
});

describe("the explanation", () => {
  it("names every layer, what was chosen and why", () => {
    const { explanations, network } = lowered({});
    expect(explanations.map(({ layer }) => layer)).toEqual(network.populations.map(({ name }) => name));
    for (const { layer, choices } of explanations) {
      expect(choices.length, layer).toBeGreaterThan(0);
      for (const { what, value, why } of choices)
        for (const text of [what, value, why])
          expect(text, `${layer}: ${what}`).not.toMatch(/^$|undefined|NaN/);
    }
    const [map] = explanations;
    const { law } = firing(network.populations[0]);
    const threshold = map.choices.find(({ what }) => what === "threshold")!.value;
    expect(threshold).toBe(`${Math.min(...law.threshold)} .. ${Math.max(...law.threshold)}`);
  });
});
