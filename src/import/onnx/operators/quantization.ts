/**
 * QuantizeLinear and DequantizeLinear. Around weights they fold to the float weights that they stand for; around an
 * activation the pair becomes one Quantize node.
 * https://onnx.ai/onnx/operators/onnx__QuantizeLinear.html, https://onnx.ai/onnx/operators/onnx__DequantizeLinear.html
 */
import type { Shape } from "../../../graph/graph.ts";
import { roundHalfToEven } from "../../../graph/kernels/pointwise.ts";
import { formatShape } from "../../../graph/shapes.ts";
import { type ElementType, elementTypes } from "../element-types.ts";
import { integerAttribute } from "../node.ts";
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
import type { Value } from "../values.ts";

/** Scale and zero point: one each, or one for every index along an axis. */
interface Scheme {
  readonly scale: Constant;
  readonly zeroPoint: Constant | null;
  /** The integers' type. */
  readonly type: ElementType;
}

const uint8 = elementTypes.get(2)!;

export const importQuantizeLinear: OperatorImporter = (operation) => {
  const scheme = readScheme(operation);
  const value = valueInput(operation, 0);
  if (value.kind === "constant") return quantizeConstant(operation, value, scheme);
  const source = activationInput(operation, 0);
  const { scale, zeroPoint } = single(scheme);
  return { kind: "quantized", source, scale, zeroPoint, low: scheme.type.low, high: scheme.type.high };
};

export const importDequantizeLinear: OperatorImporter = (operation) => {
  const scheme = readScheme(operation);
  const value: Value = valueInput(operation, 0);
  if (value.kind === "constant") return dequantizeConstant(operation, value, scheme);
  if (value.kind !== "quantized")
    throw new Refusal("its input is neither a constant nor made by a QuantizeLinear");
  const { source, scale, zeroPoint, low, high } = value;
  const own = single(scheme);
  if (own.scale !== scale || own.zeroPoint !== zeroPoint) {
    throw new Refusal(
      `its scale and zero point (${own.scale}, ${own.zeroPoint}) are not those of its QuantizeLinear (${scale}, ${zeroPoint})`,
      "export the pair with the same scale and zero point",
    );
  }
  return emit(operation, [source], { type: "Quantize", scale, zeroPoint, low, high });
};

function readScheme(operation: Operation): Scheme {
  const scale = weightsInput(operation, 1);
  const zeroPoint = hasInput(operation, 2) ? weightsInput(operation, 2) : null;
  const type =
    zeroPoint?.type ?? elementTypes.get(integerAttribute(operation.node, "output_dtype", 0)) ?? uint8;
  if (type.kind !== "integer") throw new Refusal(`it quantizes to ${type.name}; integers are supported`);
  if (integerAttribute(operation.node, "block_size", 0) !== 0) {
    throw new Refusal("it quantizes by blocks", "quantize per tensor, or per output channel");
  }
  if (scale.data.length === 0 || scale.data.some((value) => !(value > 0))) {
    throw malformed(operation, `its scale ${scale.name} is not positive everywhere`);
  }
  if (zeroPoint && zeroPoint.data.length !== scale.data.length) {
    throw malformed(operation, `it has ${scale.data.length} scales and ${zeroPoint.data.length} zero points`);
  }
  return { scale, zeroPoint, type };
}

/** Activations have one scale: a scale per channel would be lost in the sums that follow. */
function single({ scale, zeroPoint }: Scheme): { scale: number; zeroPoint: number } {
  if (scale.data.length !== 1) {
    throw new Refusal(
      `it quantizes an activation with ${scale.data.length} scales`,
      "quantize activations per tensor; weights may be quantized per channel",
    );
  }
  return { scale: scale.data[0], zeroPoint: zeroPoint?.data[0] ?? 0 };
}

function quantizeConstant(operation: Operation, constant: Constant, scheme: Scheme): Constant {
  const { type } = scheme;
  const data = mapScheme(operation, constant, scheme, (value, scale, zeroPoint) => {
    const level = roundHalfToEven(Math.fround(value / scale)) + zeroPoint;
    return Math.min(type.high, Math.max(type.low, level));
  });
  return { ...constant, name: operation.node.outputs[0], type, data };
}

/** In float32, as runtimes do: the products are the weights that the network was judged with. */
function dequantizeConstant(operation: Operation, constant: Constant, scheme: Scheme): Constant {
  const data = mapScheme(
    operation,
    constant,
    scheme,
    (value, scale, zeroPoint) => (value - zeroPoint) * scale,
  );
  const { type } = scheme.scale;
  return { ...constant, name: operation.node.outputs[0], type, data: Float32Array.from(data) };
}

function mapScheme(
  operation: Operation,
  { data, shape }: Constant,
  { scale, zeroPoint }: Scheme,
  map: (value: number, scale: number, zeroPoint: number) => number,
): Float64Array {
  const { count, inner } =
    scale.data.length === 1 ? { count: 1, inner: 1 } : alongAxis(operation, shape, scale);
  return Float64Array.from(data, (value, index) => {
    const entry = Math.floor(index / inner) % count;
    return map(value, scale.data[entry], zeroPoint?.data[entry] ?? 0);
  });
}

function alongAxis(operation: Operation, shape: Shape, scale: Constant): { count: number; inner: number } {
  const given = integerAttribute(operation.node, "axis", 1);
  const axis = given < 0 ? given + shape.length : given;
  if (shape[axis] !== scale.data.length) {
    throw malformed(
      operation,
      `it has ${scale.data.length} scales along axis ${given} of ${formatShape(shape)}`,
    );
  }
  return { count: shape[axis], inner: shape.slice(axis + 1).reduce((size, extent) => size * extent, 1) };
}
