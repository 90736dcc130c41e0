/**
 * Flatten, Reshape, Squeeze, Unsqueeze, Transpose. A Graph only knows one change of shape, to flat; every other is
 * either no change at all or refused.
 */
import { type Shape, sizeOf } from "../../../graph/graph.ts";
import { formatShape, sameShape } from "../../../graph/shapes.ts";
import { integerAttribute, integersAttribute, type OnnxNode } from "../node.ts";
import {
  activationInput,
  constantInput,
  emit,
  hasInput,
  malformed,
  type Operation,
  type OperatorImporter,
  sampleAxis,
  valueInput,
} from "../operation.ts";
import { Refusal } from "../refusal.ts";
import type { Activation } from "../values.ts";
import { squeezeConstant, transposeConstant, unsqueezeConstant } from "./constants.ts";

/** https://onnx.ai/onnx/operators/onnx__Flatten.html */
export const importFlatten: OperatorImporter = (operation) => {
  const input = activationInput(operation, 0);
  if (sampleAxis(integerAttribute(operation.node, "axis", 1), input) !== 0) {
    throw new Refusal("it mixes the batch with the features", "flatten from axis 1 (torch.flatten(x, 1))");
  }
  return reshaped(operation, input, [sizeOf(input.shape)]);
};

/** https://onnx.ai/onnx/operators/onnx__Reshape.html */
export const importReshape: OperatorImporter = (operation) => {
  const target = [...constantInput(operation, 1).data];
  const value = valueInput(operation, 0);
  if (value.kind === "constant") {
    const product = target.reduce((size, extent) => (extent > 0 ? size * extent : size), 1);
    const shape = target.map((extent) => (extent === -1 ? value.data.length / product : extent));
    if (sizeOf(shape) !== value.data.length)
      throw malformed(operation, `${value.name} cannot have shape [${target}]`);
    return { ...value, shape };
  }
  if (integerAttribute(operation.node, "allowzero", 0) !== 0 && target.includes(0)) {
    throw malformed(operation, "it makes an empty tensor");
  }
  const input = activationInput(operation, 0);
  return reshaped(operation, input, sampleTarget(operation, input, target));
};

/** The requested shape without its batch axis. 0 keeps an extent, -1 stands for what is left, NaN for the batch. */
function sampleTarget(operation: Operation, input: Activation, target: readonly number[]): Shape {
  const [first, ...rest] = target;
  const size = sizeOf(input.shape);
  const known = rest.map((extent, axis) => (extent === 0 ? input.shape[axis] : extent));
  const product = known.reduce((sum, extent) => (extent === -1 ? sum : sum * extent), 1);
  const shape = known.map((extent) => (extent === -1 ? size / product : extent));
  const keepsBatch = Number.isNaN(first) || first === 0 || first === -1 || first === (operation.batch ?? 1);
  if (!keepsBatch || sizeOf(shape) !== size) {
    throw new Refusal(
      `it makes [${target.map((extent) => (Number.isNaN(extent) ? "batch" : extent)).join(", ")}] of ${formatShape(input.shape)} per sample, which mixes samples`,
      "keep the batch as the first axis: x.flatten(1)",
    );
  }
  return shape;
}

/** https://onnx.ai/onnx/operators/onnx__Squeeze.html: axes are an attribute before opset 13, an input since. */
export const importSqueeze: OperatorImporter = (operation) => {
  const value = valueInput(operation, 0);
  const axes = readAxes(operation);
  if (value.kind === "constant") return squeezeConstant(value, axes);
  const input = activationInput(operation, 0);
  const removed = axes ? axes.map((axis) => sampleAxis(axis, input)) : onesOf(input.shape);
  if (removed.includes(-1))
    throw new Refusal("it removes the batch axis", "squeeze the axes of the features only");
  if (removed.some((axis) => input.shape[axis] !== 1)) {
    throw malformed(operation, `it removes an axis of ${formatShape(input.shape)} that is not 1`);
  }
  return reshaped(
    operation,
    input,
    input.shape.filter((_, axis) => !removed.includes(axis)),
  );
};

export const importUnsqueeze: OperatorImporter = (operation) => {
  const axes = readAxes(operation) ?? [];
  const value = valueInput(operation, 0);
  if (value.kind === "constant") return unsqueezeConstant(value, axes);
  throw new Refusal(
    "it adds an axis to an activation",
    "export the network with an input that has the axis already",
  );
};

/** Weights may be transposed freely; an activation only where nothing moves. */
export const importTranspose: OperatorImporter = (operation) => {
  const value = valueInput(operation, 0);
  const order = integersAttribute(operation.node, "perm");
  if (value.kind === "constant") return transposeConstant(value, order);
  const input = activationInput(operation, 0);
  const axes = order ?? [...input.shape.keys(), input.shape.length].reverse();
  if (axes.every((axis, index) => axis === index)) return input;
  throw new Refusal(
    "it exchanges the axes of an activation",
    "export with channels first, [batch, channels, height, width] (tf2onnx: --inputs-as-nchw)",
  );
};

function readAxes(operation: Operation): number[] | null {
  if (hasInput(operation, 1)) return [...constantInput(operation, 1).data];
  return integersAttribute(operation.node, "axes");
}

function onesOf(shape: Shape): number[] {
  return [...shape.keys()].filter((axis) => shape[axis] === 1);
}

function reshaped(operation: Operation, input: Activation, shape: Shape): Activation {
  if (sameShape(shape, input.shape)) return input;
  if (shape.length === 1) return emit(operation, [input], { type: "Flatten" });
  throw new Refusal(
    `it makes ${formatShape(shape)} of ${formatShape(input.shape)} per sample, and activations can only be reshaped to flat`,
    advice(operation.node),
  );
}

function advice(node: OnnxNode): string {
  return `export the network without this ${node.operator}; if it shapes the input, give the input that shape`;
}
