/**
 * The synapses of one source neuron into one population, as an event meets them: every target that it reaches, once and
 * ascending, with the sum of its weights there. A weight of 0 is a synapse: the event visits the neuron.
 */
import type { Projection, Shape } from "../network/network.ts";
import { sizeOf } from "../network/network.ts";
import { createCarrier } from "./projection.ts";

export interface SynapseRow {
  readonly targets: Int32Array;
  readonly weights: Float64Array;
}

/** Several projections that join the same populations after the same delay add up. Rows are made when first asked for. */
export function createSynapseRows(
  projections: readonly Projection[],
  sourceShape: Shape,
  targetShape: Shape,
): (neuron: number) => SynapseRow {
  const carriers = projections.map(({ pools, connection }) => {
    // With weights of 1, what the event reaches is what is not 0.
    const ones = { ...connection, weights: new Uint8Array(connection.weights.length).fill(1) };
    return {
      weights: createCarrier({ sourceShape, targetShape, pools, connection }),
      reach: createCarrier({ sourceShape, targetShape, pools, connection: ones }),
    };
  });
  const sums = new Float64Array(sizeOf(targetShape));
  const reached = new Float64Array(sums.length);
  const rows = new Map<number, SynapseRow>();

  function make(neuron: number): SynapseRow {
    sums.fill(0);
    reached.fill(0);
    for (const { weights, reach } of carriers) {
      weights.carry([neuron], null, 0, 1, sums);
      reach.carry([neuron], null, 0, 1, reached);
    }
    const targets: number[] = [];
    for (let target = 0; target < reached.length; target++) if (reached[target] > 0) targets.push(target);
    return {
      targets: Int32Array.from(targets),
      weights: Float64Array.from(targets, (target) => sums[target]),
    };
  }

  return (neuron) => {
    let row = rows.get(neuron);
    if (row === undefined) {
      row = make(neuron);
      rows.set(neuron, row);
    }
    return row;
  };
}
