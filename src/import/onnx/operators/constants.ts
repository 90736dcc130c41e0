/**
 * Constants: the Constant operator, and the few operators on constants that exporters leave in files, above all the
 * arithmetic on shapes in front of a Reshape (Shape, Gather, Unsqueeze, Concat).
 */
import { type Shape, sizeOf } from "../../../graph/graph.ts";
import { formatShape } from "../../../graph/shapes.ts";
import { elementTypes } from "../element-types.ts";
import {
  floatAttribute,
  floatsAttribute,
  integerAttribute,
  integersAttribute,
  type OnnxNode,
  tensorAttribute,
} from "../node.ts";
import { activationInput, constantInput, malformed, type OperatorImporter } from "../operation.ts";
import { Refusal } from "../refusal.ts";
import type { Constant } from "../tensors.ts";
import { batchExtent } from "../values.ts";

const float = elementTypes.get(1)!;
const int64 = elementTypes.get(7)!;

/** https://onnx.ai/onnx/operators/onnx__Constant.html */
export const importConstant: OperatorImporter = ({ node, readTensor }) => {
  const tensor = tensorAttribute(node, "value");
  const name = node.outputs[0];
  if (tensor) return readTensor(tensor, name);
  if (node.attributes.has("value_float")) return floats(name, [], [floatAttribute(node, "value_float", 0)]);
  if (node.attributes.has("value_int")) return integers(name, [], [integerAttribute(node, "value_int", 0)]);
  const many = floatsAttribute(node, "value_floats");
  if (many) return floats(name, [many.length], many);
  const whole = integersAttribute(node, "value_ints");
  if (whole) return integers(name, [whole.length], whole);
  throw new Refusal("it holds no tensor of numbers");
};

function floats(name: string, shape: Shape, values: readonly number[]): Constant {
  return { kind: "constant", name, shape, data: Float32Array.from(values), type: float };
}

function integers(name: string, shape: Shape, values: readonly number[]): Constant {
  return { kind: "constant", name, shape, data: Float64Array.from(values), type: int64 };
}

/** https://onnx.ai/onnx/operators/onnx__Shape.html; start and end since opset 15. */
export const importShape: OperatorImporter = (operation) => {
  const { node, batch } = operation;
  const { shape } = activationInput(operation, 0);
  const all = [batch ?? batchExtent, ...shape];
  const end = node.attributes.has("end") ? integerAttribute(node, "end", 0) : all.length;
  const part = all.slice(integerAttribute(node, "start", 0), end);
  return integers(node.outputs[0], [part.length], part);
};

/** Of a list of constants, by constant indices. https://onnx.ai/onnx/operators/onnx__Gather.html */
export const importGather: OperatorImporter = (operation) => {
  const data = constantInput(operation, 0);
  const indices = constantInput(operation, 1);
  if (data.shape.length !== 1) {
    throw new Refusal("it picks from a tensor; only lists of extents are supported");
  }
  const picked = indices.data.map((index) => (index < 0 ? index + data.data.length : index));
  if (!picked.every((index) => index >= 0 && index < data.data.length)) {
    throw malformed(operation, "its index is out of range");
  }
  return {
    ...data,
    name: operation.node.outputs[0],
    shape: indices.shape,
    data: Float64Array.from(picked, (i) => data.data[i]),
  };
};

export function joinConstants(constants: readonly Constant[], node: OnnxNode): Constant {
  if (constants.some(({ shape }) => shape.length !== 1)) {
    throw new Refusal("it joins constants that are no lists");
  }
  const data = Float64Array.from(constants.flatMap((constant) => [...constant.data]));
  return { ...constants[0], name: node.outputs[0], shape: [data.length], data };
}

export function squeezeConstant(constant: Constant, axes: readonly number[] | null): Constant {
  const rank = constant.shape.length;
  const removed = axes?.map((axis) => (axis < 0 ? axis + rank : axis));
  const shape = constant.shape.filter((extent, axis) => (removed ? !removed.includes(axis) : extent !== 1));
  if (sizeOf(shape) !== constant.data.length) {
    throw new Refusal(`it removes an axis of ${constant.name} that is not 1`);
  }
  return { ...constant, shape };
}

export function unsqueezeConstant(constant: Constant, axes: readonly number[]): Constant {
  const rank = constant.shape.length + axes.length;
  const added = new Set(axes.map((axis) => (axis < 0 ? axis + rank : axis)));
  const old = constant.shape[Symbol.iterator]();
  const shape = Array.from({ length: rank }, (_, axis) => (added.has(axis) ? 1 : (old.next().value ?? 1)));
  return { ...constant, shape };
}

/** Matrices only: what exporters put before a MatMul. */
export function transposeConstant(constant: Constant, order: readonly number[] | null): Constant {
  const { shape, data } = constant;
  if (shape.length < 2 || order?.every((axis, index) => axis === index)) return constant;
  if (shape.length > 2) throw new Refusal(`it transposes ${constant.name}, a constant of more than two axes`);
  const [rows, columns] = shape;
  const result = data.map((_, index) => data[(index % rows) * columns + Math.floor(index / rows)]);
  return { ...constant, shape: [columns, rows], data: result };
}

/** Element by element; one of the two may be a single value. */
export function combineConstants(
  a: Constant,
  b: Constant,
  combine: (a: number, b: number) => number,
  node: OnnxNode,
): Constant {
  const larger = a.data.length >= b.data.length ? a : b;
  const single = a.data.length === 1 || b.data.length === 1;
  if (!single && formatShape(a.shape) !== formatShape(b.shape)) {
    throw new Refusal(`it combines constants ${formatShape(a.shape)} and ${formatShape(b.shape)}`);
  }
  const at = (constant: Constant, index: number) => constant.data[constant.data.length === 1 ? 0 : index];
  const data = larger.data.map((_, index) => {
    const value = combine(at(a, index), at(b, index));
    return a.type.kind === "integer" ? Math.trunc(value) : value;
  });
  return { ...larger, name: node.outputs[0], data };
}
