/**
 * Gemm and MatMul: an activation [batch, in] times constant weights becomes an Affine node, weight [out, in].
 */
import type { FloatArray, Tensor } from "../../../graph/graph.ts";
import { formatShape } from "../../../graph/shapes.ts";
import { floatAttribute, integerAttribute } from "../node.ts";
import {
  activationInput,
  emit,
  hasInput,
  malformed,
  type Operation,
  type OperatorImporter,
  valueInput,
  weightsInput,
} from "../operation.ts";
import { Refusal } from "../refusal.ts";
import type { Constant } from "../tensors.ts";
import type { Activation } from "../values.ts";

/** Y = alpha A' B' + beta C. https://onnx.ai/onnx/operators/onnx__Gemm.html */
export const importGemm: OperatorImporter = (operation) => {
  const { node } = operation;
  const input = flatInput(operation);
  if (integerAttribute(node, "transA", 0) !== 0)
    throw new Refusal("transA = 1 would exchange batch and features");
  const transposed = integerAttribute(node, "transB", 0) !== 0;
  const weight = scaled(weightOf(operation, transposed), floatAttribute(node, "alpha", 1));
  const bias = hasInput(operation, 2) ? gemmBias(operation, weight.shape[0]) : null;
  return emit(operation, [input], { type: "Affine", weight, bias });
};

/** https://onnx.ai/onnx/operators/onnx__MatMul.html */
export const importMatMul: OperatorImporter = (operation) =>
  emit(operation, [flatInput(operation)], { type: "Affine", weight: weightOf(operation, false), bias: null });

function flatInput(operation: Operation): Activation {
  const [a, b] = [valueInput(operation, 0), valueInput(operation, 1)];
  if (a.kind === "activation" && b.kind === "activation") {
    throw new Refusal(
      "it multiplies two activations, as attention does",
      "use layers whose weights are constants; networks with attention cannot be converted",
    );
  }
  const input = activationInput(operation, 0);
  if (input.shape.length !== 1) {
    throw new Refusal(
      `its input is ${formatShape(input.shape)} per sample, and only flat inputs are supported`,
      "put a Flatten before the layer, or write it as a convolution with a 1x1 kernel",
    );
  }
  return input;
}

/** The second factor as [out, in]; `transposed` says that the file holds it so already. */
function weightOf(operation: Operation, transposed: boolean): Tensor {
  const { shape, data, name } = weightsInput(operation, 1);
  if (shape.length !== 2)
    throw malformed(operation, `its weights ${name} are ${formatShape(shape)}, not a matrix`);
  if (transposed) return { shape, data };
  const [inputs, outputs] = shape;
  const result = sameKind(data);
  for (let i = 0; i < inputs; i++) {
    for (let o = 0; o < outputs; o++) result[o * inputs + i] = data[i * outputs + o];
  }
  return { shape: [outputs, inputs], data: result };
}

function sameKind(data: FloatArray): FloatArray {
  return data instanceof Float32Array ? new Float32Array(data.length) : new Float64Array(data.length);
}

function scaled(tensor: Tensor, factor: number): Tensor {
  return factor === 1
    ? tensor
    : { ...tensor, data: Float64Array.from(tensor.data, (value) => factor * value) };
}

/** C is broadcast to [batch, out]: anything but one value for all, or one for each output, would depend on the sample. */
function gemmBias(operation: Operation, outputs: number): FloatArray {
  const constant: Constant = weightsInput(operation, 2);
  const { data, shape, name } = constant;
  const beta = floatAttribute(operation.node, "beta", 1);
  const last = shape.at(-1) ?? 1;
  if (data.length !== last || (last !== 1 && last !== outputs)) {
    throw new Refusal(
      `its bias ${name} is ${formatShape(shape)}, which is not one value for each of ${outputs} outputs`,
    );
  }
  return Float64Array.from({ length: outputs }, (_, index) => beta * data[last === 1 ? 0 : index]);
}
