/**
 * What the weights of one row meet at one place: a row of a dense layer meets every value of its source, a kernel its window.
 * Values of zero are left out: most neurons are silent.
 */
import { type Shape, sizeOf } from "../../graph/graph.ts";
import type { Operator } from "../linear-form.ts";

/** The values met at one place, ascending by the weight that they meet. Only the first `count` entries count. */
export interface Seen {
  count: number;
  readonly weights: Int32Array;
  readonly values: Float64Array;
}

/** Nothing seen yet, with room for one value a weight. */
export function nothingSeen(weights: number): Seen {
  return { count: 0, weights: new Int32Array(weights), values: new Float64Array(weights) };
}

export interface ReceptiveField {
  /** Weights of one row. */
  readonly length: number;
  /**
   * Appends to `seen` what a row meets at `position` of the target's map; its weights are numbered from `first` on.
   * operand: values of the source after its pools.
   */
  readonly look: (operand: Float64Array, position: number, first: number, seen: Seen) => void;
}

function append(seen: Seen, weight: number, value: number): void {
  if (value === 0) return;
  seen.weights[seen.count] = weight;
  seen.values[seen.count] = value;
  seen.count++;
}

function denseField(shape: Shape): ReceptiveField {
  const length = sizeOf(shape);
  return {
    length,
    look(operand, _position, first, seen) {
      for (let i = 0; i < length; i++) append(seen, first + i, operand[i]);
    },
  };
}

function kernelField(
  operator: Operator & { readonly kind: "convolution" },
  [channels, height, width]: Shape,
  targetWidth: number,
  group: number,
): ReceptiveField {
  const { kernel, stride, padding, dilation, groups } = operator;
  const inputs = channels / groups;
  return {
    length: inputs * kernel[0] * kernel[1],
    look(operand, position, first, seen) {
      const top = Math.floor(position / targetWidth) * stride[0] - padding[0];
      const left = (position % targetWidth) * stride[1] - padding[1];
      let weight = first;
      for (let channel = group * inputs; channel < (group + 1) * inputs; channel++)
        for (let ky = 0; ky < kernel[0]; ky++) {
          const y = top + ky * dilation[0];
          for (let kx = 0; kx < kernel[1]; kx++, weight++) {
            const x = left + kx * dilation[1];
            if (y < 0 || y >= height || x < 0 || x >= width) continue;
            append(seen, weight, operand[(channel * height + y) * width + x]);
          }
        }
    },
  };
}

/** operandShape: of the source after its pools. group: of a grouped convolution. Null for element-wise weights. */
export function receptiveField(
  operator: Operator,
  operandShape: Shape,
  targetShape: Shape,
  group: number,
): ReceptiveField | null {
  switch (operator.kind) {
    case "dense":
      return denseField(operandShape);
    case "convolution":
      return kernelField(operator, operandShape, targetShape[2], group);
    case "oneToOne":
      return null;
  }
}
