/**
 * Pass: the folded network must still be the Graph. Each activation is computed from its own drives, with the Graph's values
 * of its sources, and compared with the Graph's value: a difference has a layer for an address.
 */
import { SpikecError } from "../errors/error.ts";
import { type FloatArray, sizeOf } from "../graph/graph.ts";
import { type Carrier, createCarrier } from "../simulate/projection.ts";
import type { Activation, Folded } from "./folded.ts";

/** Largest difference allowed, relative to the layer's largest value (docs/conversion.md). */
const tolerance = 1e-4;

/** Float values of every activation and the input, [samples, ...shape] by name. */
export type ActivationValues = ReadonlyMap<string, FloatArray>;

/** Drives and constant of one sample, before the non-linearity. */
function driven(
  activation: Activation,
  carriers: readonly Carrier[],
  values: ActivationValues,
  sample: number,
): Float64Array {
  const sum = Float64Array.from(activation.constant);
  activation.drives.forEach(({ source, sourceShape }, d) => {
    const size = sizeOf(sourceShape);
    const value = values.get(source)!.subarray(sample * size, (sample + 1) * size);
    carriers[d].carry([...value.keys()], value, 0, size, sum);
  });
  return sum;
}

function nonLinear(activation: Activation, value: number): number {
  if (activation.kind !== "relu") return value;
  const positive = Math.max(0, value);
  return activation.maximum === null ? positive : Math.min(activation.maximum, positive);
}

function worstDifference(activation: Activation, values: ActivationValues, samples: number): number {
  const size = sizeOf(activation.shape);
  const carriers = activation.drives.map(({ sourceShape, pools, operator }) =>
    createCarrier({ sourceShape, targetShape: activation.shape, pools, connection: operator }),
  );
  const expected = values.get(activation.name)!;
  let worst = 0;
  let largest = 1;
  for (let sample = 0; sample < samples; sample++) {
    const sum = driven(activation, carriers, values, sample);
    for (let i = 0; i < size; i++) {
      const value = expected[sample * size + i];
      largest = Math.max(largest, Math.abs(value));
      worst = Math.max(worst, Math.abs(nonLinear(activation, sum[i]) - value));
    }
  }
  return worst / largest;
}

/** Throws SPK-0302 naming the first layer that differs. values hold at least `samples` samples. */
export function checkFold(folded: Folded, values: ActivationValues, samples: number): void {
  for (const activation of folded.activations) {
    if (activation.kind === "maxPool") continue; // A window of the Graph itself: nothing was multiplied out.
    const difference = worstDifference(activation, values, samples);
    if (difference > tolerance)
      throw new SpikecError(
        "SPK-0302",
        `folding changed the network by ${difference.toExponential(1)} at ${activation.name}`,
        {
          where: activation.name,
        },
      );
  }
}
