/**
 * Float weights become integers: one factor a per output channel, so that the largest weight of the channel fills the range;
 * at few bits the largest may be clipped where that lowers the squared error (docs/conversion.md).
 */
import type { IntegerArray } from "../../network/network.ts";

/** Rows of one output channel across all drives, already in the units of one spike (W lambda of the source). */
export type Rows = readonly Float64Array[];

/** Where clipping starts to pay. */
const fewBits = 4;
const clipSteps = 25;

export function largestMagnitude(rows: Rows): number {
  let largest = 0;
  for (const row of rows) for (const weight of row) largest = Math.max(largest, Math.abs(weight));
  return largest;
}

/** Rounds a real weight into [-top, top]. */
export function quantizeWeight(weight: number, factor: number, top: number): number {
  return Math.min(top, Math.max(-top, Math.round(weight * factor)));
}

function squaredError(rows: Rows, factor: number, top: number): number {
  let error = 0;
  for (const row of rows)
    for (const weight of row) {
      const difference = quantizeWeight(weight, factor, top) / factor - weight;
      error += difference * difference;
    }
  return error;
}

/** The factor a for one channel; 1 where all its weights are zero. */
export function weightFactor(rows: Rows, bits: number): number {
  const top = 2 ** (bits - 1) - 1;
  const largest = largestMagnitude(rows);
  if (largest === 0) return 1;
  if (bits > fewBits) return top / largest;
  let best = top / largest;
  let bestError = squaredError(rows, best, top);
  for (let k = 0; k < clipSteps; k++) {
    const factor = top / (largest * (0.4 + (0.6 * k) / clipSteps));
    const error = squaredError(rows, factor, top);
    if (error >= bestError) continue;
    best = factor;
    bestError = error;
  }
  return best;
}

/** Int8 where the bits allow, else the next wider array. */
export function integerArray(length: number, bits: number): IntegerArray {
  if (bits <= 8) return new Int8Array(length);
  return bits <= 16 ? new Int16Array(length) : new Int32Array(length);
}
