/** What a report says about the sample digits, held against the network and its runs. */
import { beforeAll, describe, expect, it } from "vitest";
import { readGraph } from "../../src/cli/files.ts";
import type { Graph } from "../../src/graph/graph.ts";
import type { Network } from "../../src/network/network.ts";
import { createEngine } from "../../src/simulate/engine.ts";
import { confusionOf } from "../../src/survey/confusion-of.ts";
import { differencesOf } from "../../src/survey/differences.ts";
import { estimateOf } from "../../src/survey/estimate-of.ts";
import { pictureOf } from "../../src/survey/picture-of.ts";
import { placementFacts } from "../../src/survey/placement-facts.ts";
import { sampleFacts } from "../../src/survey/sample-facts.ts";
import { survey } from "../../src/survey/survey.ts";
import { weightHistograms } from "../../src/survey/weight-histograms.ts";
import { findTarget } from "../../src/target/registry.ts";
import { convert, digits } from "../cli/networks.ts";

let graph: Graph;
let network: Network;

beforeAll(async () => {
  graph = await readGraph(digits.model);
  network = await convert(digits, "ucaspian", 8);
}, 60_000);

describe("the picture", () => {
  it("links each population to the node that it stands for, and says where folded nodes go", () => {
    const { graph: above, network: below, links } = pictureOf(graph, network);
    const named = links.map(([node, population]) => [above!.boxes[node].name, below!.boxes[population].name]);
    expect(named).toEqual([
      ["input", "input"],
      ["/2/Relu", "/2/Relu"],
      ["/3/Gemm", "/3/Gemm"],
    ]);
    const gemm = above!.boxes.find(({ name }) => name === "/1/Gemm")!;
    expect(gemm).toMatchObject({ state: "folded", detail: "Affine 32" });
    expect(gemm.text).toContain("folded into the weights of /2/Relu");
  });
});

describe("weight histograms", () => {
  it("count every weight once before and once after quantization, over the same ranges", () => {
    const [first, second] = weightHistograms(graph, network);
    for (const { floats, integers, weights } of [first, second]) {
      const sum = (list: readonly number[]) => list.reduce((total, count) => total + count, 0);
      expect(sum(integers)).toBe(weights);
      expect(sum(floats)).toBe(weights);
      expect(floats).toHaveLength(integers.length);
    }
    expect([first.weights, second.weights]).toEqual([32 * 64, 10 * 32]);
    expect(first.snr).toBeGreaterThan(20);
  });

  it("need no model, and take none that is another", () => {
    const nothing = weightHistograms(null, network);
    expect(nothing.map(({ floats }) => floats)).toEqual(nothing.map(() => []));
    expect(weightHistograms({ ...graph, output: "/2/Relu" }, network)[0].floats).toEqual([]);
  });
});

describe("a sample", () => {
  it("shows the spikes that the engine gave, and membranes with their thresholds", () => {
    const values = Float32Array.from({ length: 64 }, (_, i) => (i % 17) / 16);
    const membranes = new Set(["/2/Relu"]);
    const run = createEngine(network).runSample(values, { membranes });
    const facts = sampleFacts(network, {
      index: 7,
      values,
      label: 3,
      original: null,
      originalClass: null,
      integersClass: 1,
      why: "it is there",
      run,
    });
    for (const { layer, spikes, steps } of facts.rasters) {
      expect(spikes, layer).toBe(run.train.events.get(layer)!.neurons.length);
      expect(
        steps.flat().reduce((sum, [, count]) => sum + count, 0),
        layer,
      ).toBe(spikes);
    }
    expect(facts.rasters.map(({ layer }) => layer)).toEqual([
      "input",
      "/2/Relu:bias",
      "/3/Gemm:bias",
      "/2/Relu",
      "/3/Gemm",
    ]);
    for (const { neuron, membrane, threshold } of facts.traces) {
      expect(membrane).toEqual(run.membranes.get("/2/Relu")!.map((step) => step[neuron]));
      expect(threshold).toBeGreaterThan(0);
    }
    expect(facts.traces.length).toBeGreaterThan(1);
    expect(facts.pictures.map(({ width, height }) => [width, height])).toEqual([
      [8, 8],
      [8, 8],
    ]);
  });
});

