/** Files that hold native spiking networks in floats: which endings they have, and who reads and writes them. */
import { basename, extname } from "node:path";
import { SpikecError } from "../../errors/error.ts";
import type { Note } from "../../graph/graph.ts";
import type { SpikingGraph } from "../../graph/spiking.ts";
import type { Stimulus } from "../../import/yaml/stimulus.ts";
import { readBytes } from "../files.ts";

export interface SpikingFile {
  readonly graph: SpikingGraph;
  /** What the file itself feeds to the network; null where it says nothing. */
  readonly stimulus: Stimulus | null;
}

type Reader = (bytes: Uint8Array, path: string) => Promise<SpikingFile>;

interface Written {
  readonly bytes: Uint8Array | string;
  readonly notes: readonly Note[];
  /** Files that belong beside it, by name. */
  readonly beside: ReadonlyMap<string, Uint8Array>;
}

/** output: the path that it will have. */
type Writer = (graph: SpikingGraph, output: string) => Promise<Written>;

/** By ending. Each is loaded when it is needed. */
const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  [".nir", readNir],
  [".yaml", readYaml],
  [".yml", readYaml],
]);

async function readNir(bytes: Uint8Array, path: string): Promise<SpikingFile> {
  const { importNir } = await import("../../import/nir/import-nir.ts");
  return { graph: await importNir(bytes, basename(path)), stimulus: null };
}

async function readYaml(bytes: Uint8Array, path: string): Promise<SpikingFile> {
  const { importYaml } = await import("../../import/yaml/import-yaml.ts");
  const { tensorFilesBeside } = await import("./tensor-files.ts");
  return importYaml(bytes, basename(path), tensorFilesBeside(path));
}

/** By the name that `export --to` takes. */
export const writers: ReadonlyMap<string, Writer> = new Map<string, Writer>([
  ["nir", writeNir],
  ["yaml", writeYaml],
]);

async function writeNir(graph: SpikingGraph): Promise<Written> {
  const { exportNir } = await import("../../export/nir/export-nir.ts");
  return { ...(await exportNir(graph)), beside: new Map() };
}

async function writeYaml(graph: SpikingGraph, output: string): Promise<Written> {
  const { exportYaml } = await import("../../export/yaml/export-yaml.ts");
  const { writeNpz } = await import("../../data/npz.ts");
  const arraysFile = `${basename(output).replace(/(\.snn)?\.ya?ml$/i, "")}.npz`;
  const { text, arrays } = exportYaml(graph, arraysFile);
  const beside = arrays.size === 0 ? [] : [[arraysFile, writeNpz(arrays)] as const];
  return { bytes: text, notes: [], beside: new Map(beside) };
}

export function isSpikingFile(path: string): boolean {
  return readers.has(extname(path).toLowerCase());
}

/** Throws SPK-0901 and SPK-0903 for the path, SPK-01xx and SPK-02xx for what is in the file. */
export async function readSpikingFile(path: string): Promise<SpikingFile> {
  const read = readers.get(extname(path).toLowerCase());
  if (read === undefined) {
    const endings = [...readers.keys()].join(", ");
    throw new SpikecError("SPK-0903", `a native spiking network is expected (${endings})`, { where: path });
  }
  return await read(await readBytes(path), path);
}

/** The network alone. */
export async function readSpikingGraph(path: string): Promise<SpikingGraph> {
  return (await readSpikingFile(path)).graph;
}
