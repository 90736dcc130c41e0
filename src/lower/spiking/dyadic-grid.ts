/**
 * Weights that are whole multiples of a power of two, as those of many spiking networks are (1, -0.5, 0.125): in integers they
 * are exact, and so are the thresholds beside them.
 */
import { largestMagnitude, type Rows } from "../calibrate/weights.ts";

/**
 * The factor of the coarsest such grid on which no weight exceeds `bits` bits; null: there is none.
 * constants: what has to lie on the grid as well, at any size.
 */
export function dyadicFactor(rows: Rows, bits: number, constants: Rows): number | null {
  const largest = largestMagnitude(rows);
  if (largest === 0) return null;
  const top = 2 ** (bits - 1) - 1;
  const all = [...rows, ...constants];
  let factor = 2 ** Math.floor(Math.log2(top / largest));
  if (!onGrid(all, factor)) return null;
  while (onGrid(all, factor / 2)) factor /= 2;
  return factor;
}

/** Powers of two scale without rounding: what is on the grid is so to the last bit. */
function onGrid(rows: Rows, factor: number): boolean {
  return rows.every((row) => row.every((weight) => Number.isInteger(weight * factor)));
}
