/**
 * The neuron law once more, in unbounded integers and straight from its text (docs/law.md, "One timestep"): slow, and
 * sharing nothing with the simulator.
 */
import type { Decay, Law, Rounding, StateRange } from "../../src/network/network.ts";

export interface NeuronState {
  v: bigint;
  u: bigint;
  h: bigint;
  /** Refractory steps left. */
  waiting: number;
  /** Spikes of the step before. */
  before: bigint;
}

export interface Outcome {
  readonly state: NeuronState;
  readonly spikes: bigint;
}

/** Before the first step. */
export function atRest(law: Law, neuron: number): NeuronState {
  return { v: BigInt(law.vInit[neuron]), u: 0n, h: 0n, waiting: 0, before: 0n };
}

/** A fraction of whole numbers, rounded; written with the quotient toward zero and what it leaves. */
function rounded(numerator: bigint, denominator: bigint, rounding: Rounding): bigint {
  const quotient = numerator / denominator;
  const left = numerator - quotient * denominator;
  const sign = left < 0n ? -1n : 1n;
  const twice = 2n * left * sign;
  switch (rounding) {
    case "trunc0":
      return quotient;
    case "floor":
      return left < 0n ? quotient - 1n : quotient;
    case "halfAway":
      return twice >= denominator ? quotient + sign : quotient;
    case "halfEven": {
      const up = twice > denominator || (twice === denominator && quotient % 2n !== 0n);
      return up ? quotient + sign : quotient;
    }
  }
}

function decayed(v: bigint, decay: Decay, index: number): bigint {
  switch (decay.kind) {
    case "none":
      return v;
    case "multiply":
      return rounded(v * BigInt(decay.multiplier[index]), 2n ** BigInt(decay.shift), decay.rounding);
    case "shift": {
      const kept = v - rounded(v, 2n ** BigInt(decay.shifts?.[index] ?? decay.shift), "floor");
      if (!decay.tail || kept !== v || v === 0n) return kept;
      return v > 0n ? v - 1n : v + 1n;
    }
    case "constant": {
      const amount = BigInt(decay.amount[index]);
      if (!decay.towardZero) return v - amount;
      if (v > 0n) return v > amount ? v - amount : 0n;
      return -v > amount ? v + amount : 0n;
    }
  }
}

function held(v: bigint, { low, high, overflow }: StateRange): bigint {
  const [bottom, top] = [BigInt(low), BigInt(high)];
  if (overflow === "saturate") return v < bottom ? bottom : v > top ? top : v;
  const span = top - bottom + 1n;
  return bottom + ((((v - bottom) % span) + span) % span);
}

function spikesAt(v: bigint, threshold: bigint, { compare, maxSpikes }: Law): bigint {
  const fires = compare === "ge" ? v >= threshold : compare === "gt" && v > threshold;
  if (!fires) return 0n;
  if (maxSpikes === 1) return 1n;
  const whole = v / threshold;
  return maxSpikes === 0 || whole < BigInt(maxSpikes) ? whole : BigInt(maxSpikes);
}

function saturated(v: bigint, range: StateRange | null): bigint {
  return range === null ? v : held(v, range);
}

/** Step 3: what becomes of the traces. Without a synapse there are none. */
function tracesAfter({ synapse }: Law, neuron: number, u: bigint, h: bigint, a: bigint): [bigint, bigint] {
  if (synapse.kind === "none") return [0n, 0n];
  const next = (state: bigint, decay: Decay) =>
    saturated(
      synapse.synapseOrder === "addThenDecay"
        ? decayed(state + a, decay, neuron)
        : decayed(state, decay, neuron) + a,
      synapse.overflowU,
    );
  return [next(u, synapse.decayU), synapse.kind === "alpha" ? next(h, synapse.decayH) : 0n];
}

/** Step 5: the sum that is to be the membrane. */
function summed(law: Law, neuron: number, { v, u, h }: NeuronState, a: bigint): bigint {
  const { synapse, bias, decayV } = law;
  if (synapse.kind === "alpha")
    return rounded(BigInt(synapse.gain[neuron]) * (u - h), 2n ** BigInt(synapse.gainShift), "halfAway");
  return decayed(v, decayV, neuron) + (synapse.kind === "none" ? a : u) + BigInt(bias[neuron]);
}

/** Steps 7 and 8 (1 and its reset, where the old v is compared): changes the state, returns the spikes. */
function fire(law: Law, neuron: number, state: NeuronState): bigint {
  const threshold = BigInt(law.threshold[neuron]);
  const spikes = spikesAt(state.v, threshold, law);
  if (spikes === 0n || law.resetTiming === "delayed") return spikes;
  if (law.reset.kind === "zero") state.v = BigInt(law.reset.value[neuron]);
  if (law.reset.kind === "subtract") state.v -= spikes * amountOf(law, neuron);
  if (law.synapse.kind !== "none" && law.synapse.resetSynapse) [state.u, state.h] = [0n, 0n];
  state.waiting = law.refractory;
  return spikes;
}

function amountOf({ reset, threshold }: Law, neuron: number): bigint {
  if (reset.kind !== "subtract") return 0n;
  return BigInt((reset.amount ?? threshold)[neuron]);
}

function flooredAt({ floor }: Law, neuron: number, v: bigint): bigint {
  if (floor === null || v >= BigInt(floor.value[neuron])) return v;
  if (floor.kind === "clamp") return BigInt(floor.value[neuron]);
  return floor.kind === "subtract" ? v - BigInt(floor.value[neuron]) : 0n;
}

/** One timestep of one neuron whose parameters all have one value per neuron; the numbers are those of the text. */
export function stepByTheBook(law: Law, neuron: number, old: NeuronState, current: bigint): Outcome {
  const state = { ...old };
  const isHeld = state.waiting > 0;
  let spikes = 0n;
  // 1
  if (law.phase === "pre" && !isHeld) spikes = fire(law, neuron, state);
  // 2
  const a = current * 2n ** BigInt(law.inputShift);
  // 3
  if (!(isHeld && law.refractoryHoldsSynapse))
    [state.u, state.h] = tracesAfter(law, neuron, state.u, state.h, a);
  if (isHeld) {
    // 4
    state.waiting--;
    state.v = law.reset.kind === "zero" ? BigInt(law.reset.value[neuron]) : 0n;
  } else {
    // 5, 6
    const due = law.resetTiming === "delayed" ? state.before * amountOf(law, neuron) : 0n;
    state.v = saturated(summed(law, neuron, state, a) - due, law.overflowV);
    // 7, 8
    if (law.phase === "post") spikes = fire(law, neuron, state);
  }
  // 9
  state.v = flooredAt(law, neuron, state.v);
  state.before = spikes;
  return { state, spikes };
}

/** One event of weight `change`, or the leak, at a neuron that compares after every event. */
export function eventByTheBook(
  law: Law,
  neuron: number,
  v: bigint,
  change: bigint | "leak",
): [bigint, bigint] {
  const state = { ...atRest(law, neuron), v };
  if (change === "leak") state.v = decayed(v, law.decayV, neuron) + BigInt(law.bias[neuron]);
  else state.v += change * 2n ** BigInt(law.inputShift);
  state.v = saturated(state.v, law.overflowV);
  const spikes = fire(law, neuron, state);
  return [flooredAt(law, neuron, state.v), spikes];
}
