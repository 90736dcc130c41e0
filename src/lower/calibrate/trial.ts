/**
 * One trial of a unit: its neurons fire on the calibration samples under given parameters, and their rates are compared
 * with the float activations. Hundreds of trials are made a unit, so what does not change is worked out once.
 *
 * A spike ought to stand for threshold / a, but resets to zero lose charge, an OR counts coinciding spikes once, and trains of
 * few steps come late. So the value of a spike is fitted to what the neurons do: lambda = sum(x r) / sum(r r).
 */
import { countSpikes, type Firing, type FiringLayer, writeTrains } from "./fire.ts";
import { countPooled, type PoolKind } from "./pool.ts";

/** Everything fixed while one layer is searched. */
export interface SearchLayer extends FiringLayer {
  /** Neurons of one unit. */
  readonly mapSize: number;
  /** The pool that alone follows, with the positions of the map in each of its windows; null where none does. */
  readonly pool: { readonly kind: PoolKind; readonly windows: readonly Int32Array[] } | null;
  /** Whether the value of a spike is fitted to the rates; else it is threshold / a. */
  readonly fitted: boolean;
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
  const { mapSize, pool, timesteps, format } = layer;
  const { samples } = layer.currents;
  const target = layer.target(unit);
  const positions = target.length / samples;
  const x = target.reduce((sum, value) => sum + value, 0);
  const xx = squaresBefore(target, samples);
  const { wordsPerNeuron } = format;
  const words = new Int32Array(mapSize * wordsPerNeuron);
  const trains = { words, first: 0, format };
  const counted = pool === null ? null : countPooled[pool.kind];

  function addSample(sample: number, firing: Firing, sums: Sums): void {
    writeTrains(layer, sample, unit * mapSize, mapSize, firing, words, 0);
    for (let position = 0; position < positions; position++) {
      const count =
        counted === null
          ? countSpikes(words, position * wordsPerNeuron, (position + 1) * wordsPerNeuron)
          : counted(trains, pool!.windows[position]);
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
      spikeValue = rr === 0 || !layer.fitted ? exact : xr / rr;
      error = xx[sample + 1] - 2 * spikeValue * xr + spikeValue * spikeValue * rr;
      // More samples can only add to the error, although the value of a spike is fitted anew.
      if (error >= limit) return null;
    }
    const missing = (factor * (x - (spikeValue * sums.n) / timesteps)) / target.length;
    return { firing, spikeValue, error, missing };
  };
}
