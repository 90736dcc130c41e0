/** Tables of raw values, whose units differ by 10^4 and whose normalization lies in the graph, keep their accuracy. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluate } from "../../src/graph/evaluate.ts";
import { type Graph, type Shape, sizeOf } from "../../src/graph/graph.ts";
import { createStager, statesOfStage } from "../../src/lower/attribute/layer-states.ts";
import { pairLayers } from "../../src/lower/attribute/pair-layers.ts";
import { fold } from "../../src/lower/fold.ts";
import { lower } from "../../src/lower/lower.ts";
import { absorbNormalization } from "../../src/lower/normalize-input.ts";
import type { LoweringOptions } from "../../src/lower/options.ts";
import { rewrite } from "../../src/lower/rewrite.ts";
import type { Input, Network, Normalization } from "../../src/network/network.ts";
import { sampleInput } from "../../src/simulate/encode.ts";
import { createEngine } from "../../src/simulate/engine.ts";
import { loihi2 } from "../../targets/loihi2/index.ts";
import { graphOf } from "../graph/small-graphs.ts";
import { evaluateFolded } from "./evaluate-folded.ts";
import {
  add,
  affine,
  averagePool,
  convolution,
  flatten,
  normalization,
  pad,
  relu,
  seeded,
} from "./graph-parts.ts";
import { genericRules, networkLogits, optionsFor } from "./lowering.ts";

const random = seeded(23);

/** Normal enough: the sum of four uniform values, mean 0 and variance 1. */
const normal = () => (random() + random() + random() + random() - 2) * Math.sqrt(3);

/** Column i has the unit 10^i, up to 10^4, and a mean of some units; `signed` tells whether values below 0 occur. */
interface Units {
  readonly shape: Shape;
  readonly unit: (channel: number) => number;
  readonly mean: (channel: number) => number;
}

const table = (mean: number): Units => ({
  shape: [10],
  unit: (column) => 10 ** (column % 5),
  mean: (column) => mean * 10 ** (column % 5),
});

/** Values whose channel c has mean(c) and the standard deviation unit(c). */
function samplesOf({ shape, unit, mean }: Units, count: number): Float32Array {
  const size = sizeOf(shape);
  const channelOf = (i: number) => Math.floor(((i % size) * shape[0]) / size);
  return Float32Array.from(
    { length: size * count },
    (_, i) => mean(channelOf(i)) + unit(channelOf(i)) * normal(),
  );
}

/** What a graph normalizes by before its first layer. */
function normalizing({ shape, unit, mean }: Units) {
  const channels = Array.from({ length: shape[0] }, (_, i) => i);
  return {
    type: "Normalization" as const,
    scale: Float64Array.from(channels, (i) => 1 / unit(i)),
    shift: Float64Array.from(channels, (i) => -mean(i) / unit(i)),
  };
}

function tableGraph(units: Units): Graph {
  return graphOf(units.shape, [
    normalizing(units),
    affine(random, 24, units.shape[0]),
    relu(),
    affine(random, 4, 24),
  ]);
}

const largest = (values: ArrayLike<number>) =>
  Array.from(values).reduce((best, value, i, all) => (value > all[best] ? i : best), 0);

/** Share of samples with the class of the float graph. */
function agreement(graph: Graph, network: Network, samples: Float32Array, count: number): number {
  const logits = evaluate(graph, samples, count).get(graph.output)!;
  const classes = logits.length / count;
  const found = networkLogits(network, samples, count);
  const same = found.filter(
    (own, i) => largest(own) === largest(logits.subarray(i * classes, (i + 1) * classes)),
  );
  return same.length / count;
}

function optionsOf(graph: Graph, units: Units, change: Partial<LoweringOptions> = {}): LoweringOptions {
  const calibration = { values: samplesOf(units, 200), samples: 200, inputScale: null };
  return { ...optionsFor(graph, { timesteps: 32 }), calibration, ...change };
}

function normalizationOf(network: Network): Normalization | undefined {
  const { encoder } = sampleInput(network);
  return "normalization" in encoder ? encoder.normalization : undefined;
}

