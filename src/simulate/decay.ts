/**
 * D(x) of the neuron law: what is left of a state after one step. Numerators have at most 16 bits and states 32, so every
 * product stays below 2^53 and plain numbers with Math.floor and Math.trunc are exact (docs/law.md).
 */
import { type Decay, parameterIndex, type Rounding } from "../network/network.ts";

/** Rounds a quotient of integers; the ways differ only at fractions and below zero. */
export function roundQuotient(numerator: number, denominator: number, rounding: Rounding): number {
  const floor = Math.floor(numerator / denominator);
  const remainder = numerator - floor * denominator;
  switch (rounding) {
    case "floor":
      return floor;
    case "trunc0":
      return numerator < 0 && remainder > 0 ? floor + 1 : floor;
    case "halfAway":
      if (2 * remainder === denominator) return numerator < 0 ? floor : floor + 1;
      return 2 * remainder > denominator ? floor + 1 : floor;
    case "halfEven":
      if (2 * remainder === denominator) return floor % 2 === 0 ? floor : floor + 1;
      return 2 * remainder > denominator ? floor + 1 : floor;
  }
}

function shiftDecay(state: number, shift: number, tail: boolean): number {
  const decayed = state - Math.floor(state / 2 ** shift);
  return tail && decayed === state && state !== 0 ? state - Math.sign(state) : decayed;
}

function constantDecay(state: number, amount: number, towardZero: boolean): number {
  if (!towardZero) return state - amount;
  return state > 0 ? Math.max(0, state - amount) : Math.min(0, state + amount);
}

/** D as a function of state and neuron, for a population of `size` neurons; null where nothing decays. */
export function decayOf(decay: Decay, size: number): ((state: number, neuron: number) => number) | null {
  switch (decay.kind) {
    case "none":
      return null;
    case "multiply": {
      const { multiplier, rounding } = decay;
      const denominator = 2 ** decay.shift;
      return (state, neuron) =>
        roundQuotient(
          state * multiplier[parameterIndex(neuron, size, multiplier.length)],
          denominator,
          rounding,
        );
    }
    case "shift": {
      const { shift, tail, shifts } = decay;
      if (shifts === undefined) return (state) => shiftDecay(state, shift, tail);
      return (state, neuron) => shiftDecay(state, shifts[parameterIndex(neuron, size, shifts.length)], tail);
    }
    case "constant": {
      const { amount, towardZero } = decay;
      return (state, neuron) =>
        constantDecay(state, amount[parameterIndex(neuron, size, amount.length)], towardZero);
    }
  }
}
