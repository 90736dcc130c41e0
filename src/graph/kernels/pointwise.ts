/**
 * Nodes that treat every value by itself: ReLU, Normalization, Quantize, Add; and Concat, which only moves values.
 */
import type { NormalizationNode, QuantizeNode, ReluNode } from "../graph.ts";
import type { Kernel } from "./kernel.ts";

export function compileRelu(node: ReluNode): Kernel {
  const maximum = node.maximum ?? Number.POSITIVE_INFINITY;
  return ([input], output) => {
    for (let i = 0; i < output.length; i++) {
      const value = input[i];
      output[i] = value > 0 ? Math.min(value, maximum) : 0;
    }
  };
}

export function compileNormalization(node: NormalizationNode): Kernel {
  const channels = node.shape[0];
  const scale = perChannel(node.scale, channels);
  const shift = perChannel(node.shift, channels);
  return ([input], output) => {
    const size = output.length / channels;
    for (let channel = 0; channel < channels; channel++) {
      const end = (channel + 1) * size;
      for (let i = channel * size; i < end; i++) output[i] = scale[channel] * input[i] + shift[channel];
    }
  };
}

function perChannel(values: ArrayLike<number>, channels: number): Float64Array {
  return values.length === channels ? Float64Array.from(values) : new Float64Array(channels).fill(values[0]);
}

/**
 * The quotient is rounded to float32 first, as float32 runtimes compute it: otherwise values halfway between two
 * levels, which quantized inputs produce all the time, would fall on the other side.
 */
export function compileQuantize(node: QuantizeNode): Kernel {
  const { scale, zeroPoint, low, high } = node;
  return ([input], output) => {
    for (let i = 0; i < output.length; i++) {
      const level = roundHalfToEven(Math.fround(Math.fround(input[i]) / scale)) + zeroPoint;
      output[i] = (Math.min(high, Math.max(low, level)) - zeroPoint) * scale;
    }
  };
}

/** ONNX QuantizeLinear: "rounding to nearest ties to even". Math.round takes ties upward. */
export function roundHalfToEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

export const add: Kernel = (inputs, output) => {
  output.set(inputs[0]);
  for (let index = 1; index < inputs.length; index++) {
    const input = inputs[index];
    for (let i = 0; i < output.length; i++) output[i] += input[i];
  }
};

export const concat: Kernel = (inputs, output) => {
  let start = 0;
  for (const input of inputs) {
    output.set(input, start);
    start += input.length;
  }
};