describe("a table whose columns differ in unit by 10^4", () => {
  const ways: [string, Units, Partial<LoweringOptions>][] = [
    ["as currents", table(0), {}],
    ["as currents, without negative values", table(8), {}],
    ["as rates, a pair of channels a value", table(0), { input: "rate" }],
    ["as rates, without negative values", table(8), { input: "rate", timesteps: 64 }],
    [
      "as rates with a zero point, where there is no channel for a pair",
      table(0),
      { input: "rate", timesteps: 64, rules: { ...genericRules, inputChannels: 10 } },
    ],
    ["as changes of sigma-delta neurons", table(0), { neurons: "sigmaDelta", rules: loihi2.chip.rules }],
  ];

  it.each(ways)("keeps its classes %s", (_, units, change) => {
    const graph = tableGraph(units);
    const { network, notes, explanations } = lower(graph, optionsOf(graph, units, change));
    expect(explanations[0]).toMatchObject({ layer: "input", choices: [{ what: "scales" }] });
    expect(normalizationOf(network)?.divisor.length).toBe(10);
    expect(notes.filter(({ where }) => where === "input")).toEqual([]);
    expect(agreement(graph, network, samplesOf(units, 200), 200)).toBeGreaterThanOrEqual(0.95);
  });

  it("emits the same spikes in either engine", () => {
    const units = table(0);
    const graph = tableGraph(units);
    const { network } = lower(graph, optionsOf(graph, units, { input: "rate", timesteps: 8 }));
    const [wasm, reference] = (["wasm", "reference"] as const).map((engine) =>
      createEngine(network, { engine }),
    );
    const samples = samplesOf(units, 5);
    for (let i = 0; i < 5; i++) {
      const sample = samples.subarray(10 * i, 10 * i + 10);
      expect([...wasm.runSample(sample).readings[0]]).toEqual([...reference.runSample(sample).readings[0]]);
    }
  });

  it("is paired with its model: the original stage is the float network, and integers are near it", () => {
    const units = table(0);
    const graph = tableGraph(units);
    for (const input of ["analog", "rate"] as const) {
      const { network } = lower(graph, optionsOf(graph, units, { input }));
      const stager = createStager(pairLayers(graph, network));
      const sample = samplesOf(units, 1);
      const exact = evaluate(graph, sample, 1).get(graph.output)!;
      const logits = (stage: "original" | "integers") =>
        statesOfStage(stager, sample, stage).get(network.readout.population)!.values;
      logits("original").forEach((value, i) => {
        expect(Math.abs(value - exact[i]), `${input}, logit ${i}`).toBeLessThan(1e-4);
      });
      logits("integers").forEach((value, i) => {
        expect(Math.abs(value - exact[i]), `${input}, logit ${i} of integers`).toBeLessThan(0.1);
      });
    }
  });
});

describe("a map whose channels differ in unit", () => {
  it("has a scale a channel, in front of padded convolutions too", () => {
    const units: Units = {
      shape: [3, 6, 6],
      unit: (channel) => 100 ** channel,
      mean: (channel) => 3 * 100 ** channel,
    };
    const parts = [
      normalizing(units),
      convolution(random, 6, 3, { padding: [1, 1, 1, 1], stride: [2, 2], groups: 3 }),
      relu(),
      flatten(),
      affine(random, 4, 54),
    ];
    const graph = graphOf(units.shape, parts);
    const { network } = lower(graph, optionsOf(graph, units));
    expect(normalizationOf(network)?.divisor.length).toBe(3);
    expect(agreement(graph, network, samplesOf(units, 100), 100)).toBeGreaterThanOrEqual(0.93);
  });
});

describe("one scale is kept", () => {
  const kept = (graph: Graph, options: LoweringOptions) =>
    expect(normalizationOf(lower(graph, options).network)).toBeUndefined();

  it("for a table of like ranges, and one whose model makes nothing of the small columns", () => {
    const like: Units = { shape: [10], unit: (column) => 1 + (column % 3), mean: () => 0 };
    const graph = tableGraph(like);
    kept(graph, optionsOf(graph, like));
    const plain = graphOf([10], [affine(random, 24, 10), relu(), affine(random, 4, 24)]);
    kept(plain, optionsOf(plain, table(0)));
  });

  it("for integers of a file, which pass as they are", () => {
    const units: Units = { shape: [10], unit: (column) => (column % 2 === 0 ? 20 : 0.1), mean: () => 100 };
    const graph = tableGraph(units);
    const { calibration } = optionsOf(graph, units);
    kept(graph, optionsOf(graph, units, { calibration: { ...calibration, inputScale: 1 } }));
  });

  it("without calibration inputs", () => {
    const graph = tableGraph(table(0));
    kept(
      graph,
      optionsOf(graph, table(0), {
        calibration: { values: new Float32Array(0), samples: 0, inputScale: null },
      }),
    );
  });
});

