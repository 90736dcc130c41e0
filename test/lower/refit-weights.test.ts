import { describe, expect, it } from "vitest";
import type { Graph } from "../../src/graph/graph.ts";
import { pooledRates } from "../../src/lower/calibrate/pooled-rates.ts";
import { type Conversion, scaledDrives, valuesOf } from "../../src/lower/conversion.ts";
import { convert } from "../../src/lower/lower.ts";
import type { Recipe } from "../../src/lower/recipe.ts";
import { refitWeights } from "../../src/lower/refit-weights.ts";
import { operandRates } from "../../src/lower/row-groups.ts";
import type { ScaledDrive } from "../../src/lower/scaled-drive.ts";
import { type GraphPart, graphOf } from "../graph/small-graphs.ts";
import {
  affine,
  averagePool,
  convolution,
  correlatedSamples,
  flatten,
  maxPool,
  relu,
  seeded,
} from "./graph-parts.ts";
import { optionsFor } from "./lowering.ts";

const random = seeded(17);
const deep = (parts: readonly GraphPart[] = [], values = 54) =>
  graphOf(
    [2, 8, 8],
    [
      convolution(random, 6, 2),
      relu(),
      convolution(random, 6, 6, { groups: 2, padding: [1, 1, 1, 1] }),
      relu(),
      ...parts,
      averagePool([2, 2]),
      flatten(),
      affine(random, 5, values),
    ],
  );

function converted(graph: Graph, recipe: Partial<Recipe> = {}, samples = 60): Conversion {
  const values = correlatedSamples(graph.nodes[0].shape, samples, 7);
  const calibration = { values, samples, inputScale: null };
  return convert(graph, { ...optionsFor(graph, { timesteps: 4 }), recipe, calibration });
}

const lastOf = (conversion: Conversion) => conversion.folded.activations.at(-1)!;

/** Squared error of the logits that weights and constants of the output make of the rates, in the samples from .. to - 1. */
function logitError(
  conversion: Conversion,
  scaled: readonly ScaledDrive[],
  constant: Float64Array,
  from: number,
  to: number,
): number {
  const exact = valuesOf(conversion, lastOf(conversion));
  const [rates] = operandRates(conversion, scaled);
  const [{ weights }] = scaled;
  let error = 0;
  for (let sample = from; sample < to; sample++) {
    const met = rates(sample);
    constant.forEach((bias, label) => {
      const logit = met.reduce((sum, rate, i) => sum + rate * weights[label * met.length + i], bias);
      error += (logit - exact[sample * constant.length + label]) ** 2;
    });
  }
  return error;
}

function refit(conversion: Conversion, name?: string) {
  const { activations } = conversion.folded;
  const activation = activations.find((one) => one.name === name) ?? lastOf(conversion);
  const scaled = scaledDrives(conversion, activation);
  return { activation, scaled, result: refitWeights(conversion, activation, scaled) };
}

describe("weights refit to what a layer really gets", () => {
  it("change where populations are heard, kernels and dense layers alike, and not where the input is", () => {
    const conversion = converted(deep());
    const shares = conversion.folded.activations.map(({ name }) => refit(conversion, name).result.share);
    expect(shares[0]).toBe(0);
    for (const share of shares.slice(1)) {
      expect(share).toBeGreaterThan(0);
      expect(share).toBeLessThanOrEqual(1);
    }
  });

  it("bring logits of samples that they were not fitted to nearer", () => {
    const conversion = converted(
      deep([convolution(random, 6, 6, { padding: [1, 1, 1, 1] }), relu()]),
      {},
      160,
    );
    const { scaled, result } = refit({ ...conversion, samples: 100 });
    const { constant } = lastOf(conversion);
    const before = logitError(conversion, scaled, constant, 100, 160);
    expect(logitError(conversion, result.scaled, result.constant, 100, 160)).toBeLessThan(0.9 * before);
  });

  it("are none where the sources bring what they should, but for less than rounding costs", () => {
    const conversion = converted(deep());
    const { activation, scaled, result } = refit(conversion);
    expect(result.share).toBeGreaterThan(0);
    const [{ source, sourceShape }] = activation.drives;
    const { store, spikeValue } = conversion.sources.get(source)!;
    const rates = pooledRates(store, sourceShape, []);
    const emitted = Array.from({ length: conversion.samples }, (_, sample) => [...rates(sample)]).flat();
    const neurons = emitted.length / conversion.samples;
    const almost = emitted.map(
      (rate, i) => 1.02 * rate * spikeValue[Math.floor(((i % neurons) * spikeValue.length) / neurons)],
    );
    const values = new Map(conversion.values).set(source, Float64Array.from(almost));
    expect(refitWeights({ ...conversion, values }, activation, scaled).share).toBe(0);
  });

  it("leave weights of 0 as no synapses", () => {
    const graph = deep();
    for (const node of graph.nodes)
      if (node.type === "Conv2d" || node.type === "Affine")
        for (let i = 0; i < node.weight.data.length; i += 3) node.weight.data[i] = 0;
    const conversion = converted(graph);
    const { scaled, result } = refit(conversion);
    for (const [drive, { weights }] of scaled.entries())
      for (const [i, weight] of weights.entries())
        expect(result.scaled[drive].weights[i] === 0, `weight ${i}`).toBe(weight === 0);
  });

  it("stay numbers where a source's spikes are worth nothing", () => {
    const conversion = converted(deep());
    const [{ source }] = lastOf(conversion).drives;
    const { spikeValue, ...rest } = conversion.sources.get(source)!;
    conversion.sources.set(source, {
      ...rest,
      spikeValue: spikeValue.map((value, i) => (i === 2 ? 0 : value)),
    });
    const { result } = refit(conversion);
    expect(result.share).toBeGreaterThan(0);
    for (const value of [...result.scaled[0].weights, ...result.constant])
      expect(value).toSatisfy(Number.isFinite);
  });

  it("leave the integers of a quantized model alone", () => {
    const graph = deep();
    const conversion = converted(graph);
    const { activation, scaled } = refit(conversion);
    const grid = scaled.map((drive) => ({
      ...drive,
      weights: drive.weights.map((_, i) => ((i * 7) % 41) - 20),
    }));
    const { scaled: moved, share } = refitWeights(conversion, activation, grid);
    expect(share).toBe(0);
    expect(moved.map(({ weights }) => weights)).toEqual(grid.map(({ weights }) => weights));
  });

  it("are none of networks of flat layers, of those with ORs, of other methods, and without bias correction", () => {
    const flat = graphOf([12], [affine(random, 8, 12), relu(), affine(random, 4, 8)]);
    const pooled = deep([maxPool([2, 2], [1, 1])], 24);
    for (const conversion of [
      converted(flat),
      converted(pooled, { maxPool: "or" }),
      converted(deep(), { method: { kind: "mse" } }),
      converted(deep(), { biasCorrection: false }),
    ]) {
      const { activation, scaled, result } = refit(conversion);
      expect(result.share).toBe(0);
      expect(result.scaled).toBe(scaled);
      expect(result.constant).toBe(activation.constant);
    }
  });
});
