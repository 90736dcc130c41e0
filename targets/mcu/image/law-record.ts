/** The neuron law of a population as numbers of the image, and the parts of the firmware that it needs. */
import { decays, floors, parts, resets, roundings } from "./format.ts";
import type { Parameter, PopulationPart } from "./parts.ts";

export interface LawRecord {
  readonly reset: number;
  /** What the threshold is above the largest membrane that does not fire. */
  readonly above: number;
  readonly decay: number;
  readonly decayShift: number;
  readonly rounding: number;
  readonly floor: number;
  readonly wraps: number;
  readonly low: number;
  readonly high: number;
  readonly vInit: Parameter;
  readonly bias: Parameter;
  /** The largest membrane that does not fire. */
  readonly threshold: Parameter;
  readonly multiplier: Parameter | number;
  readonly resetValue: Parameter;
  readonly floorValue: Parameter;
  readonly needs: number;
}

const [lowest, highest] = [-(2 ** 31), 2 ** 31 - 1];

/** Whether a is b and so much more, everywhere. */
function isAbove(a: Parameter, b: Parameter, difference: number): boolean {
  return (
    a.span === b.span &&
    a.values.length === b.values.length &&
    a.values.every((v, i) => v === b.values[i] + difference)
  );
}

function resetRecord(part: PopulationPart, threshold: Parameter) {
  const plain = { above: 0, needs: 0 };
  if (!part.fires || part.reset === "none") return { ...plain, reset: resets.none };
  if (part.reset === "value" && part.resetValue.values.every((value) => value === 0))
    return { ...plain, reset: resets.zero };
  if (part.reset === "value") return { ...plain, reset: resets.value, needs: parts.resets };
  for (const above of [0, 1])
    if (isAbove(part.resetValue, threshold, above)) return { above, reset: resets.subtract, needs: 0 };
  return { ...plain, reset: resets.subtractValue, needs: parts.resets };
}

/** The most frequent multiplication is the small one: one factor for all neurons, halves away from zero. */
function decayRecord({ decay, decayShift, rounding, multiplier }: PopulationPart) {
  const isSmall =
    decay === "multiply" &&
    rounding === "halfAway" &&
    decayShift >= 1 &&
    decayShift <= 16 &&
    multiplier.values.length === 1;
  if (isSmall) return { decay: decays.multiply, multiplier: multiplier.values[0], needs: 0 };
  const needs = decay === "none" || decay === "shift" ? 0 : parts.decays;
  return { decay: decay === "multiply" ? decays.multiplyEach : decays[decay], multiplier, needs };
}

export function lawRecord(part: PopulationPart): LawRecord {
  const { fires, overflow, floor, floorValue, resetValue, vInit, bias } = part;
  const values = fires
    ? part.threshold.values.map((value) => Math.max(lowest, value - 1))
    : Int32Array.of(highest);
  const threshold = { values, span: fires ? part.threshold.span : part.neurons };
  const reset = resetRecord(part, threshold);
  const decay = decayRecord(part);
  const isOutside = overflow === "wrap" || floor !== "none";
  return {
    ...reset,
    ...decay,
    decayShift: part.decayShift,
    rounding: roundings[part.rounding],
    floor: floors[floor],
    wraps: overflow === "wrap" ? 1 : 0,
    low: overflow === "none" ? lowest : part.low,
    high: overflow === "none" ? highest : part.high,
    vInit,
    bias,
    threshold,
    resetValue,
    floorValue,
    needs: reset.needs | decay.needs | (isOutside ? parts.ranges : 0),
  };
}
