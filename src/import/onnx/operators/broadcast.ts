/**
 * A constant that meets an activation: ONNX broadcasts it over [batch, ...shape]. What a Graph can hold is one value
 * for all, or one per channel.
 */
import type { FloatArray, Shape } from "../../../graph/graph.ts";
import { sizeOf } from "../../../graph/graph.ts";
import { formatShape } from "../../../graph/shapes.ts";
import { Refusal } from "../refusal.ts";
import type { Constant } from "../tensors.ts";
import type { Activation } from "../values.ts";

/** One value, or one per channel. @throws Refusal where the constant differs within a channel, or enlarges the activation. */
export function channelValues(constant: Constant, { shape }: Activation): FloatArray {
  const { data, name } = constant;
  if (data.length === 1) {
    if (constant.shape.length > shape.length + 1) throw enlarges(constant, shape);
    return data;
  }
  const axes = alignedExtents(constant, shape);
  const inner = sizeOf(axes.slice(1));
  const values = data.filter((_, index) => index % inner === 0);
  if (data.some((value, index) => value !== values[Math.floor(index / inner)])) {
    throw new Refusal(
      `its constant ${name} ${formatShape(constant.shape)} differs from pixel to pixel; one value per channel is supported`,
      "use a constant for each channel, or none",
    );
  }
  return values;
}

/** The constant's extents along the axes of a sample, checked to be the activation's or 1. */
function alignedExtents(constant: Constant, shape: Shape): Shape {
  const missing = shape.length + 1 - constant.shape.length;
  const [batch, ...axes] = [...Array<number>(Math.max(0, missing)).fill(1), ...constant.shape];
  const fits = axes.every((extent, axis) => extent === 1 || extent === shape[axis]);
  if (missing < 0 || batch !== 1 || !fits) throw enlarges(constant, shape);
  return axes;
}

function enlarges({ name, shape }: Constant, activation: Shape): Refusal {
  return new Refusal(
    `its constant ${name} ${formatShape(shape)} does not fit its input, ${formatShape(activation)} per sample`,
    "use a constant with one value, or one for each channel",
  );
}
