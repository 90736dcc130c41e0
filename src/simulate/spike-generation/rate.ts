/**
 * Rate coding: the larger the value, the more spikes. random: each step fires with probability clamp(value gain + offset, 0, 1),
 * from a seeded generator (snnTorch's spikegen.rate). deterministic: integrate and fire on the same probability, the same
 * count in every run.
 */
import { randomIntegers } from "../random.ts";
import { impossible, markSpikes, type SpikeTensor, type Values } from "./spike-tensor.ts";

export interface RateOptions {
  readonly steps: number;
  /** Default: 1. */
  readonly gain?: number;
  /** Default: 0. */
  readonly offset?: number;
  /** Steps before it are silent. Default: 0. */
  readonly firstSpikeTime?: number;
  /** deterministic: no seed is needed. Default: random. */
  readonly kind?: "random" | "deterministic";
  /** Default: 0. */
  readonly seed?: number;
}

/** Whether value number `place` fires in the next step; called place by place, step by step. */
type Fires = (place: number) => boolean;

function randomly(probability: Float32Array, seed: number): Fires {
  const next = randomIntegers(seed);
  return (place) => next() / 2 ** 32 < probability[place];
}

function deterministically(probability: Float32Array): Fires {
  const membrane = new Float64Array(probability.length);
  return (place) => {
    membrane[place] += probability[place];
    if (membrane[place] < 1) return false;
    membrane[place] -= 1;
    return true;
  };
}

/** [steps, ...shape of values]. Throws SPK-0612 for times that do not fit. */
export function rateSpikes(values: Values, options: RateOptions): SpikeTensor {
  const { steps, gain = 1, offset = 0, firstSpikeTime = 0, kind = "random", seed = 0 } = options;
  if (steps < 0 || firstSpikeTime < 0)
    throw impossible(`${steps} steps with the first spike at ${firstSpikeTime}: neither can be negative`);
  if (firstSpikeTime > steps - 1) throw impossible(`a first spike at step ${firstSpikeTime} of ${steps}`);
  const probability = values.data.map((value) => Math.min(1, Math.max(0, value * gain + offset)));
  const fires = kind === "random" ? randomly(probability, seed) : deterministically(probability);
  const size = probability.length;
  const fired = new Uint8Array(steps * size);
  for (let step = firstSpikeTime; step < steps; step++)
    for (let place = 0; place < size; place++) fired[step * size + place] = fires(place) ? 1 : 0;
  return markSpikes([steps, ...values.shape], fired, {});
}
