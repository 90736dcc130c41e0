/** Nodes of native spiking networks with numbers that fast-check draws: for the quantizers of chips. */
import fastCheck from "fast-check";
import type { Tensor } from "../../../src/graph/graph.ts";
import type { SpikingNode } from "../../../src/graph/spiking.ts";
import { base } from "../../graph/spiking/small-spiking-graphs.ts";

/** Evenly spread: the doubles that fast-check likes best are close to 0. */
export const many = (count: number, low: number, high: number): fastCheck.Arbitrary<number[]> =>
  fastCheck
    .array(fastCheck.noBias(fastCheck.integer({ min: 0, max: 1000 })), { minLength: count, maxLength: count })
    .map((parts) => parts.map((part) => low + ((high - low) * part) / 1000));

/** [steps][inputs] of 0 and 1. */
export const spikeRows = (steps: number, inputs: number): fastCheck.Arbitrary<number[][]> =>
  fastCheck.array(
    fastCheck.array(fastCheck.integer({ min: 0, max: 1 }), { minLength: inputs, maxLength: inputs }),
    { minLength: steps, maxLength: steps },
  );

/** One value for all neurons, or one a neuron. */
const tensor = (values: readonly number[]): Tensor => ({
  shape: values.length === 1 ? [] : [values.length],
  data: Float64Array.from(values),
});

/** Each with one value for all neurons, or one a neuron. */
export interface CubaConstants {
  readonly tauSyn: readonly number[];
  readonly tauMem: readonly number[];
  readonly vLeak: readonly number[];
  readonly vThreshold: readonly number[];
}

/** With r and w_in that make an input of 1 add 1 to the current, and a current of 1 add 1 to the membrane. */
export function cuba(
  name: string,
  size: number,
  dt: number,
  { tauSyn, tauMem, vLeak, vThreshold }: CubaConstants,
): SpikingNode {
  return {
    type: "CubaLIF",
    ...base(name, [size]),
    discretization: null,
    vInit: null,
    tauSyn: tensor(tauSyn),
    tauMem: tensor(tauMem),
    r: tensor(tauMem.map((tau) => tau / dt)),
    vLeak: tensor(vLeak),
    wIn: tensor(tauSyn.map((tau) => tau / dt)),
    vThreshold: tensor(vThreshold),
    vReset: tensor([0]),
  };
}

export const linear = (
  name: string,
  rows: number,
  columns: number,
  weight: readonly number[],
): SpikingNode => ({
  type: "Linear",
  ...base(name, [rows]),
  weight: { shape: [rows, columns], data: Float64Array.from(weight) },
});
