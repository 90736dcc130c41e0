/**
 * A layer as one core computes it: a convolution with a square kernel, neurons that add up, and up to two destinations with a
 * sum pool in front of each. All that is known of it, before it is known which core it gets.
 */
import type { Pair } from "../../src/network/network.ts";

export type Extents = readonly [channels: number, height: number, width: number];

export interface LayerDestination {
  /** Index of the layer that it leads to. */
  readonly layer: number;
  /** Spikes of this many rows and columns are added up. */
  readonly pooling: number;
}

export interface CoreLayer {
  /** Name of the population. */
  readonly name: string;
  /** What the kernel sees, after the pools of what feeds it. */
  readonly input: Extents;
  /** [features, height, width], before pooling. */
  readonly neurons: Extents;
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Pair;
  /** [feature][channel][row][column] */
  readonly weights: ArrayLike<number>;
  /** One a feature; null: none. */
  readonly biases: ArrayLike<number> | null;
  readonly thresholdHigh: number;
  /** The floor of the membranes. */
  readonly thresholdLow: number;
  readonly returnToZero: boolean;
  /** [feature][row][column]; null: all 0. */
  readonly initial: ArrayLike<number> | null;
  readonly destinations: readonly LayerDestination[];
  /** Its spikes are reported. */
  readonly monitored: boolean;
}
