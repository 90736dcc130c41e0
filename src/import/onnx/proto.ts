/**
 * The door to onnx-proto: it is CommonJS, and its types speak of a Long class that we do not depend on.
 * Nothing else imports it.
 */
import onnxProto from "onnx-proto";

export const { onnx } = onnxProto;
export type AttributeProto = onnxProto.onnx.IAttributeProto;
export type GraphProto = onnxProto.onnx.IGraphProto;
export type ModelProto = onnxProto.onnx.IModelProto;
export type NodeProto = onnxProto.onnx.INodeProto;
export type TensorProto = onnxProto.onnx.ITensorProto;
export type ValueInfoProto = onnxProto.onnx.IValueInfoProto;

/** A 64-bit integer as the decoder gives it: a number, or an object that can become one. */
export type Integer64 = number | { toNumber(): number };

/** As a number; beyond 2^53 the nearest one, which is as good as any for extents, axes and bounds. */
export function toNumber(value: Integer64 | null | undefined): number {
  if (value === null || value === undefined) return 0;
  return typeof value === "number" ? value : value.toNumber();
}
