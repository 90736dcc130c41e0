/**
 * One trial of a unit: its neurons fire on the calibration samples under given parameters, and their rates are compared
 * with the float activations. Hundreds of trials are made a unit, so what does not change is worked out once.
 *
 * A spike ought to stand for threshold / a, but resets to zero lose charge, an OR counts coinciding spikes once, and trains of
 * few steps come late. So the value of a spike is fitted to what the neurons do: lambda = sum(x r) / sum(r r).
 */
import { countSpikes, type Firing, type FiringLayer, wordsOfTrain, writeTrains } from "./fire.ts";
import { countBits } from "./spike-store.ts";

/** Everything fixed while one layer is searched. */
export interface SearchLayer extends FiringLayer {
  /** Neurons of one unit. */
  readonly mapSize: number;
  /** Positions of the map in each window of a following OR pool; null where none follows. */
  readonly windows: readonly Int32Array[] | null;
  /** Float activations of a unit to meet: [sample][position], after the pool if there is one. */
  readonly target: (unit: number) => Float64Array;
}

/** Parameters of a unit, what a spike of it is worth with them, and how far its rates are off. */
export interface Trial {
  readonly firing: Firing;
  readonly spikeValue: number;
  /** Sum of squared rate errors. */
  readonly error: number;
  /** What every step lacks in the mean, in integers of current. */
  readonly missing: number;
}

/** Spikes that leave any neuron of the window, a step at a time: what its OR will count. */
function countAny(words: Int32Array, window: Int32Array, wordsPerNeuron: number): number {
  let count = 0;
  for (let word = 0; word < wordsPerNeuron; word++) {
    let any = 0;
    for (let i = 0; i < window.length; i++) any |= words[window[i] * wordsPerNeuron + word];
    count += countBits(any);
  }
  return count;
}

/** Sums over samples and positions: counts n, squares of counts, counts times activations. */
interface Sums {
  n: number;
  nn: number;
  xn: number;
}

/** Running sums of squared activations: entry s is that of the samples before s. */
function squaresBefore(target: Float64Array, samples: number): Float64Array {
  const positions = target.length / samples;
  const squares = new Float64Array(samples + 1);
  let sum = 0;
  target.forEach((value, i) => {
    sum += value * value;
    squares[Math.floor(i / positions) + 1] = sum;
  });
  return squares;
}

/**
 * The trials of one unit: a function of its parameters, which gives null as soon as the error reaches `limit`.
 * factor: a, integer current per unit of float activation.
 */
export function trialsOf(
  layer: SearchLayer,
  unit: number,
  factor: number,
): (firing: Firing, limit?: number) => Trial | null {
  const { mapSize, windows, timesteps } = layer;
  const { samples } = layer.currents;
  const target = layer.target(unit);
  const positions = target.length / samples;
  const x = target.reduce((sum, value) => sum + value, 0);
  const xx = squaresBefore(target, samples);
  const wordsPerNeuron = wordsOfTrain(timesteps);
  const words = new Int32Array(mapSize * wordsPerNeuron);

  function addSample(sample: number, firing: Firing, sums: Sums): void {
    writeTrains(layer, sample, unit * mapSize, mapSize, firing, words, 0);
    for (let position = 0; position < positions; position++) {
      const count =
        windows === null
          ? countSpikes(words, position * wordsPerNeuron, (position + 1) * wordsPerNeuron)
          : countAny(words, windows[position], wordsPerNeuron);
      sums.n += count;
      sums.nn += count * count;
      sums.xn += target[sample * positions + position] * count;
    }
  }

  return (firing, limit = Number.POSITIVE_INFINITY) => {
    const exact = firing.threshold / factor;
    const sums: Sums = { n: 0, nn: 0, xn: 0 };
    let [error, spikeValue] = [0, exact];
    for (let sample = 0; sample < samples; sample++) {
      addSample(sample, firing, sums);
      const rr = sums.nn / (timesteps * timesteps);
      const xr = sums.xn / timesteps;
      spikeValue = rr === 0 ? exact : xr / rr;
      error = xx[sample + 1] - 2 * spikeValue * xr + spikeValue * spikeValue * rr;
      // More samples can only add to the error, although the value of a spike is fitted anew.
      if (error >= limit) return null;
    }
    const missing = (factor * (x - (spikeValue * sums.n) / timesteps)) / target.length;
    return { firing, spikeValue, error, missing };
  };
}
