/**
 * What a name in an ONNX graph can stand for while it is translated.
 */
import type { Shape } from "../../graph/graph.ts";
import type { Constant } from "./tensors.ts";

/** The output of a Graph node. In ONNX it has the batch as its first axis; here it has not. */
export interface Activation {
  readonly kind: "activation";
  /** Name of the Graph node. */
  readonly node: string;
  readonly shape: Shape;
}

/** Between QuantizeLinear and DequantizeLinear an activation is integers, which a Graph does not know. */
export interface Quantized {
  readonly kind: "quantized";
  readonly source: Activation;
  readonly scale: number;
  readonly zeroPoint: number;
  readonly low: number;
  readonly high: number;
}

/** The output of a refused node, and of everything after it whose shape cannot be told. */
export interface Unknown {
  readonly kind: "unknown";
}

export type Value = Constant | Activation | Quantized | Unknown;

export const unknown: Unknown = { kind: "unknown" };

/**
 * An entry of a constant that stands for the batch extent where that is free: the operators Shape, Gather, Concat
 * carry it to a Reshape, which knows what is meant.
 */
export const batchExtent = Number.NaN;
