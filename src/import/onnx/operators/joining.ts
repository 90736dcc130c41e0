/**
 * Concat along the channels of activations, or of constants in shape arithmetic.
 * https://onnx.ai/onnx/operators/onnx__Concat.html
 */
import { integerAttribute } from "../node.ts";
import {
  activationInput,
  constantInput,
  emit,
  type OperatorImporter,
  sampleAxis,
  valueInput,
} from "../operation.ts";
import { Refusal } from "../refusal.ts";
import { joinConstants } from "./constants.ts";

export const importConcat: OperatorImporter = (operation) => {
  const { node, inputs } = operation;
  const values = inputs.map((_, index) => valueInput(operation, index));
  if (values.every(({ kind }) => kind === "constant")) {
    return joinConstants(
      values.map((_, index) => constantInput(operation, index)),
      node,
    );
  }
  const activations = values.map((_, index) => activationInput(operation, index));
  if (activations.some((activation) => sampleAxis(integerAttribute(node, "axis", 1), activation) !== 0)) {
    throw new Refusal("only channels (axis 1) can be joined", "join along the channel axis");
  }
  return activations.length === 1 ? activations[0] : emit(operation, activations, { type: "Concat" });
};
