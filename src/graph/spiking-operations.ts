/**
 * The nodes of a SpikingGraph that hold no neurons: weights, scales, pools, shapes, delays. Names and meanings are NIR's
 * (neuromorphs/NIR, docs/primitives); axes are those of one sample.
 */
import type { FloatArray, Pair, Tensor } from "./graph.ts";
import type { SpikingNodeBase } from "./spiking-node.ts";
import type { WeightQuantization } from "./spiking-quantization.ts";

/** Zeros around a map, on both sides alike, or PyTorch's names: valid is none, same keeps the extents. */
export type Padding1d = number | "same" | "valid";
export type SpikingPadding2d = Pair | "same" | "valid";

interface WeightedNode extends SpikingNodeBase {
  /** What the file says of its integers; absent where it says nothing. */
  readonly quantization?: WeightQuantization;
}

/** y = W x. weight [out, in]; x is flat. */
export interface LinearNode extends WeightedNode {
  readonly type: "Linear";
  readonly weight: Tensor;
}

/** y = W x + b. weight [out, in]; bias [out]. */
export interface SpikingAffine extends WeightedNode {
  readonly type: "Affine";
  readonly weight: Tensor;
  readonly bias: FloatArray;
}

/** y = scale x, element by element. scale has the shape of the node, or []. */
export interface ScaleNode extends SpikingNodeBase {
  readonly type: "Scale";
  readonly scale: Tensor;
}

/** Cross-correlation along one axis. weight [out, in / groups, kernel]; input [channels, length]. */
export interface Conv1dNode extends WeightedNode {
  readonly type: "Conv1d";
  readonly weight: Tensor;
  readonly bias: FloatArray;
  readonly stride: number;
  readonly padding: Padding1d;
  readonly dilation: number;
  readonly groups: number;
  /** Length of the input where the file gives it. */
  readonly inputShape: number | null;
}

/** Cross-correlation. weight [out, in / groups, kernel height, kernel width]; input [channels, height, width]. */
export interface SpikingConv2d extends WeightedNode {
  readonly type: "Conv2d";
  readonly weight: Tensor;
  readonly bias: FloatArray;
  readonly stride: Pair;
  readonly padding: SpikingPadding2d;
  readonly dilation: Pair;
  readonly groups: number;
  /** [height, width] of the input where the file gives it. */
  readonly inputShape: Pair | null;
}

interface SpikingPool2d extends SpikingNodeBase {
  readonly kernel: Pair;
  readonly stride: Pair;
  /** [vertical, horizontal], on both sides alike. */
  readonly padding: Pair;
}

/** Sum over the window. */
export interface SumPool2dNode extends SpikingPool2d {
  readonly type: "SumPool2d";
}

/** Mean over the window; padded zeros count, as in PyTorch's default. */
export interface SpikingAvgPool2d extends SpikingPool2d {
  readonly type: "AvgPool2d";
}

/** Joins the axes startDim to endDim, both included; negative ones count from the last. */
export interface SpikingFlatten extends SpikingNodeBase {
  readonly type: "Flatten";
  readonly startDim: number;
  readonly endDim: number;
}

/** y(t) = x(t - delay), zero before. delay in seconds, [] or the shape of the node: rounded to whole steps of dt. */
export interface DelayNode extends SpikingNodeBase {
  readonly type: "Delay";
  readonly delay: Tensor;
}

/** 1 where x > threshold, else 0. threshold: [] or the shape of the node. */
export interface ThresholdNode extends SpikingNodeBase {
  readonly type: "Threshold";
  readonly threshold: Tensor;
}

export type SpikingOperation =
  | LinearNode
  | SpikingAffine
  | ScaleNode
  | Conv1dNode
  | SpikingConv2d
  | SumPool2dNode
  | SpikingAvgPool2d
  | SpikingFlatten
  | DelayNode
  | ThresholdNode;
