/**
 * A neuron in floats, in the words of the neuron law (docs/law.md): what the nodes of NIR, snnTorch and sinabs have in
 * common. Nodes become forms (nir-form.ts, snntorch-form.ts, sinabs-form.ts); forms become integers (integer-law.ts).
 *
 * An array holds one value for all neurons, or one a neuron. Membranes, thresholds and biases are in the units of the float
 * membrane, and a synaptic trace in the same: factors between trace and membrane are part of `gain`.
 */
import type { SpikingNode } from "../../graph/spiking.ts";
import type { Recurrence } from "../../graph/spiking-neurons.ts";

export type SynapseForm =
  | {
      readonly kind: "trace";
      /** What is left of it after a step, 0..1. */
      readonly keeps: Float64Array;
      readonly order: "decayThenAdd" | "addThenDecay";
    }
  /** v = gain (u - h). */
  | {
      readonly kind: "alpha";
      readonly keepsU: Float64Array;
      readonly keepsH: Float64Array;
      readonly gain: Float64Array;
      readonly resets: boolean;
    };

export interface FiringForm {
  readonly threshold: Float64Array;
  readonly compare: "gt" | "ge";
  /** 0: any number. */
  readonly maxSpikes: number;
  readonly reset:
    | { readonly kind: "none" }
    | { readonly kind: "zero"; readonly value: Float64Array }
    /** amount null: the threshold. */
    | { readonly kind: "subtract"; readonly amount: Float64Array | null };
  readonly resetTiming: "immediate" | "delayed";
  readonly refractory: number;
  readonly refractoryHoldsSynapse: boolean;
  readonly phase: "post" | "pre";
  /** What a spike is worth to whom it reaches. */
  readonly worth: Float64Array;
}

export interface NeuronForm {
  readonly node: SpikingNode;
  /** Of the input, on its way to the membrane. */
  readonly gain: Float64Array;
  /** null: it reaches the membrane as it is. */
  readonly synapse: SynapseForm | null;
  /** What is left of the membrane after a step, 0..1; null: all of it. */
  readonly keeps: Float64Array | null;
  /** Added to the membrane each step. */
  readonly bias: Float64Array;
  /** null: it never fires, and its membrane is what it gives. */
  readonly firing: FiringForm | null;
  /** The membrane cannot fall below it; null: no floor. */
  readonly floor: Float64Array | null;
  readonly vInit: Float64Array;
  /** Its own recurrence, which acts a step later; null where the graph's edges say all. */
  readonly recurrence: Recurrence | null;
  /** Steps by which all that it is given comes later than the edges say. */
  readonly inputDelay: number;
  /** Steps by which all that it gives goes out later than the law emits it. */
  readonly outputDelay: number;
  /** Where the law is not the node to the last bit, even before rounding: sentences. */
  readonly differences: readonly string[];
}

/** A neuron of which only the leak and the input matter. */
export const plainForm = {
  synapse: null,
  keeps: null,
  bias: Float64Array.of(0),
  floor: null,
  vInit: Float64Array.of(0),
  recurrence: null,
  inputDelay: 0,
  outputDelay: 0,
  differences: [],
} as const satisfies Partial<NeuronForm>;

export const plainFiring = {
  compare: "gt",
  maxSpikes: 1,
  resetTiming: "immediate",
  refractory: 0,
  refractoryHoldsSynapse: false,
  phase: "post",
  worth: Float64Array.of(1),
} as const satisfies Partial<FiringForm>;

/** One value where all are alike: what can be shared is seen as such. */
export function compact(values: ArrayLike<number>): Float64Array {
  const first = values[0];
  for (let i = 1; i < values.length; i++) if (values[i] !== first) return Float64Array.from(values);
  return Float64Array.of(first);
}

/** The value at neuron i, of arrays of one value or one a neuron. */
export function valueAt(values: ArrayLike<number>, neuron: number): number {
  return values[values.length === 1 ? 0 : neuron];
}

/** Neuron by neuron. */
export function combine(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  operation: (a: number, b: number) => number,
): Float64Array {
  const length = Math.max(a.length, b.length);
  return compact(Float64Array.from({ length }, (_, i) => operation(valueAt(a, i), valueAt(b, i))));
}

export function product(...factors: readonly (ArrayLike<number> | null)[]): Float64Array {
  return factors.reduce<Float64Array>(
    (sum, factor) => (factor === null ? sum : combine(sum, factor, (a, b) => a * b)),
    Float64Array.of(1),
  );
}
