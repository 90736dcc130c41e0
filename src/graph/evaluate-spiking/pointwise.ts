/**
 * The nodes without weights: pools, Scale, Threshold, Delay, and those that only pass values on.
 */
import { SpikecError } from "../../errors/error.ts";
import { type Shape, sizeOf } from "../graph.ts";
import { formatOrigin } from "../shapes.ts";
import type {
  DelayNode,
  ScaleNode,
  SpikingAvgPool2d,
  SumPool2dNode,
  ThresholdNode,
} from "../spiking-operations.ts";
import { perNeuron, type Stepper, stateless } from "./stepper.ts";

/** Values that delays may hold: 2^26 of float32 are 256 MB. */
const largestMemory = 2 ** 26;

/** Sum, or mean with padding counted: the sum runs by row and column, then one division. */
export function compilePool(node: SumPool2dNode | SpikingAvgPool2d, input: Shape): Stepper {
  const [, height, width] = input;
  const [channels, outHeight, outWidth] = node.shape;
  const [kernelHeight, kernelWidth] = node.kernel;
  const divisor = node.type === "AvgPool2d" ? kernelHeight * kernelWidth : 1;
  const output = new Float32Array(sizeOf(node.shape));
  return stateless(output, (values) => {
    let index = 0;
    for (let channel = 0; channel < channels; channel++) {
      for (let outY = 0; outY < outHeight; outY++) {
        const top = outY * node.stride[0] - node.padding[0];
        for (let outX = 0; outX < outWidth; outX++) {
          const left = outX * node.stride[1] - node.padding[1];
          let sum = 0;
          for (let y = Math.max(top, 0); y < Math.min(top + kernelHeight, height); y++) {
            const row = (channel * height + y) * width;
            for (let x = Math.max(left, 0); x < Math.min(left + kernelWidth, width); x++)
              sum = Math.fround(sum + values[row + x]);
          }
          output[index++] = sum / divisor;
        }
      }
    }
  });
}

export function compileScale(node: ScaleNode): Stepper {
  const output = new Float32Array(sizeOf(node.shape));
  const scale = perNeuron(node.scale, output.length);
  return stateless(output, (input) => {
    for (let i = 0; i < output.length; i++) output[i] = scale[i] * input[i];
  });
}

export function compileThreshold(node: ThresholdNode): Stepper {
  const output = new Float32Array(sizeOf(node.shape));
  const threshold = perNeuron(node.threshold, output.length);
  return stateless(output, (input) => {
    for (let i = 0; i < output.length; i++) output[i] = input[i] > threshold[i] ? 1 : 0;
  });
}

/** Input, Output and Flatten: nothing moves. */
export function compilePass(shape: Shape): Stepper {
  const output = new Float32Array(sizeOf(shape));
  return stateless(output, (input) => output.set(input));
}

/**
 * y(t) = x(t - delay): every value of the last steps is kept, and each neuron reads at its own distance.
 * @throws SpikecError SPK-0204 where the delays would hold more than memory allows
 */
export function compileDelay(node: DelayNode, dt: number): Stepper {
  const neurons = sizeOf(node.shape);
  const steps = Float64Array.from({ length: neurons }, (_, i) =>
    Math.round(node.delay.data[node.delay.data.length === 1 ? 0 : i] / dt),
  );
  const depth = steps.reduce((most, value) => Math.max(most, value), 0) + 1;
  if (depth * neurons > largestMemory) {
    throw new SpikecError("SPK-0204", `it delays ${neurons} values by up to ${depth - 1} steps`, {
      where: formatOrigin(node.origin),
    });
  }
  const history = new Float32Array(depth * neurons);
  const output = new Float32Array(neurons);
  let now = 0;
  return {
    ...stateless(output, (input) => {
      history.set(input, now * neurons);
      for (let i = 0; i < neurons; i++) output[i] = history[((now - steps[i] + depth) % depth) * neurons + i];
      now = (now + 1) % depth;
    }),
    reset: () => {
      history.fill(0);
      now = 0;
    },
  };
}
