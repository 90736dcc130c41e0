/**
 * The vendor's quantizer: one scale a layer turns weights, biases, thresholds and states into integers, in float32, rounding half
 * to even (sinabs 904eb89, discretize.py). Every operation is rounded to float32 in the vendor's order: torch computes
 * scalar / tensor as the reciprocal first and the product after it.
 *
 * Two traps are the vendor's and stay: a floor that is not set counts as -32768 and holds the scale down to 1, and a large
 * bias takes precision from the weights.
 */

export interface FloatLayer {
  readonly weights: Float32Array;
  readonly bias: Float32Array | null;
  readonly threshold: number;
  /** null: not set. */
  readonly floor: number | null;
  readonly initial: Float32Array | null;
  /** Weights are multiplied by this first: 1 / k^2 for an average pool of k in front. */
  readonly rescale: number;
}

/** What each parameter alone would allow; infinite where it is all 0 or missing. */
export interface CandidateScales {
  readonly weights: number;
  readonly bias: number;
  readonly threshold: number;
  /** null: no states. */
  readonly initial: number | null;
}

export interface IntegerLayer {
  readonly scales: CandidateScales;
  /** The smallest of the candidates. */
  readonly scale: number;
  readonly weights: Int32Array;
  readonly bias: Int32Array | null;
  readonly threshold: number;
  readonly floor: number;
  readonly initial: Int32Array | null;
}

const weightBits = 8;
const stateBits = 16;
/** What an unset floor counts as. */
const lowestState = -(2 ** (stateBits - 1));

const float = Math.fround;

function roundHalfToEven(value: number): number {
  const down = Math.floor(value);
  const rest = value - down;
  if (rest !== 0.5) return rest < 0.5 ? down : down + 1;
  return down % 2 === 0 ? down : down + 1;
}

/** The largest factor that keeps all values within signed integers of so many bits. */
function scaleFor(values: ArrayLike<number>, bits: number): number {
  const low = -(2 ** (bits - 1));
  const high = 2 ** (bits - 1) - 1;
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    least = Math.min(least, values[i]);
    most = Math.max(most, values[i]);
  }
  const fromAbove = Math.abs(least) <= float(float(Math.abs(most) * -low) / high);
  return fromAbove ? Math.abs(float(float(1 / most) * high)) : Math.abs(float(float(1 / least) * low));
}

function rounded(values: ArrayLike<number>, scale: number): Int32Array {
  return Int32Array.from(values, (value) => roundHalfToEven(float(value * scale)));
}

export function quantizeLayer(layer: FloatLayer): IntegerLayer {
  const { bias, initial, rescale } = layer;
  const threshold = float(layer.threshold);
  const floor = float(layer.floor ?? lowestState);
  const weights = layer.weights.map((weight) => float(weight * float(rescale)));
  const scales: CandidateScales = {
    weights: scaleFor(weights, weightBits),
    bias: scaleFor(bias ?? [0], weightBits),
    threshold: scaleFor([floor, threshold], stateBits),
    initial: initial === null ? null : scaleFor(initial, stateBits),
  };
  const scale = Math.min(
    scales.weights,
    scales.bias,
    scales.threshold,
    scales.initial ?? Number.POSITIVE_INFINITY,
  );
  return {
    scales,
    scale,
    weights: rounded(weights, scale),
    bias: bias === null ? null : rounded(bias, scale),
    threshold: roundHalfToEven(float(threshold * scale)),
    floor: roundHalfToEven(float(floor * scale)),
    initial: initial === null ? null : rounded(initial, scale),
  };
}
