/**
 * External tensor data (ONNX, docs/ExternalData.md): a tensor names a file, an offset and a length. A location must
 * stay inside the model's folder; whoever reads files checks links as well (read-model.ts).
 */
import { SpikecError } from "../../errors/error.ts";
import type { GraphProto, TensorProto } from "./proto.ts";
import { type ExternalBytes, isExternal } from "./tensors.ts";

/** Gives the bytes of a file beside the model. May throw a SpikecError of its own. */
export type ReadExternal = (location: string) => Promise<Uint8Array> | Uint8Array;

/**
 * Reads every external file that the graph's tensors name, each once.
 * @throws SpikecError SPK-0108 or SPK-0109
 */
export async function collectExternalData(
  graph: GraphProto,
  file: string,
  readExternal: ReadExternal | undefined,
): Promise<ExternalBytes> {
  const files = new Map<string, Uint8Array>();
  for (const tensor of tensorsOf(graph)) {
    if (!isExternal(tensor)) continue;
    const location = entry(tensor, "location");
    if (!location) {
      throw new SpikecError("SPK-0108", `tensor ${tensor.name} lies in a file without a name`, {
        where: file,
      });
    }
    checkLocation(location, file);
    if (files.has(location)) continue;
    if (!readExternal) {
      throw new SpikecError("SPK-0108", `the weights lie in ${location}, and no such file was given`, {
        where: file,
      });
    }
    files.set(location, await readExternal(location));
  }
  return (tensor) => slice(tensor, files, file);
}

function tensorsOf(graph: GraphProto): TensorProto[] {
  const constants = (graph.node ?? []).flatMap((node) => (node.attribute ?? []).flatMap(({ t }) => t ?? []));
  return [...(graph.initializer ?? []), ...constants];
}

/**
 * Refuses what could leave the model's folder on any system: absolute paths, drives, "..", and control characters.
 * @throws SpikecError SPK-0109
 */
export function checkLocation(location: string, file: string): void {
  const parts = location.split(/[/\\]/);
  const leaves = parts[0] === "" || parts.includes("..") || location.includes(":");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (leaves || /[\u0000-\u001f]/.test(location)) {
    throw new SpikecError(
      "SPK-0109",
      `external data at ${JSON.stringify(location)} is not inside the model's folder`,
      {
        where: file,
      },
    );
  }
}

function slice(tensor: TensorProto, files: ReadonlyMap<string, Uint8Array>, file: string): Uint8Array {
  const location = entry(tensor, "location") ?? "";
  const bytes = files.get(location);
  const unusable = (what: string) =>
    new SpikecError("SPK-0108", `tensor ${tensor.name}: ${what}`, {
      where: `${file}, external data ${location}`,
    });
  if (!bytes) throw unusable("its external data was not read");
  const offset = byteCount(entry(tensor, "offset") ?? "0");
  const length = byteCount(entry(tensor, "length") ?? String(bytes.length - offset));
  if (Number.isNaN(offset) || Number.isNaN(length))
    throw unusable("its offset or length is not a number of bytes");
  if (offset + length > bytes.length) {
    throw unusable(`bytes ${offset} to ${offset + length} are wanted, the file ends at ${bytes.length}`);
  }
  return bytes.subarray(offset, offset + length);
}

function byteCount(text: string): number {
  return /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
}

function entry(tensor: TensorProto, key: string): string | undefined {
  return tensor.externalData?.find((pair) => pair.key === key)?.value ?? undefined;
}
