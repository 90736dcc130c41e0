/**
 * Reads a model and its external data from disk. The only file of this room that knows about files: real paths are
 * compared, so that a link cannot lead out of the model's folder either.
 */
import { readFile, realpath, stat } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, sep } from "node:path";
import { SpikecError } from "../../errors/error.ts";
import type { Graph } from "../../graph/graph.ts";
import { importOnnx } from "./import-onnx.ts";
import { inspectOnnx, type OnnxInspection } from "./inspect-onnx.ts";

/** Node reads at most 2 GiB into one buffer, which is protobuf's limit, too. */
const largestFile = 2 ** 31 - 1;

/** @throws SpikecError of the 01xx and 02xx ranges. */
export async function readOnnxModel(path: string): Promise<Graph> {
  return importOnnx(await readModelFile(path), sourceOf(path));
}

/** As readOnnxModel, but unsupported operators are listed instead of thrown. */
export async function inspectOnnxModel(path: string): Promise<OnnxInspection> {
  return inspectOnnx(await readModelFile(path), sourceOf(path));
}

function sourceOf(path: string) {
  const folder = dirname(path);
  const file = basename(path);
  return { file, readExternal: (location: string) => readInside(folder, location, file) };
}

async function readModelFile(path: string): Promise<Uint8Array> {
  try {
    return await readRegularFile(path);
  } catch (cause) {
    throw new SpikecError("SPK-0102", `${path} cannot be read: ${reasonOf(cause)}`, { where: path, cause });
  }
}

async function readInside(folder: string, location: string, file: string): Promise<Uint8Array> {
  const where = `${file}, external data ${location}`;
  try {
    const [root, path] = await Promise.all([realpath(folder), realpath(join(folder, location))]);
    const inside = relative(root, path);
    if (inside === ".." || inside.startsWith(`..${sep}`) || isAbsolute(inside)) {
      throw new SpikecError("SPK-0109", `${location} is a link that leaves the model's folder`, { where });
    }
    return await readRegularFile(path);
  } catch (cause) {
    if (cause instanceof SpikecError) throw cause;
    throw new SpikecError("SPK-0108", `${location} cannot be read: ${reasonOf(cause)}`, { where, cause });
  }
}

async function readRegularFile(path: string): Promise<Uint8Array> {
  const status = await stat(path);
  // Devices and pipes could give bytes without end.
  if (!status.isFile()) throw new Error("it is not a regular file");
  if (status.size > largestFile) throw new Error("it is larger than 2 GiB");
  return readFile(path);
}

function reasonOf(cause: unknown): string {
  const code = (cause as NodeJS.ErrnoException).code;
  if (code === "ENOENT") return "there is no such file";
  if (code === "EACCES") return "access is denied";
  return cause instanceof Error ? cause.message : String(cause);
}
