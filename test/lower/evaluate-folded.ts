/** The float value of a folded network, activation by activation and from the definitions alone. */
import type { Activation, Folded } from "../../src/lower/folded.ts";
import { currentsByDefinition } from "../simulate/projection-oracle.ts";

/** Largest value of each window; padding never wins. */
function maxPool(activation: Activation, values: readonly number[]): number[] {
  const [{ sourceShape, pools }] = activation.drives;
  const [{ kernel, stride, padding }] = pools;
  const [, height, width] = sourceShape;
  const [channels, outHeight, outWidth] = activation.shape;
  const result: number[] = [];
  for (let channel = 0; channel < channels; channel++)
    for (let oy = 0; oy < outHeight; oy++)
      for (let ox = 0; ox < outWidth; ox++) {
        let largest = Number.NEGATIVE_INFINITY;
        for (let ky = 0; ky < kernel[0]; ky++)
          for (let kx = 0; kx < kernel[1]; kx++) {
            const y = oy * stride[0] + ky - padding[0];
            const x = ox * stride[1] + kx - padding[1];
            if (y < 0 || x < 0 || y >= height || x >= width) continue;
            largest = Math.max(largest, values[(channel * height + y) * width + x]);
          }
        result.push(largest);
      }
  return result;
}

function activationOf(activation: Activation, values: ReadonlyMap<string, readonly number[]>): number[] {
  if (activation.kind === "maxPool") return maxPool(activation, values.get(activation.drives[0].source)!);
  const sum = [...activation.constant];
  for (const { source, sourceShape, pools, operator } of activation.drives) {
    const geometry = { sourceShape, targetShape: activation.shape, pools, connection: operator };
    currentsByDefinition(geometry, values.get(source)!).forEach((value, i) => {
      sum[i] += value;
    });
  }
  if (activation.kind === "output") return sum;
  const { maximum } = activation;
  return sum.map((value) => Math.min(maximum ?? Number.POSITIVE_INFINITY, Math.max(0, value)));
}

/** The logits of one sample. */
export function evaluateFolded(folded: Folded, sample: readonly number[]): number[] {
  const values = new Map<string, readonly number[]>([[folded.inputName, sample]]);
  let last: number[] = [];
  for (const activation of folded.activations) {
    last = activationOf(activation, values);
    values.set(activation.name, last);
  }
  return last;
}
