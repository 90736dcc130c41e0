/**
 * What cannot be converted is refused by name, all of it in one message, with why and the way out.
 */
import { describe, expect, it } from "vitest";
import type { SpikecError } from "../../../src/errors/error.ts";
import { importOnnx } from "../../../src/import/onnx/import-onnx.ts";
import { inspectOnnx } from "../../../src/import/onnx/inspect-onnx.ts";
import type { NodeProto, TensorProto } from "../../../src/import/onnx/proto.ts";
import {
  buildModel,
  bytes,
  float,
  floats,
  integers,
  type ModelParts,
  node,
  random,
} from "./model-builder.ts";

const source = { file: "test.onnx" };

async function refusalOf(parts: ModelParts): Promise<SpikecError> {
  const error = await importOnnx(buildModel(parts), source).then(
    () => null,
    (reason: SpikecError) => reason,
  );
  expect(error, "a refusal").toMatchObject({ code: "SPK-0104", exitCode: 3, where: "test.onnx" });
  return error!;
}

describe("operators without an importer are refused with a way out", () => {
  it.each([
    ["LeakyRelu", /replace it by ReLU/],
    ["Sigmoid", /replace it by ReLU/],
    ["Tanh", /replace it by ReLU/],
    ["HardSigmoid", /replace it by ReLU/],
    ["Gelu", /replace it by ReLU/],
    ["LayerNormalization", /BatchNormalization/],
    ["LSTM", /feed-forward/],
    ["If", /without conditions/],
    ["Softmax", /last layer only/],
    ["ConvTranspose", /strides/],
    ["SomethingNew", /rebuild this part/],
  ])("%s", async (operator, advice) => {
    const nodes = [node(operator, ["input"], "a"), node("Relu", ["a"], "output")];
    const { message } = await refusalOf({ nodes });
    expect(message).toContain(`${operator}_a (${operator})`);
    expect(message).toMatch(advice);
  });

  it("an operator of another domain is named with its domain", async () => {
    const foreign = { ...node("FusedConv", ["input"], "output"), domain: "com.microsoft" };
    expect((await refusalOf({ nodes: [foreign] })).message).toContain("(com.microsoft.FusedConv)");
  });
});

describe("all refusals stand in one message", () => {
  it("also those behind a refused node, and those that need shapes where the refused node keeps them", async () => {
    const nodes = [
      node("Tanh", ["input"], "a"),
      node("Mul", ["a", "input"], "b"),
      node("Gemm", ["b", "w"], "c", { transA: 1 }),
      node("GRU", ["c"], "d"),
      node("Elu", ["d"], "output"),
    ];
    const { message } = await refusalOf({ nodes, constants: [random("w", [4, 4])] });
    expect(message).toMatch(/^5 nodes/);
    for (const name of ["Tanh_a", "Mul_b", "Gemm_c", "GRU_d", "Elu_output"]) expect(message).toContain(name);
  });
  it("up to fifty, and then their number", async () => {
    const nodes = Array.from({ length: 70 }, (_, index) =>
      node("Tanh", [index === 0 ? "input" : `t${index - 1}`], index === 69 ? "output" : `t${index}`),
    );
    const { message } = await refusalOf({ nodes });
    expect(message.match(/\(Tanh\)/g)).toHaveLength(50);
    expect(message).toContain("and 20 more");
  });
  it("inspection lists them without throwing, in order, each with why and advice", async () => {
    const nodes = [node("Tanh", ["input"], "a"), node("Relu", ["a"], "b"), node("Elu", ["b"], "output")];
    const { graph, refused, supported } = await inspectOnnx(buildModel({ nodes }), source);
    expect(graph).toBeNull();
    expect(refused.map(({ operator }) => operator)).toEqual(["Tanh", "Elu"]);
    expect(refused.every(({ why, advice }) => why.length > 0 && advice.length > 0)).toBe(true);
    expect(supported).toEqual([{ node: "Relu_b", operator: "Relu", becomes: "ReLU" }]);
  });
  it("nodes that the output does not need are not refused, but noted", async () => {
    const nodes = [node("Tanh", ["input"], "unused"), node("Relu", ["input"], "output")];
    const graph = await importOnnx(buildModel({ nodes }), source);
    expect(graph.nodes).toHaveLength(2);
    expect(graph.notes.map(({ text }) => text).join()).toContain("Tanh_unused (Tanh)");
  });
});

