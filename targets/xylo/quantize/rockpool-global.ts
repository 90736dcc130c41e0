/**
 * Rockpool's global quantizer as its code runs (42cee1c, rockpool/transform/quantize_methods.py, global_quantize): one scale for
 * input and hidden weights, one for output weights. Its defects are kept, and named where they are:
 * what is quantized with it elsewhere is quantized alike here. `corrected.ts` is without them.
 */
import {
  largestMagnitude,
  mostThreshold,
  mostWeight,
  noShifts,
  type QuantizedSpec,
  rounded,
  roundedDashes,
  type XyloSpec,
} from "./spec.ts";

/** |mean| + 2 standard deviations (of the population) of the weights that are not 0. */
function fuzzyMaximum(...parts: readonly Float64Array[]): number {
  const weights = parts.flatMap((part) => [...part].filter((weight) => weight !== 0));
  if (weights.length === 0) return 0;
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  const variance = weights.reduce((sum, weight) => sum + (weight - mean) ** 2, 0) / weights.length;
  return Math.abs(mean) + 2 * Math.sqrt(variance);
}

const scaleFor = (largest: number) => (largest === 0 ? 1 : mostWeight / largest);

function globally(spec: XyloSpec, fuzzy: boolean): QuantizedSpec {
  const { weightsIn, weightsHidden, weightsOut, bias, biasOut } = spec;
  // Fuzzy: weights beyond the maximum become more than 127, and nothing clips them (defect).
  const scale = scaleFor(
    fuzzy
      ? fuzzyMaximum(weightsIn, weightsHidden)
      : Math.max(...[weightsIn, weightsHidden, bias].map(largestMagnitude)),
  );
  const scaleOut = scaleFor(
    fuzzy ? fuzzyMaximum(weightsOut) : Math.max(...[weightsOut, biasOut].map(largestMagnitude)),
  );
  let threshold = rounded(spec.threshold, scale);
  let thresholdOut = rounded(spec.thresholdOut, scaleOut);
  let weights = { in: rounded(weightsIn, scale), hidden: rounded(weightsHidden, scale) };
  let out = rounded(weightsOut, scaleOut);
  const top = Math.max(...threshold);
  if (top > mostThreshold) {
    // From the rounded values, and biases stay (defects).
    const share = mostThreshold / top;
    threshold = rounded(threshold, share);
    weights = { in: rounded(weights.in, share), hidden: rounded(weights.hidden, share) };
  }
  const topOut = Math.max(...thresholdOut);
  if (topOut > mostThreshold) {
    // The hidden weights shrink with the output's thresholds (defect).
    const share = mostThreshold / topOut;
    thresholdOut = rounded(thresholdOut, share);
    out = rounded(out, share);
    weights = { ...weights, hidden: rounded(weights.hidden, share) };
  }
  return {
    ...spec,
    ...roundedDashes(spec),
    weightsIn: weights.in,
    weightsHidden: weights.hidden,
    weightsOut: out,
    threshold,
    thresholdOut,
    bias: bias && rounded(bias, scale),
    // By the hidden neurons' scale (defect).
    biasOut: biasOut && rounded(biasOut, scale),
    weightShifts: noShifts,
  };
}

export function rockpoolGlobal(spec: XyloSpec): QuantizedSpec {
  return globally(spec, false);
}

/** Outliers do not set the scale. */
export function rockpoolGlobalFuzzy(spec: XyloSpec): QuantizedSpec {
  return globally(spec, true);
}
