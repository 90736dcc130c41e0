/**
 * AveragePool, MaxPool, their global forms, and ReduceMean over height and width, which is a global pool, too.
 */
import type { Pair, Shape } from "../../../graph/graph.ts";
import { integerAttribute, integersAttribute } from "../node.ts";
import {
  constantInput,
  emit,
  hasInput,
  imageInput,
  malformed,
  type Operation,
  type OperatorImporter,
  sampleAxis,
} from "../operation.ts";
import { Refusal } from "../refusal.ts";
import { readWindow, type Window, withCeilPadding } from "./window.ts";

/** https://onnx.ai/onnx/operators/onnx__AveragePool.html */
export const importAveragePool: OperatorImporter = (operation) => {
  const input = imageInput(operation, 0);
  const window = readPoolWindow(operation, input.shape);
  const padding = withCeilPadding(operation, window, input.shape);
  const overhang = padding.some((amount, side) => amount !== window.padding[side]);
  const padded = window.padding.some((amount) => amount > 0);
  const countPadding = integerAttribute(operation.node, "count_include_pad", 0) !== 0;
  if (overhang && padded && countPadding) {
    // The divisor counts the padding but not what hangs over behind it: three kinds of pixels, a Graph knows two.
    throw new Refusal(
      "ceil_mode together with count_include_pad and pads divides the windows at the border by numbers of their own",
      "export with ceil_mode = False or count_include_pad = False",
    );
  }
  // Without padding both ways of counting agree.
  const everywhere = padding.every((amount) => amount === 0) || (countPadding && !overhang);
  const { kernel, stride } = window;
  return emit(operation, [input], { type: "AvgPool2d", kernel, stride, padding, countPadding: everywhere });
};

/** https://onnx.ai/onnx/operators/onnx__MaxPool.html; windows that hang over the end only see more padding, which never wins. */
export const importMaxPool: OperatorImporter = (operation) => {
  const input = imageInput(operation, 0);
  const window = readPoolWindow(operation, input.shape);
  const padding = withCeilPadding(operation, window, input.shape);
  return emit(operation, [input], {
    type: "MaxPool2d",
    kernel: window.kernel,
    stride: window.stride,
    padding,
  });
};

export const importGlobalAveragePool: OperatorImporter = (operation) => {
  const input = imageInput(operation, 0);
  return emit(operation, [input], { type: "AvgPool2d", ...wholeMap(input.shape), countPadding: true });
};

export const importGlobalMaxPool: OperatorImporter = (operation) => {
  const input = imageInput(operation, 0);
  return emit(operation, [input], { type: "MaxPool2d", ...wholeMap(input.shape) });
};

/** https://onnx.ai/onnx/operators/onnx__ReduceMean.html: axes are an attribute before opset 18, an input since. */
export const importReduceMean: OperatorImporter = (operation) => {
  const input = imageInput(operation, 0);
  const given = hasInput(operation, 1)
    ? [...constantInput(operation, 1).data]
    : integersAttribute(operation.node, "axes");
  const axes = (given ?? []).map((axis) => sampleAxis(axis, input)).sort();
  if (axes.length !== 2 || axes[0] !== 1 || axes[1] !== 2) {
    throw new Refusal(
      "only a mean over height and width together (axes 2, 3) is supported",
      "use global average pooling (AdaptiveAvgPool2d(1))",
    );
  }
  const mean = emit(operation, [input], { type: "AvgPool2d", ...wholeMap(input.shape), countPadding: true });
  return integerAttribute(operation.node, "keepdims", 1) !== 0
    ? mean
    : emit(operation, [mean], { type: "Flatten" });
};

function wholeMap(image: Shape): Omit<Window, "dilation"> {
  const extents: Pair = [image[1], image[2]];
  return { kernel: extents, stride: extents, padding: [0, 0, 0, 0] };
}

function readPoolWindow(operation: Operation, image: Shape): Window {
  const window = readWindow(operation, image, null);
  if (window.dilation.some((step) => step !== 1)) {
    throw new Refusal("dilated pools are not supported", "use a pool without dilation");
  }
  const [top, left, bottom, right] = window.padding;
  const [height, width] = window.kernel;
  if (Math.max(top, bottom) >= height || Math.max(left, right) >= width) {
    throw malformed(
      operation,
      `its pads [${window.padding}] are not smaller than its kernel [${window.kernel}]`,
    );
  }
  return window;
}
