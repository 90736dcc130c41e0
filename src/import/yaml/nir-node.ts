/** Nodes that NIR has: from the keys of the text to the fields of the graph, along NIR's own table. */
import type { Tensor } from "../../graph/graph.ts";
import { type FieldFormat, isNirNeuron, isNirType, nirFormat } from "../nir/format.ts";
import type { NodeText } from "./check-document.ts";
import { below, malformed } from "./place.ts";
import { nirDefaults } from "./schema/nir-nodes.ts";
import type { TensorText } from "./schema/tensor.ts";
import { camelCase } from "./schema/time.ts";
import { type ReadTensors, tensorOf } from "./tensors.ts";

/** What a builder of nodes has at hand. */
export interface Building {
  readonly read: ReadTensors;
  /** Seconds a step, where the file says it. */
  readonly dt: number | null;
}

/** The fields of the graph's node beside those that all nodes have. @throws SpikecError SPK-0121 */
export function nirFields(node: NodeText, building: Building): Record<string, unknown> {
  const { type, fields } = node;
  if (!isNirType(type)) return {};
  const values: Record<string, unknown> = {};
  for (const field of nirFormat[type]) {
    if (field.key === "") continue;
    values[field.key] = fieldValue(field, node, values, building);
  }
  if (fields.beta !== undefined) Object.assign(values, fromBeta(node, building));
  return isNirNeuron(type) ? { ...values, ...neuronFields(node, building) } : values;
}

function fieldValue(
  { name, format }: FieldFormat,
  node: NodeText,
  values: Readonly<Record<string, unknown>>,
  { read }: Building,
): unknown {
  const { fields, place } = node;
  const given = fields[name] ?? fallbackOf(name, values);
  const at = below(place, name);
  switch (format.kind) {
    case "parameter":
      // LI and LIF may have beta in the place of tau.
      if (given === undefined && fields.beta !== undefined) return null;
      if (given === undefined) throw malformed(place, `the key ${name} is missing`);
      return tensorOf(given as TensorText, at, read);
    case "weight": {
      const tensor = tensorOf(given as TensorText, at, read);
      if (tensor.shape.length === format.axes) return tensor;
      throw malformed(at, `it has ${tensor.shape.length} axes, and must have ${format.axes}`, "SPK-0201");
    }
    case "bias":
      return biasOf(tensorOf(given as TensorText, at, read), values.weight as Tensor);
    case "integers":
    case "padding":
      return spread(given as number | string | readonly number[], format.count);
    case "inputShape":
      return given === undefined ? null : spread(given as number | readonly number[], format.count);
    default:
      return null;
  }
}

/** Pools step from window to window. */
function fallbackOf(name: string, values: Readonly<Record<string, unknown>>): unknown {
  return name === "stride" && values.kernel !== undefined ? values.kernel : nirDefaults[name];
}

/** One value for all outputs, or one each. */
function biasOf({ shape, data }: Tensor, weight: Tensor): Tensor["data"] {
  if (shape.length > 0) return data;
  const like = weight.data instanceof Float32Array ? Float32Array : Float64Array;
  return new like(weight.shape[0]).fill(data[0]);
}

function spread(value: number | string | readonly number[], count: 1 | 2): unknown {
  return typeof value === "number" && count === 2 ? [value, value] : value;
}

/** tau = dt / (1 - beta) and r = tau / dt: the membrane decays by beta a step, and input is added as it is. */
function fromBeta(node: NodeText, { read, dt }: Building): { tau: Tensor; r: Tensor } {
  const { fields, place } = node;
  const at = below(place, "beta");
  for (const key of ["tau", "r"])
    if (fields[key] !== undefined)
      throw malformed(at, `it stands in place of tau and r, and ${key} is given too`);
  if (dt === null) throw malformed(at, "time: {dt: ...} is needed to make a time constant of it");
  const { shape, data } = tensorOf(fields.beta as TensorText, at, read);
  if (data.some((beta) => !(beta >= 0 && beta < 1)))
    throw malformed(at, "0 or more and less than 1 is needed");
  const gains = Float64Array.from(data, (beta) => 1 / (1 - beta));
  return { tau: { shape, data: gains.map((gain) => gain * dt) }, r: { shape, data: gains } };
}

function neuronFields({ fields, place }: NodeText, { read }: Building): Record<string, unknown> {
  const { v_init, reset, time } = fields;
  const given = time === undefined ? [] : Object.entries(time as object);
  const choices = given.filter(([, value]) => value !== undefined);
  if (reset !== undefined) choices.push(["reset", reset]);
  return {
    vInit: v_init === undefined ? null : tensorOf(v_init as TensorText, below(place, "v_init"), read),
    discretization:
      choices.length === 0
        ? null
        : Object.fromEntries(choices.map(([name, value]) => [camelCase(name), value])),
  };
}
