/**
 * An ONNX node and typed access to its attributes. Names from files only ever become Map keys: "__proto__" is a
 * fine name for a node.
 */

import { type AttributeProto, type NodeProto, onnx, type TensorProto, toNumber } from "./proto.ts";
import { Refusal } from "./refusal.ts";

export interface OnnxNode {
  /** The file's name for it, or its first output where it has none. */
  readonly name: string;
  /** "Conv", or "com.microsoft.FusedConv" outside the standard domain. */
  readonly operator: string;
  /** Value names; "" stands for an input that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, AttributeProto>;
}

export function readNode(proto: NodeProto, index: number): OnnxNode {
  const outputs = proto.output ?? [];
  const operator = proto.opType || "(no operator)";
  const standard = !proto.domain || proto.domain === "ai.onnx";
  return {
    name: proto.name || outputs.find((name) => name !== "") || `#${index}`,
    operator: standard ? operator : `${proto.domain}.${operator}`,
    inputs: proto.input ?? [],
    outputs,
    attributes: new Map((proto.attribute ?? []).map((attribute) => [attribute.name ?? "", attribute])),
  };
}

const Type = onnx.AttributeProto.AttributeType;

export function integerAttribute(node: OnnxNode, name: string, otherwise: number): number {
  const attribute = attributeOf(node, name, Type.INT);
  return attribute ? toNumber(attribute.i) : otherwise;
}

export function floatAttribute(node: OnnxNode, name: string, otherwise: number): number {
  return attributeOf(node, name, Type.FLOAT)?.f ?? otherwise;
}

/** null where the node does not carry it. */
export function integersAttribute(node: OnnxNode, name: string): number[] | null {
  return attributeOf(node, name, Type.INTS)?.ints?.map(toNumber) ?? null;
}

export function floatsAttribute(node: OnnxNode, name: string): number[] | null {
  return attributeOf(node, name, Type.FLOATS)?.floats?.slice() ?? null;
}

export function textAttribute(node: OnnxNode, name: string, otherwise: string): string {
  const bytes = attributeOf(node, name, Type.STRING)?.s;
  return bytes ? new TextDecoder().decode(bytes) : otherwise;
}

export function tensorAttribute(node: OnnxNode, name: string): TensorProto | null {
  return attributeOf(node, name, Type.TENSOR)?.t ?? null;
}

function attributeOf(node: OnnxNode, name: string, type: number): AttributeProto | null {
  const attribute = node.attributes.get(name);
  if (!attribute) return null;
  if (attribute.type !== type) throw new Refusal(`its attribute ${name} is of the wrong type`);
  return attribute;
}
