/**
 * Chips whose outputs can only spike: the class is the argmax of spike counts. A common gain (threshold) and a common offset
 * (bias) leave the argmax of the logits alone, so they are free: they are chosen so that the counts tell the classes of the
 * float network apart on the calibration inputs. Then the bias of single classes is moved where more samples agree.
 *
 * One threshold for all classes: a scale per class looks better in here and is a trap for a client that takes the plain
 * argmax of counts.
 */
import { countSpikes, type Firing, type FiringLayer, writeTrains } from "./fire.ts";
import type { SearchLimits } from "./search.ts";

export interface CountReadout {
  readonly threshold: number;
  readonly vInit: number;
  /** One a class. */
  readonly bias: Int32Array;
  /** Higher is better; see `scoreOf`. */
  readonly score: number;
}

export interface CountLayer extends FiringLayer {
  /** Classes that the float network gives. */
  readonly labels: Int32Array;
  readonly limits: SearchLimits;
}

/** Thresholds tried, as shares of the mean positive current that a winning class gets. */
const gains = [0.25, 0.35, 0.5, 0.7, 0.85, 1, 1.2, 1.4, 1.7, 2, 2.4, 2.8, 3.4, 4, 5, 6];
/** Common offsets tried, in thresholds a step. */
const offsets = [-0.5, -0.35, -0.25, -0.15, -0.08, 0, 0.08, 0.15, 0.25, 0.35, 0.5];
/** Moves of one class's bias, in integers. */
const moves = [-12, -8, -5, -3, -2, -1, 1, 2, 3, 5, 8, 12];
/** A margin of more spikes than this is as good as any. */
const safeMargin = 3;

type Counts = Float64Array[];

function clampBias(bias: number, limits: SearchLimits): number {
  return Math.min(limits.biasHigh, Math.max(limits.biasLow, bias));
}

function vInitOf(threshold: number, { vInitHigh }: SearchLimits): number {
  return vInitHigh === null ? 0 : Math.min(vInitHigh, Math.floor(threshold / 2));
}

function countsOfClass(layer: CountLayer, label: number, threshold: number, bias: number): Float64Array {
  const firing: Firing = {
    threshold,
    vInit: vInitOf(threshold, layer.limits),
    bias: clampBias(bias, layer.limits) - layer.bias[label],
  };
  const words = new Int32Array(layer.format.wordsPerNeuron);
  return Float64Array.from({ length: layer.currents.samples }, (_, sample) => {
    writeTrains(layer, sample, label, 1, firing, words, 0);
    return countSpikes(words, 0, words.length);
  });
}

/** Samples whose class wins by plain argmax (ties to the lower index), and a little for the margin it wins by. */
function scoreOf(layer: CountLayer, counts: Counts): number {
  let score = 0;
  for (let sample = 0; sample < layer.labels.length; sample++) {
    const label = layer.labels[sample];
    let rival = Number.NEGATIVE_INFINITY;
    let beaten = false;
    for (let other = 0; other < counts.length; other++) {
      if (other === label) continue;
      const count = counts[other][sample];
      rival = Math.max(rival, count);
      if (count > counts[label][sample] || (count === counts[label][sample] && other < label)) beaten = true;
    }
    const margin = counts[label][sample] - rival;
    score += (beaten ? 0 : 1) + 0.2 * Math.max(-safeMargin, Math.min(safeMargin, margin));
  }
  return score;
}

/** Mean current a step into the class that should win: the natural unit of the threshold. */
function winningCurrent(layer: CountLayer): number {
  const { currents, labels, bias } = layer;
  let sum = 0;
  for (let sample = 0; sample < currents.samples; sample++) {
    const start = (sample * currents.neurons + labels[sample]) * currents.steps;
    for (let step = 0; step < currents.steps; step++)
      sum += currents.data[start + step] + bias[labels[sample]];
  }
  return Math.max(1, sum / (currents.samples * currents.steps));
}

function commonSearch(layer: CountLayer): CountReadout {
  const { limits, bias } = layer;
  const unit = winningCurrent(layer);
  let best: CountReadout | null = null;
  for (const gain of gains) {
    const wanted = Math.round(unit * gain);
    const threshold = Math.min(limits.thresholdHigh, Math.max(limits.thresholdLow, wanted));
    for (const offset of offsets) {
      const shifted = bias.map((value) => clampBias(value + Math.round(offset * unit), limits));
      const counts = Array.from(shifted, (value, label) => countsOfClass(layer, label, threshold, value));
      const score = scoreOf(layer, counts);
      if (best !== null && score <= best.score) continue;
      best = { threshold, vInit: vInitOf(threshold, limits), bias: shifted, score };
    }
  }
  return best!;
}

/** Moves one class's bias at a time, as long as the score rises. */
function refineClasses(layer: CountLayer, start: CountReadout, rounds: number): CountReadout {
  const bias = start.bias.slice();
  const counts = Array.from(bias, (value, label) => countsOfClass(layer, label, start.threshold, value));
  let score = start.score;
  for (let round = 0; round < rounds; round++)
    for (let label = 0; label < bias.length; label++)
      for (const move of moves) {
        const tried = clampBias(bias[label] + move, layer.limits);
        const before = counts[label];
        counts[label] = countsOfClass(layer, label, start.threshold, tried);
        const triedScore = scoreOf(layer, counts);
        if (triedScore > score) {
          score = triedScore;
          bias[label] = tried;
        } else counts[label] = before;
      }
  return { ...start, bias, score };
}

export function chooseCountReadout(layer: CountLayer, rounds = 2): CountReadout {
  return refineClasses(layer, commonSearch(layer), rounds);
}
