/**
 * The sample networks: imported and evaluated, they give the logits that the original network gave, on every test
 * sample. Quantized networks, and those with BatchNormalization kept, are judged by onnxruntime.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { evaluate } from "../../../src/graph/evaluate.ts";
import { inspectOnnxModel, readOnnxModel } from "../../../src/import/onnx/read-model.ts";
import { hasCollection, sampleArray, samplePath, testInputs } from "../../sample-models.ts";
import { expectClose, runOracle } from "./oracle.ts";

const bound = 1e-4;

async function expectShippedLogits(model: string, base: string, dataSet: string): Promise<void> {
  const graph = await readOnnxModel(samplePath(`${model}.onnx`));
  const { samples, count } = testInputs(dataSet);
  const logits = evaluate(graph, samples, count).get(graph.output)!;
  expectClose(logits, sampleArray(`${base}.logits.npy`), bound);
}

async function expectSameAsRuntime(model: string, dataSet: string, count: number): Promise<void> {
  const path = samplePath(`${model}.onnx`);
  const graph = await readOnnxModel(path);
  const { shape } = graph.nodes[0];
  const size = shape.reduce((product, extent) => product * extent, 1);
  const samples = testInputs(dataSet).samples.subarray(0, count * size);
  const logits = evaluate(graph, samples, count).get(graph.output)!;
  expectClose(logits, await runOracle(readFileSync(path), samples, count, shape), bound);
}

describe("logits equal the original network's within 1e-4 on every test sample", () => {
  it.each([
    "digits_mlp",
    "digits_mlp.op9",
    "digits_mlp.op11",
    "digits_mlp.op17",
    "digits_mlp.softmax",
    "digits_mlp.matmul_add",
  ])("%s on 500 digits", (model) => expectShippedLogits(model, "digits_mlp", "digits"));
  it("wine_mlp on 54 wines", () => expectShippedLogits("wine_mlp", "wine_mlp", "wine"));
});

describe("quantized networks equal onnxruntime within 1e-4 on every test sample", () => {
  it.each(["digits_mlp.qdq_perchannel", "digits_mlp.qdq_pertensor"])("%s on 500 digits", (model) =>
    expectSameAsRuntime(model, "digits", 500),
  );
});

describe.runIf(hasCollection)("with the whole collection of sample networks beside the repository", () => {
  it.each([
    ["fmnist_mlp", "fmnist_mlp", "fmnist"],
    ["mnist_lenet", "mnist_lenet", "mnist"],
    ["mnist_lenet.extdata", "mnist_lenet", "mnist"],
    ["fmnist_cnn_bn_max", "fmnist_cnn_bn_max", "fmnist"],
    ["fmnist_resnet", "fmnist_resnet", "fmnist"],
  ])("%s gives the logits of %s within 1e-4 on 1000 images", expectShippedLogits);

  it.each(["fmnist_cnn_bn_max.op11_bnkept", "fmnist_cnn_bn_max.op17_bnkept"])(
    "%s equals onnxruntime within 1e-4 on 100 images",
    (model) => expectSameAsRuntime(model, "fmnist", 100),
  );
});

describe("what becomes of a network", () => {
  it("the final Softmax is taken off, remembered, and noted", async () => {
    const graph = await readOnnxModel(samplePath("digits_mlp.softmax.onnx"));
    expect(graph.head).toBe("softmax");
    expect(graph.nodes.map(({ type }) => type)).toEqual(["Input", "Flatten", "Affine", "ReLU", "Affine"]);
    expect(graph.notes.map(({ where }) => where)).toContain("/1/Softmax");
  });
  it("a MatMul and the Add after it become one Affine with a bias", async () => {
    const graph = await readOnnxModel(samplePath("digits_mlp.matmul_add.onnx"));
    const layers = graph.nodes.filter(({ type }) => type === "Affine");
    expect(layers.map((layer) => layer.type === "Affine" && layer.bias?.length)).toEqual([32, 10]);
  });
  it("a fixed batch is dropped from the shapes like a free one", async () => {
    const fixed = await readOnnxModel(samplePath("digits_mlp.op17.onnx"));
    const free = await readOnnxModel(samplePath("digits_mlp.onnx"));
    expect(fixed.nodes.map(({ shape }) => shape)).toEqual(free.nodes.map(({ shape }) => shape));
  });
  it("digits_sigmoid is refused, naming the node, the operator and the way out", async () => {
    const error = await readOnnxModel(samplePath("digits_sigmoid.onnx")).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "SPK-0104", exitCode: 3, where: "digits_sigmoid.onnx" });
    expect((error as Error).message).toMatch(/\/2\/Sigmoid \(Sigmoid\).*\n.*replace it by ReLU/);
  });
  it("inspection lists what is supported beside what is refused", async () => {
    const { graph, supported, refused } = await inspectOnnxModel(samplePath("digits_sigmoid.onnx"));
    expect(graph).toBeNull();
    expect(supported.map(({ becomes }) => becomes)).toEqual(["Flatten", "Affine", "Affine"]);
    expect(refused.map(({ node, operator }) => `${node} ${operator}`)).toEqual(["/2/Sigmoid Sigmoid"]);
  });
});
