/**
 * What an operator's importer gets: one node with its inputs' values, and ways to ask for them in the form it needs.
 * Asking for what is not there refuses the node.
 */
import { SpikecError } from "../../errors/error.ts";
import { firstNotFinite } from "../../graph/check.ts";
import { formatShape } from "../../graph/shapes.ts";
import { addNode, type GraphBuilder, type NodeSpecification } from "./graph-builder.ts";
import type { OnnxNode } from "./node.ts";
import type { TensorProto } from "./proto.ts";
import { Refusal } from "./refusal.ts";
import type { Constant } from "./tensors.ts";
import type { Activation, Value } from "./values.ts";

export interface Operation {
  readonly node: OnnxNode;
  readonly opset: number;
  /** null for an optional input that is left out. */
  readonly inputs: readonly (Value | null)[];
  /** The batch extent where the file fixes it. */
  readonly batch: number | null;
  readonly builder: GraphBuilder;
  /** How many nodes use the value that stands at this input. */
  readonly usesOf: (input: number) => number;
  /** Reads a tensor of the file; where its data are external, from there. */
  readonly readTensor: (tensor: TensorProto, name: string) => Constant;
}

/** Translates one node; what it gives stands for the node's first output. @throws Refusal */
export type OperatorImporter = (operation: Operation) => Value;

/** Adds a Graph node for this operation. */
export function emit(
  { builder, node }: Operation,
  inputs: readonly Activation[],
  specification: NodeSpecification,
): Activation {
  return addNode(builder, node, inputs, specification);
}

export function hasInput(operation: Operation, index: number): boolean {
  return (operation.inputs[index] ?? null) !== null;
}

export function valueInput(operation: Operation, index: number): Value {
  const value = operation.inputs[index] ?? null;
  if (value === null) {
    throw new SpikecError("SPK-0105", `its input ${index} is missing`, { where: whereOf(operation) });
  }
  return value;
}

export function activationInput(operation: Operation, index: number): Activation {
  const value = valueInput(operation, index);
  if (value.kind === "quantized") {
    throw new Refusal(
      "it computes on integers, between a QuantizeLinear and a DequantizeLinear",
      "export in QDQ form, with each operator between a DequantizeLinear and a QuantizeLinear",
    );
  }
  if (value.kind !== "activation") throw new Refusal(`its input ${index} is a constant, not an activation`);
  return value;
}

/** An activation [channels, height, width]. */
export function imageInput(operation: Operation, index: number): Activation {
  const value = activationInput(operation, index);
  if (value.shape.length !== 3) {
    throw new Refusal(
      `its input is ${formatShape(value.shape)} per sample, and only images [channels, height, width] are supported`,
      "use the two-dimensional form of the layer; a sequence can be an image of height 1",
    );
  }
  return value;
}

/** Any constant; may hold infinities and, in shape arithmetic, the batch. */
export function constantInput(operation: Operation, index: number): Constant {
  const value = valueInput(operation, index);
  if (value.kind !== "constant") {
    const name = operation.node.inputs[index];
    throw new Refusal(`its input ${index} (${name}) is computed from the data; it must be a constant`);
  }
  return value;
}

/** A constant whose values enter the arithmetic of the network: all of them finite. */
export function weightsInput(operation: Operation, index: number): Constant {
  const constant = constantInput(operation, index);
  const at = firstNotFinite(constant.data);
  if (at >= 0) {
    throw new SpikecError("SPK-0107", `tensor ${constant.name} holds ${constant.data[at]} at index ${at}`, {
      where: whereOf(operation),
    });
  }
  return constant;
}

/** The one value of a constant that must be a scalar, or [1]. */
export function scalarInput(operation: Operation, index: number): number {
  const { data, name } = constantInput(operation, index);
  if (data.length !== 1)
    throw new Refusal(`its input ${index} (${name}) holds ${data.length} values, one is expected`);
  return data[0];
}

/**
 * An axis of an activation, which in ONNX counts the batch as axis 0, as an axis of the per-sample shape.
 * Negative axes count from the end. -1 stands for the batch.
 */
export function sampleAxis(axis: number, activation: Activation): number {
  const rank = activation.shape.length + 1;
  const positive = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(positive) || positive < 0 || positive >= rank) {
    throw new Refusal(`its axis ${axis} does not exist: its input has ${rank} axes`);
  }
  return positive - 1;
}

/** The node's address in messages. */
export function whereOf({ builder, node }: Operation): string {
  return `${builder.file}, node ${node.name} (${node.operator})`;
}

/** The file breaks ONNX's own rules at this node: not a matter of support. */
export function malformed(operation: Operation, what: string): SpikecError {
  return new SpikecError("SPK-0105", what, { where: whereOf(operation) });
}
