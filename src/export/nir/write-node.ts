/** One node of a SpikingGraph as a group of a .nir file, by the table of the format. */
import { SpikecError } from "../../errors/error.ts";
import { type FloatArray, type Shape, sizeOf, type Tensor } from "../../graph/graph.ts";
import { formatOrigin } from "../../graph/shapes.ts";
import type { Metadata, SpikingNode, Storage } from "../../graph/spiking.ts";
import {
  group,
  type HdfDataset,
  type HdfGroup,
  type HdfNode,
  type HdfNumberSet,
  type HdfNumberType,
  numbers,
  numberTypes,
  text,
} from "../../import/hdf5/tree.ts";
import { type FieldFormat, isNirNeuron, isNirType, isWeighted, nirFormat } from "../../import/nir/format.ts";
import { nodeHintNames } from "../../import/nir/node-hints.ts";
import { nodeQuantizationName, quantText } from "../../import/nir/node-quantization.ts";
import { withHints, writeMetadata } from "./metadata.ts";

/**
 * @param input the shape of what feeds the node, where anything does
 * @throws SpikecError SPK-0119 for a node that NIR does not have
 */
export function writeNode(node: SpikingNode, input: Shape | null): HdfGroup {
  if (!isNirType(node.type)) {
    throw new SpikecError("SPK-0119", `NIR has no node of type ${node.type}`, {
      where: formatOrigin(node.origin),
    });
  }
  const fields = nirFormat[node.type].flatMap((field): [string, HdfNode][] => {
    const dataset = writeField(field, node, input);
    return dataset === null ? [] : [[field.name, dataset]];
  });
  return group([["type", text(node.type)], ...fields, ...writeMetadata(metadataOf(node), node.storage)]);
}

/** With what NIR's nodes have no field for. */
function metadataOf(node: SpikingNode): Metadata | null {
  if (!isNirNeuron(node.type) && !isWeighted(node.type)) return node.metadata;
  const quantization = "quantization" in node ? node.quantization : undefined;
  const quant = quantization === undefined ? null : JSON.stringify(quantText(quantization));
  const metadata = withHints(node.metadata, [[nodeQuantizationName, quant]]);
  if (!("vInit" in node && "discretization" in node)) return metadata;
  const { vInit, discretization } = node;
  return withHints(metadata, [
    [nodeHintNames.vInit, vInit],
    [nodeHintNames.discretization, discretization === null ? null : JSON.stringify(discretization)],
  ]);
}

/** null for a shape that may be left out and is not known. */
function writeField(
  { name, key, format }: FieldFormat,
  node: SpikingNode,
  input: Shape | null,
): HdfDataset | null {
  const stored = node.storage.get(name);
  const value = (node as unknown as Record<string, unknown>)[key];
  switch (format.kind) {
    case "parameter":
      return floats(broadcast(value as Tensor, node.shape), stored);
    case "weight":
      return floats(value as Tensor, stored);
    case "bias":
      return floats({ shape: [(value as FloatArray).length], data: value as FloatArray }, stored);
    case "integers":
      return integers([value as number | readonly number[]].flat(), format.count, stored);
    case "padding":
      if (typeof value === "string") return text(value);
      return integers([value as number | readonly number[]].flat(), format.count, stored);
    case "inputShape": {
      const extents = input?.slice(1) ?? [(value as number | readonly number[] | null) ?? []].flat();
      return extents.length === 0 ? null : integers(extents, format.count, stored);
    }
    case "shape":
      return shapeArray(node.shape, stored);
    case "inputType":
      return input === null ? null : shapeArray(input, stored);
  }
}

/** nir.read wants parameters of the shape of the node, a scalar for none. */
function broadcast({ shape, data }: Tensor, wanted: Shape): Tensor {
  const size = sizeOf(wanted);
  if (data.length === size) return { shape: wanted, data };
  if (data.length !== 1) return { shape, data };
  const repeated = data instanceof Float64Array ? new Float64Array(size) : new Float32Array(size);
  return { shape: wanted, data: repeated.fill(data[0]) };
}

/** In the file's own type where that still holds the values, else in that of the array. */
function floats({ shape, data }: Tensor, stored: Storage | undefined): HdfNumberSet {
  const type = stored?.type as HdfNumberType | undefined;
  return type !== undefined && holds(type, data)
    ? numbers(inType(type, data), shape, type)
    : numbers(data.slice(), shape);
}

/** What came from a file and was not changed since always fits. */
function holds(type: HdfNumberType, data: FloatArray): boolean {
  if (type === "float64") return true;
  if (type.startsWith("float")) return data instanceof Float32Array;
  if (!data.every(Number.isSafeInteger)) return false;
  const back = Float64Array.from(inType(type, data) as ArrayLike<number>, Number);
  return data.every((value, i) => value === back[i]);
}

function inType(type: HdfNumberType, data: FloatArray): HdfNumberSet["values"] {
  if (type === "int64" || type === "uint64") return numberTypes[type].from(Array.from(data, BigInt));
  return numberTypes[type].from(data);
}

/** A scalar where the file had one, or where the field is one number and the file says nothing. */
function integers(values: readonly number[], count: 1 | 2, stored: Storage | undefined): HdfNumberSet {
  const asScalar = stored ? stored.shape.length === 0 : count === 1;
  const scalar = asScalar && values.every((value) => value === values[0]);
  return wholeNumbers(scalar ? values.slice(0, 1) : values, scalar ? [] : [values.length], stored);
}

function shapeArray(shape: Shape, stored: Storage | undefined): HdfNumberSet {
  return wholeNumbers(shape, [shape.length], stored);
}

function wholeNumbers(values: readonly number[], shape: Shape, stored: Storage | undefined): HdfNumberSet {
  return floats({ shape, data: Float64Array.from(values) }, stored ?? { type: "int64", shape });
}
