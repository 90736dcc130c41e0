import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluate } from "../../src/graph/evaluate.ts";
import type { Graph } from "../../src/graph/graph.ts";
import { checkFold } from "../../src/lower/check-fold.ts";
import { fold } from "../../src/lower/fold.ts";
import { inhibitMaxPools } from "../../src/lower/inhibit-max-pool.ts";
import { lower } from "../../src/lower/lower.ts";
import { measure } from "../../src/lower/measure.ts";
import type { InputKind, LoweringOptions } from "../../src/lower/options.ts";
import type { MaxPoolKind } from "../../src/lower/recipe.ts";
import { rewrite } from "../../src/lower/rewrite.ts";
import { graphOf } from "../graph/small-graphs.ts";
import { evaluateFolded } from "./evaluate-folded.ts";
import { affine, convolution, flatten, maxPool, relu, samplesOf, seeded } from "./graph-parts.ts";
import { genericRules, lesserRules, networkLogits, optionsFor } from "./lowering.ts";
import { arbitraryGraph } from "./random-graphs.ts";

const random = seeded(11);
const around = [1, 1, 1, 1] as const;

/** Two convolutions with a pool behind each. */
const pooled = graphOf(
  [1, 12, 12],
  [
    convolution(random, 4, 1, { padding: around }),
    relu(),
    maxPool([2, 2]),
    convolution(random, 4, 4, { kernel: [3, 3] }),
    relu(),
    maxPool([2, 2]),
    flatten(),
    affine(random, 5, 16),
  ],
);

const poolsOf = ({ activations }: ReturnType<typeof fold>) =>
  activations.filter(({ kind }) => kind === "maxPool").length;

/** Of all logits of `pooled` on 64 samples. */
function squaredError(settings: Parameters<typeof optionsFor>[1], maxPool: MaxPoolKind | undefined): number {
  const count = 64;
  const samples = samplesOf(seeded(5), [1, 12, 12], count);
  const exact = evaluate(pooled, samples, count).get(pooled.output)!;
  const { network } = lower(pooled, { ...optionsFor(pooled, settings), recipe: { maxPool } });
  return networkLogits(network, samples, count).reduce(
    (sum, own, s) => sum + own.reduce((e, v, i) => e + (v - exact[s * 5 + i]) ** 2, 0),
    0,
  );
}

describe("neurons that inhibit each other", () => {
  it("are the maximum of their window, whatever convolutions, residuals and strides lie around it", () => {
    let taken = 0;
    const check = fc.property(arbitraryGraph, fc.nat(), (graph, seed) => {
      const folded = fold(rewrite(graph));
      const apart = inhibitMaxPools(folded, () => true);
      taken += poolsOf(folded) - poolsOf(apart);
      const sample = Float64Array.from(samplesOf(seeded(seed), graph.nodes[0].shape, 1, -1));
      const expected = evaluate(graph, sample, 1).get(graph.output)!;
      const largest = Math.max(1, ...expected.map(Math.abs));
      evaluateFolded(apart, [...sample]).forEach((logit, i) => {
        expect(Math.abs(logit - expected[i]) / largest, `logit ${i}`).toBeLessThan(1e-9);
      });
    });
    fc.assert(check, { numRuns: 250 });
    expect(taken).toBeGreaterThan(50);
  });

  it("have the values that the conversion aims at", () => {
    const rewritten = rewrite(pooled);
    const apart = inhibitMaxPools(fold(rewritten), () => true);
    expect(poolsOf(apart)).toBe(0);
    const samples = samplesOf(seeded(1), [1, 12, 12], 3);
    const values = measure(rewritten, apart, { values: samples, samples: 3, inputScale: null });
    expect(() => checkFold(apart, values, 3)).not.toThrow();
  });

  it("are as many as the map had", () => {
    const neurons = (maxPool: MaxPoolKind) => {
      const { network } = lower(pooled, { ...optionsFor(pooled), recipe: { maxPool } });
      return network.populations.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
    };
    // Of 12 x 12 and 4 x 4 places in 4 channels each; a pool of its own adds 6 x 6 and 2 x 2.
    expect(neurons("inhibit")).toBe(4 * (144 + 16) + 5);
    expect(neurons("or")).toBe(4 * (144 + 16) + 4 * (36 + 4) + 5);
  });

  it("stay a pool where windows reach over the border, or where the map is bounded above", () => {
    const bounded = graphOf(
      [1, 6, 6],
      [convolution(random, 2, 1), relu({ maximum: 1 }), maxPool([2, 2]), flatten(), affine(random, 2, 8)],
    );
    const padded = graphOf(
      [1, 5, 5],
      [
        convolution(random, 2, 1),
        relu(),
        maxPool([2, 2], [2, 2], [1, 1, 0, 0]),
        flatten(),
        affine(random, 2, 8),
      ],
    );
    for (const graph of [bounded, padded])
      expect(poolsOf(inhibitMaxPools(fold(graph), () => true)), graph.name).toBe(1);
  });
});