describe("supported operators are refused where their attributes have no counterpart", () => {
  const image = ["N", 4, 6, 6];
  const flat = ["N", 4];
  const w = random("w", [4, 4]);
  const min = (value: number) => floats("min", [], [value]);
  const max = floats("max", [], [6]);
  const cases: [string, NodeProto, readonly TensorProto[], (number | string)[], RegExp][] = [
    [
      "Clip from another minimum",
      node("Clip", ["input", "min", "max"], "output"),
      [min(-1), max],
      flat,
      /-1\.\.6/,
    ],
    ["Clip without a minimum", node("Clip", ["input", "", "max"], "output"), [max], flat, /-Infinity\.\.6/],
    ["Mul of two activations", node("Mul", ["input", "input"], "output"), [], flat, /gate/],
    [
      "Sub of two activations",
      node("Sub", ["input", "input"], "output"),
      [],
      flat,
      /subtracts one activation/,
    ],
    [
      "Div by an activation",
      node("Div", ["w", "input"], "output"),
      [floats("w", [], [1])],
      flat,
      /divides by an activation/,
    ],
    ["Div by zero", node("Div", ["input", "w"], "output"), [floats("w", [], [0])], flat, /zero/],
    [
      "Add of a map that differs from pixel to pixel",
      node("Add", ["input", "c"], "output"),
      [random("c", [6, 6])],
      image,
      /pixel to pixel/,
    ],
    [
      "Add of a constant that enlarges the activation",
      node("Add", ["input", "c"], "output"),
      [random("c", [4, 4])],
      flat,
      /does not fit its input/,
    ],
    ["MatMul of two activations", node("MatMul", ["input", "input"], "output"), [], flat, /attention/],
    [
      "MatMul over an image",
      node("MatMul", ["input", "w"], "output"),
      [random("w", [6, 3])],
      image,
      /only flat inputs/,
    ],
    ["Gemm with transA", node("Gemm", ["input", "w"], "output", { transA: 1 }), [w], flat, /transA/],
    [
      "Gemm with a bias per sample",
      node("Gemm", ["input", "w", "b"], "output"),
      [w, random("b", [2, 4])],
      flat,
      /its bias b/,
    ],
    [
      "Conv over one axis",
      node("Conv", ["input", "k"], "output"),
      [random("k", [2, 4, 3])],
      ["N", 4, 9],
      /height 1/,
    ],
    [
      "MaxPool with dilations",
      node("MaxPool", ["input"], "output", { kernel_shape: [2, 2], dilations: [2, 2] }),
      [],
      image,
      /dilated/,
    ],
    [
      "AveragePool with ceil_mode, pads and count_include_pad",
      node("AveragePool", ["input"], "output", {
        kernel_shape: [3, 3],
        strides: [2, 2],
        pads: [1, 1, 0, 0],
        ceil_mode: 1,
        count_include_pad: 1,
      }),
      [],
      ["N", 4, 7, 7],
      /ceil_mode together with count_include_pad/,
    ],
    [
      "Pad by reflection",
      node("Pad", ["input", "p"], "output", { mode: "reflect" }),
      [integers("p", [0, 0, 1, 1, 0, 0, 1, 1])],
      image,
      /reflect/,
    ],
    [
      "Pad with ones",
      node("Pad", ["input", "p", "v"], "output"),
      [integers("p", [0, 0, 1, 1, 0, 0, 1, 1]), floats("v", [], [1])],
      image,
      /pads with 1/,
    ],
    [
      "Pad of channels",
      node("Pad", ["input", "p"], "output"),
      [integers("p", [0, 1, 0, 0, 0, 0, 0, 0])],
      image,
      /height and the width/,
    ],
    ["Concat of heights", node("Concat", ["input", "input"], "output", { axis: 2 }), [], image, /axis 1/],
    [
      "Flatten with the batch",
      node("Flatten", ["input"], "output", { axis: 0 }),
      [],
      image,
      /mixes the batch/,
    ],
    [
      "Reshape that mixes samples",
      node("Reshape", ["input", "s"], "output"),
      [integers("s", [-1, 2])],
      flat,
      /mixes samples/,
    ],
    [
      "Reshape to an image",
      node("Reshape", ["input", "s"], "output"),
      [integers("s", [0, 1, 2, 2])],
      flat,
      /only be reshaped to flat/,
    ],
    [
      "Transpose of an activation",
      node("Transpose", ["input"], "output", { perm: [0, 2, 3, 1] }),
      [],
      image,
      /nchw/,
    ],
    ["Cast to integers", node("Cast", ["input"], "output", { to: 7 }), [], flat, /rounds an activation/],
    [
      "ReduceMean of channels",
      node("ReduceMean", ["input"], "output", { axes: [1, 2] }),
      [],
      image,
      /AdaptiveAvgPool2d/,
    ],
    [
      "BatchNormalization in training",
      node("BatchNormalization", ["input", "a", "a", "a", "a"], "output", { training_mode: 1 }),
      [random("a", [4])],
      flat,
      /model\.eval/,
    ],
    [
      "QuantizeLinear of an activation per channel",
      node("QuantizeLinear", ["input", "a", "z"], "output"),
      [floats("a", [4], [1, 1, 1, 1]), bytes("z", [4], [0, 0, 0, 0], true)],
      flat,
      /per tensor/,
    ],
  ];
  it.each(cases)("%s", async (_, refused, constants, input, message) => {
    const error = await refusalOf({ input, constants, nodes: [refused], opset: 15 });
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/What to do: .{10}/);
  });

  it("a MaxPool whose indices are used", async () => {
    const nodes = [
      node("MaxPool", ["input"], ["a", "indices"], { kernel_shape: [2, 2] }),
      node("Add", ["a", "indices"], "output"),
    ];
    expect((await refusalOf({ input: image, nodes })).message).toContain("its output 1 (indices) is used");
  });
  it("a Dropout in training mode", async () => {
    const constants = [floats("ratio", [], [0.5]), { name: "mode", dims: [], dataType: 9, int32Data: [1] }];
    const nodes = [node("Dropout", ["input", "ratio", "mode"], "output")];
    expect((await refusalOf({ nodes, constants })).message).toContain("model.eval()");
  });
  it("integers that another operator uses before they are dequantized", async () => {
    const constants = [floats("s", [], [0.1]), bytes("z", [], [0], true)];
    const nodes = [node("QuantizeLinear", ["input", "s", "z"], "q"), node("Relu", ["q"], "output")];
    expect((await refusalOf({ nodes, constants })).message).toContain("QDQ");
  });
  it("a dequantization by another scale than the quantization's", async () => {
    const constants = [floats("s", [], [0.1]), floats("t", [], [0.2]), bytes("z", [], [0], true)];
    const nodes = [
      node("QuantizeLinear", ["input", "s", "z"], "q"),
      node("DequantizeLinear", ["q", "t", "z"], "output"),
    ];
    expect((await refusalOf({ nodes, constants })).message).toContain("same scale and zero point");
  });
});

