/**
 * One node of a .nir file: its type, its fields by the table of format.ts, its metadata. Nothing is taken on trust: a
 * missing field, one too many, a wrong type, a value that is no number, all are errors with the path of the field.
 */
import { type Shape, sizeOf, type Tensor } from "../../graph/graph.ts";
import { formatShape, sameShape } from "../../graph/shapes.ts";
import type { ShapelessSpikingNode } from "../../graph/spiking.ts";
import type { HdfGroup, HdfNode } from "../hdf5/tree.ts";
import { withoutLeadingOnes } from "./batch-axis.ts";
import type { FileNode } from "./file-node.ts";
import { type FieldFormat, isNirNeuron, isNirType, type NirType, nirFormat } from "./format.ts";
import { type Gathered, readMetadata } from "./metadata.ts";
import { readNeuronHints } from "./node-hints.ts";
import { readNodeQuantization } from "./node-quantization.ts";
import { below, impossible, malformed, type Place } from "./refusal.ts";
import { countedIntegersAt, shapeAt, stringAt, tensorAt } from "./values.ts";

/** @throws SpikecError SPK-0115 where the group is no node, SPK-0116 for a type that NIR has not, SPK-0117 for bad values */
export function typeOf(group: HdfGroup, place: Place): NirType | "NIRGraph" {
  const node = group.members.get("type");
  if (node === undefined) throw malformed(place, "the node has no type");
  const type = stringAt(node, below(place, "type"));
  if (type === "NIRGraph" || isNirType(type)) return type;
  throw malformed(
    below(place, "type"),
    `NIR has no node of type ${JSON.stringify(type.slice(0, 100))}`,
    "SPK-0116",
  );
}

/** @param path names of the graphs around it and its own name, joined by "/" */
export function readNode(
  group: HdfGroup,
  type: NirType,
  name: string,
  path: string,
  place: Place,
  notes: Gathered["notes"],
): FileNode {
  const fields = nirFormat[type];
  refuseUnknownFields(group, type, fields, place);
  const gathered: Gathered = { notes, storage: new Map() };
  const values: Record<string, unknown> = {};
  let statedShape: Shape | null = null;
  for (const field of fields) {
    const at = below(place, field.name);
    const dataset = group.members.get(field.name);
    if (dataset === undefined) {
      if (field.key) values[field.key] = absentValue(field, values, type, place);
      else if (field.format.kind === "shape") throw malformed(place, `the ${type} node has no field shape`);
    } else {
      if (dataset.kind === "numbers")
        gathered.storage.set(field.name, { type: dataset.type, shape: dataset.shape });
      if (field.key) values[field.key] = fieldValue(field, dataset, at);
      // Old writers put zeros where Flatten's input was not known.
      else statedShape = field.format.kind === "shape" ? shapeAt(dataset, at) : null;
    }
  }
  checkParameterShapes(fields, values, place);
  const metadata = readMetadata(group, place, gathered);
  const origin = { file: place.file, node: path, operator: type };
  const hints = isNirNeuron(type) ? readNeuronHints(metadata, place, notes) : {};
  const quantization = readNodeQuantization(type, metadata, place, notes);
  const base = { type, name, origin, storage: gathered.storage, metadata, ...hints, ...quantization };
  const shape = type === "Input" ? { shape: statedShape } : {};
  return { node: { ...base, ...shape, ...values } as unknown as ShapelessSpikingNode, place, statedShape };
}

function refuseUnknownFields(
  group: HdfGroup,
  type: NirType,
  fields: readonly FieldFormat[],
  place: Place,
): void {
  const known = new Set(["type", "metadata", ...fields.map(({ name }) => name)]);
  for (const name of group.members.keys()) {
    if (!known.has(name)) throw malformed(below(place, name), `a node of type ${type} has no such field`);
  }
}

/** The default of a field that the file leaves out. */
function absentValue(
  { name, format }: FieldFormat,
  values: Record<string, unknown>,
  type: NirType,
  place: Place,
): Tensor | null {
  if (format.kind === "inputShape") return null;
  if (format.kind !== "parameter" || format.fallback === null)
    throw malformed(place, `the ${type} node has no field ${name}`);
  // In the precision of its neighbours, so that a float32 neuron stays one.
  const precise = Object.values(values).some(
    (value) => isTensor(value) && value.data instanceof Float64Array,
  );
  const data = precise ? Float64Array.of(format.fallback) : Float32Array.of(format.fallback);
  return { shape: [], data };
}

function fieldValue({ format }: FieldFormat, dataset: HdfNode, place: Place): unknown {
  switch (format.kind) {
    case "parameter":
      return checkRange(tensorAt(dataset, place), format.range, place);
    case "weight":
      return checkAxes(tensorAt(dataset, place), format.axes, place);
    case "bias":
      return checkAxes(tensorAt(dataset, place), 1, place).data;
    case "integers":
      return single(countedIntegersAt(dataset, place, format.count, format.least));
    case "inputShape":
      return single(countedIntegersAt(dataset, place, format.count, 1));
    case "padding":
      return dataset.kind === "strings"
        ? paddingName(stringAt(dataset, place), place)
        : single(countedIntegersAt(dataset, place, format.count, 0));
  }
}

const single = (values: readonly number[]): number | readonly number[] =>
  values.length === 1 ? values[0] : values;

function paddingName(name: string, place: Place): string {
  if (name === "same" || name === "valid") return name;
  throw malformed(place, `the padding ${JSON.stringify(name.slice(0, 100))} is neither "same" nor "valid"`);
}

function checkAxes(tensor: Tensor, axes: number, place: Place): Tensor {
  if (tensor.shape.length === axes) return tensor;
  throw malformed(place, `its shape is ${formatShape(tensor.shape)}: ${axes} axes are needed`);
}

function checkRange(tensor: Tensor, range: "any" | "positive" | "notNegative", place: Place): Tensor {
  if (range === "any") return tensor;
  const index = tensor.data.findIndex((value) => (range === "positive" ? value <= 0 : value < 0));
  if (index < 0) return tensor;
  const needed = range === "positive" ? "more than 0" : "0 or more";
  throw impossible(place, `it holds ${tensor.data[index]} at index ${index}: ${needed} is needed`);
}

/** The parameters of a node hold one value, or all the same number of values in the same order. */
function checkParameterShapes(
  fields: readonly FieldFormat[],
  values: Record<string, unknown>,
  place: Place,
): void {
  let first: { name: string; shape: Shape } | null = null;
  for (const { name, key, format } of fields) {
    const value = values[key];
    if (format.kind !== "parameter" || !isTensor(value) || sizeOf(value.shape) === 1) continue;
    const shape = withoutLeadingOnes(value.shape);
    first ??= { name, shape };
    if (sameShape(shape, first.shape)) continue;
    throw malformed(
      below(place, name),
      `its shape is ${formatShape(value.shape)}, that of ${first.name} is ${formatShape(first.shape)}`,
    );
  }
}

function isTensor(value: unknown): value is Tensor {
  return typeof value === "object" && value !== null && "data" in value && "shape" in value;
}
