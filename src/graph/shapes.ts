/**
 * Shape inference: what a node gives, per sample, from what its inputs give. Every disagreement is an error that
 * names the node in the user's own terms.
 *
 * Windows follow ONNX's Conv and pooling pages: output = floor((input + padding - span) / stride) + 1,
 * span = dilation (kernel - 1) + 1.
 */
import { SpikecError } from "../errors/error.ts";
import { type GraphNode, type Origin, type Padding2d, type Pair, type Shape, sizeOf } from "./graph.ts";

/** Values that one layer may hold per sample: 2^26 is 512 MB of float64. */
export const largestLayer = 2 ** 26;

type WithoutShape<Node> = Node extends GraphNode ? Omit<Node, "shape"> : never;
/** A node before its shape is known. */
export type ShapelessNode = WithoutShape<GraphNode>;

/**
 * The output shape of `node`, given the shapes of its inputs in order. An Input node has no inputs: its own shape is given.
 * @throws SpikecError SPK-0201 where the inputs do not fit the node, SPK-0204 where the output is too large.
 */
export function inferShape(node: ShapelessNode, inputs: readonly Shape[]): Shape {
  checkArity(node, inputs);
  const shape = shapeOf(node, inputs);
  if (shape.some((extent) => !Number.isInteger(extent) || extent < 1)) {
    throw misfit(
      node,
      `its output would be ${formatShape(shape)}: the input ${formatShapes(inputs)} is too small`,
    );
  }
  if (sizeOf(shape) > largestLayer) {
    throw new SpikecError("SPK-0204", `${formatShape(shape)} holds ${sizeOf(shape)} values`, {
      where: formatOrigin(node.origin),
    });
  }
  return shape;
}

function shapeOf(node: ShapelessNode, inputs: readonly Shape[]): Shape {
  const [input] = inputs;
  switch (node.type) {
    case "Input":
      return input;
    case "Affine": {
      const [rows, columns] = node.weight.shape;
      if (input.length !== 1 || input[0] !== columns) {
        throw misfit(node, `its weights take [${columns}] values, its input gives ${formatShape(input)}`);
      }
      return [rows];
    }
    case "Conv2d": {
      const [channels, depth, height, width] = node.weight.shape;
      const image = requireImage(node, input);
      if (image[0] !== depth * node.groups || channels % node.groups !== 0) {
        throw misfit(
          node,
          `its weights ${formatShape(node.weight.shape)} in ${node.groups} group(s) take ${depth * node.groups} channels, its input gives ${formatShape(input)}`,
        );
      }
      return [channels, ...windowedExtents(image, [height, width], node.stride, node.padding, node.dilation)];
    }
    case "Normalization": {
      const wrong = [node.scale, node.shift].find(
        (values) => values.length !== 1 && values.length !== input[0],
      );
      if (wrong)
        throw misfit(
          node,
          `it holds ${wrong.length} values, its input ${formatShape(input)} has ${input[0]} channels`,
        );
      return input;
    }
    case "AvgPool2d":
    case "MaxPool2d": {
      const image = requireImage(node, input);
      return [image[0], ...windowedExtents(image, node.kernel, node.stride, node.padding)];
    }
    case "Pad2d": {
      const [channels, height, width] = requireImage(node, input);
      const [top, left, bottom, right] = node.padding;
      return [channels, height + top + bottom, width + left + right];
    }
    case "Flatten":
      return [sizeOf(input)];
    case "ReLU":
    case "Quantize":
      return input;
    case "Add":
      for (const other of inputs) {
        if (!sameShape(other, input))
          throw misfit(node, `it adds shapes that differ: ${formatShapes(inputs)}`);
      }
      return input;
    case "Concat": {
      const rest = input.slice(1);
      for (const other of inputs) {
        if (!sameShape(other.slice(1), rest)) {
          throw misfit(node, `it joins channels of maps that differ in size: ${formatShapes(inputs)}`);
        }
      }
      return [inputs.reduce((sum, shape) => sum + shape[0], 0), ...rest];
    }
  }
}

/** [height, width] of the positions that a window takes on an image [channels, height, width]. */
export function windowedExtents(
  image: Shape,
  kernel: Pair,
  stride: Pair,
  padding: Padding2d,
  dilation: Pair = [1, 1],
): [number, number] {
  const along = (axis: 0 | 1): number => {
    const span = dilation[axis] * (kernel[axis] - 1) + 1;
    return Math.floor((image[axis + 1] + padding[axis] + padding[axis + 2] - span) / stride[axis]) + 1;
  };
  return [along(0), along(1)];
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis]);
}

export function formatShape(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

/** "model.onnx, node conv1 (Conv)": the address in messages. */
export function formatOrigin(origin: Origin): string {
  return `${origin.file}, node ${origin.node} (${origin.operator})`;
}

function formatShapes(shapes: readonly Shape[]): string {
  return shapes.map(formatShape).join(", ");
}

function checkArity(node: ShapelessNode, inputs: readonly Shape[]): void {
  const least = node.type === "Add" ? 2 : 1;
  const most = node.type === "Add" || node.type === "Concat" ? Number.POSITIVE_INFINITY : 1;
  if (inputs.length < least || inputs.length > most) {
    throw misfit(node, `a node of type ${node.type} cannot have ${inputs.length} inputs`);
  }
}

function requireImage(node: ShapelessNode, shape: Shape): Shape {
  if (shape.length !== 3) {
    throw misfit(node, `it needs [channels, height, width], its input gives ${formatShape(shape)}`);
  }
  return shape;
}

function misfit(node: ShapelessNode, what: string): SpikecError {
  return new SpikecError("SPK-0201", what, { where: formatOrigin(node.origin) });
}
