/** Small .nir files, made by hand for tests: as data first, so that a test can break what it likes. */
import { group, type HdfGroup, type HdfNode, numbers, text } from "../../../src/import/hdf5/tree.ts";
import { writeHdf5 } from "../../../src/import/hdf5/write.ts";

export type Fields = Readonly<Record<string, HdfNode | number | readonly number[] | string>>;

/** Numbers are float32 arrays; a bare number is a scalar. */
export function nodeGroup(type: string, fields: Fields = {}): HdfGroup {
  return group([
    ["type", text(type)],
    ...Object.entries(fields).map(([name, value]): [string, HdfNode] => [name, fieldOf(value)]),
  ]);
}

function fieldOf(value: Fields[string]): HdfNode {
  if (typeof value === "string") return text(value);
  if (typeof value === "number") return numbers(Float32Array.of(value), []);
  return "kind" in value ? value : numbers(Float32Array.from(value));
}

export const shapeField = (...extents: number[]): HdfNode => numbers(BigInt64Array.from(extents, BigInt));

export const floats = (shape: readonly number[], value = 1): HdfNode =>
  numbers(new Float32Array(shape.reduce((product, extent) => product * extent, 1)).fill(value), shape);

export function graphGroup(
  nodes: Iterable<readonly [string, HdfNode]>,
  edges: readonly (readonly [string, string])[],
  more: Iterable<readonly [string, HdfNode]> = [],
): HdfGroup {
  return group([
    ["type", text("NIRGraph")],
    ["nodes", group(nodes)],
    ["edges", { kind: "strings", shape: [edges.length, 2], values: edges.flat(), length: null }],
    ...more,
  ]);
}

export function nirFile(graph: HdfNode): Promise<Uint8Array> {
  return writeHdf5(
    group([
      ["version", text("1.0.8")],
      ["node", graph],
    ]),
  );
}

/** An input of `size`, a LIF with these fields, an output. */
export function oneLif(fields: Fields = {}, size = 3): Promise<Uint8Array> {
  const lif = { tau: 0.01, r: 100, v_leak: 0, v_threshold: 1, ...fields };
  return nirFile(
    graphGroup(
      [
        ["input", nodeGroup("Input", { shape: shapeField(size) })],
        ["lif", nodeGroup("LIF", lif)],
        ["output", nodeGroup("Output", { shape: shapeField(size) })],
      ],
      [
        ["input", "lif"],
        ["lif", "output"],
      ],
    ),
  );
}
