/**
 * Without calibration inputs: what each activation cannot exceed, from the weights alone. Inputs lie in 0..1, activations
 * are never negative, so that positive weights times the bounds of their sources, and the constant, bound a neuron.
 *
 * Bounds grow with every layer faster than activations do. Thresholds chosen by them are far too high, rates far too low, and
 * such a network needs several times the timesteps (docs/conversion.md, Without calibration).
 */
import { type FloatArray, sizeOf } from "../graph/graph.ts";
import { createCarrier } from "../simulate/projection.ts";
import type { ActivationValues } from "./check-fold.ts";
import type { Activation, Folded } from "./folded.ts";
import type { Drive, Operator } from "./linear-form.ts";
import type { CalibrationInputs } from "./options.ts";
import { poolWindows } from "./pool-windows.ts";

const positive = (operator: Operator): Operator => ({
  ...operator,
  weights: operator.weights.map((weight) => Math.max(0, weight)),
});

function addPositive(drive: Drive, bounds: FloatArray, shape: readonly number[], sum: Float64Array): void {
  const { sourceShape, pools, operator } = drive;
  const carrier = createCarrier({ sourceShape, targetShape: shape, pools, connection: positive(operator) });
  carrier.carry([...bounds.keys()], bounds, 0, bounds.length, sum);
}

function largestOfWindows({ shape, drives: [drive] }: Activation, bounds: FloatArray): Float64Array {
  const windows = poolWindows(drive.sourceShape, drive.pools[0]);
  const mapSize = bounds.length / shape[0];
  return Float64Array.from({ length: sizeOf(shape) }, (_, i) => {
    const map = Math.floor(i / windows.length) * mapSize;
    return windows[i % windows.length].reduce((top, place) => Math.max(top, bounds[map + place]), 0);
  });
}

function boundsOf(activation: Activation, bounds: ReadonlyMap<string, FloatArray>): Float64Array {
  if (activation.kind === "maxPool")
    return largestOfWindows(activation, bounds.get(activation.drives[0].source)!);
  const sum = Float64Array.from(activation.constant);
  for (const drive of activation.drives) addPositive(drive, bounds.get(drive.source)!, activation.shape, sum);
  const top =
    activation.kind === "relu" ? (activation.maximum ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
  return sum.map((value) => Math.min(top, Math.max(0, value)));
}

/** One "sample" of bounds for every activation, by name. */
export function boundActivations(folded: Folded): ActivationValues {
  const bounds = new Map<string, FloatArray>();
  bounds.set(folded.inputName, new Float64Array(sizeOf(folded.inputShape)).fill(1));
  for (const activation of folded.activations) bounds.set(activation.name, boundsOf(activation, bounds));
  return bounds;
}

const syntheticSamples = 64;

/** A generator of 16-bit integers that is the same everywhere (Numerical Recipes' constants for 32 bits). */
function seededShorts(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state >>> 16;
  };
}

/** Inputs in 0..1 that stand in where a conversion must run something: noise of various brightness. */
export function syntheticInputs(size: number, inputScale: number | null): CalibrationInputs {
  const next = seededShorts(1);
  const values = new Float32Array(syntheticSamples * size);
  for (let i = 0; i < values.length; i++)
    values[i] = (next() * (1 + Math.floor(i / size))) / (65_535 * syntheticSamples);
  values[values.length - 1] = 1;
  return { values, samples: syntheticSamples, inputScale };
}
