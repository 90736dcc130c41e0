/**
 * Simulation in the loop: threshold, vInit and bias of one unit (a channel, or a neuron of a flat layer) are tried on the
 * currents that it will really get, and kept where the squared error of the rate against the float activation falls
 * (specs/conversion.md, Recipe).
 *
 * Reset by subtraction conserves charge, so a spike stands for threshold / a. Reset to zero loses what exceeds the
 * threshold; there the value of a spike is fitted: lambda = sum(x r) / sum(r r).
 */
import type { Currents } from "./currents.ts";
import { countSpikes, type Firing, type ResetKind, writeTrain } from "./fire.ts";
import { countBits } from "./spike-store.ts";

/** Everything fixed while one layer is searched. */
export interface SearchLayer {
  readonly currents: Currents;
  readonly timesteps: number;
  readonly reset: ResetKind;
  /** Neurons of one unit. */
  readonly mapSize: number;
  /** Bias of each neuron before the search, integers. */
  readonly bias: Int32Array;
  /** Positions of the map in each window of a following OR pool; null where none follows. */
  readonly windows: readonly Int32Array[] | null;
  /** Float activations to meet: [sample][unit][position], after the pool if there is one. */
  readonly target: (sample: number, unit: number, position: number) => number;
}

/** Sums over samples and positions of activation x and rate r = count / T. */
interface Moments {
  readonly count: number;
  readonly x: number;
  readonly r: number;
  readonly xx: number;
  readonly xr: number;
  readonly rr: number;
}

/** Parameters of a unit, and what a spike of it is worth. */
export interface UnitChoice {
  readonly firing: Firing;
  readonly spikeValue: number;
  /** Sum of squared rate errors. */
  readonly error: number;
}

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
const vInitFractions = [0.3, 0.4, 0.6, 0.7];
const biasFractions = [0.5, 1, 2];
/** A candidate must lower the error by more than this share. */
const worthwhile = 0.001;

function ratesOfUnit(
  layer: SearchLayer,
  sample: number,
  unit: number,
  firing: Firing,
  rates: Float64Array,
): void {
  const { currents, timesteps, reset, mapSize, bias, windows } = layer;
  const first = unit * mapSize;
  const own = (position: number): Firing => ({ ...firing, bias: firing.bias + bias[first + position] });
  if (windows === null) {
    for (let position = 0; position < mapSize; position++)
      rates[position] =
        countSpikes(currents, sample, first + position, timesteps, own(position), reset) / timesteps;
    return;
  }
  const words = Math.ceil(timesteps / 32);
  const trains = new Int32Array(mapSize * words);
  for (let position = 0; position < mapSize; position++)
    writeTrain(currents, sample, first + position, timesteps, own(position), reset, trains, position * words);
  windows.forEach((window, w) => {
    let count = 0;
    for (let word = 0; word < words; word++) {
      let any = 0;
      for (const position of window) any |= trains[position * words + word];
      count += countBits(any);
    }
    rates[w] = count / timesteps;
  });
}

function momentsOf(layer: SearchLayer, unit: number, firing: Firing): Moments {
  const positions = layer.windows?.length ?? layer.mapSize;
  const rates = new Float64Array(Math.max(positions, layer.mapSize));
  let [sumX, sumR, xx, xr, rr] = [0, 0, 0, 0, 0];
  for (let sample = 0; sample < layer.currents.samples; sample++) {
    ratesOfUnit(layer, sample, unit, firing, rates);
    for (let position = 0; position < positions; position++) {
      const x = layer.target(sample, unit, position);
      const r = rates[position];
      sumX += x;
      sumR += r;
      xx += x * x;
      xr += x * r;
      rr += r * r;
    }
  }
  return { count: layer.currents.samples * positions, x: sumX, r: sumR, xx, xr, rr };
}

function squaredError(moments: Moments, spikeValue: number): number {
  return moments.xx - 2 * spikeValue * moments.xr + spikeValue * spikeValue * moments.rr;
}

/** a: integer current per unit of float activation. */
function choiceOf(
  layer: SearchLayer,
  unit: number,
  firing: Firing,
  factor: number,
): UnitChoice & { moments: Moments } {
  const moments = momentsOf(layer, unit, firing);
  const exact = firing.threshold / factor;
  const fitted = moments.rr > 0 ? moments.xr / moments.rr : exact;
  const spikeValue = layer.reset === "subtract" ? exact : fitted;
  return { firing, spikeValue, error: squaredError(moments, spikeValue), moments };
}

/** The choice without any search: used where statistics are too few to search. */
export function evaluateUnit(layer: SearchLayer, unit: number, firing: Firing, factor: number): UnitChoice {
  return choiceOf(layer, unit, firing, factor);
}

/** Bias that makes the mean rate right, as an integer step from `firing`; 0 where nothing is known. */
export function meanCorrection(layer: SearchLayer, unit: number, firing: Firing, factor: number): number {
  const { moments, spikeValue } = choiceOf(layer, unit, firing, factor);
  return Math.round((factor * (moments.x - spikeValue * moments.r)) / moments.count);
}

function withinLimits({ threshold, vInit, bias }: Firing, limits: SearchLimits): boolean {
  return (
    threshold >= limits.thresholdLow &&
    threshold <= limits.thresholdHigh &&
    (limits.vInitHigh === null ? vInit === 0 : vInit <= limits.vInitHigh) &&
    bias >= limits.biasLow &&
    bias <= limits.biasHigh
  );
}

/** Rounds of candidates around the best so far. maximum: largest threshold that a clipped activation allows. */
export function searchUnit(
  layer: SearchLayer,
  unit: number,
  start: Firing,
  factor: number,
  limits: SearchLimits,
  rounds = 2,
): UnitChoice {
  let best = choiceOf(layer, unit, start, factor);
  const consider = (firing: Firing) => {
    if (!withinLimits(firing, limits)) return;
    const candidate = choiceOf(layer, unit, firing, factor);
    if (candidate.error < best.error * (1 - worthwhile)) best = candidate;
  };
  for (let round = 0; round < rounds; round++) {
    const { threshold } = best.firing;
    const vInitShare = threshold > 0 ? best.firing.vInit / threshold : 0;
    for (const k of thresholdFactors) {
      const tried = Math.max(1, Math.round(threshold * k));
      consider({ ...best.firing, threshold: tried, vInit: Math.floor(tried * vInitShare) });
    }
    if (limits.vInitHigh !== null)
      for (const k of vInitFractions)
        consider({ ...best.firing, vInit: Math.floor(best.firing.threshold * k) });
    const { moments, spikeValue, firing } = best;
    const missing = (factor * (moments.x - spikeValue * moments.r)) / moments.count;
    for (const k of biasFractions) consider({ ...firing, bias: firing.bias + Math.round(k * missing) });
  }
  return best;
}