describe("on a chip that counts, in up to three timesteps", () => {
  const countsOf = (graph: Graph, settings: Partial<LoweringOptions>) =>
    lower(graph, { ...optionsFor(graph), ...settings }).network.populations.filter(
      ({ kind }) => kind === "maxCount",
    ).length;

  it("they stand for pools that nobody chose a kind for", () => {
    expect([1, 2, 3, 4].map((timesteps) => countsOf(pooled, { timesteps }))).toEqual([0, 0, 0, 2]);
    expect(countsOf(pooled, { timesteps: 2, recipe: { copies: 4 } })).toBe(0);
    expect(countsOf(pooled, { timesteps: 2, recipe: { maxPool: "count" } })).toBe(2);
  });

  it("they do not where one pool has no such form, few bits leave none to kernels, or nothing is searched", () => {
    const both = graphOf(
      [1, 8, 8],
      [
        convolution(random, 2, 1),
        relu(),
        maxPool([2, 2]),
        convolution(random, 2, 2, { kernel: [1, 1] }),
        relu(),
        maxPool([2, 2], [2, 2], [1, 1, 0, 0]),
        flatten(),
        affine(random, 2, 8),
      ],
    );
    expect(poolsOf(inhibitMaxPools(fold(rewrite(both)), () => true))).toBe(1);
    expect(countsOf(both, { timesteps: 2 })).toBe(2);
    expect(countsOf(pooled, { timesteps: 2, weightBits: 4, input: "analog" })).toBe(2);
    expect(countsOf(pooled, { timesteps: 2, recipe: { method: { kind: "max" } } })).toBe(2);
    expect(countsOf(pooled, { timesteps: 2, recipe: { reset: "zero" } })).toBe(2);
  });

  it("they come nearer to the maximum than counts in a single one", () => {
    const errorOf = (maxPool: MaxPoolKind | undefined) => squaredError({ timesteps: 1 }, maxPool);
    expect(errorOf(undefined)).toBeLessThan(errorOf("count"));
  });
});

describe("on a chip that cannot count", () => {
  it.each([4, 8, 16, 32])("they come nearer to the maximum than an OR of spikes at T = %i", (timesteps) => {
    const rules = lesserRules["no counting pools"];
    const errorOf = (maxPool: MaxPoolKind) => squaredError({ rules, timesteps }, maxPool);
    expect(errorOf("inhibit")).toBeLessThan(errorOf("or"));
  });

  it("their inhibition takes several synapses, none with more bits than a weight has", () => {
    const { network } = lower(pooled, { ...optionsFor(pooled), recipe: { maxPool: "inhibit" } });
    const inhibiting = network.projections.filter(({ connection }) => connection.kind === "oneToOne");
    const pairs = new Set(inhibiting.map(({ source, target }) => `${source} -> ${target}`));
    expect(inhibiting.length).toBeGreaterThan(pairs.size);
    for (const { name, connection } of inhibiting)
      for (const weight of connection.weights) expect(Math.abs(weight), name).toBeLessThanOrEqual(127);
    const single = { ...genericRules, weights: { ...genericRules.weights, parallel: 1 } };
    const alone = lower(pooled, { ...optionsFor(pooled, { rules: single }), recipe: { maxPool: "inhibit" } });
    const own = alone.network.projections.filter(({ connection }) => connection.kind === "oneToOne");
    expect(own.length).toBe(pairs.size);
  });

  it("those behind an analog input stay an OR at few bits, which would leave their kernels nothing", () => {
    const ors = (weightBits: number, input: InputKind) => {
      const { network } = lower(pooled, {
        ...optionsFor(pooled, { weightBits, input }),
        recipe: { maxPool: "inhibit" },
      });
      return network.populations.filter(({ name }) => /^MaxPool[^:]*$/.test(name)).length;
    };
    expect(ors(8, "analog")).toBe(0);
    expect(ors(4, "analog")).toBe(1);
    expect(ors(4, "rate")).toBe(0);
  });
});
