/**
 * Suite `nir/files`: every file is read and written back. For a file of conformance/ what is written holds each field of its
 * expectation, with the same type, shape and values, and every node has the shapes that the expectation infers. For a file of
 * nir_files/ the graph has the nodes, edges, parameters and ports that the manifest counts.
 */
import { SpikecError } from "../../../src/errors/error.ts";
import { exportNir } from "../../../src/export/nir/export-nir.ts";
import type { SpikingEdge, SpikingGraph, SpikingNode } from "../../../src/graph/spiking.ts";
import { readHdf5 } from "../../../src/import/hdf5/read.ts";
import type { HdfGroup, HdfNode } from "../../../src/import/hdf5/tree.ts";
import { importNir } from "../../../src/import/nir/import-nir.ts";
import type { VectorResult } from "../../../src/target/target.ts";
import type { GoldenFiles } from "../golden.ts";

interface ExpectedArray {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** Fields by name; _input_type and _output_type are inferred shapes. */
type ExpectedNode = Readonly<Record<string, unknown>> & {
  readonly type: string;
  readonly _input_type?: { readonly input: readonly number[] };
  readonly _output_type?: { readonly output: readonly number[] };
};

interface ExpectedGraph {
  readonly nodes: Readonly<Record<string, ExpectedNode>>;
  readonly edges: readonly (readonly [string, string])[];
  readonly metadata: Readonly<Record<string, unknown>>;
}

interface ManifestEntry {
  readonly file: string;
  readonly nir_version: string;
  readonly node_types: Readonly<Record<string, number>>;
  readonly n_edges: number;
  readonly weight_bias_params: number;
  readonly io: Readonly<Record<string, readonly number[]>>;
}

const decoder = new TextDecoder();
const json = <T>(bytes: Uint8Array): T => JSON.parse(decoder.decode(bytes)) as T;
const baseName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

export async function* runNirFiles(files: GoldenFiles): AsyncIterable<VectorResult> {
  const manifestPath = files.paths.find((path) => path.endsWith("manifest.json"));
  const manifest = manifestPath ? json<ManifestEntry[]>(files.read(manifestPath)) : [];
  for (const path of files.paths.filter((name) => name.endsWith(".nir"))) {
    const expectedPath = path.replace(/\.nir$/, ".expected.json");
    const expected = files.paths.includes(expectedPath)
      ? json<{ graph: ExpectedGraph }>(files.read(expectedPath)).graph
      : null;
    const entry = manifest.find(({ file }) => file === baseName(path)) ?? null;
    const difference = await differenceOf(files.read(path), baseName(path), expected, entry);
    yield { name: baseName(path), exact: difference === null, difference };
  }
}

async function differenceOf(
  bytes: Uint8Array,
  file: string,
  expected: ExpectedGraph | null,
  entry: ManifestEntry | null,
): Promise<string | null> {
  try {
    const graph = await importNir(bytes, file);
    const written = await readHdf5((await exportNir(graph)).bytes);
    const counted = entry && countsDifference(graph, entry);
    return counted ?? (expected && graphDifference(graph, written.members.get("node"), expected, ""));
  } catch (error) {
    if (!(error instanceof SpikecError)) throw error;
    // lzf may be refused by name, and nothing else may.
    if (error.code === "SPK-0114" && file.includes("lzf")) return null;
    return `${error.code} ${error.where}: ${error.message}`;
  }
}

function graphDifference(
  graph: { readonly nodes: readonly SpikingNode[]; readonly edges: readonly SpikingEdge[] },
  written: HdfNode | undefined,
  expected: ExpectedGraph,
  path: string,
): string | null {
  const group = written as HdfGroup;
  const names = graph.nodes.map(({ name }) => name).sort();
  if (!same(names, Object.keys(expected.nodes).sort())) return `${path}/nodes: ${names.join(", ")}`;
  const edges = graph.edges.map(({ from, to }) => [from, to]);
  if (!same(edges, expected.edges)) return `${path}/edges: ${JSON.stringify(edges)}`;
  const nodes = group.members.get("nodes") as HdfGroup;
  for (const node of graph.nodes) {
    const here = `${path}/${node.name}`;
    const field = nodes.members.get(node.name);
    const wanted = expected.nodes[node.name];
    const difference =
      node.type === "NIRGraph"
        ? graphDifference(node, field, wanted as unknown as ExpectedGraph, here)
        : nodeDifference(graph, node, field as HdfGroup, wanted, here);
    if (difference !== null) return difference;
  }
  return fieldDifference(group.members.get("metadata") ?? emptyGroup, expected.metadata, `${path}/metadata`);
}

const emptyGroup: HdfGroup = { kind: "group", members: new Map() };

function nodeDifference(
  graph: { readonly nodes: readonly SpikingNode[]; readonly edges: readonly SpikingEdge[] },
  node: SpikingNode,
  written: HdfGroup,
  expected: ExpectedNode,
  path: string,
): string | null {
  const { _input_type: input, _output_type: output, ...fields } = expected;
  const source = graph.edges.find(({ to }) => to === node.name)?.from;
  const given = graph.nodes.find(({ name }) => name === source)?.shape ?? node.shape;
  if (input && !same(given, input.input)) return `${path}: input ${given}, expected ${input.input}`;
  if (output && !same(node.shape, output.output))
    return `${path}: output ${node.shape}, expected ${output.output}`;
  return fieldDifference(written, fields, path);
}

/** A group of fields, an array with type and shape, a string or a bare number of any type. */
function fieldDifference(written: HdfNode | undefined, expected: unknown, path: string): string | null {
  if (written === undefined) return `${path} is missing`;
  if (written.kind === "group") {
    const wanted = Object.entries(expected as Record<string, unknown>);
    const extra = [...written.members.keys()].find((name) => !wanted.some(([key]) => key === name));
    if (extra !== undefined) return `${path}/${extra} is not expected`;
    for (const [name, value] of wanted) {
      const difference = fieldDifference(written.members.get(name), value, `${path}/${name}`);
      if (difference !== null) return difference;
    }
    return null;
  }
  const values = Array.from(written.values as ArrayLike<unknown>, (value) =>
    typeof value === "bigint" ? Number(value) : value,
  );
  if (typeof expected !== "object" || expected === null)
    return values.length === 1 && values[0] === expected ? null : `${path}: ${values}, expected ${expected}`;
  const { dtype, shape, data } = expected as ExpectedArray;
  const found = {
    dtype: written.kind === "numbers" ? written.type : "string",
    shape: written.shape,
    data: values,
  };
  if (same([found.dtype, found.shape], [dtype, shape]) && same(found.data, data)) return null;
  const index = data.findIndex((value, i) => value !== values[i]);
  return `${path}: ${found.dtype} [${found.shape}], expected ${dtype} [${shape}]; first different value at ${index}`;
}

function countsDifference(graph: SpikingGraph, entry: ManifestEntry): string | null {
  const all = allNodes(graph.nodes);
  const types: Record<string, number> = { NIRGraph: 1 };
  for (const { type } of all) types[type] = (types[type] ?? 0) + 1;
  const parameters = all.reduce((sum, node) => {
    const weights = "weight" in node ? node.weight.data.length : 0;
    return sum + weights + ("bias" in node ? node.bias.length : 0);
  }, 0);
  const ports = graph.nodes.filter(({ type }) => type === "Input" || type === "Output");
  // The shapes of ports are stated with a batch axis in some files, which we take off.
  const io = Object.fromEntries(
    ports.map(({ name, shape }) => [name, shape.reduce((product, extent) => product * extent, 1)]),
  );
  const wantedIo = Object.fromEntries(
    Object.entries(entry.io).map(([name, shape]) => [
      name,
      shape.reduce((product, extent) => product * extent, 1),
    ]),
  );
  const found = {
    types: sorted(types),
    edges: graph.edges.length,
    parameters,
    io: sorted(io),
    version: graph.formatVersion,
  };
  const wanted = {
    types: sorted(entry.node_types),
    edges: entry.n_edges,
    parameters: entry.weight_bias_params,
    io: sorted(wantedIo),
    version: entry.nir_version,
  };
  return same(found, wanted) ? null : `${JSON.stringify(found)}, expected ${JSON.stringify(wanted)}`;
}

function allNodes(nodes: readonly SpikingNode[]): SpikingNode[] {
  return nodes.flatMap((node) => (node.type === "NIRGraph" ? [node, ...allNodes(node.nodes)] : [node]));
}

const sorted = (record: Readonly<Record<string, number>>) =>
  Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
