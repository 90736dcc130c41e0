/**
 * Folded: the float network as populations will see it. Each activation is driven by weighted sources and a constant;
 * everything linear of the Graph has gone into the weights. Still floats, still the same function.
 */
import type { Shape } from "../graph/graph.ts";
import type { Positions } from "./every-nth.ts";
import type { Drive } from "./linear-form.ts";

interface ActivationBase {
  readonly name: string;
  readonly shape: Shape;
  readonly drives: readonly Drive[];
  /** Per neuron, row-major over `shape`. */
  readonly constant: Float64Array;
  /** The Graph node whose value this is, and where in that value it starts (joined values are split). */
  readonly node: string;
  readonly start: number;
}

/** A neuron's place in the windows of a pool. */
export interface InWindow {
  /** Names of those before it: their values and its own add up to the largest so far. */
  readonly earlier: readonly string[];
  /** Where it lies in the map that is pooled: the value of `node`. */
  readonly positions: Positions;
}

/** max(0, drives + constant), cut at `maximum`. */
export interface ReluActivation extends ActivationBase {
  readonly kind: "relu";
  readonly maximum: number | null;
  /** Where this is one of the neurons that make up a MaxPool's windows (inhibit-max-pool.ts). */
  readonly inWindow?: InWindow;
}

/** Maximum over the windows of the one source. */
export interface MaxPoolActivation extends ActivationBase {
  readonly kind: "maxPool";
}

/** The logits: drives + constant, no non-linearity. */
export interface OutputActivation extends ActivationBase {
  readonly kind: "output";
}

export type Activation = ReluActivation | MaxPoolActivation | OutputActivation;

export interface Folded {
  readonly inputName: string;
  readonly inputShape: Shape;
  /** In topological order; the output is last. */
  readonly activations: readonly Activation[];
}

/** Whether all layers are flat: no maps, and nothing pooled. */
export function isFlat({ activations }: Folded): boolean {
  return activations.every(
    ({ shape, drives }) => shape.length === 1 && drives.every(({ pools }) => pools.length === 0),
  );
}
