/**
 * Weights for what a layer really gets (docs/conversion.md, Weights refit). Its sources emit T levels of rates, in trains that come
 * unevenly and are cut at one spike a step; weights fitted to these rates bring the float network's currents nearer than its own
 * weights do. What they change in the mean, and what the rates lack in the mean, goes into the constants.
 */
import { sizeOf } from "../graph/graph.ts";
import { addLack, emptyLack, joined, type Lack, type LackSums, lackOf } from "./calibrate/lack.ts";
import { pooling } from "./calibrate/pooled-rates.ts";
import { changeOf, confirmedShare, currentError, type Refit, refitOf } from "./calibrate/refit.ts";
import { keepsGrid } from "./calibrate/weights.ts";
import { type Conversion, fitsWeights, weightBitsOf } from "./conversion.ts";
import { type Activation, isFlat } from "./folded.ts";
import {
  blockWidth,
  independentObservations,
  operandRates,
  type RowGroup,
  rowGroups,
  visitPlaces,
  weightsOfRow,
} from "./row-groups.ts";
import { type ScaledDrive, unitRows } from "./scaled-drive.ts";

/**
 * Rounding to T levels alone costs currents some .6 / T of themselves (root mean square, networks of docs/conversion.md). What is
 * lacking beyond it has causes that weights can make up for; below it a refit changes classes as often for the worse.
 */
const roundingError = 0.7;
/** A change confirmed to a smaller share than this is none. */
const leastShare = 0.05;

export interface RefitWeights {
  readonly scaled: readonly ScaledDrive[];
  /** The constant map of the activation, and what the change of the weights needs. */
  readonly constant: Float64Array;
  /** Share of the least squares' change that was confirmed, in the mean over all rows; 0: weights are as they were. */
  readonly share: number;
}

/**
 * Whether MaxPools are ORs throughout: what those add depends on how trains coincide, which no weight makes up for. In a single step
 * all coincide, and an OR is the maximum.
 */
function pooledByOr({ recipe, folded, options }: Conversion): boolean {
  const pools = folded.activations.some(({ kind }) => kind === "maxPool");
  return recipe.maxPool === "or" && options.timesteps > 1 && pools;
}

/**
 * Needed: populations as sources, and statistics of both halves of the samples. Networks of flat layers alone, and those with
 * ORs, gain nothing (docs/conversion.md).
 */
function refits(conversion: Conversion, { drives }: Activation): boolean {
  const { samples, input, folded } = conversion;
  if (!fitsWeights(conversion) || samples < 2 || isFlat(folded) || pooledByOr(conversion)) return false;
  return drives.every(({ source }) => source !== input.name);
}

/** What the sources would bring if they were exact, in their spikes a step. Spikes that are worth nothing bring nothing. */
function exactRates(conversion: Conversion, { drive }: ScaledDrive): (sample: number) => Float64Array {
  const { spikeValue, shape } = conversion.sources.get(drive.source)!;
  const values = conversion.values.get(drive.source)!;
  const neurons = sizeOf(shape);
  const pooled = pooling(drive.sourceShape, drive.pools);
  const worth = Float64Array.from(
    { length: neurons },
    (_, i) => spikeValue[Math.floor((i * spikeValue.length) / neurons)],
  );
  return (sample) => pooled(worth.map((value, i) => (value > 0 ? values[sample * neurons + i] / value : 0)));
}

/** Sums of the even samples and of the odd ones, and how many places each has. */
interface HalvedSums {
  readonly blocks: readonly [LackSums[], LackSums[]];
  readonly taken: [number, number];
}

function measureLack(
  conversion: Conversion,
  scaled: readonly ScaledDrive[],
  groups: readonly RowGroup[],
): HalvedSums[] {
  const exact = scaled.map((drive) => exactRates(conversion, drive));
  const sums = groups.map((group): HalvedSums => {
    const width = blockWidth(group);
    return { blocks: [emptyLack(group.length, width), emptyLack(group.length, width)], taken: [0, 0] };
  });
  const kinds = [operandRates(conversion, scaled), exact];
  visitPlaces(conversion, groups, kinds, (g, sample, [met, wanted]) => {
    const half = sample % 2;
    addLack(sums[g].blocks[half], met, wanted);
    sums[g].taken[half]++;
  });
  return sums;
}

