/** Folding keeps the function: the folded network, computed from its definition, gives the Graph's own logits. */
import { describe, expect, it } from "vitest";
import { SpikecError } from "../../src/errors/error.ts";
import { checkGraph } from "../../src/graph/check.ts";
import { evaluate } from "../../src/graph/evaluate.ts";
import type { Graph, Shape } from "../../src/graph/graph.ts";
import { fold } from "../../src/lower/fold.ts";
import type { Folded } from "../../src/lower/folded.ts";
import { rewrite } from "../../src/lower/rewrite.ts";
import { type GraphPart, graphOf } from "../graph/small-graphs.ts";
import { evaluateFolded } from "./evaluate-folded.ts";
import {
  add,
  affine,
  averagePool,
  concat,
  convolution,
  flatten,
  maxPool,
  normalization,
  pad,
  quantize,
  relu,
  samplesOf,
  seeded,
} from "./graph-parts.ts";

const random = seeded(1);

/** Folds, and compares logits on samples in [-1, 1]. */
function foldedAsGraph(shape: Shape, parts: readonly GraphPart[]): Folded {
  const graph: Graph = graphOf(shape, parts);
  checkGraph(graph);
  const folded = fold(rewrite(graph));
  const count = 4;
  const samples = Float64Array.from(samplesOf(random, shape, count, -1));
  const expected = evaluate(graph, samples, count).get(graph.output)!;
  const perSample = samples.length / count;
  for (let sample = 0; sample < count; sample++) {
    const logits = evaluateFolded(folded, [
      ...samples.subarray(sample * perSample, (sample + 1) * perSample),
    ]);
    const size = logits.length;
    logits.forEach((value, i) => {
      expect(value, `sample ${sample}, logit ${i}`).toBeCloseTo(expected[sample * size + i], 9);
    });
  }
  return folded;
}

function populations(folded: Folded): string[] {
  return folded.activations.map(({ kind }) => kind);
}

