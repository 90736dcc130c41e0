/**
 * QuantizeLinear and DequantizeLinear against onnxruntime, where rounding, clamping and axes matter.
 */
import { describe, expect, it } from "vitest";
import { evaluate } from "../../../src/graph/evaluate.ts";
import { importOnnx } from "../../../src/import/onnx/import-onnx.ts";
import type { TensorProto } from "../../../src/import/onnx/proto.ts";
import { buildModel, bytes, floats, node, random } from "./model-builder.ts";
import { expectClose, expectSameAsOracle, runOracle } from "./oracle.ts";

function activationModel(scale: number, zeroPoint: TensorProto): Uint8Array {
  return buildModel({
    nodes: [
      node("QuantizeLinear", ["input", "s", "z"], "q"),
      node("DequantizeLinear", ["q", "s", "z"], "d"),
      node("Relu", ["d"], "output"),
    ],
    constants: [floats("s", [], [scale]), { ...zeroPoint, name: "z" }],
  });
}

function weightModel(constants: readonly TensorProto[], attributes = {}): Uint8Array {
  return buildModel({
    nodes: [
      node("DequantizeLinear", ["w", "s", "z"], "v", attributes),
      node("Gemm", ["input", "v"], "output", { transB: 1 }),
    ],
    constants,
  });
}

describe("around an activation the pair equals onnxruntime", () => {
  it.each([
    ["uint8", 0.01, bytes("", [], [3], false)],
    ["int8", 0.005, bytes("", [], [-7], true)],
    ["int8 with clamping on both sides", 0.002, bytes("", [], [0], true)],
  ])("in %s", (_, scale, zeroPoint) => expectSameAsOracle(activationModel(scale, zeroPoint), 8));

  it("values halfway between two levels go to the even one", async () => {
    const model = activationModel(0.25, bytes("", [], [0], true));
    const samples = Float32Array.from([0.125, 0.375, 0.625, 0.875, -0.125, 1.125, 31.625, 40]);
    const graph = await importOnnx(model, { file: "test.onnx" });
    const ours = evaluate(graph, samples, 2).get(graph.output)!;
    expect([...ours]).toEqual([0, 0.5, 0.5, 1, 0, 1, 31.5, 31.75]);
    expectClose(ours, await runOracle(model, samples, 2, [4]), 0);
  });
});

describe("around weights the pair folds to float weights that equal onnxruntime's", () => {
  const values = Array.from({ length: 12 }, (_, index) => index * 21 - 120);
  it("with one scale", () =>
    expectSameAsOracle(
      weightModel([bytes("w", [3, 4], values, true), floats("s", [], [0.01]), bytes("z", [], [5], true)]),
    ));
  it("with a scale for each output, axis 0", () =>
    expectSameAsOracle(
      weightModel(
        [
          bytes("w", [3, 4], values, true),
          floats("s", [3], [0.01, 0.02, 0.5]),
          bytes("z", [3], [0, 3, -9], true),
        ],
        { axis: 0 },
      ),
    ));
  it("with a scale for each input, axis -1", () =>
    expectSameAsOracle(
      weightModel(
        [
          bytes("w", [3, 4], values, true),
          floats("s", [4], [0.01, 0.02, 0.5, 1]),
          bytes("z", [4], [0, 3, -9, 1], true),
        ],
        { axis: -1 },
      ),
    ));
  it("where the file quantizes float weights itself", () =>
    expectSameAsOracle(
      buildModel({
        nodes: [
          node("QuantizeLinear", ["w", "s", "z"], "q"),
          node("DequantizeLinear", ["q", "s", "z"], "v"),
          node("MatMul", ["input", "v"], "output"),
        ],
        constants: [random("w", [4, 5]), floats("s", [], [0.01]), bytes("z", [], [0], true)],
      }),
    ));
});
