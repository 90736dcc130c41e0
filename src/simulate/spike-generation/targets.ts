/**
 * What output neurons should do, as spike trains: classes as one-hot values, as rates, and as latencies (snnTorch's
 * spikegen.targets_*).
 */
import { SpikecError } from "../../errors/error.ts";
import { type LatencySpikeOptions, latencySpikes } from "./latency.ts";
import { impossible, type Marks, type SpikeTensor, type Values } from "./spike-tensor.ts";

/** Steps at which a neuron of this rate (spikes a step) fires: floor(first + k / rate). Throws SPK-0612. */
export function targetRateCode(steps: number, rate: number, firstSpikeTime = 0): number[] {
  if (!(rate >= 0 && rate <= 1)) throw impossible(`a rate of ${rate} spikes a step: it lies between 0 and 1`);
  const times: number[] = [];
  if (rate === 0) return times;
  for (let k = 0; ; k++) {
    const time = Math.floor(firstSpikeTime + k / rate);
    if (time >= steps) return times;
    times.push(time);
  }
}

/** [...shape of labels, classes]. Throws SPK-0608 for a label that is no class. */
export function oneHot(labels: Values, classes: number): Values {
  const data = new Float32Array(labels.data.length * classes);
  labels.data.forEach((label, sample) => {
    if (!(Number.isInteger(label) && label >= 0 && label < classes))
      throw new SpikecError("SPK-0608", `label ${sample} is ${label}, and there are ${classes} classes`);
    data[sample * classes + label] = 1;
  });
  return { shape: [...labels.shape, classes], data };
}

export interface RateTargetOptions extends Marks {
  readonly classes: number;
  readonly steps: number;
  /** Default: 0. */
  readonly firstSpikeTime?: number;
  /** The only rates that snnTorch's own code runs with: other values fail there, and are refused here. */
  readonly correctRate?: number;
  readonly incorrectRate?: number;
}

/** [steps, labels, classes]: the class is on from the first spike time, all else off. Throws SPK-0612. */
export function rateTargets(labels: Values, options: RateTargetOptions): SpikeTensor {
  const { classes, steps, firstSpikeTime = 0, correctRate = 1, incorrectRate = 0 } = options;
  const { onTarget = 1, offTarget = 0 } = options;
  if (correctRate !== 1 || incorrectRate !== 0)
    throw impossible(
      `rates of ${correctRate} and ${incorrectRate}: targets are on (1) or off (0) in every step`,
    );
  const hot = oneHot(labels, classes);
  const size = hot.data.length;
  const data = new Float32Array(steps * size).fill(offTarget);
  for (let step = firstSpikeTime; step < steps; step++)
    hot.data.forEach((value, place) => {
      if (value === 1) data[step * size + place] = onTarget;
    });
  return { shape: [steps, ...hot.shape], data };
}

/** [steps, labels, classes]: latency coding of the one-hot values. */
export function latencyTargets(labels: Values, classes: number, options: LatencySpikeOptions): SpikeTensor {
  return latencySpikes(oneHot(labels, classes), options);
}
