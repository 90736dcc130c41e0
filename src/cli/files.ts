/** Files at the edge: what commands read and write. Every output is written aside and renamed, so that no half file stays. */
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { checkLabelCount, readLabels } from "../data/labels.ts";
import { readArray } from "../data/read-array.ts";
import { firstSamples, matchSamples, matchSpikeSamples, type Samples } from "../data/samples.ts";
import { SpikecError } from "../errors/error.ts";
import type { Graph } from "../graph/graph.ts";
import { readOnnxModel } from "../import/onnx/read-model.ts";
import { checkNetwork } from "../network/check.ts";
import type { Input, Network } from "../network/network.ts";
import { sampleShape } from "../network/shapes.ts";
import { decodeNetwork } from "../network/spk/spk.ts";
import type { Image } from "../target/target.ts";

export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const reason = code === "ENOENT" ? "there is no such file" : code === "EISDIR" ? "it is a folder" : code;
    throw new SpikecError("SPK-0901", `cannot be read: ${reason}`, { where: path, cause });
  }
}

/** Writes aside, then renames: readers see the old file or the whole new one. */
export async function writeWhole(path: string, bytes: Uint8Array | string): Promise<void> {
  const aside = join(dirname(path), `.${basename(path)}.${process.pid}.part`);
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(aside, bytes);
    await rename(aside, path);
  } catch (cause) {
    await rm(aside, { force: true });
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new SpikecError("SPK-0902", `cannot be written: ${code ?? message}`, { where: path, cause });
  }
}

export function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

export async function readNetwork(path: string): Promise<Network> {
  const network = decodeNetwork(await readBytes(path), path);
  checkNetwork(network);
  return network;
}

/** The float model behind a path; front ends are told apart by the ending. */
export async function readGraph(path: string): Promise<Graph> {
  if (extname(path).toLowerCase() === ".onnx") return readOnnxModel(path);
  throw new SpikecError(
    "SPK-0903",
    `not a model file that spikec reads: "${extname(path) || basename(path)}"`,
    {
      where: path,
    },
  );
}

export function isNetworkFile(path: string): boolean {
  return extname(path).toLowerCase() === ".spk";
}

/** Samples in network-input units: file value / input scale. */
export interface ScaledSamples {
  readonly count: number;
  /** [count, ...shape] */
  readonly values: Float32Array;
  readonly integers: boolean;
  readonly labels: Int32Array | null;
  readonly hash: string;
}

export interface SampleFiles {
  readonly input: string;
  readonly labels?: string | undefined;
  readonly inputScale: number;
  readonly limit?: number | undefined;
}

async function labelsOf(files: SampleFiles, count: number): Promise<Int32Array | null> {
  if (files.labels === undefined) return null;
  const labels = readLabels(await readBytes(files.labels), files.labels);
  checkLabelCount(labels, count, files.labels);
  return labels;
}

async function scaled(files: SampleFiles, match: (bytes: Uint8Array) => Samples): Promise<ScaledSamples> {
  const bytes = await readBytes(files.input);
  const samples = match(bytes);
  const labels = await labelsOf(files, samples.count);
  const first = firstSamples(samples, files.limit ?? samples.count);
  return {
    count: first.count,
    values: Float32Array.from(first.data, (value) => value / files.inputScale),
    integers: !samples.dtype.startsWith("float"),
    labels: labels?.subarray(0, first.count) ?? null,
    hash: hashOf(bytes),
  };
}

/** Samples for a float Graph of this input shape. */
export function readSamples(files: SampleFiles, shape: readonly number[]): Promise<ScaledSamples> {
  return scaled(files, (bytes) => matchSamples(readArray(bytes, files.input), shape, files.input));
}

/** Samples for a network's input: values, or spikes over time where its encoder takes those. */
export function readInputSamples(files: SampleFiles, input: Input): Promise<ScaledSamples> {
  if (input.encoder.kind !== "spikes") return readSamples(files, sampleShape(input));
  return scaled(files, (bytes) => matchSpikeSamples(readArray(bytes, files.input), input.shape, files.input));
}

/** An Image is a folder: one file an artifact, and the name of its target. Written aside as a whole. */
export async function writeImage(folder: string, image: Image): Promise<void> {
  const aside = `${folder}.${process.pid}.part`;
  await rm(aside, { recursive: true, force: true });
  try {
    await mkdir(aside, { recursive: true });
    await writeFile(join(aside, "target.json"), `${JSON.stringify({ target: image.target })}\n`);
    for (const { name, bytes } of image.artifacts) await writeFile(join(aside, name), bytes);
    await refuseForeign(folder);
    await rm(folder, { recursive: true, force: true });
    await rename(aside, folder);
  } catch (cause) {
    await rm(aside, { recursive: true, force: true });
    if (cause instanceof SpikecError) throw cause;
    throw new SpikecError("SPK-0902", `cannot be written: ${(cause as Error).message}`, {
      where: folder,
      cause,
    });
  }
}

/** An existing folder is replaced only if it is an Image (or empty): nobody loses other files. */
async function refuseForeign(folder: string): Promise<void> {
  const entries: string[] = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  if (entries.length > 0 && !entries.includes("target.json"))
    throw new SpikecError("SPK-0902", "the folder holds other files; name a new one", { where: folder });
}

export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (status) => status.isDirectory(),
    () => false,
  );
}

/** Throws SPK-0404 for a folder that is no Image. */
export async function readImage(folder: string): Promise<Image> {
  const label = await readFile(join(folder, "target.json"), "utf8").catch(() => null);
  if (label === null) throw new SpikecError("SPK-0404", "the folder has no target.json", { where: folder });
  const { target } = parseLabel(label, folder);
  const names = (await readdir(folder)).filter((name) => name !== "target.json").sort();
  const artifacts = await Promise.all(
    names.map(async (name) => ({ name, bytes: new Uint8Array(await readFile(join(folder, name))) })),
  );
  return { target, artifacts };
}

function parseLabel(text: string, folder: string): { target: string } {
  try {
    const { target } = JSON.parse(text);
    if (typeof target === "string") return { target };
  } catch {
    // Falls through: not JSON.
  }
  throw new SpikecError("SPK-0404", "target.json names no target", { where: folder });
}
