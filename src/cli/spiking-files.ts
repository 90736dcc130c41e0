/** Files that hold native spiking networks in floats: which endings they have, and who reads and writes them. */
import { basename, extname } from "node:path";
import { SpikecError } from "../errors/error.ts";
import type { Note } from "../graph/graph.ts";
import type { SpikingGraph } from "../graph/spiking.ts";
import { readBytes } from "./files.ts";

type Reader = (bytes: Uint8Array, file: string) => Promise<SpikingGraph>;

interface Written {
  readonly bytes: Uint8Array | string;
  readonly notes: readonly Note[];
}

type Writer = (graph: SpikingGraph) => Promise<Written>;

/** By ending. Each is loaded when it is needed. */
const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  [".nir", async (bytes, file) => (await import("../import/nir/import-nir.ts")).importNir(bytes, file)],
]);

/** By the name that `export --to` takes. */
export const writers: ReadonlyMap<string, Writer> = new Map<string, Writer>([
  ["nir", async (graph) => (await import("../export/nir/export-nir.ts")).exportNir(graph)],
]);

export function isSpikingFile(path: string): boolean {
  return readers.has(extname(path).toLowerCase());
}

/** Throws SPK-0901 and SPK-0903 for the path, SPK-01xx and SPK-02xx for what is in the file. */
export async function readSpikingGraph(path: string): Promise<SpikingGraph> {
  const read = readers.get(extname(path).toLowerCase());
  if (read === undefined) {
    const endings = [...readers.keys()].join(", ");
    throw new SpikecError("SPK-0903", `a native spiking network is expected (${endings})`, { where: path });
  }
  return await read(await readBytes(path), basename(path));
}