describe("heads", () => {
  it.each([
    ["Softmax", "softmax", { axis: 1 }],
    ["LogSoftmax", "logSoftmax", {}],
    ["Sigmoid", "sigmoid", {}],
  ])("a final %s is taken off", async (operator, head, attributes) => {
    const nodes = [
      node("Relu", ["input"], "a"),
      node(operator, ["a"], "b", attributes),
      node("Identity", ["b"], "output"),
    ];
    const graph = await importOnnx(buildModel({ nodes }), source);
    expect(graph).toMatchObject({ head, output: "Relu_a" });
    expect(graph.notes).toHaveLength(1);
  });
  it("a Softmax over another axis than the classes is refused", async () => {
    const nodes = [node("Softmax", ["input"], "output", { axis: 0 })];
    expect((await refusalOf({ nodes })).message).toContain("along axis 0");
  });
  it("a Sigmoid that also feeds another node is no head", async () => {
    const nodes = [node("Sigmoid", ["input"], "a"), node("Add", ["a", "input"], "output")];
    expect((await refusalOf({ nodes })).message).toContain("Sigmoid_a (Sigmoid)");
  });
});

it("an attribute of the wrong type is refused and not misread", async () => {
  const nodes = [node("Flatten", ["input"], "output", { axis: float(1) })];
  expect((await refusalOf({ nodes })).message).toContain("attribute axis is of the wrong type");
});
