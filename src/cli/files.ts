/** Files at the edge: what commands read and write. Every output is written aside and renamed, so that no half file stays. */
import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { SpikecError } from "../errors/error.ts";
import type { Graph } from "../graph/graph.ts";
import { checkNetwork } from "../network/check.ts";
import type { Network } from "../network/network.ts";
import { decodeNetwork } from "../network/spk/spk.ts";

const readFailures: ReadonlyMap<string | undefined, string> = new Map([
  ["ENOENT", "there is no such file"],
  ["ENOTDIR", "there is no such file"],
  ["EACCES", "access is denied"],
]);

/** Throws SPK-0901. */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    const status = await stat(path);
    if (status.isDirectory()) throw new Error("it is a folder");
    // Devices and pipes could give bytes without end.
    if (!status.isFile()) throw new Error("it is not a regular file");
    return await readFile(path);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const reason = readFailures.get(code) ?? message;
    throw new SpikecError("SPK-0901", `cannot be read: ${reason}`, { where: path, cause });
  }
}

const writeFailures: ReadonlyMap<string | undefined, string> = new Map([
  ["EISDIR", "it is a folder"],
  ["ENOTDIR", "a part of its path is no folder"],
  ["EACCES", "access is denied"],
  ["EROFS", "the disk is read-only"],
  ["ENOSPC", "the disk is full"],
]);

/** SPK-0902, whatever went wrong. */
export function notWritten(path: string, cause: unknown): SpikecError {
  if (cause instanceof SpikecError) return cause;
  const { code, message } = cause as NodeJS.ErrnoException;
  const reason = writeFailures.get(code) ?? message;
  return new SpikecError("SPK-0902", `cannot be written: ${reason}`, { where: path, cause });
}

/** Throws SPK-0902 for a path that can hold no file: before a long computation, so that its result is not lost. */
export async function refuseFolder(path: string): Promise<void> {
  if (await isFolder(path)) throw new SpikecError("SPK-0902", "it is a folder", { where: path });
}

/** A folder and what is missing above it. Level by level: Node's own recursive mkdir never returns below /proc. */
export async function makeFolder(path: string): Promise<void> {
  if (await isFolder(path)) return;
  if (dirname(path) !== path) await makeFolder(dirname(path));
  await mkdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error; // Somebody else was faster: all the same.
  });
}

/** Writes aside, then renames: readers see the old file or the whole new one. */
export async function writeWhole(path: string, bytes: Uint8Array | string): Promise<void> {
  const aside = join(dirname(path), `.${basename(path)}.${process.pid}.part`);
  try {
    await makeFolder(dirname(path));
    await writeFile(aside, bytes);
    await rename(aside, path);
  } catch (cause) {
    await rm(aside, { force: true }).catch(() => {}); // It may never have been made.
    throw notWritten(path, cause);
  }
}

export function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** A .spk, or a .net of lava-dl, whose numbers are integers already. */
export async function readNetwork(path: string): Promise<Network> {
  const bytes = await readBytes(path);
  const isNet = extname(path).toLowerCase() === ".net";
  const network = isNet
    ? await (await import("../import/netx/import-net.ts")).importNet(
        bytes,
        basename(path, extname(path)),
        path,
      )
    : decodeNetwork(bytes, path);
  checkNetwork(network);
  return network;
}

/** The float model behind a path; front ends are told apart by the ending. */
export async function readGraph(path: string): Promise<Graph> {
  // Front ends are loaded where they are needed: a .spk needs none.
  if (extname(path).toLowerCase() === ".onnx")
    return (await import("../import/onnx/read-model.ts")).readOnnxModel(path);
  throw new SpikecError(
    "SPK-0903",
    `not a model file that spikec reads: "${extname(path) || basename(path)}"`,
    {
      where: path,
    },
  );
}

export function isNetworkFile(path: string): boolean {
  return [".spk", ".net"].includes(extname(path).toLowerCase());
}

export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (status) => status.isDirectory(),
    () => false,
  );
}
