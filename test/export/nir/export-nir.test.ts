import { describe, expect, it } from "vitest";
import { exportNir } from "../../../src/export/nir/export-nir.ts";
import { discretizationOf } from "../../../src/graph/discretization.ts";
import type { SpikingEdge, SpikingGraph } from "../../../src/graph/spiking.ts";
import { readHdf5 } from "../../../src/import/hdf5/read.ts";
import type { HdfGroup } from "../../../src/import/hdf5/tree.ts";
import { importNir } from "../../../src/import/nir/import-nir.ts";
import { goldenNir, goldenNirNames } from "../../import/nir/golden-nir.ts";
import { oneLif } from "../../import/nir/nir-builder.ts";

const small = async (): Promise<SpikingGraph> => importNir(await oneLif(), "small.nir");

/** Every dataset by its path. */
function fieldsOf(root: HdfGroup, path = ""): Map<string, unknown> {
  const fields = new Map<string, unknown>();
  for (const [name, node] of root.members) {
    if (node.kind !== "group") fields.set(`${path}/${name}`, node);
    else for (const [inner, field] of fieldsOf(node, `${path}/${name}`)) fields.set(inner, field);
  }
  return fields;
}

async function rewritten(graph: SpikingGraph): Promise<SpikingGraph> {
  return importNir((await exportNir(graph)).bytes, "again.nir");
}

const edgeNames = (edges: readonly SpikingEdge[]) =>
  edges.map(({ from, to, delay }) => `${from}>${to}:${delay}`);

describe("exportNir", () => {
  it("writes back every field of every readable conformance file, type and shape and value", async () => {
    const names = goldenNirNames("conformance").filter(
      (name) => name.endsWith(".nir") && !name.includes("lzf"),
    );
    for (const name of names) {
      const before = fieldsOf(await readHdf5(goldenNir(name)));
      const { bytes } = await exportNir(await importNir(goldenNir(name), name));
      expect(fieldsOf(await readHdf5(bytes)), name).toEqual(before);
    }
  });

  it.each(["int8_weight", "big_endian_weight", "fixed_len_strings", "ok_no_v_reset_no_version"])(
    "adds nothing to %s but defaults and a version",
    async (name) => {
      const file = goldenNir(`conformance_negative/${name}.nir`);
      const before = fieldsOf(await readHdf5(file));
      const after = fieldsOf(await readHdf5((await exportNir(await importNir(file, name))).bytes));
      const added = [...after.keys()].filter((path) => !before.has(path));
      expect(["/node/nodes/lif/v_reset", "/version"]).toEqual(expect.arrayContaining(added));
      for (const [path, field] of before) {
        const { kind, length, ...same } = field as { kind: string; length?: number };
        expect(after.get(path), path).toMatchObject(same);
      }
    },
  );

  it("writes float16 as float32, and says so", async () => {
    const graph = await importNir(goldenNir("conformance_negative/float16_weight.nir"), "half.nir");
    const { bytes, notes } = await exportNir(graph);
    expect(fieldsOf(await readHdf5(bytes)).get("/node/nodes/fc/weight")).toMatchObject({ type: "float32" });
    expect(notes).toMatchObject([{ where: "fc", text: expect.stringContaining("float16") }]);
  });

  it("keeps discretization and starting membranes as hints, and reads them back", async () => {
    const graph = await small();
    const vInit = { shape: [3], data: Float64Array.of(0.5, 0.25, 0) };
    const own = { reset: "subtract", vFloor: -1 } as const;
    const discretization = { ...discretizationOf("snntorch", 1e-4), reset: "none" } as const;
    const nodes = graph.nodes.map((node) =>
      node.type === "LIF" ? { ...node, vInit, discretization: own } : node,
    );
    const again = await rewritten({ ...graph, nodes, discretization });
    expect(again.discretization).toEqual(discretization);
    expect(again.nodes.find(({ type }) => type === "LIF")).toMatchObject({ vInit, discretization: own });
    expect(again.notes).toEqual([]);
  });

  it("warns of a hint that it cannot understand, and goes on without", async () => {
    const discretization = { ...discretizationOf("nir", 1e-4), method: "magic" as "euler" };
    const again = await rewritten({ ...(await small()), discretization });
    expect(again.discretization).toBeNull();
    expect(again.notes).toMatchObject([
      {
        level: "warning",
        where: "again.nir /node/metadata/spikec/discretization",
        text: expect.stringContaining("method"),
      },
    ]);
  });

  it("turns delays into Delay nodes, and leaves the step of a cycle to the reader", async () => {
    const graph = await small();
    const discretization = discretizationOf("nir", 1e-3);
    const late = graph.edges.map((edge) => (edge.to === "lif" ? { ...edge, delay: 3 } : edge));
    const again = await rewritten({ ...graph, edges: late, discretization });
    expect(again.nodes.find(({ type }) => type === "Delay")).toMatchObject({
      name: "input_to_lif",
      delay: { data: Float64Array.of(0.003, 0.003, 0.003) },
    });
    const loop = [...graph.edges, { from: "lif", to: "lif", delay: 1 }];
    expect(edgeNames((await rewritten({ ...graph, edges: loop })).edges)).toEqual(edgeNames(loop));
    await expect(exportNir({ ...graph, edges: late })).rejects.toMatchObject({ code: "SPK-0118" });
  });

  it("gives nodes names that HDF5 knows", async () => {
    const graph = await small();
    const nodes = graph.nodes.map((node) => (node.name === "lif" ? { ...node, name: "/2/LIF" } : node));
    const edges = graph.edges.map(({ from, to, delay }) => ({
      from: from === "lif" ? "/2/LIF" : from,
      to: to === "lif" ? "/2/LIF" : to,
      delay,
    }));
    const { bytes, notes } = await exportNir({ ...graph, nodes, edges });
    expect(edgeNames((await importNir(bytes, "n.nir")).edges)).toEqual(["input>2.LIF:0", "2.LIF>output:0"]);
    expect(notes).toMatchObject([{ where: "/2/LIF" }]);
  });

  it("refuses a neuron that NIR does not have", async () => {
    const graph = await small();
    const nodes = graph.nodes.map((node) =>
      node.name === "lif" ? ({ ...node, type: "SinabsIAF" } as never) : node,
    );
    await expect(exportNir({ ...graph, nodes })).rejects.toMatchObject({ code: "SPK-0119" });
  });
});
