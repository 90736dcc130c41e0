/** With many timesteps a lowered network is the float network, up to the rounding of its weights to 8 bits. */
import { describe, expect, it } from "vitest";
import { evaluate } from "../../src/graph/evaluate.ts";
import type { Graph } from "../../src/graph/graph.ts";
import { lower } from "../../src/lower/lower.ts";
import { graphOf } from "../graph/small-graphs.ts";
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
  relu,
  samplesOf,
  seeded,
} from "./graph-parts.ts";
import { genericRules, networkLogits, optionsFor } from "./lowering.ts";

const random = seeded(3);
const around = { padding: [1, 1, 1, 1] } as const;

const branches = [
  convolution(random, 2, 1, around, { inputs: ["input"] }),
  relu({ name: "left" }),
  convolution(random, 2, 1, { kernel: [1, 1] }, { inputs: ["input"] }),
  relu({ name: "right" }),
  concat(["left", "right"]),
];

const graphs: Readonly<Record<string, Graph>> = {
  "three fully connected layers": graphOf(
    [8],
    [affine(random, 12, 8), relu(), affine(random, 12, 12), relu(), affine(random, 4, 12)],
  ),
  "a single layer": graphOf([8], [affine(random, 4, 8)]),
  "two fully connected layers in a row": graphOf(
    [8],
    [affine(random, 9, 8), affine(random, 12, 9), relu(), affine(random, 4, 12)],
  ),
  "batch normalization around a padded convolution": graphOf(
    [1, 6, 6],
    [
      normalization(random, 1),
      convolution(random, 3, 1, around),
      normalization(random, 3),
      relu(),
      averagePool([2, 2]),
      flatten(),
      affine(random, 4, 27),
    ],
  ),
  "residual blocks with identity and with a 1x1 shortcut": graphOf(
    [1, 6, 6],
    [
      convolution(random, 2, 1, around),
      relu({ name: "trunk" }),
      convolution(random, 2, 2, around),
      relu(),
      convolution(random, 2, 2, around, { name: "branch" }),
      add(["trunk", "branch"], "first"),
      relu({ name: "middle" }),
      convolution(random, 3, 2, { ...around, stride: [2, 2] }, { name: "second branch" }),
      convolution(random, 3, 2, { kernel: [1, 1], stride: [2, 2] }, { name: "shortcut", inputs: ["middle"] }),
      add(["second branch", "shortcut"], "second"),
      relu(),
      averagePool([3, 3]),
      flatten(),
      affine(random, 4, 3),
    ],
  ),
  "two branches joined into a convolution": graphOf(
    [1, 5, 5],
    [...branches, convolution(random, 3, 4), relu(), flatten(), affine(random, 4, 27)],
  ),
  "two branches joined into a fully connected layer": graphOf(
    [1, 5, 5],
    [...branches, flatten(), affine(random, 4, 100)],
  ),
  "a convolution with an average pool behind it": graphOf(
    [1, 6, 6],
    [
      pad([1, 0, 1, 0]),
      convolution(random, 3, 1),
      averagePool([2, 2]),
      relu(),
      flatten(),
      affine(random, 4, 18),
    ],
  ),
  "depthwise convolutions with ReLU6": graphOf(
    [1, 6, 6],
    [
      convolution(random, 4, 1, around),
      relu({ maximum: 0.6 }),
      convolution(random, 4, 4, { ...around, groups: 4 }),
      relu({ maximum: 6 }),
      convolution(random, 4, 4, { kernel: [1, 1] }),
      relu({ maximum: 6 }),
      averagePool([6, 6]),
      flatten(),
      affine(random, 4, 4),
    ],
  ),
};

/** Root mean square of the difference of logits over that of the float logits. */
function relativeError(
  graph: Graph,
  timesteps: number,
  input: "analog" | "rate" = "analog",
  low = 0,
  calibration = 32,
): number {
  const { network } = lower(graph, optionsFor(graph, { timesteps, input, low, samples: calibration }));
  const count = 12;
  const samples = samplesOf(seeded(4), graph.nodes[0].shape, count, low);
  const expected = evaluate(graph, samples, count).get(graph.output)!;
  const found = networkLogits(network, samples, count).flatMap((logits) => [...logits]);
  const error = found.reduce((sum, logit, i) => sum + (logit - expected[i]) ** 2, 0);
  return Math.sqrt(error / found.reduce((sum, _, i) => sum + expected[i] ** 2, 0));
}

describe.each(Object.entries(graphs))("%s", (name, graph) => {
  it("gives the float network's logits within 4 % at 512 timesteps", () => {
    const error = relativeError(graph, 512);
    expect(error).toBeLessThan(0.04);
    // A layer that spikes nowhere is as exact in two steps.
    if (name !== "a single layer") expect(error).toBeLessThan(relativeError(graph, 2));
  });

  it("takes its input as a rate code, too: within 6 % at 128 timesteps", () => {
    expect(relativeError(graph, 128, "rate")).toBeLessThan(0.06);
  });
});

it("signed inputs reach the float network, too, as analog currents and as pairs of spike trains", () => {
  const graph = graphs["three fully connected layers"];
  expect(relativeError(graph, 512, "analog", -1, 64)).toBeLessThan(0.04);
  expect(relativeError(graph, 512, "rate", -1, 64)).toBeLessThan(0.04);
});

it("an OR pool in place of a maximum costs something, and calibration holds it within a fifth", () => {
  const parts = [
    convolution(random, 3, 1, around),
    maxPool([2, 2]),
    relu(),
    convolution(random, 3, 3, around),
    relu(),
    flatten(),
    affine(random, 4, 27),
  ];
  expect(relativeError(graphOf([1, 6, 6], parts), 128)).toBeLessThan(0.2);
});

it("counts of spikes give the class that the float network gives where it is clear", () => {
  const graph = graphs["three fully connected layers"];
  const rules = { ...genericRules, readouts: ["count"] } as const;
  const { network } = lower(graph, optionsFor(graph, { timesteps: 128, rules, samples: 100 }));
  expect(network.readout.read).toBe("count");
  const count = 100;
  const samples = samplesOf(seeded(5), [8], count);
  const expected = evaluate(graph, samples, count).get(graph.output)!;
  const found = networkLogits(network, samples, count);
  const largest = (logits: ArrayLike<number>) => Array.from(logits).indexOf(Math.max(...Array.from(logits)));
  let clear = 0;
  found.forEach((logits, i) => {
    const float = expected.subarray(i * 4, (i + 1) * 4);
    const [first, second] = [...float].sort((a, b) => b - a);
    if (first - second < 0.2) return;
    clear++;
    expect(largest(logits), `sample ${i}`).toBe(largest(float));
  });
  expect(clear).toBeGreaterThan(20);
});
