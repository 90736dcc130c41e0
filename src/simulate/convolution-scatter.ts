/**
 * A spike through a convolution. The places it reaches are the same for every channel of the map, and at each place it adds
 * to all output channels of its group: sums are kept place by place, [place][output channel], where those are neighbours.
 */
import { type Shape, sizeOf } from "../network/network.ts";
import type { NumericConnection } from "./numeric-connection.ts";
import { addRow, type Scatter } from "./scatter.ts";
import { coverageOf } from "./windows.ts";

/** [out][in / groups][tap] becomes [in][tap][out / groups]: what one spike adds at one place lies side by side. */
function weightsBySource(
  weights: ArrayLike<number>,
  channels: number,
  taps: number,
  groups: number,
): Float64Array {
  const groupInputs = channels / groups;
  const groupOutputs = weights.length / (taps * groupInputs) / groups;
  const bySource = new Float64Array(weights.length);
  for (let channel = 0; channel < channels; channel++)
    for (let tap = 0; tap < taps; tap++)
      for (let output = 0; output < groupOutputs; output++) {
        const row = Math.floor(channel / groupInputs) * groupOutputs + output;
        bySource[(channel * taps + tap) * groupOutputs + output] =
          weights[(row * groupInputs + (channel % groupInputs)) * taps + tap];
      }
  return bySource;
}

/** Shapes are [channels, height, width]; source: after the pools. */
export function convolutionScatter(
  connection: NumericConnection & { kind: "convolution" },
  source: Shape,
  target: Shape,
): Scatter {
  const [channels, height, width] = source;
  const [outputs, outHeight, outWidth] = target;
  const { kernel, groups } = connection;
  const taps = kernel[0] * kernel[1];
  const groupOutputs = outputs / groups;
  const groupInputs = channels / groups;
  const weights = weightsBySource(connection.weights, channels, taps, groups);
  const coverage = coverageOf(connection, source, target);
  const mapSize = height * width;
  const places = outHeight * outWidth;
  const sums = new Float64Array(sizeOf(target));

  return {
    fanOut: (neuron) =>
      (coverage.offsets[(neuron % mapSize) + 1] - coverage.offsets[neuron % mapSize]) * groupOutputs,
    add(neuron, value) {
      const channel = Math.floor(neuron / mapSize);
      const place = neuron - channel * mapSize;
      const group = Math.floor(channel / groupInputs);
      for (let i = coverage.offsets[place]; i < coverage.offsets[place + 1]; i++) {
        const at = coverage.windows[i] * outputs + group * groupOutputs;
        const from = (channel * taps + coverage.taps[i]) * groupOutputs;
        addRow(sums, at, weights, from, groupOutputs, value);
      }
    },
    flush(currents) {
      let neuron = 0;
      for (let output = 0; output < outputs; output++)
        for (let place = 0; place < places; place++) currents[neuron++] += sums[place * outputs + output];
      sums.fill(0);
    },
  };
}
