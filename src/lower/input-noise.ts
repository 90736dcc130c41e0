/**
 * What rounding the input costs the layers that hear it: the variance that it adds to what drives them, over the variance that the
 * calibration inputs bring there. Weights count, so that a value of small range matters where a network makes much of it
 * (a table whose columns are normalized in the graph) and not where it does not (the border of an image).
 */
import { type Note, sizeOf } from "../graph/graph.ts";
import { type Input, parameterIndex, type Quantization, type Shape } from "../network/network.ts";
import { quantizeSample } from "../simulate/encode.ts";
import { createCarrier } from "../simulate/projection.ts";
import type { Activation, Folded } from "./folded.ts";
import type { CalibrationInputs } from "./options.ts";

/** Samples that say enough about rounding, and fewer of large ones: so many values at most. */
const measuredSamples = 128;
const measuredValues = 2 ** 22;
/** Noise below this share of a layer's variance is no matter: a value in 16 even levels has as much (1 / 16^2). */
const smallestNoise = 1 / 256;
/** Values with fewer levels than this are named where rounding is one. */
const fewLevels = 16;

/** A quantized sample as the float network would have to see it. */
function roundedSample(shape: Shape, quantization: Quantization, sample: ArrayLike<number>): Float64Array {
  const { scale, zeroPoint, normalization } = quantization;
  const input: Input = {
    name: "",
    shape,
    encoder: { kind: "analog", ...quantization },
    polarity: "unsigned",
  };
  const steps = Float64Array.from(
    quantizeSample(input, quantization, sample),
    (q) => (q - zeroPoint) * scale,
  );
  if (normalization === undefined) return steps;
  const { offset, divisor } = normalization;
  const entry = (i: number) => parameterIndex(i, steps.length, divisor.length);
  return steps.map((value, i) => value * divisor[entry(i)] + offset[entry(i)]);
}

/** Mean of each value of a sample. */
function meansOf(values: ArrayLike<number>, size: number, samples: number): Float64Array {
  const means = new Float64Array(size);
  for (let i = 0; i < samples * size; i++) means[i % size] += values[i] / samples;
  return means;
}

interface Rounded {
  /** Around the mean, and what rounding changes; [samples, ...shape]. */
  readonly signal: Float64Array;
  readonly error: Float64Array;
  readonly samples: number;
  readonly size: number;
}

function rounded(shape: Shape, calibration: CalibrationInputs, quantization: Quantization): Rounded {
  const size = sizeOf(shape);
  const fitting = Math.max(1, Math.floor(measuredValues / size));
  const samples = Math.min(calibration.samples, measuredSamples, fitting);
  const means = meansOf(calibration.values, size, samples);
  const signal = Float64Array.from(
    { length: samples * size },
    (_, i) => calibration.values[i] - means[i % size],
  );
  const error = new Float64Array(samples * size);
  for (let sample = 0; sample < samples; sample++) {
    const values = calibration.values.subarray(sample * size, (sample + 1) * size);
    roundedSample(shape, quantization, values).forEach((value, i) => {
      error[sample * size + i] = value - values[i];
    });
  }
  return { signal, error, samples, size };
}

/** Sum of squares that each neuron of an activation is driven with by values of the input, over all samples. */
function drivenSquares(
  { drives, shape }: Activation,
  inputName: string,
  values: Float64Array,
  size: number,
): Float64Array {
  const carriers = drives
    .filter(({ source }) => source === inputName)
    .map(({ sourceShape, pools, operator }) =>
      createCarrier({ sourceShape, targetShape: shape, pools, connection: operator }),
    );
  const neurons = Int32Array.from({ length: size }, (_, i) => i);
  const squares = new Float64Array(sizeOf(shape));
  for (let start = 0; start < values.length; start += size) {
    const sum = new Float64Array(squares.length);
    for (const { carry } of carriers) carry(neurons, values.subarray(start, start + size), 0, size, sum);
    sum.forEach((value, i) => {
      squares[i] += value * value;
    });
  }
  return squares;
}

/** The mean over the neurons that hear the input of noise / variance, 1 at most each; 0 where nothing varies. */
export function inputNoise(
  { inputName, inputShape, activations }: Folded,
  calibration: CalibrationInputs,
  quantization: Quantization,
): number {
  const { signal, error, size } = rounded(inputShape, calibration, quantization);
  let [sum, neurons] = [0, 0];
  for (const activation of activations) {
    if (!activation.drives.some(({ source }) => source === inputName)) continue;
    const noise = drivenSquares(activation, inputName, error, size);
    drivenSquares(activation, inputName, signal, size).forEach((variance, i) => {
      if (variance === 0) return;
      sum += Math.min(1, noise[i] / variance);
      neurons++;
    });
  }
  return neurons === 0 ? 0 : sum / neurons;
}

/** Values of a sample that lose by having few levels, those with the fewest first. step: of a value, in its own unit. */
function coarseValues(
  { signal, error, size }: Rounded,
  values: ArrayLike<number>,
  step: (i: number) => number,
) {
  return Array.from({ length: size }, (_, value) => {
    let [low, high, variance, noise] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
    for (let i = value; i < signal.length; i += size) {
      low = Math.min(low, values[i]);
      high = Math.max(high, values[i]);
      variance += signal[i] ** 2;
      noise += error[i] ** 2;
    }
    return {
      value,
      levels: Math.floor((high - low) / step(value)) + 1,
      lost: noise > variance * smallestNoise,
    };
  })
    .filter(({ levels, lost }) => lost && levels < fewLevels)
    .sort((a, b) => a.levels - b.levels);
}

/** A warning where rounding the input is heard, naming the value with the fewest levels. noise: `inputNoise` of the quantization. */
export function roundingNotes(
  folded: Folded,
  calibration: CalibrationInputs,
  quantization: Quantization,
  noise: number,
): Note[] {
  if (noise < smallestNoise) return [];
  const { scale, bits, normalization } = quantization;
  const size = sizeOf(folded.inputShape);
  const stepOf = (i: number) =>
    scale * (normalization?.divisor[parameterIndex(i, size, normalization.divisor.length)] ?? 1);
  const changes = rounded(folded.inputShape, calibration, quantization);
  const coarse = coarseValues(changes, calibration.values, stepOf);
  if (coarse.length === 0) return [];
  const [{ value, levels }] = coarse;
  const share = `rounding inputs to ${bits} bits is ${(noise * 100).toPrecision(2)} % of what the first layer hears`;
  const lost = `${coarse.length} of ${size} values keep fewer than ${fewLevels} levels (value ${value}: ${levels})`;
  const advice =
    "bring values to like ranges before the network, and leave outliers out of the calibration inputs";
  return [{ level: "warning", where: folded.inputName, text: `${share}: ${lost}; ${advice}` }];
}
