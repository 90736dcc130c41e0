/**
 * The neuron law of integrate-and-fire populations, as data: one parametrised integer neuron (docs/law.md). A chip's
 * numeric rules say which values its parameters may take; names are those of docs/law.md.
 *
 * A parameter array of a population of n neurons in c channels holds 1, c or n values: neuron i reads the value at
 * floor(i * length / n).
 */

export type Rounding = "trunc0" | "floor" | "halfAway" | "halfEven";

/** What is left of a state after one step: D(x) of the law. */
export type Decay =
  | { readonly kind: "none" }
  /** round(x multiplier / 2^shift) */
  | {
      readonly kind: "multiply";
      readonly multiplier: Int32Array;
      readonly shift: number;
      readonly rounding: Rounding;
    }
  /** x - floor(x / 2^shift); with tail, at least one unit toward zero. */
  | {
      readonly kind: "shift";
      readonly shift: number;
      readonly tail: boolean;
      /** Shifts of neurons or channels, where they differ; `shift` is the largest of them. */
      readonly shifts?: Int32Array;
    }
  /** x - amount; towardZero: without crossing it. */
  | { readonly kind: "constant"; readonly amount: Int32Array; readonly towardZero: boolean };

export interface StateRange {
  readonly low: number;
  readonly high: number;
  readonly overflow: "saturate" | "wrap";
}

interface Trace {
  readonly decayU: Decay;
  /** Of u, and of h where there are two traces; null: 32 bits suffice, which checks of widths prove. */
  readonly overflowU: StateRange | null;
  /** snnTorch and Loihi decay first; sinabs and Rockpool add first. */
  readonly synapseOrder: "decayThenAdd" | "addThenDecay";
  /** A spike clears u and h as well. */
  readonly resetSynapse: boolean;
}

/** How weighted input a reaches the membrane. */
export type Synapse =
  /** As it is. */
  | { readonly kind: "none" }
  /** One trace (CUBA): u = D(u) + a, or D(u + a); the membrane takes u. */
  | ({ readonly kind: "trace" } & Trace)
  /** Two traces (alpha), each as above, with decays of their own: v = round(gain (u - h) / 2^gainShift), half away from zero. */
  | ({
      readonly kind: "alpha";
      readonly decayH: Decay;
      readonly gain: Int32Array;
      readonly gainShift: number;
    } & Trace);

export type Reset =
  | { readonly kind: "none" }
  /** v = value: vReset of the law. */
  | { readonly kind: "zero"; readonly value: Int32Array }
  /** v -= spikes * amount; null: the threshold. */
  | { readonly kind: "subtract"; readonly amount: Int32Array | null };

/** Applied after the reset where v < value. */
export interface Floor {
  readonly kind: "clamp" | "subtract" | "zero";
  readonly value: Int32Array;
}

/** Every parameter of the neuron law. Write `{ ...plainLaw, ...}` for those that a population has no use for. */
export interface Law {
  readonly synapse: Synapse;
  /** The step's weighted input is multiplied by 2^inputShift. */
  readonly inputShift: number;
  /** Added to v each step. */
  readonly bias: Int32Array;
  readonly decayV: Decay;
  /** null: 32 bits suffice. */
  readonly overflowV: StateRange | null;
  readonly threshold: Int32Array;
  /** never: a population that only integrates, for a membrane readout. */
  readonly compare: "gt" | "ge" | "never";
  /** Spikes a step; 0 = unbounded. */
  readonly maxSpikes: number;
  readonly reset: Reset;
  /** delayed: spikes of the last step are subtracted in this one, before the overflow; only with reset subtract. */
  readonly resetTiming: "immediate" | "delayed";
  /** Steps after a spike in which v is held at the reset's value (0 for other resets) and nothing is emitted. */
  readonly refractory: number;
  /** Traces stand still as well while v is held. */
  readonly refractoryHoldsSynapse: boolean;
  readonly floor: Floor | null;
  readonly vInit: Int32Array;
  /** pre: compare and reset with the old v, at the start of the step. */
  readonly phase: "post" | "pre";
  /** event: overflow, compare and reset follow every incoming event, and decay comes once a step (docs/law.md). */
  readonly accumulate: "step" | "event";
}

/** The law of a plain integrate-and-fire neuron: threshold 1, one spike a step, reset by subtraction, nothing else. */
export const plainLaw: Law = {
  synapse: { kind: "none" },
  inputShift: 0,
  bias: Int32Array.of(0),
  decayV: { kind: "none" },
  overflowV: null,
  threshold: Int32Array.of(1),
  compare: "ge",
  maxSpikes: 1,
  reset: { kind: "subtract", amount: null },
  resetTiming: "immediate",
  refractory: 0,
  refractoryHoldsSynapse: false,
  floor: null,
  vInit: Int32Array.of(0),
  phase: "post",
  accumulate: "step",
};
