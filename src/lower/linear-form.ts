/**
 * What lies between two activations is linear. Here it is written as a sum of drives, each one source seen through pools
 * and one weight operator, plus a constant per neuron. Graph nodes act on this form one by one (`fold.ts`).
 *
 * The constant is a whole map, not a channel's bias: a shift in front of a padded convolution differs at the border
 * (docs/conversion.md), and carrying the map through keeps it exact.
 */
import type { Padding2d, Pair, Shape } from "../graph/graph.ts";
import type { WeightQuantization } from "../graph/spiking-quantization.ts";
import type { SumPool } from "../network/network.ts";
import { pooledShape } from "../network/shapes.ts";

/** Weights of a drive, in floats; the kinds are those of a Network's connections. */
export type Operator =
  | { readonly kind: "oneToOne"; readonly weights: Float64Array }
  | { readonly kind: "dense"; readonly weights: Float64Array }
  | {
      readonly kind: "convolution";
      readonly weights: Float64Array;
      readonly kernel: Pair;
      readonly stride: Pair;
      readonly padding: Padding2d;
      readonly dilation: Pair;
      readonly groups: number;
    };

/** One source's contribution to a linear value. */
export interface Drive {
  /** Name of the input or of an activation. */
  readonly source: string;
  readonly sourceShape: Shape;
  readonly pools: readonly SumPool[];
  readonly operator: Operator;
  /** Steps between source and target; default 0. Only spiking networks have others. */
  readonly delay?: number;
  /** What the nodes whose weights these are say of their integers; only nodes of spiking networks do. */
  readonly quantization?: WeightQuantization;
}

/** A linear value of `shape`: the sum of its drives and a constant. */
export interface LinearValue {
  readonly shape: Shape;
  readonly drives: readonly Drive[];
  /** One value a neuron, row-major over `shape`. */
  readonly constant: Float64Array;
}

/** Values joined along the channels; most Graph values have one part, a Concat has several. */
export type Joined = readonly LinearValue[];

/** The shape of a drive's source after its pools: what its operator sees. */
export function operandShape(drive: Drive): Shape {
  return drive.pools.reduce<Shape>((shape, pool) => pooledShape(shape, pool), drive.sourceShape);
}

/** The value of a source itself. */
export function identity(source: string, shape: Shape, size: number): LinearValue {
  const operator: Operator = { kind: "oneToOne", weights: new Float64Array([1]) };
  return {
    shape,
    drives: [{ source, sourceShape: shape, pools: [], operator }],
    constant: new Float64Array(size),
  };
}
