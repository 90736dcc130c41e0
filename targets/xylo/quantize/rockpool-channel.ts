/**
 * Rockpool's channel quantizer as its code runs (42cee1c, rockpool/transform/quantize_methods.py, channel_quantize): a scale for
 * each neuron, from the weights that end in it. Its defects are kept, and named where they are.
 */
import {
  eachWeightOnto,
  mostThreshold,
  mostWeight,
  noShifts,
  type QuantizedSpec,
  rounded,
  roundedDashes,
  roundHalfEven,
  type XyloSpec,
} from "./spec.ts";

/** Scale of a neuron's weights and of its threshold, and the threshold as it goes to the chip. */
function scalesOf(largest: number, threshold: number) {
  const scale = largest === 0 ? 1 : mostWeight / largest;
  const quantized = roundHalfEven(threshold * scale);
  if (largest === 0 || Math.abs(quantized) <= mostThreshold) return { scale, weightScale: scale, quantized };
  // Biases keep the first scale (defect).
  return { scale, weightScale: mostThreshold / threshold, quantized: mostThreshold };
}

export function rockpoolChannel(spec: XyloSpec): QuantizedSpec {
  const { hidden, outputs, outputHidden, states } = spec;
  const result = {
    weightsIn: new Float64Array(spec.weightsIn.length),
    weightsHidden: new Float64Array(spec.weightsHidden.length),
  };
  const [threshold, thresholdOut] = [new Float64Array(hidden), new Float64Array(outputs)];
  const [bias, biasOut] = [spec.bias && rounded(spec.bias), spec.biasOut && rounded(spec.biasOut)];
  for (let neuron = 0; neuron < hidden; neuron++) {
    let largest = 0;
    eachWeightOnto(spec, neuron, (weights, i) => {
      largest = Math.max(largest, Math.abs(spec[weights][i]));
    });
    const { scale, weightScale, quantized } = scalesOf(largest, spec.threshold[neuron]);
    threshold[neuron] = quantized;
    eachWeightOnto(spec, neuron, (weights, i) => {
      result[weights][i] = roundHalfEven(spec[weights][i] * weightScale);
    });
    // With one synaptic state the bias is not scaled at all (defect).
    if (bias !== null && states === 2) bias[neuron] = roundHalfEven(spec.bias![neuron] * scale);
  }
  const weightsOut = new Float64Array(spec.weightsOut.length);
  for (let output = 0; output < outputs; output++) {
    const column = Array.from({ length: outputHidden }, (_, source) => source * outputs + output);
    const largest = Math.max(0, ...column.map((i) => Math.abs(spec.weightsOut[i])));
    const { scale, weightScale, quantized } = scalesOf(largest, spec.thresholdOut[output]);
    thresholdOut[output] = quantized;
    for (const i of column) weightsOut[i] = roundHalfEven(spec.weightsOut[i] * weightScale);
    if (biasOut !== null) biasOut[output] = roundHalfEven(spec.biasOut![output] * scale);
  }
  return {
    ...spec,
    ...result,
    ...roundedDashes(spec),
    weightsOut,
    threshold,
    thresholdOut,
    bias,
    biasOut,
    weightShifts: noShifts,
  };
}
