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

/** How far from an integer a weight of a quantized model may be, in steps: float32 has rounded scale and product. */
const gridTolerance = 1e-4;
/** Fewer weights than this lie on some grid by chance, as 1, 2 and 4 do. */
const gridEvidence = 8;

function smallestMagnitude(rows: Rows): number {
  let smallest = Number.POSITIVE_INFINITY;
  for (const row of rows)
    for (const weight of row) if (weight !== 0) smallest = Math.min(smallest, Math.abs(weight));
  return smallest;
}

function countWeights(rows: Rows): number {
  let count = 0;
  for (const row of rows) for (const weight of row) if (weight !== 0) count++;
  return count;
}

function onGrid(rows: Rows, factor: number): boolean {
  for (const row of rows)
    for (const weight of row) {
      const steps = weight * factor;
      if (Math.abs(steps - Math.round(steps)) > gridTolerance) return false;
    }
  return true;
}

/**
 * The factor that turns the weights of a quantized model (QDQ) back into the integers that they were, with their scale; null
 * for weights that lie on no grid of `top` steps. Sources whose spikes differ in worth take weights off their grid.
 */
function gridFactor(rows: Rows, top: number): number | null {
  if (countWeights(rows) < gridEvidence) return null;
  const smallest = smallestMagnitude(rows);
  const coarsest = Math.floor((top * smallest) / largestMagnitude(rows) + gridTolerance);
  for (let steps = 1; steps <= coarsest; steps++) if (onGrid(rows, steps / smallest)) return steps / smallest;
  return null;
}

/** Whether the weights of a channel are those of a quantized model, which become its own integers again. */
export function keepsGrid(rows: Rows, bits: number): boolean {
  return gridFactor(rows, 2 ** (bits - 1) - 1) !== null;
}

/** The factor a for one channel; 1 where all its weights are zero. */
export function weightFactor(rows: Rows, bits: number): number {
  const top = 2 ** (bits - 1) - 1;
  const largest = largestMagnitude(rows);
  if (largest === 0) return 1;
  const exact = gridFactor(rows, top);
  if (exact !== null) return exact;
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
