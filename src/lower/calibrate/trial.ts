/**
 * One trial of a unit: its neurons fire on the calibration samples under given parameters, and their rates are compared
 * with the float activations. Hundreds of trials are made a unit, so what does not change is worked out once.
 *
 * Reset by subtraction conserves charge, so a spike stands for threshold / a. Reset to zero loses what exceeds the
 * threshold; there the value of a spike is fitted: lambda = sum(x r) / sum(r r).
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

/** The trials of one unit as a function of its parameters. factor: a, integer current per unit of float activation. */
export function trialsOf(layer: SearchLayer, unit: number, factor: number): (firing: Firing) => Trial {
  const { mapSize, windows, timesteps } = layer;
  const { samples } = layer.currents;
  const target = layer.target(unit);
  const positions = target.length / samples;
  const x = target.reduce((sum, value) => sum + value, 0);
  const xx = target.reduce((sum, value) => sum + value * value, 0);
  const wordsPerNeuron = wordsOfTrain(timesteps);
  const words = new Int32Array(mapSize * wordsPerNeuron);

  return (firing) => {
    // Sums over samples and positions of counts n and activations x; rates are r = n / T.
    let [n, nn, xn] = [0, 0, 0];
    for (let sample = 0; sample < samples; sample++) {
      writeTrains(layer, sample, unit * mapSize, mapSize, firing, words, 0);
      for (let position = 0; position < positions; position++) {
        const count =
          windows === null
            ? countSpikes(words, position * wordsPerNeuron, (position + 1) * wordsPerNeuron)
            : countAny(words, windows[position], wordsPerNeuron);
        n += count;
        nn += count * count;
        xn += target[sample * positions + position] * count;
      }
    }
    const [r, rr, xr] = [n / timesteps, nn / (timesteps * timesteps), xn / timesteps];
    const exact = firing.threshold / factor;
    const spikeValue = layer.reset === "subtract" || rr === 0 ? exact : xr / rr;
    return {
      firing,
      spikeValue,
      error: xx - 2 * spikeValue * xr + spikeValue * spikeValue * rr,
      missing: (factor * (x - spikeValue * r)) / target.length,
    };
  };
}