describe("fold keeps the function of", () => {
  it("two fully connected layers in a row: they become one", () => {
    const folded = foldedAsGraph(
      [5],
      [affine(random, 7, 5), affine(random, 4, 7), relu(), affine(random, 3, 4)],
    );
    expect(populations(folded)).toEqual(["relu", "output"]);
  });

  it("a batch normalization before and behind a convolution", () => {
    foldedAsGraph(
      [2, 5, 5],
      [
        normalization(random, 2),
        convolution(random, 3, 2),
        normalization(random, 3),
        relu(),
        flatten(),
        affine(random, 2, 27),
      ],
    );
  });

  it("a normalization of the input in front of a padded convolution, whose border sees no shift", () => {
    const parts = [
      normalization(random, 2),
      convolution(random, 3, 2, { padding: [1, 1, 1, 1], stride: [2, 2] }),
      relu(),
      flatten(),
      affine(random, 2, 27),
    ];
    const [hidden] = foldedAsGraph([2, 5, 5], parts).activations;
    // Corner and middle of the first channel's map.
    expect(hidden.constant[0]).not.toBeCloseTo(hidden.constant[4], 3);
  });

  it("a residual sum with the identity", () => {
    const folded = foldedAsGraph(
      [2, 4, 4],
      [
        convolution(random, 2, 2, { padding: [1, 1, 1, 1] }),
        relu({ name: "trunk" }),
        convolution(random, 2, 2, { padding: [1, 1, 1, 1] }, { name: "branch" }),
        add(["trunk", "branch"]),
        relu(),
        flatten(),
        affine(random, 3, 32),
      ],
    );
    expect(folded.activations[1].drives.map(({ operator }) => operator.kind).sort()).toEqual([
      "convolution",
      "oneToOne",
    ]);
  });

  it("a residual sum with a strided 1x1 shortcut, both branches normalized", () => {
    foldedAsGraph(
      [2, 5, 5],
      [
        convolution(random, 3, 2, { padding: [1, 1, 1, 1] }),
        relu({ name: "trunk" }),
        convolution(random, 4, 3, { padding: [1, 1, 1, 1], stride: [2, 2] }),
        relu(),
        convolution(random, 4, 4, { padding: [1, 1, 1, 1] }),
        normalization(random, 4, { name: "branch" }),
        convolution(random, 4, 3, { kernel: [1, 1], stride: [2, 2] }, { inputs: ["trunk"] }),
        normalization(random, 4, { name: "shortcut" }),
        add(["branch", "shortcut"]),
        relu(),
        averagePool([3, 3]),
        flatten(),
        affine(random, 3, 4),
      ],
    );
  });

  const twoBranches = [
    convolution(random, 2, 1, {}, { name: "left", inputs: ["input"] }),
    relu({ name: "left relu" }),
    convolution(random, 3, 1, {}, { name: "right", inputs: ["input"] }),
    relu({ name: "right relu" }),
    concat(["left relu", "right relu"]),
  ];

  it("a Concat of two branches in front of a convolution", () => {
    foldedAsGraph(
      [1, 5, 5],
      [...twoBranches, convolution(random, 2, 5), relu(), flatten(), affine(random, 2, 2)],
    );
  });

  it("a Concat of two branches in front of a fully connected layer", () => {
    foldedAsGraph([1, 5, 5], [...twoBranches, flatten(), affine(random, 3, 45)]);
  });

  it("a Concat that is normalized, activated and pooled as one", () => {
    const folded = foldedAsGraph(
      [1, 6, 6],
      [
        ...twoBranches,
        normalization(random, 5, {}, true),
        relu(),
        maxPool([2, 2]),
        flatten(),
        affine(random, 3, 20),
      ],
    );
    expect(folded.activations.filter(({ kind }) => kind === "maxPool")).toHaveLength(2);
  });

  it("a Concat of flattened maps that is normalized feature by feature", () => {
    foldedAsGraph(
      [1, 4, 4],
      [
        ...twoBranches.slice(0, 4),
        flatten({ name: "left flat", inputs: ["left relu"] }),
        flatten({ name: "right flat", inputs: ["right relu"] }),
        concat(["left flat", "right flat"]),
        normalization(random, 20),
        relu(),
        affine(random, 3, 20),
      ],
    );
  });

  it("average pools: padded ones that count their zeros, one after the other, and a global one", () => {
    foldedAsGraph(
      [2, 7, 7],
      [
        convolution(random, 3, 2),
        relu(),
        averagePool([2, 2], [1, 1], [1, 1, 1, 1]),
        averagePool([2, 2]),
        convolution(random, 2, 3, { kernel: [2, 2] }),
        relu(),
        averagePool([2, 2]),
        flatten(),
        affine(random, 2, 2),
      ],
    );
  });

  it("a convolution with an average pool behind it and no activation between", () => {
    const folded = foldedAsGraph(
      [2, 8, 8],
      [
        convolution(random, 3, 2, { stride: [2, 2] }),
        averagePool([2, 2], [1, 1]),
        relu(),
        flatten(),
        affine(random, 2, 12),
      ],
    );
    expect(folded.activations[0].drives[0].operator.kind).toBe("convolution");
    expect(folded.activations[0].drives[0].pools).toEqual([]);
  });

  it("an average pool of the input itself", () => {
    foldedAsGraph(
      [2, 6, 6],
      [averagePool([2, 2]), convolution(random, 3, 2), relu(), flatten(), affine(random, 2, 3)],
    );
  });

  it("a pointwise convolution behind a convolution", () => {
    foldedAsGraph(
      [2, 7, 7],
      [
        convolution(random, 3, 2, { padding: [1, 0, 1, 2], dilation: [2, 1] }),
        convolution(random, 4, 3, { kernel: [1, 1], stride: [2, 1] }),
        relu(),
        flatten(),
        affine(random, 2, 4 * 3 * 7),
      ],
    );
  });

  it("a max-pool in front of its ReLU, also through a second pool", () => {
    const folded = foldedAsGraph(
      [1, 8, 8],
      [convolution(random, 2, 1), maxPool([2, 2]), maxPool([3, 3]), relu(), flatten(), affine(random, 2, 2)],
    );
    expect(populations(folded)).toEqual(["relu", "maxPool", "maxPool", "output"]);
  });

  it("a padded max-pool with overlapping windows behind a normalized ReLU", () => {
    foldedAsGraph(
      [1, 6, 6],
      [
        convolution(random, 2, 1),
        relu(),
        normalization(random, 2),
        maxPool([3, 3], [2, 2], [1, 1, 1, 1]),
        flatten(),
        affine(random, 2, 8),
      ],
    );
  });

  it("a Pad in front of a convolution, of an average pool, and of a max-pool of spikes", () => {
    const parts = [
      pad([1, 2, 0, 1]),
      convolution(random, 2, 1),
      relu(),
      pad([1, 1, 1, 1]),
      maxPool([2, 2]),
      pad([0, 1, 1, 0]),
      averagePool([2, 2], [2, 2], [0, 0, 0, 0], { countPadding: false }),
      flatten(),
      affine(random, 2, 8),
    ];
    expect(populations(foldedAsGraph([1, 6, 6], parts))).toEqual(["relu", "maxPool", "output"]);
  });

  it("an all-zero Pad, as exporters write it in front of average pools", () => {
    foldedAsGraph(
      [1, 4, 4],
      [
        convolution(random, 2, 1),
        relu(),
        pad([0, 0, 0, 0]),
        averagePool([2, 2]),
        flatten(),
        affine(random, 2, 2),
      ],
    );
  });

  it("a Flatten of maps: channel, row, column is the order of the weights behind it", () => {
    foldedAsGraph(
      [2, 3, 4],
      [
        convolution(random, 3, 2, { kernel: [2, 2] }),
        relu(),
        flatten(),
        affine(random, 5, 18),
        relu(),
        affine(random, 2, 5),
      ],
    );
  });

  it("a normalization of single features behind a Flatten", () => {
    foldedAsGraph(
      [2, 3, 3],
      [convolution(random, 2, 2), relu(), flatten(), normalization(random, 2), relu(), affine(random, 2, 2)],
    );
    foldedAsGraph(
      [2, 3, 3],
      [flatten(), normalization(random, 18), affine(random, 4, 18), relu(), affine(random, 2, 4)],
    );
  });

  it("depthwise and grouped convolutions with ReLU6", () => {
    const folded = foldedAsGraph(
      [2, 6, 6],
      [
        convolution(random, 4, 2, { kernel: [1, 1] }),
        relu({ maximum: 0.5 }),
        convolution(random, 4, 4, { padding: [1, 1, 1, 1], groups: 4 }),
        normalization(random, 4),
        relu({ maximum: 6 }),
        convolution(random, 6, 4, { groups: 2 }),
        relu(),
        flatten(),
        affine(random, 2, 96),
      ],
    );
    expect(folded.activations[0]).toMatchObject({ maximum: 0.5 });
  });

  it("a network whose output is an activation, and one that is a single layer", () => {
    expect(populations(foldedAsGraph([4], [affine(random, 3, 4), relu()]))).toEqual(["relu", "output"]);
    expect(populations(foldedAsGraph([4], [affine(random, 3, 4)]))).toEqual(["output"]);
  });

  it("two sums of the same source: both count", () => {
    foldedAsGraph(
      [4],
      [
        affine(random, 3, 4),
        relu({ name: "hidden" }),
        affine(random, 2, 3, { name: "first" }),
        affine(random, 2, 3, { name: "second", inputs: ["hidden"] }),
        add(["first", "second"]),
      ],
    );
  });
});

