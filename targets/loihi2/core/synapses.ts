/**
 * Dense and sparse synapses of Lava (lava b6822fb, src/lava/proc/dense/models.py): what is sent at step t arrives at step
 * t + 1 + delay. The weight exponent acts on a sum, not on a synapse: with delays, on the sum of each delay.
 */
import { shift } from "./arithmetic.ts";

/** What connects a sender to a group of neurons. */
export interface Synapses {
  /** Adds what arrives at this step to `current` and goes on to the next step. */
  arrive(current: Float64Array): void;
  /** Spikes of this step, one value a sender (0 for none); after `arrive` of the same step. */
  send(spikes: ArrayLike<number>): void;
  /** Forgets what is on the way. */
  reset(): void;
}

export interface DenseParameters {
  readonly rows: number;
  readonly columns: number;
  /** [rows][columns], as stored. */
  readonly weights: ArrayLike<number>;
  readonly exponent: number;
  /** Steps beyond the one that a synapse takes: one for all, or [rows][columns]. */
  readonly delays: number | ArrayLike<number>;
  /** Spikes carry values; else a spike is a spike, whatever its value. */
  readonly graded: boolean;
}

/** Synapses of one delay, by column: those of column c are offsets[c] .. offsets[c + 1]. */
interface DelayClass {
  readonly delay: number;
  readonly offsets: Uint32Array;
  readonly targets: Uint32Array;
  readonly weights: Float64Array;
}

export function createDenseSynapses(parameters: DenseParameters): Synapses {
  const { rows, exponent, graded } = parameters;
  const classes = delayClasses(parameters);
  const longest = classes.reduce((most, { delay }) => Math.max(most, delay), 0);
  const line = createDelayLine(rows, longest + 1);
  const sums = new Float64Array(rows);

  return {
    arrive: line.take,
    send(spikes) {
      for (const { delay, offsets, targets, weights } of classes) {
        sums.fill(0);
        for (let column = 0; column < spikes.length; column++) {
          if (spikes[column] === 0) continue;
          const value = graded ? spikes[column] : 1;
          for (let i = offsets[column]; i < offsets[column + 1]; i++) sums[targets[i]] += weights[i] * value;
        }
        const row = line.at(delay);
        for (let target = 0; target < rows; target++) row[target] += shift(sums[target], exponent);
      }
    },
    reset: line.clear,
  };
}

export interface DelayLine {
  /** Adds the row of this step to `current`, and makes the next row this step's. */
  take(current: Float64Array): void;
  /** The row that is taken at the next step, or `delay` steps later. */
  at(delay: number): Float64Array;
  clear(): void;
}

/** Sums on their way to a group of neurons, a row for each step that is waited for. */
export function createDelayLine(size: number, steps: number): DelayLine {
  const rows = Array.from({ length: steps }, () => new Float64Array(size));
  let next = 0;
  return {
    take(current) {
      const row = rows[next];
      for (let i = 0; i < size; i++) current[i] += row[i];
      row.fill(0);
      next = (next + 1) % steps;
    },
    at: (delay) => rows[(next + delay) % steps],
    clear() {
      for (const row of rows) row.fill(0);
      next = 0;
    },
  };
}

function delayClasses({ rows, columns, weights, delays }: DenseParameters): DelayClass[] {
  const delayOf = (i: number) => (typeof delays === "number" ? delays : delays[i]);
  const synapses = new Map<number, { columns: Uint32Array; targets: number[]; weights: number[] }>();
  for (let column = 0; column < columns; column++) {
    for (let row = 0; row < rows; row++) {
      const at = row * columns + column;
      if (weights[at] === 0) continue;
      const delay = delayOf(at);
      let list = synapses.get(delay);
      if (list === undefined) {
        list = { columns: new Uint32Array(columns + 1), targets: [], weights: [] };
        synapses.set(delay, list);
      }
      list.columns[column + 1]++;
      list.targets.push(row);
      list.weights.push(weights[at]);
    }
  }
  return [...synapses].map(([delay, list]) => {
    const offsets = list.columns;
    for (let column = 0; column < columns; column++) offsets[column + 1] += offsets[column];
    return {
      delay,
      offsets,
      targets: Uint32Array.from(list.targets),
      weights: Float64Array.from(list.weights),
    };
  });
}
