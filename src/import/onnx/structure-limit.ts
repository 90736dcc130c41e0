/**
 * A limit on everything in a model file that is not tensor data. The decoder makes an object of some hundred bytes
 * out of a message of two; a file of nothing but empty nodes would fill the memory before anybody could look at it.
 * So the bytes are measured first, without decoding: protobuf's wire format and the few fields that lead to tensors.
 */
import { SpikecError } from "../../errors/error.ts";

/** 8 MiB; a network of a thousand nodes takes some hundred kilobytes. */
export const largestStructure = 2 ** 23;

/** What lies behind a field: tensor data, or a message whose own fields matter. */
interface Fields extends ReadonlyMap<number, "data" | Fields> {}

// Field numbers from onnx.proto.
const tensor: Fields = new Map([
  [4, "data"], // float_data
  [5, "data"], // int32_data
  [9, "data"], // raw_data
  [10, "data"], // double_data
]);
const attribute: Fields = new Map([[5, tensor]]); // t
const node: Fields = new Map([[5, attribute]]);
const graph: Fields = new Map([
  [1, node],
  [5, tensor], // initializer
]);
const model: Fields = new Map([[7, graph]]);

/** @throws SpikecError SPK-0101 */
export function checkStructure(bytes: Uint8Array, file: string): void {
  const structure = bytes.length - tensorBytes({ bytes, position: 0 }, bytes.length, model);
  if (structure > largestStructure) {
    throw new SpikecError(
      "SPK-0101",
      `${structure} bytes of the file are not tensor data; a network's structure takes at most ${largestStructure}`,
      { where: file, advice: "Check that the file is an ONNX model; store weights as raw data." },
    );
  }
}

interface Cursor {
  readonly bytes: Uint8Array;
  position: number;
}

/** Counts the bytes of tensor data in the message up to `end`. Damage ends the count: the decoder will name it. */
function tensorBytes(cursor: Cursor, end: number, fields: Fields): number {
  let total = 0;
  while (cursor.position < end) {
    const tag = readVarint(cursor);
    const wireType = tag & 7;
    if (wireType === 0) readVarint(cursor);
    else if (wireType === 1) cursor.position += 8;
    else if (wireType === 5) cursor.position += 4;
    else if (wireType === 2) {
      const length = readVarint(cursor);
      const stop = Math.min(end, cursor.position + length);
      const field = fields.get(tag >>> 3);
      if (field === "data") total += stop - cursor.position;
      else if (field) total += tensorBytes(cursor, stop, field);
      cursor.position = stop;
    } else cursor.position = end;
  }
  return total;
}

function readVarint(cursor: Cursor): number {
  let value = 0;
  for (let factor = 1; cursor.position < cursor.bytes.length; factor *= 128) {
    const byte = cursor.bytes[cursor.position++];
    value += (byte & 127) * factor;
    if (byte < 128) break;
  }
  return value;
}
