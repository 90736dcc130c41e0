/**
 * The neuron law on the board: membranes are 32-bit words. Three passes a step: decay and bias, then the projections add their
 * weights to the membranes themselves, then overflow, compare, reset and floor. (docs/law.md, "One timestep"; the passes are
 * that order, with the sum kept in place.)
 */
import { decays, floors, overflows, resets, roundings } from "../image/format.ts";
import type { PopulationTable } from "./program.ts";

function divided(product: number, shift: number, rounding: number): number {
  const unit = 2 ** shift;
  const below = Math.floor(product / unit);
  const rest = product - below * unit;
  switch (rounding) {
    case roundings.trunc0:
      return product < 0 && rest > 0 ? below + 1 : below;
    case roundings.halfAway:
      return 2 * rest > unit || (2 * rest === unit && product > 0) ? below + 1 : below;
    case roundings.halfEven:
      return 2 * rest > unit || (2 * rest === unit && (below & 1) === 1) ? below + 1 : below;
    default:
      return below;
  }
}

function decayed(v: number, multiplier: number, { decay, decayShift, rounding }: PopulationTable): number {
  if (decay === decays.none) return v;
  if (decay === decays.multiply) return divided(v * multiplier, decayShift, rounding);
  const kept = v - (v >> decayShift);
  if (decay === decays.shiftWithTail && kept === v && v !== 0) return v > 0 ? v - 1 : v + 1;
  return kept;
}

/** First pass: v = D(v) + bias. */
export function decayAndBias(population: PopulationTable, v: Int32Array): void {
  const { bias, multiplier } = population;
  for (let i = 0; i < v.length; i++) {
    const factor = multiplier.values[Math.floor(i / multiplier.span)];
    v[i] = decayed(v[i], factor, population) + bias.values[Math.floor(i / bias.span)];
  }
}

function held(v: number, { overflow, low, high }: PopulationTable): number {
  if (overflow === overflows.none || (v >= low && v <= high)) return v;
  if (overflow === overflows.saturate) return v < low ? low : high;
  const span = high - low + 1;
  return v - Math.floor((v - low) / span) * span;
}

function floored(v: number, value: number, floor: number): number {
  if (floor === floors.none || v >= value) return v;
  return floor === floors.clamp ? value : floor === floors.subtract ? v - value : 0;
}

/** Third pass: calls `fire` for every neuron that spikes, ascending. */
export function fireAndReset(
  population: PopulationTable,
  v: Int32Array,
  fire: (neuron: number) => void,
): void {
  const { threshold, resetValue, floorValue, fires, reset, floor } = population;
  for (let i = 0; i < v.length; i++) {
    let sum = held(v[i], population);
    if (fires && sum >= threshold.values[Math.floor(i / threshold.span)]) {
      const value = resetValue.values[Math.floor(i / resetValue.span)];
      if (reset === resets.value) sum = value;
      else if (reset === resets.subtract) sum -= value;
      fire(i);
    }
    v[i] = floored(sum, floorValue.values[Math.floor(i / floorValue.span)], floor);
  }
}
