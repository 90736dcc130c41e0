/**
 * Simulation in the loop: threshold, vInit and bias of one unit (a channel, or a neuron of a flat layer) are tried on the
 * currents that it will really get, and kept where the squared error of the rate against the float activation falls
 * (docs/conversion.md).
 */
import type { Firing } from "./fire.ts";
import { type SearchLayer, type Trial, trialsOf } from "./trial.ts";

/** Limits of what may be tried, from the chip's rules. */
export interface SearchLimits {
  readonly thresholdLow: number;
  readonly thresholdHigh: number;
  /** null: every membrane starts at 0. */
  readonly vInitHigh: number | null;
  readonly biasLow: number;
  readonly biasHigh: number;
}

const thresholdFactors = [0.45, 0.55, 0.65, 0.75, 0.85, 0.93, 1.08, 1.18, 1.3, 1.5];
const vInitShares = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];
/** How much of a change of vInit is taken back as bias over the run: the same count, at other steps. */
const compensations = [0, 0.5, 1];
const biasFractions = [0.5, 1, 2];
/** A candidate must lower the error by more than this share. */
const worthwhile = 0.001;

function withinLimits({ threshold, vInit, bias }: Firing, limits: SearchLimits): boolean {
  return (
    threshold >= limits.thresholdLow &&
    threshold <= limits.thresholdHigh &&
    (limits.vInitHigh === null ? vInit === 0 : vInit <= limits.vInitHigh) &&
    bias >= limits.biasLow &&
    bias <= limits.biasHigh
  );
}

/**
 * Other starting membranes. They shift spikes in time: an OR counts least twice where trains of one window coincide, and a
 * successor errs least where spikes come as evenly as its threshold expects.
 */
function* vInitMoves({ threshold, vInit, bias }: Firing, timesteps: number): Generator<Firing> {
  for (const share of vInitShares) {
    const tried = Math.floor(threshold * share);
    for (const compensation of compensations)
      yield {
        threshold,
        vInit: tried,
        bias: bias - Math.round((compensation * (tried - vInit)) / timesteps),
      };
  }
}

/** Rounds of candidates around the best so far. factor: integer current per unit of float activation. */
export function searchUnit(
  layer: SearchLayer,
  unit: number,
  start: Firing,
  factor: number,
  limits: SearchLimits,
  rounds = 2,
): Trial {
  const trial = trialsOf(layer, unit, factor);
  let best = trial(start)!;
  const consider = (firing: Firing) => {
    if (withinLimits(firing, limits)) best = trial(firing, best.error * (1 - worthwhile)) ?? best;
  };
  for (let round = 0; round < rounds; round++) {
    const before = best;
    const { threshold } = best.firing;
    const vInitShare = threshold > 0 ? best.firing.vInit / threshold : 0;
    for (const k of thresholdFactors) {
      const tried = Math.max(1, Math.round(threshold * k));
      consider({ ...best.firing, threshold: tried, vInit: Math.floor(tried * vInitShare) });
    }
    if (limits.vInitHigh !== null)
      for (const firing of vInitMoves(best.firing, layer.timesteps)) consider(firing);
    const { firing, missing } = best;
    for (const k of biasFractions) consider({ ...firing, bias: firing.bias + Math.round(k * missing) });
    if (best === before) break; // Another round would try the same again.
  }
  return best;
}

/** Only the mean is corrected, once: where statistics are too few to search (docs/conversion.md). */
export function correctMean(
  layer: SearchLayer,
  unit: number,
  start: Firing,
  factor: number,
  limits: SearchLimits,
): Trial {
  const trial = trialsOf(layer, unit, factor);
  const bias = start.bias + Math.round(trial(start)!.missing);
  return trial({ ...start, bias: Math.min(limits.biasHigh, Math.max(limits.biasLow, bias)) })!;
}
