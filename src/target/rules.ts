/**
 * Numeric rules: what the parameters of the neuron law and the properties of a projection may be on a chip, as data.
 * Lowering chooses within them, legalisation repairs what is outside, and `violations` names what is left.
 */

/** How finely a parameter may vary: one value for each of these. */
export type Granularity = "neuron" | "channel" | "population";

export interface IntegerRange {
  readonly low: number;
  readonly high: number;
}

export interface WeightRules {
  readonly bits: number;
  readonly signed: boolean;
  /** Weights are multiples of this. */
  readonly step: number;
  /** Synapses that one neuron may have onto another; default 1. */
  readonly parallel?: number;
}

export interface NumericRules {
  readonly weights: WeightRules;
  /** null: the chip has no bias; always-on neurons stand in. */
  readonly bias: (IntegerRange & { readonly granularity: Granularity }) | null;
  readonly threshold: IntegerRange & { readonly granularity: Granularity };
  readonly compare: readonly ("gt" | "ge")[];
  readonly reset: readonly ("zero" | "subtract")[];
  /** null: every membrane starts at 0. */
  readonly vInit: (IntegerRange & { readonly granularity: Granularity }) | null;
  readonly state: IntegerRange & { readonly overflow: "saturate" | "wrap" };
  /** Spikes a step at most. 0: neurons send all that are due, and cannot do less (with `unboundedSpikes`). */
  readonly maxSpikes: number;
  /** Where populations that nothing follows fire less often a step than others. */
  readonly outputMaxSpikes?: number;
  /** Values of the law's decayV.kind that the chip has. */
  readonly decay: readonly ("none" | "multiply" | "shift" | "constant")[];
  readonly floor: readonly ("none" | "clamp" | "subtract" | "zero")[];
  readonly delay: IntegerRange & { readonly granularity: "projection" | "source" };
  /** Values that an input may have, where so few that a signed one has no room for channels of its negative values. */
  readonly inputChannels?: number;
  readonly inputs: readonly ("analog" | "rate" | "poisson" | "latency" | "current" | "spikes")[];
  readonly readouts: readonly ("membrane" | "count" | "firstSpike")[];
  /** event: the chip compares and resets at every synapse that a spike reaches. Default: once a step. */
  readonly accumulate?: "step" | "event";
  /** Kinds of populations; default: integrateAndFire alone. */
  readonly populations?: readonly ("integrateAndFire" | "maxCount" | "sigmaDelta")[];
  /** What neurons have beyond plain integrate-and-fire; default: none of it. */
  readonly neurons?: NeuronRules;
  /** Where populations may be sigma-delta. */
  readonly sigmaDelta?: SigmaDeltaRules;
}

/** Values of the law's parameters that a plain integrate-and-fire neuron has no use for (docs/law.md). */
export interface NeuronRules {
  readonly synapse: readonly ("none" | "trace" | "alpha")[];
  /** Of the states' and the membrane's multiplied decays. */
  readonly rounding: readonly ("trunc0" | "floor" | "halfAway" | "halfEven")[];
  /** k of round(x m / 2^k), at most. */
  readonly decayBits: number;
  /** Of decays by shift; absent: any. */
  readonly shifts?: IntegerRange;
  readonly inputShift: IntegerRange;
  /** In addition to `reset`: neurons that keep their membrane when they fire. */
  readonly resetNone: boolean;
  /** The value after a reset, and amounts other than the threshold, may be chosen. */
  readonly resetValues: boolean;
  readonly resetTiming: readonly ("immediate" | "delayed")[];
  readonly refractory: IntegerRange;
  readonly phase: readonly ("post" | "pre")[];
  /** Any number of spikes a step, and any largest number of them. */
  readonly unboundedSpikes: boolean;
  /** States may saturate at fewer bits than `state` has, each population at its own; absent: they may not. */
  readonly narrowStates?: boolean;
  /**
   * Neurons that leak or have a trace count in units of 2^-inputShift of a weight: their states have ranges of their own, and
   * thresholds and biases are multiples of 2^inputShift, up to 2^inputShift times their ranges. Absent: all count alike.
   */
  readonly fine?: {
    readonly inputShift: number;
    readonly state: IntegerRange & { readonly overflow: "saturate" | "wrap" };
    readonly trace: IntegerRange & { readonly overflow: "saturate" | "wrap" };
  };
}

export interface SigmaDeltaRules {
  /** Fractional bits of a spike, from 0: one choice for a network. */
  readonly mostSpikeExponent: number;
  /** Fractional bits that a value has beyond a spike's. */
  readonly stateExponent: number;
  /** Bits of a graded spike and of a value, sign included. */
  readonly spikeBits: number;
  readonly valueBits: number;
}
