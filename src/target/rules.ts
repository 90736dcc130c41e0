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
  readonly maxSpikes: number;
  /** Values of the law's decayV.kind that the chip has. */
  readonly decay: readonly ("none" | "multiply" | "shift" | "constant")[];
  readonly floor: readonly ("none" | "clamp" | "subtract" | "zero")[];
  readonly delay: IntegerRange & { readonly granularity: "projection" | "source" };
  readonly inputs: readonly ("analog" | "rate" | "poisson" | "latency" | "current" | "spikes")[];
  readonly readouts: readonly ("membrane" | "count" | "firstSpike")[];
  /** event: the chip compares and resets at every synapse that a spike reaches. Default: once a step. */
  readonly accumulate?: "step" | "event";
  /** Kinds of populations; default: integrateAndFire alone. */
  readonly populations?: readonly ("integrateAndFire" | "maxCount" | "sigmaDelta")[];
  /** Where populations may be sigma-delta. */
  readonly sigmaDelta?: SigmaDeltaRules;
}

export interface SigmaDeltaRules {
  /** Fractional bits of a spike that may be chosen, one choice for a network. */
  readonly spikeExponent: IntegerRange;
  /** Fractional bits that a value has beyond a spike's. */
  readonly stateExponent: number;
  /** Bits of a graded spike and of a value, sign included. */
  readonly spikeBits: number;
  readonly valueBits: number;
}
