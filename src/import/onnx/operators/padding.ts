/**
 * Pad with zeros around an image; all-zero pads, which torch writes before every AveragePool, vanish.
 * https://onnx.ai/onnx/operators/onnx__Pad.html
 */
import { floatAttribute, integersAttribute, textAttribute } from "../node.ts";
import {
  activationInput,
  constantInput,
  emit,
  hasInput,
  malformed,
  type Operation,
  type OperatorImporter,
  sampleAxis,
  scalarInput,
} from "../operation.ts";
import { Refusal } from "../refusal.ts";
import type { Activation } from "../values.ts";

export const importPad: OperatorImporter = (operation) => {
  const input = activationInput(operation, 0);
  const { before, after } = readPads(operation, input);
  const amounts = [...before, ...after];
  if (amounts.every((amount) => amount === 0)) return input;
  if (amounts.some((amount) => amount < 0))
    throw new Refusal("negative pads cut the image; that is not supported");
  if (input.shape.length !== 3 || before[0] + after[0] + before[1] + after[1] !== 0) {
    throw new Refusal("only the height and the width of an image can be padded");
  }
  const mode = textAttribute(operation.node, "mode", "constant");
  if (mode !== "constant")
    throw new Refusal(`it pads by ${mode}`, "pad with zeros, as convolutions do, and train again");
  const value = padValue(operation);
  if (value !== 0) throw new Refusal(`it pads with ${value}`, "pad with zeros and train again");
  return emit(operation, [input], { type: "Pad2d", padding: [before[2], before[3], after[2], after[3]] });
};

/** One amount for each ONNX axis, the batch first. pads lists all beginnings, then all ends, of `axes` (opset 18) or of every axis. */
function readPads(operation: Operation, input: Activation): { before: number[]; after: number[] } {
  const rank = input.shape.length + 1;
  const pads =
    operation.opset < 11 ? integersAttribute(operation.node, "pads") : [...constantInput(operation, 1).data];
  const axes = hasInput(operation, 3)
    ? [...constantInput(operation, 3).data].map((axis) => sampleAxis(axis, input) + 1)
    : [...Array(rank).keys()];
  if (pads?.length !== 2 * axes.length) {
    throw malformed(operation, `its pads hold ${pads?.length ?? 0} values for ${axes.length} axes`);
  }
  const before = Array<number>(rank).fill(0);
  const after = Array<number>(rank).fill(0);
  for (const [index, axis] of axes.entries()) {
    before[axis] = pads[index];
    after[axis] = pads[axes.length + index];
  }
  return { before, after };
}

function padValue(operation: Operation): number {
  if (operation.opset < 11) return floatAttribute(operation.node, "value", 0);
  return hasInput(operation, 2) ? scalarInput(operation, 2) : 0;
}
