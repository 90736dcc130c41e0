/**
 * The rows of weights of an activation, each with the values that it meets. Rows that meet the same values share one measure
 * of them: all neurons of a dense layer, all channels of a convolution, the channels of one group of a grouped one.
 * Element-wise weights meet one value each and are in no row.
 */
import { sizeOf } from "../graph/graph.ts";
import { pooledRates } from "./calibrate/pooled-rates.ts";
import { nothingSeen, type ReceptiveField, receptiveField, type Seen } from "./calibrate/receptive-field.ts";
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
/** Places of a map that count as independent in each sample. */
const independentPlaces = 4;

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

/** Observations of a group that are worth one each: neighbours in a map say much the same. */
export function independentObservations({ samples }: Conversion, { places }: RowGroup): number {
  return samples * Math.min(independentPlaces, places);
}

/** Wide rows are cut into blocks, large layers into small ones: a weight costs as many multiplications as its block is wide. */
export function blockWidth({ rows, length }: RowGroup): number {
  return Math.max(narrowestBlock, Math.min(widestBlock, Math.floor(mostWork / (rows * length))));
}

/** Every how many places one is looked at. */
function strideOf(group: RowGroup, samples: number): number {
  const affordable = mostWork / (group.length * Math.min(group.length, blockWidth(group)));
  return Math.max(1, (samples * group.places) / Math.max(samples, Math.min(mostPlaces, affordable)));
}

/** Values that each drive's weights meet in a sample: [drive](sample). */
type Operands = readonly ((sample: number) => Float64Array)[];

/** What the drives really bring on the calibration inputs: rates of spikes, integers of an analog input. */
export function operandRates(conversion: Conversion, scaled: readonly ScaledDrive[]): Operands {
  return scaled.map(({ drive }) =>
    pooledRates(conversion.sources.get(drive.source)!.store, drive.sourceShape, drive.pools),
  );
}

/**
 * Looks at the places of every group, in order of the samples. kinds: operands of one kind or of several; `visit` gets what the
 * rows of a group meet at one place, of each kind, valid until the next.
 */
export function visitPlaces(
  { samples }: Conversion,
  groups: readonly RowGroup[],
  kinds: readonly Operands[],
  visit: (group: number, sample: number, met: readonly Seen[]) => void,
): void {
  const seen = groups.map(({ length }) => kinds.map(() => nothingSeen(length)));
  const taken = new Float64Array(groups.length);
  for (let sample = 0; sample < samples; sample++) {
    const values = kinds.map((operands) => operands.map((of) => of(sample)));
    groups.forEach((group, g) => {
      const { parts, places } = group;
      const stride = strideOf(group, samples);
      for (; Math.floor(taken[g] * stride) < (sample + 1) * places; taken[g]++) {
        const position = Math.floor(taken[g] * stride) - sample * places;
        seen[g].forEach((met, kind) => {
          met.count = 0;
          for (const { drive, field, first } of parts) field.look(values[kind][drive], position, first, met);
        });
        visit(g, sample, seen[g]);
      }
    });
  }
}

/** Moments of every group's rows, in blocks. */
export function measureMoments(
  conversion: Conversion,
  scaled: readonly ScaledDrive[],
  groups: readonly RowGroup[],
): Moments[][] {
  const blocks = groups.map((group) => emptySums(group.length, blockWidth(group)));
  const taken = new Float64Array(groups.length);
  visitPlaces(conversion, groups, [operandRates(conversion, scaled)], (g, _sample, [met]) => {
    addSeen(blocks[g], met);
    taken[g]++;
  });
  return blocks.map((own, g) => own.map((block) => momentsOf(block, taken[g])));
}

/** The weights first .. first + size - 1 of a row, its drives side by side. */
export function weightsOfRow(
  scaled: readonly ScaledDrive[],
  { parts }: RowGroup,
  row: number,
  first: number,
  size: number,
): Float64Array {
  const weights = new Float64Array(size);
  for (const { drive, field, first: start } of parts) {
    const from = Math.max(first, start);
    const to = Math.min(first + size, start + field.length);
    const own = row * field.length - start;
    if (from < to) weights.set(scaled[drive].weights.subarray(own + from, own + to), from - first);
  }
  return weights;
}
