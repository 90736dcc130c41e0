/** ONNX for users of the library. The decoder is loaded when it is first needed, and its types stay behind this file. */
import type { Graph } from "../graph/graph.ts";

export interface OnnxFile {
  /** What to call the model in messages, and in the origins of its nodes. */
  readonly file: string;
  /** Gives the bytes of a file beside the model, for weights that lie outside of it; without it those are an error. */
  readonly readExternal?: (location: string) => Promise<Uint8Array>;
}

/**
 * Reads an ONNX model: a feed-forward ReLU network of the operators of docs/conversion.md, opset 7 or newer, float32 or in
 * QDQ form. Shapes are per sample: the batch axis does not appear.
 *
 * @param bytes of the .onnx file
 * @throws SpikecError SPK-01xx for what cannot be read or used, with every operator that is refused and the way out
 */
export async function importOnnx(bytes: Uint8Array, file: OnnxFile): Promise<Graph> {
  return (await import("../import/onnx/import-onnx.ts")).importOnnx(bytes, file);
}
