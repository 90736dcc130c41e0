/**
 * TensorProto becomes a Constant: raw bytes or typed fields, any numeric type. Lengths are compared with the
 * dimensions before anything is allocated, so that hostile dimensions cost nothing.
 */
import { SpikecError } from "../../errors/error.ts";
import type { FloatArray, Shape } from "../../graph/graph.ts";
import { type ElementType, elementTypes } from "./element-types.ts";
import { onnx, type TensorProto, toNumber } from "./proto.ts";

export interface Constant {
  readonly kind: "constant";
  /** The file's name for it. */
  readonly name: string;
  /** Every dimension of the file: constants have no batch axis. [] is a scalar. */
  readonly shape: Shape;
  /** Floats up to 32 bits as float32; doubles and all integers as float64 (exact up to 2^53). */
  readonly data: FloatArray;
  readonly type: ElementType;
}

/** Where the file says that a tensor's bytes lie; "external" data is handed in, cut to the tensor. */
export type ExternalBytes = (tensor: TensorProto) => Uint8Array | null;

/** @throws SpikecError SPK-0106 where type, dimensions and data do not go together. */
export function readTensor(
  proto: TensorProto,
  name: string,
  file: string,
  externalBytes: ExternalBytes = () => null,
): Constant {
  const malformed = (what: string) => new SpikecError("SPK-0106", `tensor ${name} ${what}`, { where: file });
  const type = elementTypes.get(proto.dataType ?? 0);
  if (!type) throw malformed(`has an element type that holds no numbers (${typeName(proto.dataType)})`);
  if (proto.segment) throw malformed("is stored in segments, which no exporter writes");
  const shape = (proto.dims ?? []).map(toNumber);
  const count = shape.reduce((product, extent) => product * extent, 1);
  if (shape.some((extent) => extent < 0) || !Number.isSafeInteger(count)) {
    throw malformed(`has impossible dimensions [${shape.join(", ")}]`);
  }
  const bytes = isExternal(proto) ? externalBytes(proto) : rawBytes(proto);
  const stored = bytes ? bytes.length : type.stored(proto).length;
  const needed = bytes ? Math.ceil((count * type.bits) / 8) : type.storedCount(count);
  if (stored !== needed) {
    const unit = bytes ? "bytes" : "values";
    throw malformed(
      `[${shape.join(", ")}] of ${type.name} needs ${needed} ${unit}, the file holds ${stored}`,
    );
  }
  const data = bytes ? type.fromBytes(bytes, count) : type.fromFields(type.stored(proto), count);
  return { kind: "constant", name, shape, data, type };
}

export function isExternal(proto: TensorProto): boolean {
  return proto.dataLocation === onnx.TensorProto.DataLocation.EXTERNAL;
}

/** An empty tensor may have neither raw bytes nor typed values: then there are no raw bytes. */
function rawBytes(proto: TensorProto): Uint8Array | null {
  return proto.rawData && proto.rawData.length > 0 ? proto.rawData : null;
}

function typeName(type: number | null | undefined): string {
  return onnx.TensorProto.DataType[type ?? 0]?.toLowerCase() ?? `type ${type}`;
}
