/**
 * A drive in the units of one spike: the weights times what a spike of the source stands for, laid out so that the weights
 * of one target unit (channel, or neuron of a flat population) are one contiguous run. Then, unit by unit, integers.
 */
import { type Shape, sizeOf } from "../graph/graph.ts";
import type { Connection, IntegerArray } from "../network/network.ts";
import { integerArray, quantizeWeight } from "./calibrate/weights.ts";
import { type Drive, operandShape } from "./linear-form.ts";

export interface ScaledDrive {
  readonly drive: Drive;
  /** W lambda, [units][weights of one unit]. */
  readonly weights: Float64Array;
  /** Synapses side by side that share each weight (parallel-synapses.ts). */
  readonly synapses: number;
}

/** spikeValue: activation per spike and step of the source; one value, one a channel or one a neuron of it. */
export function scaleDrive(drive: Drive, spikeValue: Float64Array, targetShape: Shape): ScaledDrive {
  const { operator } = drive;
  const shape = operandShape(drive);
  const size = sizeOf(shape);
  const valueAt = (operand: number, of: number) => spikeValue[Math.floor((operand * spikeValue.length) / of)];
  switch (operator.kind) {
    case "dense":
      return { drive, synapses: 1, weights: operator.weights.map((w, i) => w * valueAt(i % size, size)) };
    case "oneToOne": {
      const length = Math.max(operator.weights.length, spikeValue.length, targetShape[0]);
      const weightAt = (i: number) => operator.weights[Math.floor((i * operator.weights.length) / length)];
      const weights = Float64Array.from({ length }, (_, i) => weightAt(i) * valueAt(i, length));
      return { drive, synapses: 1, weights };
    }
    case "convolution": {
      const { kernel, groups } = operator;
      const taps = kernel[0] * kernel[1];
      const groupInputs = shape[0] / groups;
      const groupOutputs = targetShape[0] / groups;
      const weights = operator.weights.map((w, i) => {
        const group = Math.floor(i / (taps * groupInputs * groupOutputs));
        return w * valueAt(group * groupInputs + (Math.floor(i / taps) % groupInputs), shape[0]);
      });
      return { drive, synapses: 1, weights };
    }
  }
}

/** The weights of one unit, without copying. */
export function unitRows(scaled: ScaledDrive, unit: number, units: number): Float64Array {
  const length = scaled.weights.length / units;
  return scaled.weights.subarray(unit * length, (unit + 1) * length);
}

/** What one synapse of each weight of a unit carries. */
export function synapseRows(scaled: ScaledDrive, unit: number, units: number): Float64Array {
  const rows = unitRows(scaled, unit, units);
  return scaled.synapses === 1 ? rows : rows.map((weight) => weight / scaled.synapses);
}

/** Integer weights: unit u times factors[u], rounded, within `bits` for each of their synapses. */
export function quantizeDrive(scaled: ScaledDrive, factors: Float64Array, bits: number): Connection {
  const top = (2 ** (bits - 1) - 1) * scaled.synapses;
  const integers: IntegerArray = integerArray(scaled.weights.length, 1 + Math.ceil(Math.log2(top + 1)));
  const perUnit = scaled.weights.length / factors.length;
  for (let i = 0; i < integers.length; i++)
    integers[i] = quantizeWeight(scaled.weights[i], factors[Math.floor(i / perUnit)], top);
  return { ...scaled.drive.operator, weights: integers };
}

/** 10 log10 of signal over rounding noise. */
export function signalToNoise(
  scaled: readonly ScaledDrive[],
  connections: readonly Connection[],
  factors: Float64Array,
): number {
  let signal = 0;
  let noise = 0;
  scaled.forEach(({ weights }, d) => {
    const perUnit = weights.length / factors.length;
    weights.forEach((w, i) => {
      signal += w * w;
      noise += (connections[d].weights[i] / factors[Math.floor(i / perUnit)] - w) ** 2;
    });
  });
  return noise === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10(signal / noise);
}
