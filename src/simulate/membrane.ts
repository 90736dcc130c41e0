/**
 * What the neuron law does to a membrane, piece by piece: decay, overflow, comparison, reset, floor (docs/law.md, "One
 * timestep"). Populations that compare once a step and those that compare after every event put the same pieces in order.
 * The pieces are functions of plain data, one for all populations, because those a JavaScript engine inlines.
 */
import type { Law, StateRange } from "../network/network.ts";
import { decayOf } from "./decay.ts";
import { overflow } from "./overflow.ts";
import { perNeuron } from "./per-neuron.ts";

/** The membrane's part of a law, with one value a neuron. */
export interface MembraneRules {
  readonly vInit: Float64Array;
  readonly bias: Float64Array;
  /** D(v); null: nothing decays. */
  readonly decay: ((v: number, neuron: number) => number) | null;
  readonly range: StateRange | null;
  readonly threshold: Float64Array;
  /** The least membrane that fires. */
  readonly fireAt: Float64Array;
  readonly maxSpikes: number;
  readonly reset: Law["reset"]["kind"];
  /** Where a reset to zero puts v, and where v is held while refractory: 0 for other resets. */
  readonly resetValue: Float64Array;
  /** What a spike takes off in a reset by subtraction. */
  readonly amount: Float64Array;
  readonly floor: "none" | "clamp" | "subtract" | "zero";
  readonly lowest: Float64Array;
}

export function createMembraneRules(law: Law, size: number): MembraneRules {
  const { compare, maxSpikes, reset, floor } = law;
  const threshold = perNeuron(law.threshold, size);
  return {
    vInit: perNeuron(law.vInit, size),
    bias: perNeuron(law.bias, size),
    decay: decayOf(law.decayV, size),
    range: law.overflowV,
    threshold,
    // v > threshold is v >= threshold + 1 for integers; a population that never fires has an unreachable threshold.
    fireAt: threshold.map((value) =>
      compare === "never" ? Number.POSITIVE_INFINITY : compare === "gt" ? value + 1 : value,
    ),
    maxSpikes,
    reset: reset.kind,
    resetValue: perNeuron(reset.kind === "zero" ? reset.value : [0], size),
    amount: reset.kind === "subtract" && reset.amount !== null ? perNeuron(reset.amount, size) : threshold,
    floor: floor?.kind ?? "none",
    lowest: perNeuron(floor?.value ?? [0], size),
  };
}

export function decayed({ decay }: MembraneRules, v: number, neuron: number): number {
  return decay === null ? v : decay(v, neuron);
}

/** v as the state can hold it. */
export function contained({ range }: MembraneRules, v: number): number {
  return range === null ? v : overflow(v, range);
}

/** Spikes of the membrane v: 0 where it does not fire. */
export function spikesOf(rules: MembraneRules, v: number, neuron: number): number {
  if (!(v >= rules.fireAt[neuron])) return 0;
  if (rules.maxSpikes === 1) return 1;
  const threshold = rules.threshold[neuron];
  const whole = threshold > 0 ? Math.max(1, Math.floor(v / threshold)) : 1;
  return rules.maxSpikes === 0 ? whole : Math.min(rules.maxSpikes, whole);
}

/** v after the reset that `spikes` cause at once. */
export function afterSpikes(rules: MembraneRules, v: number, spikes: number, neuron: number): number {
  if (rules.reset === "subtract") return v - spikes * rules.amount[neuron];
  return rules.reset === "zero" ? rules.resetValue[neuron] : v;
}

export function floored({ floor, lowest }: MembraneRules, v: number, neuron: number): number {
  if (floor === "none" || v >= lowest[neuron]) return v;
  switch (floor) {
    case "clamp":
      return lowest[neuron];
    case "subtract":
      return v - lowest[neuron];
    case "zero":
      return 0;
  }
}
