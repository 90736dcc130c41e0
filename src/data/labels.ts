/**
 * Labels: the class of every sample, as whole numbers.
 */
import { SpikecError } from "../errors/error.ts";
import type { NumberArray } from "./number-array.ts";
import { labelNames, readArray } from "./read-array.ts";

/** Reads labels from any array file: [N] or [N, 1], whole numbers >= 0. Throws SPK-06xx. */
export function readLabels(bytes: Uint8Array, fileName: string): Int32Array {
  return labelsFrom(readArray(bytes, fileName, labelNames), fileName);
}

/** The classes in an array of shape [N] or [N, 1]. Throws SPK-0608. */
export function labelsFrom(array: NumberArray, file: string): Int32Array {
  const { shape, data } = array;
  if (shape.length !== 1 && !(shape.length === 2 && shape[1] === 1)) {
    const advice =
      shape.length === 2
        ? "Where every line holds one value a class (one-hot), save the index of the largest: labels.argmax(1)."
        : "Save one whole number a sample.";
    throw new SpikecError("SPK-0608", `labels must be [N], and the array is [${shape}]`, {
      where: file,
      advice,
    });
  }
  const bad = data.findIndex((value) => !Number.isInteger(value) || value < 0 || value > 0x7fffffff);
  if (bad >= 0) {
    throw new SpikecError("SPK-0608", `label ${bad} is ${data[bad]}, which is no class`, { where: file });
  }
  return Int32Array.from(data);
}

/** Throws SPK-0609 where there is not one label a sample. */
export function checkLabelCount(labels: ArrayLike<number>, samples: number, file: string): void {
  if (labels.length === samples) return;
  throw new SpikecError("SPK-0609", `${labels.length} labels for ${samples} samples`, { where: file });
}

/** Throws SPK-0608 for a label that is none of the network's classes, 0 to classes - 1. */
export function checkLabelClasses(labels: ArrayLike<number>, classes: number, file: string): void {
  const bad = Array.prototype.findIndex.call(labels, (label) => label >= classes);
  if (bad < 0) return;
  const what = `label ${bad} is ${labels[bad]}, and the network has ${classes} classes, 0 to ${classes - 1}`;
  const advice = "Give the labels of this network's data set, counted from 0.";
  throw new SpikecError("SPK-0608", what, { where: file, advice });
}
