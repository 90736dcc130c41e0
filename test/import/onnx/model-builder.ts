/**
 * Writes small ONNX models for tests with onnx-proto's encoder.
 */
import {
  type AttributeProto,
  type NodeProto,
  onnx,
  type TensorProto,
} from "../../../src/import/onnx/proto.ts";

const { DataType } = onnx.TensorProto;
const { AttributeType } = onnx.AttributeProto;

export interface ModelParts {
  readonly opset?: number;
  readonly irVersion?: number;
  /** A string is a free extent. */
  readonly input?: readonly (number | string)[];
  readonly nodes: readonly NodeProto[];
  readonly constants?: readonly TensorProto[];
  readonly outputs?: readonly string[];
}

export type AttributeValue = number | string | readonly number[] | TensorProto | { readonly float: number };

/** From `input` [batch, ...] to `output`. */
export function buildModel(parts: ModelParts): Uint8Array {
  const value = (name: string, extents: readonly (number | string)[] | null) => ({
    name,
    type: {
      tensorType: {
        elemType: DataType.FLOAT,
        ...(extents && {
          shape: {
            dim: extents.map((dim) => (typeof dim === "string" ? { dimParam: dim } : { dimValue: dim })),
          },
        }),
      },
    },
  });
  return onnx.ModelProto.encode({
    irVersion: parts.irVersion ?? 8,
    opsetImport: [{ domain: "", version: parts.opset ?? 13 }],
    graph: {
      name: "test",
      input: [value("input", parts.input ?? ["N", 4])],
      output: (parts.outputs ?? ["output"]).map((name) => value(name, null)),
      node: [...parts.nodes],
      initializer: [...(parts.constants ?? [])],
    },
  }).finish();
}

/** A node whose name is its operator's, which is enough where a test has one of each. */
export function node(
  opType: string,
  input: readonly string[],
  output: string | readonly string[],
  attributes: Readonly<Record<string, AttributeValue>> = {},
): NodeProto {
  const outputs = typeof output === "string" ? [output] : [...output];
  return {
    opType,
    name: `${opType}_${outputs[0]}`,
    input: [...input],
    output: outputs,
    attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
  };
}

function attribute(name: string, value: AttributeValue): AttributeProto {
  if (typeof value === "number") return { name, type: AttributeType.INT, i: value };
  if (typeof value === "string")
    return { name, type: AttributeType.STRING, s: new TextEncoder().encode(value) };
  if (Array.isArray(value)) return { name, type: AttributeType.INTS, ints: [...value] };
  if ("float" in value) return { name, type: AttributeType.FLOAT, f: value.float };
  return { name, type: AttributeType.TENSOR, t: value as TensorProto };
}

export function float(value: number): { readonly float: number } {
  return { float: value };
}

export function floats(name: string, dims: readonly number[], values: ArrayLike<number>): TensorProto {
  return { name, dims: [...dims], dataType: DataType.FLOAT, floatData: Array.from(values) };
}

export function integers(
  name: string,
  values: readonly number[],
  dims: readonly number[] = [values.length],
): TensorProto {
  return { name, dims: [...dims], dataType: DataType.INT64, int64Data: [...values] };
}

export function bytes(
  name: string,
  dims: readonly number[],
  values: readonly number[],
  signed: boolean,
): TensorProto {
  return { name, dims: [...dims], dataType: signed ? DataType.INT8 : DataType.UINT8, int32Data: [...values] };
}

/** A tensor of reproducible values in -1..1. */
export function random(name: string, dims: readonly number[], seed = 1): TensorProto {
  return floats(
    name,
    dims,
    randomValues(
      dims.reduce((size, extent) => size * extent, 1),
      seed,
    ),
  );
}

/** Numerical Recipes' linear congruential generator: reproducible, and good enough for weights. */
export function randomValues(count: number, seed: number): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}