/** Rows of units whose weights lie on a grid of integers (quantized models) are left alone. */
function freeRows(
  conversion: Conversion,
  { shape }: Activation,
  scaled: readonly ScaledDrive[],
  { firstRow, rows, places }: RowGroup,
): number[] {
  const bits = weightBitsOf(conversion);
  const [units] = shape;
  const neurons = sizeOf(shape);
  return Array.from({ length: rows }, (_, i) => firstRow + i).filter((row) => {
    const unit = Math.floor((row * places * units) / neurons);
    return !keepsGrid(
      scaled.map((drive) => unitRows(drive, unit, units)),
      bits,
    );
  });
}

/** Adds `change` to the weights first .. of a row; what is no synapse stays none. Returns what that adds to the mean current. */
function moveRow(
  moved: readonly ScaledDrive[],
  { parts }: RowGroup,
  row: number,
  { lack: { moments } }: Refit,
  change: Float64Array,
): number {
  let current = 0;
  for (const { drive, field, first: start } of parts)
    for (let i = 0; i < field.length; i++) {
      const at = start + i - moments.first;
      const place = row * field.length + i;
      if (at < 0 || at >= moments.size || moved[drive].weights[place] === 0) continue;
      moved[drive].weights[place] += change[at];
      current += change[at] * moments.mean[at];
    }
  return current;
}

/** How one block of every free row of a group changes, and the share of that which is confirmed. */
interface BlockFit {
  readonly whole: Refit;
  readonly share: number;
}

/** null: they stay as they are. */
function fitBlock(
  conversion: Conversion,
  scaled: readonly ScaledDrive[],
  group: RowGroup,
  rows: readonly number[],
  { blocks: [even, odd], taken }: HalvedSums,
  block: number,
): BlockFit | null {
  const all = taken[0] + taken[1];
  const { first, size } = even[block].met;
  const weights = rows.map((row) => weightsOfRow(scaled, group, row, first, size));
  const lack = lackOf(joined(even[block], odd[block]), all);
  const levels = conversion.options.timesteps * conversion.recipe.copies;
  if (!(currentError(lack, weights) * levels > roundingError)) return null;
  const independent = independentObservations(conversion, group);
  const refit = (own: Lack, observations: number) =>
    refitOf(own, Math.min(observations, (independent * observations) / all));
  const half = (sums: LackSums, observations: number) => refit(lackOf(sums, observations), observations);
  const share = confirmedShare([half(even[block], taken[0]), half(odd[block], taken[1])], weights);
  return share < leastShare ? null : { whole: refit(lack, all), share };
}

/** The weights and constants of an activation, refit where its sources spike; else as they are. */
export function refitWeights(
  conversion: Conversion,
  activation: Activation,
  scaled: readonly ScaledDrive[],
): RefitWeights {
  const unchanged = { scaled, constant: activation.constant, share: 0 };
  if (!refits(conversion, activation)) return unchanged;
  const groups = rowGroups(activation, scaled);
  const sums = measureLack(conversion, scaled, groups);
  const moved = scaled.map((drive) => ({ ...drive, weights: drive.weights.slice() }));
  const constant = activation.constant.slice();
  let [shares, changed] = [0, 0];
  groups.forEach((group, g) => {
    const rows = freeRows(conversion, activation, scaled, group);
    sums[g].blocks[0].forEach(({ met: { first, size } }, block) => {
      const fit = fitBlock(conversion, scaled, group, rows, sums[g], block);
      changed += rows.length;
      if (fit === null) return;
      const { whole, share } = fit;
      shares += share * rows.length;
      for (const row of rows) {
        const weights = weightsOfRow(scaled, group, row, first, size);
        const change = changeOf(whole, weights).map((value) => share * value);
        const missing = weights.reduce((sum, weight, i) => sum + weight * whole.lack.missing[i], 0);
        const shift = missing - moveRow(moved, group, row, whole, change);
        for (let place = 0; place < group.places; place++) constant[row * group.places + place] += shift;
      }
    });
  });
  return { scaled: moved, constant, share: changed > 0 ? shares / changed : 0 };
}
