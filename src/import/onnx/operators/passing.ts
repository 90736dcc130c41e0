/**
 * Operators that change nothing at inference: Identity, Dropout, Cast between floats.
 */
import { elementTypes } from "../element-types.ts";
import { integerAttribute } from "../node.ts";
import { activationInput, hasInput, type OperatorImporter, scalarInput, valueInput } from "../operation.ts";
import { Refusal } from "../refusal.ts";

export const importIdentity: OperatorImporter = (operation) => valueInput(operation, 0);

/** https://onnx.ai/onnx/operators/onnx__Dropout.html: training_mode is an input since opset 12. */
export const importDropout: OperatorImporter = (operation) => {
  if (hasInput(operation, 2) && scalarInput(operation, 2) !== 0) {
    throw new Refusal("it is in training mode", "export the network in evaluation mode: model.eval()");
  }
  return activationInput(operation, 0);
};

export const importCast: OperatorImporter = (operation) => {
  const type = elementTypes.get(integerAttribute(operation.node, "to", 0));
  const value = valueInput(operation, 0);
  if (!type) throw new Refusal("it casts to a type that holds no numbers");
  if (value.kind === "constant") {
    const data = Float64Array.from(value.data, (entry) =>
      type.kind === "integer" ? Math.trunc(entry) : entry,
    );
    return {
      ...value,
      type,
      data: type.kind === "float" && type.bits <= 32 ? Float32Array.from(data) : data,
    };
  }
  if (type.kind === "integer") {
    throw new Refusal(
      `it rounds an activation to ${type.name}`,
      "keep activations in floats, or quantize them by QDQ",
    );
  }
  return activationInput(operation, 0);
};