/** The maximum of the ReLU of that name after folding; undefined where there is none. */
function boundOf(parts: readonly GraphPart[], name: string): number | null | undefined {
  const folded = fold(rewrite(graphOf([4], parts)));
  const found = folded.activations.find((activation) => activation.name === name);
  return found?.kind === "relu" ? found.maximum : undefined;
}

describe("a quantizer of activations", () => {
  it("whose lowest value is 0 is the ReLU that the exporter left out", () => {
    const parts = [affine(random, 3, 4), quantize(0.01, false, { name: "q" }), affine(random, 2, 3)];
    expect(boundOf(parts, "q")).toBeCloseTo(2.55, 12);
  });

  it("bounds the ReLU in front of it by its top", () => {
    const parts = (maximum: number | null) => [
      affine(random, 3, 4),
      { ...relu({ name: "r" }), maximum } as GraphPart,
      quantize(0.01, true),
      affine(random, 2, 3),
    ];
    expect(boundOf(parts(null), "r")).toBeCloseTo(1.27, 12);
    expect(boundOf(parts(0.5), "r")).toBe(0.5);
  });

  it("of the sample makes no population: the encoder quantizes", () => {
    const parts = [quantize(1 / 255, false), affine(random, 3, 4), relu(), affine(random, 2, 3)];
    expect(populations(fold(rewrite(graphOf([4], parts))))).toEqual(["relu", "output"]);
  });

  it("of both signs is dropped with a note that names it", () => {
    const graph = rewrite(graphOf([4], [affine(random, 3, 4), quantize(0.01, true, { name: "q" }), relu()]));
    expect(graph.nodes.map(({ type }) => type)).toEqual(["Input", "Affine", "ReLU"]);
    expect(graph.notes.map(({ where }) => where)).toEqual(["q"]);
  });
});

