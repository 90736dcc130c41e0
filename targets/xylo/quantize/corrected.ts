/**
 * The quantizer that is used unless another is asked for. Like Rockpool's by channel, each neuron has a scale of its own; without
 * that one's defects:
 *
 * - weights, threshold and bias of a neuron share one scale, chosen so that all of them fit, and are rounded once;
 * - nothing leaves the chip's words, and no threshold becomes 0, at which a neuron would fire without end;
 * - weights are shifted to the left as far as thresholds, biases and traces allow, alike for all neurons of a stage. A state loses at
 *   least one unit a step, so that states of few units die out where the float network's do not: that, and small thresholds,
 *   is how a network falls silent when it is quantized.
 */
import {
  eachWeightOnto,
  mostThreshold,
  mostWeight,
  type QuantizedSpec,
  roundedDashes,
  roundHalfEven,
  type XyloSpec,
} from "./spec.ts";

const mostBias = 127;
const mostShift = 7;
/** Shifted thresholds stay this far below the largest word, so that membranes may rise above and fall below them. */
const headroom = 8;

/** Scale at which a neuron's largest weight, bias and threshold fit. All zero: 1. */
function scaleOf(weight: number, bias: number, threshold: number): number {
  const bounds = [
    weight > 0 ? mostWeight / weight : Number.POSITIVE_INFINITY,
    bias !== 0 ? mostBias / Math.abs(bias) : Number.POSITIVE_INFINITY,
    threshold !== 0 ? mostThreshold / Math.abs(threshold) : Number.POSITIVE_INFINITY,
  ];
  const scale = Math.min(...bounds);
  // A neuron without weights and bias never fires, whatever its threshold.
  return Number.isFinite(scale) && (weight > 0 || bias !== 0) ? scale : 1;
}

/** Per neuron, before the shift: what must stay within its word after it. */
interface Bounds {
  readonly threshold: Float64Array;
  readonly bias: Float64Array | null;
  /** What a trace may come to where every source spikes once a step. */
  readonly trace: Float64Array;
}

/** The largest shift at which scaled thresholds, biases and traces still fit. */
function shiftFor(scales: Float64Array, { threshold, bias, trace }: Bounds): number {
  const fits = (shift: number) =>
    scales.every((scale, neuron) => {
      const factor = scale * 2 ** shift;
      return (
        threshold[neuron] * factor <= mostThreshold / headroom &&
        trace[neuron] * factor <= mostThreshold &&
        Math.abs((bias?.[neuron] ?? 0) * factor) <= mostBias
      );
    });
  let shift = 0;
  while (shift < mostShift && fits(shift + 1)) shift++;
  return shift;
}

/** Weights onto neurons by sign, as they are met. */
function createSums(size: number) {
  const [positive, negative] = [new Float64Array(size), new Float64Array(size)];
  return {
    add(neuron: number, weight: number) {
      if (weight > 0) positive[neuron] += weight;
      else negative[neuron] -= weight;
    },
    /** What a trace comes to: a steady input adds up to 2^dash times itself. */
    traces: (dashes: Float64Array) =>
      positive.map((sum, neuron) => Math.max(sum, negative[neuron]) * 2 ** roundHalfEven(dashes[neuron])),
  };
}

const scaledBy = (values: Float64Array, scales: Float64Array, shift: number) =>
  values.map((value, neuron) => roundHalfEven(value * scales[neuron] * 2 ** shift));

const atLeastOne = (threshold: number) => Math.max(1, threshold);

export function correctedQuantizer(spec: XyloSpec): QuantizedSpec {
  const { hidden, outputs, threshold, thresholdOut, bias, biasOut } = spec;
  const [largest, sums] = [new Float64Array(hidden), createSums(hidden)];
  for (let neuron = 0; neuron < hidden; neuron++)
    eachWeightOnto(spec, neuron, (weights, i) => {
      largest[neuron] = Math.max(largest[neuron], Math.abs(spec[weights][i]));
      sums.add(neuron, spec[weights][i]);
    });
  const [largestOut, sumsOut] = [new Float64Array(outputs), createSums(outputs)];
  spec.weightsOut.forEach((weight, i) => {
    largestOut[i % outputs] = Math.max(largestOut[i % outputs], Math.abs(weight));
    sumsOut.add(i % outputs, weight);
  });
  const scales = largest.map((weight, neuron) => scaleOf(weight, bias?.[neuron] ?? 0, threshold[neuron]));
  const ownOut = largestOut.map((weight, output) =>
    scaleOf(weight, biasOut?.[output] ?? 0, thresholdOut[output]),
  );
  const scalesOut = spec.comparesMembranes ? ownOut.fill(Math.min(...ownOut)) : ownOut;
  const shift = shiftFor(scales, { threshold, bias, trace: sums.traces(spec.dashSynapse) });
  // Membranes that never fire may rise as they like: they get no shift.
  const boundsOut = { threshold: thresholdOut, bias: biasOut, trace: sumsOut.traces(spec.dashSynapseOut) };
  const shiftOut = thresholdOut.some((value) => value > 0) ? shiftFor(scalesOut, boundsOut) : 0;
  const quantized = { weightsIn: spec.weightsIn.slice(), weightsHidden: spec.weightsHidden.slice() };
  for (let neuron = 0; neuron < hidden; neuron++)
    eachWeightOnto(spec, neuron, (weights, i) => {
      quantized[weights][i] = roundHalfEven(spec[weights][i] * scales[neuron]);
    });
  return {
    ...spec,
    ...quantized,
    ...roundedDashes(spec),
    weightsOut: spec.weightsOut.map((weight, i) => roundHalfEven(weight * scalesOut[i % outputs])),
    threshold: scaledBy(threshold, scales, shift).map(atLeastOne),
    thresholdOut: scaledBy(thresholdOut, scalesOut, shiftOut).map(atLeastOne),
    bias: bias && scaledBy(bias, scales, shift),
    biasOut: biasOut && scaledBy(biasOut, scalesOut, shiftOut),
    weightShifts: { input: shift, hidden: shift, output: shiftOut },
  };
}
