/** Datasets of a .nir file as the values of a node: whole numbers, strings, tensors of finite floats. */
import { firstNotFinite } from "../../graph/check.ts";
import type { FloatArray, Shape, Tensor } from "../../graph/graph.ts";
import { formatShape } from "../../graph/shapes.ts";
import { asDoubles, type HdfNode, type HdfNumberSet } from "../hdf5/tree.ts";
import { impossible, malformed, type Place } from "./refusal.ts";

/** Extents beyond this are no network's. */
const largestInteger = 2 ** 31 - 1;

export function numbersAt(node: HdfNode, place: Place): HdfNumberSet {
  if (node.kind !== "numbers") throw malformed(place, `it is a ${kindOf(node)}, and must hold numbers`);
  return node;
}

/** One string. */
export function stringAt(node: HdfNode, place: Place): string {
  if (node.kind !== "strings" || node.values.length !== 1)
    throw malformed(place, `it is a ${kindOf(node)}, and must be one string`);
  return node.values[0];
}

/** Whole numbers along one axis, or a scalar. */
export function integersAt(node: HdfNode, place: Place): number[] {
  const set = numbersAt(node, place);
  if (set.shape.length > 1)
    throw malformed(place, `its shape is ${formatShape(set.shape)}: one axis at most`);
  const values = [...floatsAt(set, place)];
  const wrong = values.find((value) => !Number.isInteger(value) || Math.abs(value) > largestInteger);
  if (wrong !== undefined) throw impossible(place, `it holds ${wrong}: whole numbers of 32 bits are needed`);
  return values;
}

/** `count` whole numbers; one stands for all. */
export function countedIntegersAt(node: HdfNode, place: Place, count: number, least: number): number[] {
  const values = integersAt(node, place);
  if (values.length !== 1 && values.length !== count)
    throw malformed(place, `it holds ${values.length} values, and must hold ${count}`);
  const wrong = values.find((value) => value < least);
  if (wrong !== undefined) throw impossible(place, `it holds ${wrong}: ${least} or more is needed`);
  return values.length === count ? values : new Array<number>(count).fill(values[0]);
}

/** Extents of a shape. */
export function shapeAt(node: HdfNode, place: Place): Shape {
  const shape = integersAt(node, place);
  const wrong = shape.find((extent) => extent < 1);
  if (wrong !== undefined) throw impossible(place, `the shape ${formatShape(shape)} holds ${wrong}`);
  return shape;
}

export function tensorAt(node: HdfNode, place: Place): Tensor {
  const set = numbersAt(node, place);
  return { shape: set.shape, data: finite(floatsAt(set, place), place) };
}

/** float32 where that holds the file's type exactly, else float64. */
function floatsAt(set: HdfNumberSet, place: Place): FloatArray {
  if (set.values.length === 0)
    throw malformed(place, `its shape is ${formatShape(set.shape)}: it holds nothing`);
  if (set.type === "float32" || set.type === "float16") return Float32Array.from(set.values as Float32Array);
  const doubles = asDoubles(set);
  if (doubles === null) throw impossible(place, "it holds an integer beyond 2^53");
  return /^u?int(8|16)$/.test(set.type) ? Float32Array.from(doubles) : doubles;
}

function finite(values: FloatArray, place: Place): FloatArray {
  const index = firstNotFinite(values);
  if (index >= 0) throw impossible(place, `it holds ${values[index]} at index ${index}`);
  return values;
}

function kindOf(node: HdfNode): string {
  if (node.kind === "group") return "group";
  const { shape } = node;
  const what = node.kind === "strings" ? "string" : node.type;
  return shape.length === 0 ? what : `${what} array of shape ${formatShape(shape)}`;
}
