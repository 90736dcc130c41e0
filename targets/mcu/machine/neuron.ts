/**
 * The neuron law on the board: membranes are 32-bit words. Three passes a step: decay and bias, then the projections add their
 * weights to the membranes themselves, then overflow, compare, reset and floor. (docs/law.md, "One timestep"; the passes are
 * that order, with the sum kept in place.)
 */
import { decays, floors, resets, roundings } from "../image/format.ts";
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
  if (decay === decays.multiply) return divided(v * multiplier, decayShift, roundings.halfAway);
  if (decay === decays.multiplyEach) return divided(v * multiplier, decayShift, rounding);
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

function held(v: number, { wraps, low, high }: PopulationTable): number {
  if (v >= low && v <= high) return v;
  if (!wraps) return v < low ? low : high;
  const span = high - low + 1;
  return v - Math.floor((v - low) / span) * span;
}

function floored(v: number, value: number, floor: number): number {
  if (floor === floors.none || v >= value) return v;
  return floor === floors.clamp ? value : floor === floors.subtract ? v - value : 0;
}

function afterSpike(v: number, { reset, above }: PopulationTable, threshold: number, value: number): number {
  switch (reset) {
    case resets.zero:
      return 0;
    case resets.subtract:
      return v - (threshold + above);
    case resets.value:
      return value;
    case resets.subtractValue:
      return v - value;
    default:
      return v;
  }
}

/** Third pass: sets the bit of every neuron that spikes. */
export function fireAndReset(population: PopulationTable, v: Int32Array, row: Uint8Array): void {
  const { threshold, resetValue, floorValue, floor } = population;
  for (let i = 0; i < v.length; i++) {
    let sum = held(v[i], population);
    const most = threshold.values[Math.floor(i / threshold.span)];
    if (sum > most) {
      sum = afterSpike(sum, population, most, resetValue.values[Math.floor(i / resetValue.span)]);
      row[i >> 3] |= 1 << (i & 7);
    }
    v[i] = floored(sum, floorValue.values[Math.floor(i / floorValue.span)], floor);
  }
}
