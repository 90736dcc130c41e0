/**
 * Relu and Clip. A Clip from 0 is a ReLU with a maximum; any other minimum has no spiking counterpart.
 */
import { floatAttribute } from "../node.ts";
import {
  activationInput,
  emit,
  hasInput,
  type Operation,
  type OperatorImporter,
  scalarInput,
} from "../operation.ts";
import { Refusal } from "../refusal.ts";

export const importRelu: OperatorImporter = (operation) =>
  emit(operation, [activationInput(operation, 0)], { type: "ReLU", maximum: null });

/** Largest finite float32: exporters write it for "no bound". */
const unbounded = 3.4e38;

/** https://onnx.ai/onnx/operators/onnx__Clip.html: bounds are attributes before opset 11, inputs since. */
export const importClip: OperatorImporter = (operation) => {
  const input = activationInput(operation, 0);
  const minimum = bound(operation, "min", 1, Number.NEGATIVE_INFINITY);
  const maximum = bound(operation, "max", 2, Number.POSITIVE_INFINITY);
  if (minimum <= -unbounded && maximum >= unbounded) return input;
  if (minimum !== 0 || !(maximum > 0)) {
    throw new Refusal(
      `it clips to ${minimum}..${maximum}, and spike rates only clip from 0 to a positive maximum`,
      "replace it by ReLU or ReLU6 and train again",
    );
  }
  return emit(operation, [input], { type: "ReLU", maximum: maximum >= unbounded ? null : maximum });
};

function bound(operation: Operation, name: string, index: number, otherwise: number): number {
  if (operation.opset < 11) return floatAttribute(operation.node, name, otherwise);
  return hasInput(operation, index) ? scalarInput(operation, index) : otherwise;
}
