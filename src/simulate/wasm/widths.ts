/**
 * Widths are proven, not hoped: from bounds of a step's input follow the bounds of every membrane and of every number on the
 * way to it, in the order of the law (docs/law.md, "One timestep"). A population gets lanes that hold them all.
 */
import type { Decay, Floor, Law } from "../../network/network.ts";
import { decayOf } from "../decay.ts";
import { overflow } from "../integrate-and-fire.ts";

export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface StateBounds {
  /** Membranes at the end of a step. */
  readonly membrane: Interval;
  /** Membranes and everything computed from them, except sums that saturate. */
  readonly widest: Interval;
  /** Sums of membrane, input and bias before the overflow. */
  readonly total: Interval;
  /** The most spikes of a neuron in a step. */
  readonly spikes: number;
}

/** Bounds beyond this are of no use to anybody, nor are those that still grow after so many steps. */
const hopeless = 2 ** 36;
const mostSteps = 2 ** 14;
/** For streams, which have no last step: bounds must have settled by then. */
const mostStreamSteps = 2 ** 10;

export const int16: Interval = { low: -(2 ** 15), high: 2 ** 15 - 1 };
export const int32: Interval = { low: -(2 ** 31), high: 2 ** 31 - 1 };

export function hull(...intervals: readonly Interval[]): Interval {
  return {
    low: Math.min(...intervals.map(({ low }) => low)),
    high: Math.max(...intervals.map(({ high }) => high)),
  };
}

/** By index: the iterators of typed arrays are slow until a compiler has seen them often, and weights are read once. */
export function rangeOf(values: ArrayLike<number>): Interval {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { low, high };
}

export function within(inner: Interval, outer: Interval): boolean {
  return inner.low >= outer.low && inner.high <= outer.high;
}

export function sumOf(a: Interval, b: Interval): Interval {
  return { low: a.low + b.low, high: a.high + b.high };
}

/** D is monotone in the state, except a constant one near zero; every parameter of the population is tried. */
function decayed(decay: Decay, state: Interval): Interval {
  if (decay.kind === "none") return state;
  if (decay.kind === "constant") {
    const most = Math.max(...decay.amount.map(Math.abs));
    return { low: Math.min(0, state.low - most), high: Math.max(0, state.high + most) };
  }
  const parameters = decay.kind === "multiply" ? decay.multiplier.length : 1;
  const apply = decayOf(decay, parameters)!;
  const ends = Array.from({ length: parameters }, (_, i) => [apply(state.low, i), apply(state.high, i)]);
  return hull(rangeOf(ends.flat()), { low: 0, high: 0 });
}

function floored(floor: Floor | null, { low, high }: Interval): Interval {
  if (floor === null || low >= floor.value[0]) return { low, high };
  const {
    kind,
    value: [value],
  } = floor;
  const kept = { low: value, high: Math.max(high, value) };
  if (kind === "clamp") return kept;
  if (kind === "zero") return hull(kept, { low: 0, high: 0 });
  return hull(kept, { low: low - value, high: -1 });
}

/** Of a neuron that fired, after the reset. */
function afterReset(law: Law, held: Interval, threshold: Interval): Interval {
  switch (law.reset.kind) {
    case "none":
      return held;
    case "zero":
      return rangeOf(law.reset.value);
    case "subtract":
      // v >= threshold, and no more thresholds go than it holds; all of them where their number is unbounded.
      if (law.maxSpikes === 0) return { low: 0, high: threshold.high - 1 };
      return { low: 0, high: Math.max(0, held.high - threshold.low) };
  }
}

/**
 * input: bounds of a step's weighted input and bias together. steps: how many steps the membrane has to grow; may be infinite.
 * null: the bounds are hopeless.
 */
export function stateBounds(law: Law, input: Interval, steps: number): StateBounds | null {
  const threshold = rangeOf(law.threshold);
  let membrane = rangeOf(law.vInit);
  let widest = membrane;
  let total = membrane;
  let largest = membrane.high;
  const fireAt = { low: threshold.low, high: threshold.high + (law.compare === "gt" ? 1 : 0) };
  for (let step = 0; step < steps; step++) {
    if (step === (Number.isFinite(steps) ? mostSteps : mostStreamSteps)) return null;
    const kept = decayed(law.decayV, membrane);
    const sum = sumOf(kept, input);
    const held = overflowed(law, sum);
    let after = held;
    if (law.compare !== "never" && held.high >= fireAt.low) {
      const silent = { low: held.low, high: Math.min(held.high, fireAt.high - 1) };
      after = hull(silent.high >= silent.low ? silent : held, afterReset(law, held, threshold));
    }
    const next = hull(membrane, floored(law.floor, after));
    widest = hull(widest, kept, held, after, next);
    total = hull(total, sum);
    largest = Math.max(largest, held.high);
    if (next.low === membrane.low && next.high === membrane.high) break;
    if (Math.max(-next.low, next.high) > hopeless) return null;
    membrane = next;
  }
  return { membrane, widest, total, spikes: mostSpikes(law, largest, threshold.low) };
}

function overflowed({ overflowV }: Law, sum: Interval): Interval {
  if (overflowV === null) return sum;
  if (overflowV.overflow === "saturate")
    return { low: overflow(sum.low, overflowV), high: overflow(sum.high, overflowV) };
  return within(sum, overflowV) ? sum : { low: overflowV.low, high: overflowV.high };
}

function mostSpikes({ compare, maxSpikes }: Law, largest: number, threshold: number): number {
  if (compare === "never") return 0;
  if (maxSpikes === 1) return 1;
  const most = Math.max(1, Math.floor(largest / threshold));
  return maxSpikes === 0 ? most : Math.min(maxSpikes, most);
}