describe("a warning", () => {
  it("names a value that few levels are left of, where one scale a channel is all there is", () => {
    // Left and right half of one channel in units of their own: a convolution shares its weights among them.
    const graph = graphOf([1, 4, 8], [convolution(random, 4, 1), relu(), flatten(), affine(random, 3, 48)]);
    const values = Float32Array.from({ length: 100 * 32 }, (_, i) => (i % 8 < 4 ? 0.01 : 1) * random());
    const calibration = { values, samples: 100, inputScale: null };
    const { notes } = lower(graph, { ...optionsFor(graph), calibration });
    const found = notes.find(({ where }) => where === "input");
    expect(found?.level).toBe("warning");
    expect(found?.text).toMatch(/16 of 32 values keep fewer than 16 levels \(value \d+: [23]\)/);
  });

  it("stays away where values of few levels lose nothing by rounding", () => {
    const graph = graphOf([4], [affine(random, 8, 4), relu(), affine(random, 3, 8)]);
    const values = Float32Array.from({ length: 400 }, (_, i) =>
      i % 4 < 2 ? Math.round(random()) : random(),
    );
    const { notes } = lower(graph, {
      ...optionsFor(graph),
      calibration: { values, samples: 100, inputScale: null },
    });
    expect(notes.filter(({ where }) => where === "input")).toEqual([]);
  });
});

describe("weights take a normalization back", () => {
  const around = [1, 1, 1, 1] as const;
  const graphs: [string, Graph][] = [
    ["a dense layer", graphOf([8], [affine(random, 5, 8), relu(), affine(random, 3, 5)])],
    [
      "a padded convolution",
      graphOf([4, 3, 5], [convolution(random, 3, 4, { padding: around, stride: [2, 1] }), relu()]),
    ],
    [
      "a grouped convolution behind padding",
      graphOf([4, 3, 5], [pad([1, 0, 2, 1]), convolution(random, 6, 4, { groups: 2 }), relu()]),
    ],
    [
      "a pool and a dense layer",
      graphOf(
        [4, 4, 4],
        [averagePool([2, 2]), flatten(), affine(random, 5, 16), relu(), affine(random, 3, 5)],
      ),
    ],
    [
      "an element-wise layer that is added to a convolution",
      graphOf(
        [4, 3, 5],
        [
          normalization(random, 4, { name: "left" }),
          convolution(random, 4, 4, { padding: around }, { name: "right", inputs: ["input"] }),
          add(["left", "right"]),
          relu(),
        ],
      ),
    ],
  ];

  it.each(graphs)("exactly in front of %s", (_, graph) => {
    const folded = fold(rewrite(graph));
    const { shape } = graph.nodes[0];
    const size = sizeOf(shape);
    const entry = fc.record({
      offset: fc.double({ min: -50, max: 50, noNaN: true }),
      divisor: fc.double({ min: 0.01, max: 100, noNaN: true }),
    });
    const check = fc.property(
      fc.array(entry, { minLength: shape[0], maxLength: shape[0] }),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: size, maxLength: size }),
      (units, sample) => {
        const own: Normalization = {
          offset: Float64Array.from(units, ({ offset }) => offset),
          divisor: Float64Array.from(units, ({ divisor }) => divisor),
        };
        const quantization = { scale: 1, zeroPoint: 0, bits: 8, signed: false, normalization: own };
        const input: Input = {
          name: "input",
          shape,
          encoder: { kind: "analog", ...quantization },
          polarity: "unsigned",
        };
        const unit = (i: number) => units[Math.floor((i * shape[0]) / size)];
        const raw = sample.map((value, i) => value * unit(i).divisor + unit(i).offset);
        const expected = evaluateFolded(folded, raw);
        evaluateFolded(absorbNormalization(folded, input), sample).forEach((value, i) => {
          expect(Math.abs(value - expected[i]), `value ${i}`).toBeLessThan(
            1e-9 * (1 + Math.abs(expected[i])),
          );
        });
      },
    );
    fc.assert(check, { numRuns: 30 });
  });
});
