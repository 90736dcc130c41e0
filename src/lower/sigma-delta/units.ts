/**
 * Scales of a sigma-delta network. A neuron's value x is the integer x a, sent as x a / 2^s (s: stateExponent); so a sent
 * integer of a source stands for u = 2^s / a of its activation, and an integer weight is W u of the source times a of the
 * target. What is sent must fit a graded spike: |x| a < 2^(spikeBits - 1 + s).
 */
import type { SigmaDeltaRules } from "../../target/rules.ts";
import { weightFactor } from "../calibrate/weights.ts";
import type { Activation } from "../folded.ts";
import { type ScaledDrive, scaleDrive, unitRows } from "../scaled-drive.ts";

/** Of what a graded spike holds, this much is used by the calibration inputs: others may go further. */
const usedShare = 0.7;

/** The largest a for activations up to `largest`. */
export function highestFactor(largest: number, rules: SigmaDeltaRules): number {
  const top = Math.min(2 ** (rules.spikeBits - 1 + rules.stateExponent), 2 ** (rules.valueBits - 1));
  return largest > 0 ? (usedShare * top) / largest : Number.POSITIVE_INFINITY;
}

export interface ActivationScales {
  readonly scaled: readonly ScaledDrive[];
  /** a of each unit: a channel, or a neuron of a flat layer. */
  readonly factors: Float64Array;
  /** Whether weights could not fill their bits. */
  readonly narrowed: boolean;
}

/** Factors of an activation. perSpike: u of each source, by name. common: one factor for all units. */
export function scalesOf(
  activation: Activation,
  perSpike: ReadonlyMap<string, Float64Array>,
  largest: number,
  bits: number,
  rules: SigmaDeltaRules,
  common: boolean,
): ActivationScales {
  const scaled = activation.drives.map((drive) =>
    scaleDrive(drive, perSpike.get(drive.source)!, activation.shape),
  );
  const units = activation.shape[0];
  const highest = highestFactor(largest, rules);
  const filling = Float64Array.from({ length: units }, (_, unit) =>
    weightFactor(
      scaled.map((drive) => (common ? drive.weights : unitRows(drive, unit, units))),
      bits,
    ),
  );
  return {
    scaled,
    factors: filling.map((factor) => Math.min(factor, highest)),
    narrowed: filling.some((factor) => factor > highest),
  };
}
