/**
 * BatchNormalization at inference: y = (x - mean) / sqrt(variance + epsilon) * scale + bias, per channel.
 * https://onnx.ai/onnx/operators/onnx__BatchNormalization.html
 */
import { SpikecError } from "../../../errors/error.ts";
import { floatAttribute, integerAttribute } from "../node.ts";
import {
  activationInput,
  emit,
  malformed,
  type OperatorImporter,
  weightsInput,
  whereOf,
} from "../operation.ts";
import { Refusal } from "../refusal.ts";

export const importBatchNormalization: OperatorImporter = (operation) => {
  const { node } = operation;
  const input = activationInput(operation, 0);
  const evaluation = "export the network in evaluation mode: model.eval()";
  if (integerAttribute(node, "training_mode", 0) !== 0)
    throw new Refusal("it is in training mode", evaluation);
  if (integerAttribute(node, "spatial", 1) === 0)
    throw new Refusal("spatial = 0 normalises every pixel by itself");
  const parameters = [1, 2, 3, 4].map((index) => weightsInput(operation, index));
  const wrong = parameters.find(({ data }) => data.length !== input.shape[0]);
  if (wrong) {
    throw malformed(
      operation,
      `its ${wrong.name} holds ${wrong.data.length} values for ${input.shape[0]} channels`,
    );
  }
  const [gamma, beta, mean, variance] = parameters.map(({ data }) => data);
  const epsilon = floatAttribute(node, "epsilon", 1e-5);
  const scale = Float64Array.from(gamma, (value, channel) => value / Math.sqrt(variance[channel] + epsilon));
  const bad = scale.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new SpikecError(
      "SPK-0107",
      `the variance of channel ${bad} is ${variance[bad]}: it must be positive`,
      {
        where: whereOf(operation),
      },
    );
  }
  const shift = Float64Array.from(beta, (value, channel) => value - mean[channel] * scale[channel]);
  return emit(operation, [input], { type: "Normalization", scale, shift });
};
