/**
 * The scales of a layer once more, where its weights are rounded together: a factor that suits weights that are rounded alone
 * clips too few of them, since others make up for what is clipped.
 */
import { largestMagnitude } from "./calibrate/weights.ts";
import type { WeightRounding } from "./round-weights.ts";
import { type ScaledDrive, synapseRows } from "./scaled-drive.ts";
import type { UnitScales } from "./unit-scales.ts";

/** Factors tried, as shares of the first one. */
const shares = [0.8, 0.9, 1.1, 1.25, 1.4, 1.6];

/** The largest factor that clips no element-wise weight: nothing makes up for those. */
function elementWiseLimit(scaled: readonly ScaledDrive[], unit: number, units: number, bits: number): number {
  const own = scaled.filter(({ drive }) => drive.operator.kind === "oneToOne");
  const largest = largestMagnitude(own.map((drive) => synapseRows(drive, unit, units)));
  return largest > 0 ? (2 ** (bits - 1) - 1) / largest : Number.POSITIVE_INFINITY;
}

/** Each unit's factor as the least error of its current has it; where units share a threshold, all stay. */
export function rescaleUnits(
  { errorsOf }: WeightRounding,
  scales: UnitScales,
  scaled: readonly ScaledDrive[],
  bits: number,
): UnitScales {
  if (errorsOf === null || scales.common !== null) return scales;
  const units = scales.factors.length;
  const limits = scales.limits.map((limit, unit) =>
    Math.min(limit, elementWiseLimit(scaled, unit, units, bits)),
  );
  const factors = scales.factors.slice();
  const least = errorsOf(factors);
  for (const share of shares) {
    const tried = scales.factors.map((factor, unit) =>
      Math.min(factor * share, Math.max(factor, limits[unit])),
    );
    errorsOf(tried).forEach((error, unit) => {
      if (error >= least[unit]) return;
      least[unit] = error;
      factors[unit] = tried[unit];
    });
  }
  return { ...scales, factors };
}

/** The one factor of `units` units with the least sum of their errors. */
export function rescaleLayer({ errorsOf }: WeightRounding, factor: number, units: number): number {
  if (errorsOf === null) return factor;
  const errorOf = (tried: number) =>
    errorsOf(new Float64Array(units).fill(tried)).reduce((sum, error) => sum + error, 0);
  let best = factor;
  let least = errorOf(factor);
  for (const share of shares) {
    const error = errorOf(factor * share);
    if (error >= least) continue;
    best = factor * share;
    least = error;
  }
  return best;
}
