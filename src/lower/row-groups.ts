/**
 * The rows of weights of an activation, each with the values that it meets. Rows that meet the same values share one measure
 * of them: all neurons of a dense layer, all channels of a convolution, the channels of one group of a grouped one.
 * Element-wise weights meet one value each and are in no row.
 */
import { sizeOf } from "../graph/graph.ts";
import { pooledRates } from "./calibrate/pooled-rates.ts";
import { nothingSeen, type ReceptiveField, receptiveField } from "./calibrate/receptive-field.ts";
import { addSeen, emptySums, type Moments, momentsOf } from "./calibrate/second-moments.ts";
import type { Conversion } from "./conversion.ts";
import type { Activation } from "./folded.ts";
import { operandShape } from "./linear-form.ts";
import type { ScaledDrive } from "./scaled-drive.ts";

/** Places of a layer that moments are taken over; neighbours in a map say much the same, and more cost time. */
const mostPlaces = 16_000;
/** Multiplications that a group may take for its moments, and for each time that all its weights are rounded. */
const mostWork = 2 ** 32;
/** Weights that are rounded together at most: 8 MiB of moments. */
const widestBlock = 1024;
const narrowestBlock = 32;

/** One drive's part of the rows. */
export interface Part {
  readonly drive: number;
  readonly field: ReceptiveField;
  /** Number of its first weight within a row. */
  readonly first: number;
}

/** Rows of weights that meet the same values. */
export interface RowGroup {
  readonly parts: readonly Part[];
  /** Weights of a row. */
  readonly length: number;
  readonly firstRow: number;
  readonly rows: number;
  /** Places in each sample, and neurons of each row. */
  readonly places: number;
}

function rowGroup(
  { shape }: Activation,
  scaled: readonly ScaledDrive[],
  drives: readonly number[],
  rows: number,
  places: number,
  group: number,
): RowGroup {
  let length = 0;
  const parts = drives.flatMap((number): Part[] => {
    const { drive } = scaled[number];
    const field = receptiveField(drive.operator, operandShape(drive), shape, group);
    if (field === null) return [];
    const first = length;
    length += field.length;
    return [{ drive: number, field, first }];
  });
  return { parts, length, firstRow: group * rows, rows, places };
}

function groupsOf({ drive: { operator } }: ScaledDrive): number {
  return operator.kind === "convolution" ? operator.groups : 1;
}

/** All rows of an activation; the drives that a row adds up lie side by side in it. */
export function rowGroups(activation: Activation, scaled: readonly ScaledDrive[]): RowGroup[] {
  const units = activation.shape[0];
  const neurons = sizeOf(activation.shape);
  const numbersOf = (wanted: (drive: ScaledDrive) => boolean) =>
    [...scaled.keys()].filter((number) => wanted(scaled[number]));
  const dense = numbersOf(({ drive }) => drive.operator.kind === "dense");
  const kernels = numbersOf((one) => one.drive.operator.kind === "convolution" && groupsOf(one) === 1);
  const grouped = numbersOf((one) => groupsOf(one) > 1);
  const map = neurons / units;
  const all = (drives: readonly number[], rows: number, places: number) =>
    drives.length === 0 ? [] : [rowGroup(activation, scaled, drives, rows, places, 0)];
  return [
    ...all(dense, neurons, 1),
    ...all(kernels, units, map),
    ...grouped.flatMap((drive) => {
      const groups = groupsOf(scaled[drive]);
      return Array.from({ length: groups }, (_, group) =>
        rowGroup(activation, scaled, [drive], units / groups, map, group),
      );
    }),
  ];
}

/** Wide rows are cut into blocks, large layers into small ones: a weight costs as many multiplications as its block is wide. */
function blockWidth({ rows, length }: RowGroup): number {
  return Math.max(narrowestBlock, Math.min(widestBlock, Math.floor(mostWork / (rows * length))));
}

/** Every how many places one is looked at. */
function strideOf(group: RowGroup, samples: number): number {
  const affordable = mostWork / (group.length * Math.min(group.length, blockWidth(group)));
  return Math.max(1, (samples * group.places) / Math.max(samples, Math.min(mostPlaces, affordable)));
}

/** Moments of every group's rows, in blocks. */
export function measureMoments(
  conversion: Conversion,
  scaled: readonly ScaledDrive[],
  groups: readonly RowGroup[],
): Moments[][] {
  const rates = scaled.map(({ drive }) =>
    pooledRates(conversion.sources.get(drive.source)!.store, drive.sourceShape, drive.pools),
  );
  const blocks = groups.map((group) => emptySums(group.length, blockWidth(group)));
  const seen = groups.map(({ length }) => nothingSeen(length));
  const taken = new Float64Array(groups.length);
  for (let sample = 0; sample < conversion.samples; sample++) {
    const values = rates.map((of) => of(sample));
    groups.forEach((group, g) => {
      const { parts, places } = group;
      const stride = strideOf(group, conversion.samples);
      for (; Math.floor(taken[g] * stride) < (sample + 1) * places; taken[g]++) {
        const position = Math.floor(taken[g] * stride) - sample * places;
        seen[g].count = 0;
        for (const { drive, field, first } of parts) field.look(values[drive], position, first, seen[g]);
        addSeen(blocks[g], seen[g]);
      }
    });
  }
  return blocks.map((own, g) => own.map((block) => momentsOf(block, taken[g])));
}
