/**
 * The weights of a population's drives, cut into runs of one unit: what shares a factor. A unit is an output channel where
 * kernels feed the population, else a neuron; or the whole layer.
 */
import { sizeOf } from "../../graph/graph.ts";
import { connectionTargetShape } from "../../network/shapes.ts";
import { type Drive, operandShape } from "../linear-form.ts";
import type { ScaledDrive } from "../scaled-drive.ts";
import type { FoldedPopulation } from "./folded-network.ts";

/** Number of units; it divides the number of neurons. */
export function unitsOf({ drives, shape }: FoldedPopulation, scales: "channel" | "layer"): number {
  if (scales === "layer" || drives.length === 0) return 1;
  const kernels = drives.find(({ operator }) => operator.kind === "convolution");
  if (kernels !== undefined) return channelsOf(kernels);
  if (drives.some(({ operator }) => operator.kind === "dense")) return sizeOf(shape);
  return Math.max(...drives.map(({ operator }) => operator.weights.length));
}

function channelsOf(drive: Drive): number {
  const { operator } = drive;
  if (operator.kind !== "convolution") return 1;
  // Of the weights, only how many there are is looked at.
  const weights = new Int8Array(operator.weights.length);
  return connectionTargetShape(operandShape(drive), { ...operator, weights })[0];
}

/** Runs of weights that are summed up by one neuron, or by one place of a map: as many as this. */
export function outputsOf({ drive, weights }: ScaledDrive, neurons: number): number {
  const { kind } = drive.operator;
  if (kind === "dense") return neurons;
  return kind === "convolution" ? channelsOf(drive) : weights.length;
}

/** With the weights of unit u at [u length / units, (u + 1) length / units). */
export function inRows(drive: Drive, units: number): ScaledDrive {
  const { weights, kind } = drive.operator;
  if (kind !== "oneToOne" || weights.length >= units) return { drive, synapses: 1, weights };
  const weightOf = (unit: number) => weights[Math.floor((unit * weights.length) / units)];
  return { drive, synapses: 1, weights: Float64Array.from({ length: units }, (_, unit) => weightOf(unit)) };
}
