/**
 * Graph: a float network as plain, immutable data. Node types bear NIR's names, plus what an ANN needs.
 * Shapes are per sample: the batch axis never appears. Nodes stand in topological order, inputs before users.
 */

/** Per sample, without batch: [features], or [channels, height, width]. */
export type Shape = readonly number[];
export type FloatArray = Float32Array | Float64Array;

/** Row-major values; `shape` counts them. */
export interface Tensor {
  readonly shape: Shape;
  readonly data: FloatArray;
}

/** Where a node came from, so that every message can name it in the user's own terms. */
export interface Origin {
  readonly file: string;
  readonly node: string;
  readonly operator: string;
}

interface NodeBase {
  /** Unique within the Graph. */
  readonly name: string;
  /** Names of the nodes that feed this one, in order. */
  readonly inputs: readonly string[];
  /** Shape of the output, per sample. */
  readonly shape: Shape;
  readonly origin: Origin;
}

/** [top, left, bottom, right], in pixels. */
export type Padding2d = readonly [number, number, number, number];
/** [vertical, horizontal]. */
export type Pair = readonly [number, number];

export interface Window2d {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Padding2d;
}

export interface InputNode extends NodeBase {
  readonly type: "Input";
}

/** y = W x + b. weight [out, in]; x and y are flat. */
export interface AffineNode extends NodeBase {
  readonly type: "Affine";
  readonly weight: Tensor;
  readonly bias: FloatArray | null;
}

/** weight [out, in / groups, kernel height, kernel width]; cross-correlation, as in ONNX and PyTorch; zero padding. */
export interface Conv2dNode extends NodeBase {
  readonly type: "Conv2d";
  readonly weight: Tensor;
  readonly bias: FloatArray | null;
  readonly stride: Pair;
  readonly padding: Padding2d;
  readonly dilation: Pair;
  readonly groups: number;
}

/**
 * y = scale x + shift, per channel (axis 0): BatchNormalization at inference, and Mul, Div, Add, Sub by constants.
 * Arrays hold one value per channel, or one for all.
 */
export interface NormalizationNode extends NodeBase {
  readonly type: "Normalization";
  readonly scale: FloatArray;
  readonly shift: FloatArray;
}

/** y = min(max(x, 0), maximum); maximum is null for a plain ReLU. */
export interface ReluNode extends NodeBase {
  readonly type: "ReLU";
  readonly maximum: number | null;
}

/** Mean over the window. countPadding: padded zeros count in the divisor. A global pool is one window over the whole map. */
export interface AvgPool2dNode extends NodeBase, Window2d {
  readonly type: "AvgPool2d";
  readonly countPadding: boolean;
}

/** Maximum over the window; padding never wins. */
export interface MaxPool2dNode extends NodeBase, Window2d {
  readonly type: "MaxPool2d";
}

export interface PadNode extends NodeBase {
  readonly type: "Pad2d";
  readonly padding: Padding2d;
}

export interface FlattenNode extends NodeBase {
  readonly type: "Flatten";
}

/** Element-wise sum of two or more inputs of the same shape. */
export interface AddNode extends NodeBase {
  readonly type: "Add";
}

/** Joins its inputs along axis 0 (channels, or features of flat inputs). */
export interface ConcatNode extends NodeBase {
  readonly type: "Concat";
}

/**
 * QuantizeLinear followed by DequantizeLinear on an activation: y = (clamp(round(x / scale) + zeroPoint, low, high) - zeroPoint) scale,
 * rounding half to even, as in ONNX.
 */
export interface QuantizeNode extends NodeBase {
  readonly type: "Quantize";
  readonly scale: number;
  readonly zeroPoint: number;
  readonly low: number;
  readonly high: number;
}

export type GraphNode =
  | InputNode
  | AffineNode
  | Conv2dNode
  | NormalizationNode
  | ReluNode
  | AvgPool2dNode
  | MaxPool2dNode
  | PadNode
  | FlattenNode
  | AddNode
  | ConcatNode
  | QuantizeNode;

/** What happened on the way that a user should know; shown by inspect and kept in reports. */
export interface Note {
  readonly level: "info" | "warning";
  /** Node, layer or file. */
  readonly where: string;
  readonly text: string;
}

/** The function after the logits that was taken off: comparisons are made on logits. */
export type Head = "softmax" | "logSoftmax" | "sigmoid";

export interface Graph {
  readonly name: string;
  /** Exactly one Input node, first. */
  readonly nodes: readonly GraphNode[];
  /** Name of the node that gives the logits. */
  readonly output: string;
  readonly head: Head | null;
  readonly notes: readonly Note[];
}

/** Number of values in a tensor of this shape. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, extent) => product * extent, 1);
}
