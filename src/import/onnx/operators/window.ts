/**
 * The attributes that Conv and the pools share: kernel, strides, dilations, pads, auto_pad, ceil_mode; two axes each.
 */
import type { Padding2d, Pair, Shape } from "../../../graph/graph.ts";
import { integerAttribute, integersAttribute, textAttribute } from "../node.ts";
import { malformed, type Operation } from "../operation.ts";
import { Refusal } from "../refusal.ts";

export interface Window {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly dilation: Pair;
  readonly padding: Padding2d;
}

/** @param kernel what to take where the node does not say it (Conv: the shape of its weights) */
export function readWindow(operation: Operation, image: Shape, kernel: Pair | null): Window {
  const { node } = operation;
  const given = pairAttribute(operation, "kernel_shape", 1);
  if (given && kernel && (given[0] !== kernel[0] || given[1] !== kernel[1])) {
    throw malformed(operation, `its kernel_shape [${given}] is not that of its weights [${kernel}]`);
  }
  const size = given ?? kernel;
  if (!size) throw malformed(operation, "it has no kernel_shape");
  const frame = {
    kernel: size,
    stride: pairAttribute(operation, "strides", 1) ?? ([1, 1] as const),
    dilation: pairAttribute(operation, "dilations", 1) ?? ([1, 1] as const),
  };
  const auto = textAttribute(node, "auto_pad", "NOTSET");
  if (auto === "NOTSET") return { ...frame, padding: explicitPadding(operation) };
  if (auto === "VALID") return { ...frame, padding: [0, 0, 0, 0] };
  if (auto === "SAME_UPPER" || auto === "SAME_LOWER") {
    return { ...frame, padding: samePadding(frame, image, auto === "SAME_UPPER") };
  }
  throw malformed(operation, `its auto_pad is ${auto}`);
}

/** Two integers, each at least `least`; null where the node does not carry the attribute. */
function pairAttribute(operation: Operation, name: string, least: number): Pair | null {
  const values = integersAttribute(operation.node, name);
  if (!values) return null;
  if (values.length !== 2)
    throw new Refusal(`its ${name} has ${values.length} axes, and only images (2) are supported`);
  if (values.some((value) => value < least)) throw malformed(operation, `its ${name} is [${values}]`);
  return [values[0], values[1]];
}

function explicitPadding(operation: Operation): Padding2d {
  const pads = integersAttribute(operation.node, "pads") ?? [0, 0, 0, 0];
  if (pads.length !== 4)
    throw malformed(operation, `its pads have ${pads.length} values, an image has 4 sides`);
  if (pads.some((value) => value < 0))
    throw new Refusal("negative pads cut the image; that is not supported");
  return [pads[0], pads[1], pads[2], pads[3]];
}

/** https://onnx.ai/onnx/operators/onnx__Conv.html, auto_pad: output = ceil(input / stride); UPPER: the odd pixel comes last. */
function samePadding(frame: Omit<Window, "padding">, image: Shape, upper: boolean): Padding2d {
  const along = (axis: 0 | 1): [number, number] => {
    const extent = image[axis + 1];
    const span = frame.dilation[axis] * (frame.kernel[axis] - 1) + 1;
    const total = Math.max(
      0,
      (Math.ceil(extent / frame.stride[axis]) - 1) * frame.stride[axis] + span - extent,
    );
    const less = Math.floor(total / 2);
    return upper ? [less, total - less] : [total - less, less];
  };
  const [top, bottom] = along(0);
  const [left, right] = along(1);
  return [top, left, bottom, right];
}

/**
 * With ceil_mode the last window may hang over the end of the padded image: the padding that makes room for it.
 * A window that would start behind the image and its first padding is left out, as the operator pages say.
 */
export function withCeilPadding(operation: Operation, window: Window, image: Shape): Padding2d {
  const { kernel, stride, padding } = window;
  if (integerAttribute(operation.node, "ceil_mode", 0) === 0) return padding;
  const extra = (axis: 0 | 1): number => {
    const before = padding[axis];
    const after = padding[axis + 2];
    const room = image[axis + 1] + before + after - kernel[axis];
    let last = Math.ceil(room / stride[axis]) * stride[axis];
    if (last >= image[axis + 1] + before) last -= stride[axis];
    return Math.max(0, last - room);
  };
  return [padding[0], padding[1], padding[2] + extra(0), padding[3] + extra(1)];
}
