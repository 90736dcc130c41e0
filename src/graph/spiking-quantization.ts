/**
 * What a node of a SpikingGraph says of its own integers, for whoever lowers it. The floats of the graph are not changed by
 * it, and a node that says nothing leaves the choice to the lowering.
 */

/** Of a node with weights; at least one of the two is said. */
export interface WeightQuantization {
  /** Bits of a weight, its sign among them. */
  readonly bits?: number | undefined;
  /** channel: a factor for the weights of each output channel; layer: one for all. */
  readonly scale?: "channel" | "layer" | undefined;
}

/** Of a neuron. */
export interface StateQuantization {
  /** Bits of its states (membrane and traces), their sign among them: they saturate at the ends of that range. */
  readonly stateBits: number;
}