describe("confusion", () => {
  it("counts classes, and the most frequent mistakes first", () => {
    const { matrix, worst } = confusionOf([0, 0, 1, 1, 1], [0, 1, 0, 0, 1], 2, "labels");
    expect(matrix).toEqual([
      [1, 1],
      [2, 1],
    ]);
    expect(worst).toEqual([
      { label: 1, predicted: 0, count: 2 },
      { label: 0, predicted: 1, count: 1 },
    ]);
  });

  it("has no table for 10,000 classes", () => {
    const { matrix, worst } = confusionOf([9_999], [3], 10_000, "labels");
    expect({ matrix, worst }).toEqual({ matrix: null, worst: [{ label: 9_999, predicted: 3, count: 1 }] });
  });
});

describe("placement", () => {
  it("fills the chip's places with as many neurons as the fit report counts", async () => {
    const { cores, uses, refusals } = placementFacts(await findTarget("ucaspian"), network);
    const placed = cores[0].parts.reduce((sum, { used }) => sum + used, 0);
    expect({ placed, refusals }).toEqual({
      placed: uses.find(({ resource }) => resource === "neurons")!.used,
      refusals: [],
    });
  });

  it("lists every reason why a network does not fit, and throws none", async () => {
    const { refusals, cores } = placementFacts(await findTarget("ranc"), network);
    expect(refusals.length).toBeGreaterThan(0);
    expect(cores).toEqual([]);
  });
});

describe("the estimate", () => {
  it("is counted operations times published numbers, and is not made without those", async () => {
    const { chip } = await findTarget("loihi1");
    const estimate = estimateOf(chip, network, { synops: 1000, spikes: 10 })!;
    const synapses = estimate.rows.find(({ what }) => what.startsWith("synaptic operation"))!;
    expect(synapses).toMatchObject({ count: 1000, picojoules: 23.6 });
    expect(estimate.from).toContain("Davies");
    expect(estimateOf((await findTarget("ucaspian")).chip, network, { synops: 1, spikes: 1 })).toBeNull();
  });
});

describe("differences", () => {
  it("are none between a network and itself", () => {
    expect(differencesOf(network, network)).toEqual([]);
  });

  it("say how many weights changed, and which most", () => {
    const [first, ...others] = network.projections;
    const weights = first.connection.weights.slice();
    weights[5] += 3;
    weights[6] += 1;
    const connection = { ...first.connection, weights } as typeof first.connection;
    const changed = { ...network, timesteps: 9, projections: [{ ...first, connection }, ...others] };
    const found = differencesOf(network, changed);
    expect(found).toHaveLength(2);
    expect(found[0]).toEqual({ where: "network", what: "timesteps", before: "8", after: "9" });
    expect(found[1]).toMatchObject({ where: first.name, what: "weights" });
    expect(found[1].after).toContain(
      `2 of ${weights.length} changed, number 5 most: ${weights[5] - 3} to ${weights[5]}`,
    );
  });

  it("name parts that came and went", () => {
    const [, ...rest] = network.inputs;
    const found = differencesOf(network, { ...network, inputs: rest });
    expect(found).toEqual([{ where: "input", what: "input", before: "1x8x8", after: "" }]);
  });
});

describe("survey", () => {
  it("knows the network without any sample", () => {
    const report = survey({ network, version: "1.2.3" });
    expect(report).toMatchObject({
      accuracy: null,
      samples: [],
      confusion: null,
      placement: null,
      version: "1.2.3",
    });
    expect(report.choices.find(({ what }) => what === "encoder")).toMatchObject({ where: "input" });
    expect(report.weights).toHaveLength(2);
  });
});
