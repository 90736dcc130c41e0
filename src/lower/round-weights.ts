/**
 * The integer weights of an activation. At few bits weights that meet correlated values are rounded together
 * (calibrate/round-together.ts), on the moments of what the layer really gets on the calibration inputs; what this shifts in the
 * mean goes into the bias, as far as the bias reaches. Element-wise weights, and all of many bits, are rounded alone.
 */
import type { Connection } from "../network/network.ts";
import { type Block, type Room, roundBlocks, roundRow } from "./calibrate/round-row.ts";
import { latticeOf } from "./calibrate/round-together.ts";
import type { SearchLimits } from "./calibrate/search.ts";
import { type Conversion, fewBits, fitsWeights, weightBitsOf } from "./conversion.ts";
import type { Activation } from "./folded.ts";
import {
  independentObservations,
  measureMoments,
  type RowGroup,
  rowGroups,
  weightsOfRow,
} from "./row-groups.ts";
import { quantizeDrive, type ScaledDrive } from "./scaled-drive.ts";
import { searchLimits } from "./search-limits.ts";

export interface IntegerWeights {
  readonly connections: readonly Connection[];
  /** The constant map of the activation, and what rounding shifts in the mean. */
  readonly constant: Float64Array;
}

/** How an activation gets its integer weights. factors: from floats to integers, one a unit. */
export interface WeightRounding {
  readonly round: (factors: Float64Array) => IntegerWeights;
  /** Squared error of the current of each unit, in floats; null where weights are rounded alone. */
  readonly errorsOf: ((factors: Float64Array) => Float64Array) | null;
}

/** Within the limits; not at all to a side where a bias is beyond them. */
function biasRoom(constant: Float64Array, factor: number, { biasLow, biasHigh }: SearchLimits): Room {
  const least = constant.reduce((value, c) => Math.min(value, c)) * factor;
  const most = constant.reduce((value, c) => Math.max(value, c)) * factor;
  return { low: Math.min(0, biasLow - least), high: Math.max(0, biasHigh - most) };
}

/** The blocks of every group of rows. */
function blocksOf(
  conversion: Conversion,
  scaled: readonly ScaledDrive[],
  groups: readonly RowGroup[],
): Block[][] {
  return measureMoments(conversion, scaled, groups).map((blocks, g) => {
    const independent = independentObservations(conversion, groups[g]);
    return blocks.map((moments) => ({
      moments,
      lattice: latticeOf(moments, Math.min(moments.observations, independent)),
    }));
  });
}

/** A row of floats in steps. */
function rowInSteps(
  scaled: readonly ScaledDrive[],
  group: RowGroup,
  row: number,
  factor: number,
): Float64Array {
  return weightsOfRow(scaled, group, row, 0, group.length).map((weight) => weight * factor);
}

function writeRow(
  connections: readonly Connection[],
  { parts }: RowGroup,
  row: number,
  integers: Float64Array,
): void {
  for (const { drive, field, first } of parts)
    connections[drive].weights.set(integers.subarray(first, first + field.length), row * field.length);
}

/** Every row: its group and number, its unit, the neurons that it drives. */
interface Row {
  readonly group: number;
  readonly row: number;
  readonly unit: number;
  readonly first: number;
  readonly end: number;
}

function allRows(groups: readonly RowGroup[], neurons: number, units: number): Row[] {
  return groups.flatMap(({ firstRow, rows, places }, group) =>
    Array.from({ length: rows }, (_, i) => {
      const first = (firstRow + i) * places;
      const unit = Math.floor((first * units) / neurons);
      return { group, row: firstRow + i, unit, first, end: first + places };
    }),
  );
}

function roundingTogether(
  conversion: Conversion,
  { shape, constant: original }: Activation,
  scaled: readonly ScaledDrive[],
  groups: readonly RowGroup[],
): WeightRounding {
  const bits = weightBitsOf(conversion);
  const top = 2 ** (bits - 1) - 1;
  const limits = searchLimits(conversion.options, bits);
  const blocks = blocksOf(conversion, scaled, groups);
  const rows = allRows(groups, original.length, shape[0]);
  return {
    round(factors) {
      const connections = scaled.map((drive) => quantizeDrive(drive, factors, bits));
      const constant = original.slice();
      for (const { group, row, unit, first, end } of rows) {
        const neurons = constant.subarray(first, end);
        const weights = rowInSteps(scaled, groups[group], row, factors[unit]);
        const room = biasRoom(neurons, factors[unit], limits);
        const { integers, shift } = roundRow(blocks[group], weights, top, room);
        writeRow(connections, groups[group], row, integers);
        for (let i = 0; i < neurons.length; i++) neurons[i] += shift / factors[unit];
      }
      return { connections, constant };
    },
    errorsOf(factors) {
      const errors = new Float64Array(factors.length);
      for (const { group, row, unit, first, end } of rows) {
        const weights = rowInSteps(scaled, groups[group], row, factors[unit]);
        const room = biasRoom(original.subarray(first, end), factors[unit], limits);
        const { error } = roundBlocks(blocks[group], weights, top, room);
        errors[unit] += error / factors[unit] ** 2;
      }
      return errors;
    },
  };
}

/** Moments of the activation's sources are taken here, once for any number of factors. */
export function weightRounding(
  conversion: Conversion,
  activation: Activation,
  scaled: readonly ScaledDrive[],
): WeightRounding {
  const bits = weightBitsOf(conversion);
  const groups = bits <= fewBits && fitsWeights(conversion) ? rowGroups(activation, scaled) : [];
  if (groups.length > 0) return roundingTogether(conversion, activation, scaled, groups);
  const { constant } = activation;
  const connections = (factors: Float64Array) => scaled.map((drive) => quantizeDrive(drive, factors, bits));
  return { round: (factors) => ({ connections: connections(factors), constant }), errorsOf: null };
}
