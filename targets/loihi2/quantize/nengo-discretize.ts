/**
 * nengo-loihi's discretization (nengo-loihi e564f66, nengo_loihi/builder/discretize.py): a block of float compartments and
 * its synapses, as the integers that the chip holds. One scale serves a block: the largest weight becomes 255, and a weight
 * exponent makes room where thresholds or biases would not fit.
 */

const thresholdMantissaHigh = 2 ** 17 - 1;
const thresholdUnit = 2 ** 6;
const biasMantissaHigh = 2 ** 12 - 1;
const biasExponentHigh = 7;
const voltageHigh = 2 ** 23 - 1;
const decayUnity = 4096;
const lowestWeightExponent = -7;

/** As NumPy rounds: half to even. */
export function roundHalfEven(x: number): number {
  const down = Math.floor(x);
  const rest = x - down;
  if (rest !== 0.5) return Math.round(x);
  return down % 2 === 0 ? down : down + 1;
}

/**
 * What a decaying state adds up to for a steady input of 1, roundings included (decay_magnitude): the state follows
 * x r^n less the average loss q of a rounding, until it is gone. offset: 1 for currents, 0 for voltages.
 */
export function decayMagnitude(decay: number, offset: number, x0 = 2 ** 21): number {
  const loss = 0.494;
  const ratio = (decayUnity - offset - decay) / decayUnity;
  if (ratio === 0) return 1;
  const steps = -Math.log1p((x0 * (1 - ratio)) / loss) / Math.log(ratio);
  const principal = (1 - ratio ** (steps + 1)) / (1 - ratio);
  return principal - (loss * (steps + 1 - principal)) / ((1 - ratio) * x0);
}

/** Fields of decay_u and decay_v of a decay fraction 0..1: how much is lost in a step. */
export function decayFields(decayU: number, decayV: number): { readonly u: number; readonly v: number } {
  const field = (x: number) => Math.min(4095, Math.max(0, roundHalfEven(x)));
  return { u: field(4095 * decayU - 1), v: field(4095 * decayV) };
}

/** Mantissa of a threshold in units of 2^6. */
export function thresholdMantissa(threshold: number): number {
  return Math.min(thresholdMantissaHigh, roundHalfEven(threshold / thresholdUnit));
}

export interface MantissaAndExponent {
  readonly mantissa: number;
  readonly exponent: number;
}

/** The smallest exponent whose mantissa fits 13 bits; 3 in place of 2, which nengo-loihi avoids. */
export function biasMantissa(bias: number): MantissaAndExponent {
  let exponent = 0;
  while (exponent < biasExponentHigh && Math.abs(roundHalfEven(bias / 2 ** exponent)) > biasMantissaHigh) {
    exponent++;
  }
  if (exponent === 2) exponent = 3;
  return { mantissa: roundHalfEven(bias / 2 ** exponent), exponent };
}

export interface FloatCompartments {
  readonly decayU: readonly number[];
  readonly decayV: readonly number[];
  readonly scaleU: boolean;
  readonly scaleV: boolean;
  readonly threshold: readonly number[];
  readonly bias: readonly number[];
  readonly vmin: number | null;
  readonly vmax: number | null;
}

export interface DiscreteCompartments {
  readonly decayU: readonly number[];
  readonly decayV: readonly number[];
  readonly thresholdMantissa: readonly number[];
  readonly threshold: readonly number[];
  readonly bias: readonly number[];
  readonly vmin: number;
  readonly vmax: number;
  readonly weightExponent: number;
  readonly weightScale: number;
  readonly voltageScale: readonly number[];
}

/** wMax: the largest absolute weight of all synapses into the block. null: no exponent makes it fit. */
export function discretizeCompartments(block: FloatCompartments, wMax: number): DiscreteCompartments | null {
  const fields = block.decayU.map((decayU, i) => decayFields(decayU, block.decayV[i]));
  const voltageGain = fields.map(({ v }) => (block.scaleV ? decayMagnitude(v, 0) : 1));
  const gain = fields.map(({ u }, i) => (block.scaleU ? decayMagnitude(u, 1) : 1) * voltageGain[i]);
  const weightScale = wMax > 1e-8 ? 255 / wMax : 255;
  for (let weightExponent = 0; weightExponent >= lowestWeightExponent; weightExponent--) {
    const voltageScale = gain.map((g) => g * weightScale * 2 ** (6 + weightExponent));
    const thresholds = block.threshold.map((vth, i) => vth * voltageScale[i]);
    const biases = block.bias.map((bias, i) => (bias * voltageScale[i]) / voltageGain[i]);
    const fits =
      thresholds.every((vth) => roundHalfEven(vth) <= thresholdMantissaHigh * thresholdUnit) &&
      biases.every((bias) => Math.abs(roundHalfEven(bias)) <= biasMantissaHigh * 2 ** biasExponentHigh);
    if (!fits) continue;
    const mantissas = thresholds.map(thresholdMantissa);
    const low = block.vmin === null ? null : block.vmin * voltageScale[0];
    const high = block.vmax === null ? null : block.vmax * voltageScale[0];
    return {
      decayU: fields.map(({ u }) => u),
      decayV: fields.map(({ v }) => v),
      thresholdMantissa: mantissas,
      threshold: mantissas.map((mantissa) => mantissa * thresholdUnit),
      bias: biases.map((bias) => {
        const { mantissa, exponent } = biasMantissa(bias);
        return mantissa * 2 ** exponent;
      }),
      vmin: low === null ? -voltageHigh : lowerBound(low),
      vmax: high === null ? voltageHigh : upperBound(high),
      weightExponent,
      weightScale,
      voltageScale,
    };
  }
  return null;
}

/** The chip's lower bounds are 0 and -(2^n) + 1. */
function lowerBound(vmin: number): number {
  if (vmin === 0) return 0;
  const exponent = roundHalfEven(Math.log2(Math.abs(vmin)));
  return -(2 ** Math.min(31, Math.max(0, exponent))) + 1;
}

/** 2^(9 + 2 n) - 1. */
function upperBound(vmax: number): number {
  return 2 ** (9 + 2 * Math.min(7, Math.max(0, roundHalfEven((Math.log2(vmax + 1) - 9) / 2)))) - 1;
}

/** How far the weights of one synapse group may be scaled up beyond the block's scale: floor(log2(wMax / wMaxOfGroup)). */
export function ownExponent(wMax: number, wMaxOfGroup: number): number {
  return wMaxOfGroup > 1e-8 ? Math.floor(Math.log2(wMax / wMaxOfGroup)) : 0;
}

export interface WeightFields {
  /** Exponent of the synapse group. */
  readonly exponent: number;
  /** Bits of a weight without its sign: 8 at most. */
  readonly realBits: number;
}

/** Weights already scaled to -255..255, as what the chip adds to a current: integers in units of 2^6. */
export function discretizeWeights(
  weights: ArrayLike<number>,
  { exponent, realBits }: WeightFields,
): Float64Array {
  const dropped = 8 - realBits + 1;
  const high = 2 ** (8 - dropped) - 1;
  const bounded = (x: number) => Math.min(high, Math.max(-high, x));
  const total = dropped + exponent;
  return Float64Array.from(weights, (weight) => {
    const stored = bounded(roundHalfEven(weight / 2 ** dropped));
    const kept = Math.trunc(bounded(roundHalfEven(stored * 2 ** total) / 2 ** total));
    return Math.floor(kept * 2 ** total) * 2 ** 6;
  });
}
