/**
 * SpikeTensor: spikes (or targets, or currents) over time as one array of float32, time first. What spike generators make
 * and metrics read; the rules are those of docs/neurons.md, "Encoders".
 */
import { SpikecError } from "../../errors/error.ts";

export interface SpikeTensor {
  /** [steps, ...shape of the data] */
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: Float32Array;
}

/** Values of one moment: pixels, features, classes. */
export interface Values {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** What a spike and its absence are written as. */
export interface Marks {
  /** Default: 1. */
  readonly onTarget?: number;
  /** Default: 0. */
  readonly offTarget?: number;
}

export const defaultMarks = { onTarget: 1, offTarget: 0 } as const;

/** Steps of a tensor, and how many values each holds. */
export function extentOf({ shape, data }: SpikeTensor): { steps: number; size: number } {
  const steps = shape[0];
  return { steps, size: steps === 0 ? 0 : data.length / steps };
}

/** SPK-0612: an option of an encoder that no spikes can be made with. */
export function impossible(what: string): SpikecError {
  return new SpikecError("SPK-0612", what);
}

/** Throws SPK-0612 unless every value lies in [0, 1]. */
export function checkUnitRange({ data }: Values): void {
  const stray = data.findIndex((value) => !(value >= 0 && value <= 1));
  if (stray >= 0) throw impossible(`value ${stray} is ${data[stray]}; values from 0 to 1 can be encoded`);
}

/** Writes the marks: `fired` tells of each place whether it has a spike. */
export function markSpikes(shape: readonly number[], fired: Uint8Array, marks: Marks): SpikeTensor {
  const { onTarget, offTarget } = { ...defaultMarks, ...marks };
  const data = new Float32Array(fired.length).fill(offTarget);
  fired.forEach((spike, place) => {
    if (spike === 1) data[place] = onTarget;
  });
  return { shape, data };
}
