/**
 * Element-wise weights as several synapses side by side. What a residual brings, or what inhibits a neuron of a window, is a
 * whole activation: many times the largest weight of a kernel. Given one synapse each, kernels would have to be scaled down
 * until that one fits, and keep few bits. On targets that allow it, it gets as many synapses as it is larger.
 */
import type { Connection } from "../network/network.ts";
import { integerArray, largestMagnitude } from "./calibrate/weights.ts";
import { type ScaledDrive, unitRows } from "./scaled-drive.ts";

const isElementWise = ({ drive }: ScaledDrive) => drive.operator.kind === "oneToOne";

/** By how much the largest element-wise weight of any unit exceeds the largest of the others; 1 where there is nothing to compare. */
function excessOf(scaled: readonly ScaledDrive[], units: number): number {
  const others = scaled.filter((drive) => !isElementWise(drive));
  const large = scaled.filter(isElementWise);
  let excess = 1;
  for (let unit = 0; unit < units; unit++) {
    const kernel = largestMagnitude(others.map((drive) => unitRows(drive, unit, units)));
    if (kernel === 0) continue;
    excess = Math.max(excess, largestMagnitude(large.map((drive) => unitRows(drive, unit, units))) / kernel);
  }
  return excess;
}

/** most: synapses that one neuron may have onto another. Returns the drives with as many as are of use. */
export function withParallelSynapses(
  scaled: readonly ScaledDrive[],
  units: number,
  most: number,
): ScaledDrive[] {
  const synapses = Math.min(most, Math.ceil(excessOf(scaled, units)));
  return scaled.map((drive) => (isElementWise(drive) ? { ...drive, synapses } : drive));
}

/** The synapses of a connection whose weights may be too large for one: each is as large as the bits allow. */
export function splitSynapses(connection: Connection, bits: number): Connection[] {
  if (connection.kind !== "oneToOne") return [connection];
  const top = 2 ** (bits - 1) - 1;
  let left = Int32Array.from(connection.weights);
  const parts: Connection[] = [];
  do {
    const weights = integerArray(left.length, bits);
    left = left.map((weight, i) => {
      weights[i] = Math.min(top, Math.max(-top, weight));
      return weight - weights[i];
    });
    parts.push({ kind: "oneToOne", weights });
  } while (left.some((weight) => weight !== 0));
  return parts;
}
