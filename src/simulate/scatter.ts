/**
 * How a spike of one source neuron reaches the currents of the target: dense, one-to-one and sparse weights. Weights are laid out
 * by source once, so that all that one spike adds lies side by side.
 */
import { parameterIndex } from "../network/network.ts";

/** Adds value * weights of one source neuron, as seen after the pools, to the currents of the target. */
export interface Scatter {
  /** Synapses of a source neuron, those at the border counted as they are. */
  readonly fanOut: (neuron: number) => number;
  readonly add: (neuron: number, value: number, currents: Float64Array) => void;
  /** Moves what `add` has kept to itself into the currents; absent where it keeps nothing. */
  readonly flush?: (currents: Float64Array) => void;
}

/** sums[at ..] += weights[from ..] * value, `count` of them. Four at a time: more than twice as fast in V8. */
export function addRow(
  sums: Float64Array,
  at: number,
  weights: Float64Array,
  from: number,
  count: number,
  value: number,
): void {
  let i = 0;
  for (; i + 3 < count; i += 4) {
    sums[at + i] += weights[from + i] * value;
    sums[at + i + 1] += weights[from + i + 1] * value;
    sums[at + i + 2] += weights[from + i + 2] * value;
    sums[at + i + 3] += weights[from + i + 3] * value;
  }
  for (; i < count; i++) sums[at + i] += weights[from + i] * value;
}

/** weights: [targets][sources]. */
export function denseScatter(weights: ArrayLike<number>, sources: number, targets: number): Scatter {
  const bySource = new Float64Array(sources * targets);
  for (let target = 0; target < targets; target++)
    for (let source = 0; source < sources; source++)
      bySource[source * targets + target] = weights[target * sources + source];
  return {
    fanOut: () => targets,
    add: (neuron, value, currents) => addRow(currents, 0, bySource, neuron * targets, targets, value),
  };
}

/** weights: one, one a channel, or one a neuron. */
export function oneToOneScatter(weights: ArrayLike<number>, size: number): Scatter {
  const expanded = Float64Array.from(
    { length: size },
    (_, neuron) => weights[parameterIndex(neuron, size, weights.length)],
  );
  return {
    fanOut: () => 1,
    add(neuron, value, currents) {
      currents[neuron] += expanded[neuron] * value;
    },
  };
}

/** Synapses of a source neuron already lie side by side. */
export function sparseScatter({
  offsets,
  targets,
  weights,
}: {
  readonly offsets: Int32Array;
  readonly targets: Int32Array;
  readonly weights: ArrayLike<number>;
}): Scatter {
  return {
    fanOut: (neuron) => offsets[neuron + 1] - offsets[neuron],
    add(neuron, value, currents) {
      for (let synapse = offsets[neuron]; synapse < offsets[neuron + 1]; synapse++)
        currents[targets[synapse]] += weights[synapse] * value;
    },
  };
}
