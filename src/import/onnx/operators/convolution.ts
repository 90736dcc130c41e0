/**
 * Conv over images: groups, strides, pads, dilations. https://onnx.ai/onnx/operators/onnx__Conv.html
 */
import { formatShape } from "../../../graph/shapes.ts";
import { integerAttribute } from "../node.ts";
import { emit, hasInput, imageInput, malformed, type OperatorImporter, weightsInput } from "../operation.ts";
import { readWindow } from "./window.ts";

export const importConv: OperatorImporter = (operation) => {
  const input = imageInput(operation, 0);
  const { shape, data } = weightsInput(operation, 1);
  if (shape.length !== 4)
    throw malformed(operation, `its weights are ${formatShape(shape)}, its input is an image`);
  const { stride, dilation, padding } = readWindow(operation, input.shape, [shape[2], shape[3]]);
  const groups = integerAttribute(operation.node, "group", 1);
  if (!(groups >= 1)) throw malformed(operation, `its group is ${groups}`);
  const bias = hasInput(operation, 2) ? weightsInput(operation, 2) : null;
  if (bias && bias.data.length !== shape[0]) {
    throw malformed(
      operation,
      `its bias ${bias.name} holds ${bias.data.length} values for ${shape[0]} channels`,
    );
  }
  return emit(operation, [input], {
    type: "Conv2d",
    weight: { shape, data },
    bias: bias?.data ?? null,
    stride,
    padding,
    dilation,
    groups,
  });
};