describe("what has no form on integrate-and-fire hardware", () => {
  function refusalOf(shape: Shape, parts: readonly GraphPart[]): SpikecError {
    try {
      fold(rewrite(graphOf(shape, parts)));
    } catch (error) {
      if (error instanceof SpikecError) return error;
      throw error;
    }
    throw new Error("it was folded");
  }

  it("is refused in one error that names every node", () => {
    const error = refusalOf(
      [1, 8, 8],
      [
        maxPool([2, 2], [2, 2], [0, 0, 0, 0], { name: "pool of the input", inputs: ["input"] }),
        convolution(random, 2, 1, {}, { name: "first", inputs: ["input"] }),
        convolution(random, 2, 2, {}, { name: "second" }),
        averagePool([2, 2], [2, 2], [1, 1, 1, 1], { name: "uneven", inputs: ["first"], countPadding: false }),
      ],
    );
    expect(error.code).toBe("SPK-0301");
    expect(error.exitCode).toBe(3);
    for (const name of ["pool of the input", "second", "uneven"]) expect(error.message).toContain(name);
    expect(error.message).not.toContain("first (");
    expect(error.where).toBe("pool of the input");
  });

  it.each<[string, Shape, readonly GraphPart[], string]>([
    ["a maximum of the input", [1, 4, 4], [maxPool([2, 2])], "the network's input"],
    [
      "a maximum of values that are no spikes",
      [1, 6, 6],
      [convolution(random, 2, 1), maxPool([2, 2])],
      "not spikes",
    ],
    [
      "a maximum behind negative factors",
      [1, 4, 4],
      [
        convolution(random, 2, 1),
        relu(),
        { type: "Normalization", scale: Float64Array.of(1, -1), shift: Float64Array.of(0, 0) },
        maxPool([2, 2]),
      ],
      "not spikes",
    ],
    [
      "two convolutions in a row",
      [1, 6, 6],
      [convolution(random, 2, 1), convolution(random, 2, 2)],
      "two convolutions",
    ],
    [
      "an average whose divisor differs at the border",
      [1, 4, 4],
      [averagePool([2, 2], [2, 2], [1, 1, 1, 1], { countPadding: false })],
      "divisor",
    ],
    [
      "a padded average behind a convolution",
      [1, 6, 6],
      [convolution(random, 2, 1), averagePool([2, 2], [2, 2], [1, 1, 1, 1])],
      "padded pool",
    ],
    ["padding that nothing absorbs", [1, 4, 4], [pad([1, 1, 1, 1]), relu()], "zero padding"],
    [
      "zeros around a maximum that could win it",
      [1, 6, 6],
      [
        convolution(random, 2, 1),
        relu(),
        normalization(random, 2),
        pad([1, 1, 1, 1]),
        maxPool([2, 2]),
        flatten(),
        affine(random, 2, 18),
      ],
      "zero padding",
    ],
    [
      "a grouped convolution over a Concat",
      [1, 5, 5],
      [
        convolution(random, 2, 1, {}, { name: "left" }),
        relu({ name: "a" }),
        convolution(random, 2, 1, {}, { inputs: ["input"] }),
        relu({ name: "b" }),
        concat(["a", "b"]),
        convolution(random, 4, 4, { groups: 2 }),
      ],
      "grouped convolution",
    ],
    [
      "a Concat as the output",
      [4],
      [
        affine(random, 2, 4, { name: "left" }),
        affine(random, 2, 4, { name: "right", inputs: ["input"] }),
        concat(["left", "right"]),
      ],
      "Concat",
    ],
  ])("%s", (_name, shape, parts, reason) => {
    const error = refusalOf(shape, parts);
    expect(error.code).toBe("SPK-0301");
    expect(error.message).toContain(reason);
    expect(error.advice).not.toBe("");
  });
});
