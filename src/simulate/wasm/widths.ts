/**
 * Widths are proven, not hoped: from bounds of a step's input follow the bounds of every membrane and of every number on the
 * way to it, in the order of the law (docs/law.md, "One timestep"). A population gets lanes that hold them all.
 */
import type { Decay, Floor, Law, StateRange } from "../../network/network.ts";
import { decayOf } from "../decay.ts";
import { overflow } from "../overflow.ts";

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** What one step brings at most. */
export interface StepInput {
  /** Weighted spikes and currents, multiplied by 2^inputShift. */
  readonly weighted: Interval;
  readonly bias: Interval;
}

export interface StateBounds {
  /** Membranes at the end of a step. */
  readonly membrane: Interval;
  /** Membranes and everything computed from them, except sums that saturate. */
  readonly widest: Interval;
  /** What is added to what is left of a membrane, before the overflow. */
  readonly input: Interval;
  /** Both together. */
  readonly total: Interval;
  /** Traces, before and after their overflow; zero without any. */
  readonly traces: Interval;
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
export const zero: Interval = { low: 0, high: 0 };

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

/** 0 times a number without bounds is 0. */
export function timesOf({ low, high }: Interval, factor: number): Interval {
  return { low: low === 0 ? 0 : low * factor, high: high === 0 ? 0 : high * factor };
}

/** D is monotone in the state, except a constant one near zero; every parameter of the population is tried. */
function decayed(decay: Decay, state: Interval): Interval {
  if (decay.kind === "none") return state;
  if (decay.kind === "constant") {
    const most = Math.max(...decay.amount.map(Math.abs));
    return { low: Math.min(0, state.low - most), high: Math.max(0, state.high + most) };
  }
  const parameters = decay.kind === "multiply" ? decay.multiplier.length : (decay.shifts?.length ?? 1);
  const apply = decayOf(decay, parameters)!;
  const ends = Array.from({ length: parameters }, (_, i) => [apply(state.low, i), apply(state.high, i)]);
  return hull(rangeOf(ends.flat()), { low: 0, high: 0 });
}

/** A floor may differ from neuron to neuron: what is above the lowest of them may stay, what is below the highest may move. */
function floored(floor: Floor | null, { low, high }: Interval): Interval {
  if (floor === null) return { low, high };
  const { low: least, high: most } = rangeOf(floor.value);
  if (low >= most) return { low, high };
  const kept = { low: Math.max(low, least), high: Math.max(high, least) };
  if (floor.kind === "clamp") return hull(kept, { low: kept.low, high: Math.max(high, most) });
  if (floor.kind === "zero") return hull(kept, zero);
  return hull(kept, { low: low - most, high: -1 });
}

/** Of a neuron that fired, after the reset. */
function afterReset(law: Law, held: Interval, threshold: Interval): Interval {
  if (law.resetTiming === "delayed") return held;
  switch (law.reset.kind) {
    case "none":
      return held;
    case "zero":
      return rangeOf(law.reset.value);
    case "subtract": {
      if (law.reset.amount !== null) {
        // v >= n threshold, so that n (threshold - amount) are left at least.
        const { low, high } = rangeOf(law.reset.amount);
        const most = mostSpikes(law, held.high, threshold.low);
        const least = threshold.low - high;
        return { low: Math.min(least, most * least), high: held.high - Math.min(low, most * low) };
      }
      // v >= threshold, and no more thresholds go than it holds; all of them where their number is unbounded.
      if (law.maxSpikes === 0) return { low: 0, high: threshold.high - 1 };
      return { low: 0, high: Math.max(0, held.high - threshold.low) };
    }
  }
}

/** After comparison and reset. */
function compared(law: Law, v: Interval, threshold: Interval): Interval {
  const fireAt = { low: threshold.low, high: threshold.high + (law.compare === "gt" ? 1 : 0) };
  if (law.compare === "never" || v.high < fireAt.low) return v;
  const silent = { low: v.low, high: Math.min(v.high, fireAt.high - 1) };
  return hull(silent.high >= silent.low ? silent : v, afterReset(law, v, threshold));
}

/** What the spikes of a step take off in the next one. */
function dueOf({ resetTiming, reset, threshold }: Law, spikes: number): Interval {
  if (resetTiming === "immediate" || reset.kind !== "subtract") return zero;
  const { low, high } = rangeOf(reset.amount ?? threshold);
  return hull(zero, timesOf({ low, high }, spikes));
}

/** One step of a trace: what it may be on the way, and after its overflow. */
function traced(synapse: Exclude<Law["synapse"], { kind: "none" }>, u: Interval, weighted: Interval) {
  const { decayU, synapseOrder, overflowU } = synapse;
  const first = synapseOrder === "decayThenAdd" ? decayed(decayU, u) : sumOf(u, weighted);
  const last = synapseOrder === "decayThenAdd" ? sumOf(first, weighted) : decayed(decayU, first);
  const after = overflowed(overflowU, last);
  return { widest: hull(first, last, after), after: hull(u, after) };
}

/** steps: how many steps the membrane has to grow; may be infinite. null: nothing useful is known. */
export function stateBounds(law: Law, { weighted, bias }: StepInput, steps: number): StateBounds | null {
  const { synapse } = law;
  if (synapse.kind === "alpha" || !hasBounds(weighted)) return null;
  const threshold = rangeOf(law.threshold);
  let membrane = rangeOf(law.vInit);
  let bounds: StateBounds = {
    membrane,
    widest: hull(membrane, law.refractory > 0 ? heldAt(law) : membrane),
    input: zero,
    total: membrane,
    traces: zero,
    spikes: mostSpikes(law, membrane.high, threshold.low),
  };
  let trace = zero;
  for (let step = 0; step < steps; step++) {
    if (step === (Number.isFinite(steps) ? mostSteps : mostStreamSteps)) return null;
    const before = law.phase === "pre" ? hull(membrane, compared(law, membrane, threshold)) : membrane;
    const stepped = synapse.kind === "none" ? null : traced(synapse, trace, weighted);
    const arriving = stepped === null ? weighted : stepped.after;
    const due = dueOf(law, bounds.spikes);
    const input = sumOf(sumOf(arriving, bias), { low: -due.high, high: -due.low });
    const kept = decayed(law.decayV, before);
    const total = sumOf(kept, input);
    const held = overflowed(law.overflowV, total);
    const after = law.phase === "pre" ? held : compared(law, held, threshold);
    const resting = law.refractory > 0 ? hull(after, heldAt(law)) : after;
    const next = hull(membrane, floored(law.floor, resting));
    const spikes = Math.max(bounds.spikes, mostSpikes(law, Math.max(held.high, next.high), threshold.low));
    bounds = {
      membrane,
      widest: hull(bounds.widest, before, kept, held, resting, next),
      input: hull(bounds.input, input, sumOf(arriving, bias), arriving, due),
      total: hull(bounds.total, total),
      traces: stepped === null ? zero : hull(bounds.traces, stepped.widest),
      spikes,
    };
    const settled = stepped === null || same(hull(stepped.after, zero), trace);
    if (settled && same(next, membrane) && same(due, dueOf(law, spikes))) break;
    if (stepped !== null) trace = hull(stepped.after, zero);
    if (Math.max(-next.low, next.high, -trace.low, trace.high) > hopeless) return null;
    membrane = next;
  }
  return { ...bounds, membrane };
}

function hasBounds({ low, high }: Interval): boolean {
  return Number.isFinite(low) && Number.isFinite(high);
}

function same(a: Interval, b: Interval): boolean {
  return a.low === b.low && a.high === b.high;
}

/** Where a refractory neuron is held. */
function heldAt({ reset }: Law): Interval {
  return reset.kind === "zero" ? rangeOf(reset.value) : zero;
}

function overflowed(range: StateRange | null, sum: Interval): Interval {
  if (range === null) return sum;
  if (range.overflow === "saturate")
    return { low: overflow(sum.low, range), high: overflow(sum.high, range) };
  return within(sum, range) ? sum : { low: range.low, high: range.high };
}

function mostSpikes({ compare, maxSpikes }: Law, largest: number, threshold: number): number {
  if (compare === "never") return 0;
  if (maxSpikes === 1) return 1;
  const most = Math.max(1, Math.floor(largest / threshold));
  return maxSpikes === 0 ? most : Math.min(maxSpikes, most);
}
