/**
 * What integer weights stand for, as floats. The unit of an integer is found again by least squares,
 *   unit = sum(w q) / sum(q q)   over the weights of one channel or neuron, w = float weight times spikeValue of its source
 *
 * Weights refit to the spikes that they hear (refit-weights.ts) would be wrong on exact values: in their place stand the model's own,
 * rounded in the same unit, so that a stage of values does not pay for what the spikes get back.
 */
import { type IntegerArray, parameterIndex } from "../../network/network.ts";
import { fewBits } from "../conversion.ts";

/** Of each drive, the weights of all units one after the other. */
type Weights = readonly Float64Array[];
type Integers = readonly IntegerArray[];

/** Float value of an integer of each unit: sums over all drives. 0: the unit has no weights. */
export function unitsOf(scaled: Weights, integers: Integers, units: number): Float64Array {
  const products = new Float64Array(units);
  const squares = new Float64Array(units);
  scaled.forEach((weights, d) => {
    weights.forEach((weight, i) => {
      const unit = parameterIndex(i, weights.length, units);
      products[unit] += weight * integers[d][i];
      squares[unit] += integers[d][i] * integers[d][i];
    });
  });
  return products.map((product, unit) => (squares[unit] === 0 ? 0 : product / squares[unit]));
}

/**
 * Integers by which weights may differ from the model's, root mean square, that were rounded and no more: half of one, and some more
 * where few bits are rounded together (round-weights.ts). Refit weights differ by several.
 */
function mostByRounding(top: number): number {
  return top >= 2 ** (fewBits - 1) ? 0.5 : 1;
}

/** Units whose weights were refit: 1; the others: 0. */
function refitUnits(scaled: Weights, integers: Integers, units: Float64Array): Uint8Array {
  const [counts, squares, tops] = [0, 1, 2].map(() => new Float64Array(units.length));
  scaled.forEach((weights, d) => {
    weights.forEach((weight, i) => {
      const unit = parameterIndex(i, weights.length, units.length);
      if (units[unit] === 0) return;
      counts[unit]++;
      squares[unit] += (weight / units[unit] - integers[d][i]) ** 2;
      tops[unit] = Math.max(tops[unit], Math.abs(integers[d][i]));
    });
  });
  return Uint8Array.from(tops, (top, unit) =>
    Number(squares[unit] > counts[unit] * mostByRounding(top) ** 2),
  );
}

/** What the integers of each drive stand for. */
export function quantizedWeights(scaled: Weights, integers: Integers, units: Float64Array): Float64Array[] {
  const refit = refitUnits(scaled, integers, units);
  return scaled.map((weights, d) =>
    weights.map((weight, i) => {
      const unit = parameterIndex(i, weights.length, units.length);
      return units[unit] * (refit[unit] === 1 ? Math.round(weight / units[unit]) : integers[d][i]);
    }),
  );
}

/** Decibels of float weights over what rounding changed. */
export function noiseOf(scaled: Weights, quantized: Weights): number {
  let [signal, noise] = [0, 0];
  scaled.forEach((weights, d) => {
    weights.forEach((weight, i) => {
      signal += weight * weight;
      noise += (quantized[d][i] - weight) ** 2;
    });
  });
  return noise === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10(signal / noise);
}
