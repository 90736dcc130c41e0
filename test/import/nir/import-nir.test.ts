import { describe, expect, it } from "vitest";
import { group, type HdfNode, numbers, text } from "../../../src/import/hdf5/tree.ts";
import { writeHdf5 } from "../../../src/import/hdf5/write.ts";
import { importNir } from "../../../src/import/nir/import-nir.ts";
import { floats, graphGroup, nirFile, nodeGroup, oneLif, shapeField } from "./nir-builder.ts";

const read = async (bytes: Uint8Array | Promise<Uint8Array>) => importNir(await bytes, "net.nir");

const input = (...shape: number[]): [string, HdfNode] => [
  "input",
  nodeGroup("Input", { shape: shapeField(...shape) }),
];
const output = (...shape: number[]): [string, HdfNode] => [
  "output",
  nodeGroup("Output", { shape: shapeField(...shape) }),
];

describe("importNir", () => {
  it("gives v_reset 0 and w_in 1 where a file leaves them out, in the precision of the other fields", async () => {
    const cuba = { tau_syn: 0.1, tau_mem: 0.1, r: 1, v_leak: 0, v_threshold: 1 };
    const wide = { ...cuba, tau_syn: numbers(Float64Array.of(0.1)) };
    const graph = await read(
      nirFile(
        graphGroup(
          [input(2), ["narrow", nodeGroup("CubaLIF", cuba)], ["wide", nodeGroup("CubaLIF", wide)], output(2)],
          [
            ["input", "narrow"],
            ["narrow", "wide"],
            ["wide", "output"],
          ],
        ),
      ),
    );
    const defaults = graph.nodes.map((node) =>
      node.type === "CubaLIF" ? [node.vReset.data, node.wIn.data] : [],
    );
    expect(defaults).toContainEqual([Float32Array.of(0), Float32Array.of(1)]);
    expect(defaults).toContainEqual([Float64Array.of(0), Float64Array.of(1)]);
  });

  it("gives a cycle one step of delay on the edge that leaves the neuron, and says so", async () => {
    const graph = await read(
      nirFile(
        graphGroup(
          [
            input(3),
            ["lif", nodeGroup("LIF", { tau: 1, r: 1, v_leak: 0, v_threshold: 1 })],
            ["w", nodeGroup("Linear", { weight: floats([3, 3]) })],
            output(3),
          ],
          [
            ["w", "lif"],
            ["lif", "w"],
            ["input", "lif"],
            ["lif", "output"],
          ],
        ),
      ),
    );
    expect(graph.edges.filter(({ delay }) => delay > 0)).toEqual([{ from: "lif", to: "w", delay: 1 }]);
    expect(graph.notes.map(({ text }) => text)).toEqual([expect.stringContaining("lif to w closes a cycle")]);
  });

  it("takes names as they are, those of JavaScript's own included", async () => {
    const names = ["__proto__", "constructor", "toString", "lif.1", "10", "2", "naïve ✓"];
    const lifs = names.map((name): [string, HdfNode] => [name, nodeGroup("IF", { r: 1, v_threshold: 1 })]);
    const chain = ["input", ...names, "output"];
    const edges = chain.slice(1).map((to, i): [string, string] => [chain[i], to]);
    const graph = await read(nirFile(graphGroup([input(2), ...lifs, output(2)], edges)));
    expect(graph.edges.map(({ from, to }) => [from, to])).toEqual(edges);
    expect(graph.nodes.map(({ name }) => name).sort()).toEqual(chain.sort());
  });

  it("infers shapes through groups, kernels that are not square, padding by name, pools and Flatten", async () => {
    const convolution = {
      weight: floats([6, 2, 3, 5]),
      bias: floats([6]),
      stride: shapeField(1, 2),
      padding: shapeField(1, 0),
      dilation: shapeField(1, 1),
      groups: numbers(BigInt64Array.of(2n), []),
    };
    const same = { ...convolution, stride: shapeField(1, 1), padding: "same", weight: floats([6, 3, 4, 3]) };
    const graph = await read(
      nirFile(
        graphGroup(
          [
            input(4, 9, 12),
            ["a", nodeGroup("Conv2d", convolution)],
            ["b", nodeGroup("Conv2d", same)],
            [
              "pool",
              nodeGroup("AvgPool2d", {
                kernel_size: shapeField(3, 2),
                stride: shapeField(2, 2),
                padding: shapeField(1, 0),
              }),
            ],
            ["flat", nodeGroup("Flatten", { start_dim: shapeField(1), end_dim: shapeField(-1) })],
            output(6, 10),
          ],
          [
            ["input", "a"],
            ["a", "b"],
            ["b", "pool"],
            ["pool", "flat"],
            ["flat", "output"],
          ],
        ),
      ),
    );
    const shapes = Object.fromEntries(graph.nodes.map(({ name, shape }) => [name, shape]));
    expect(shapes).toMatchObject({
      a: [6, 9, 4],
      b: [6, 9, 4],
      pool: [6, 5, 2],
      flat: [6, 10],
      output: [6, 10],
    });
  });

  it("takes a batch axis of one off where shapes fit only without, with warnings", async () => {
    const lif = { r: floats([1, 8]), v_threshold: floats([1, 8]) };
    const graph = await read(
      nirFile(
        graphGroup(
          [
            input(1, 2, 2, 2),
            [
              "pool",
              nodeGroup("SumPool2d", {
                kernel_size: shapeField(1, 1),
                stride: shapeField(1, 1),
                padding: shapeField(0, 0),
              }),
            ],
            [
              "flat",
              nodeGroup("Flatten", {
                start_dim: shapeField(1),
                end_dim: shapeField(-1),
                input_type: shapeField(0, 0, 0, 0),
              }),
            ],
            ["if", nodeGroup("IF", lif)],
            output(1, 8),
          ],
          [
            ["input", "pool"],
            ["pool", "flat"],
            ["flat", "if"],
            ["if", "output"],
          ],
        ),
      ),
    );
    expect(graph.nodes.map(({ shape }) => shape)).toEqual(expect.arrayContaining([[2, 2, 2], [8], [8], [8]]));
    expect(graph.notes.filter(({ level }) => level === "warning").map(({ where }) => where)).toEqual([
      "net.nir /node/nodes",
      "net.nir /node/nodes/if",
      "net.nir /node/nodes/output/shape",
    ]);
  });

  const lif = (fields: object) => oneLif(fields as never);
  it.each([
    [
      "a time constant that is infinite",
      () => lif({ tau: Number.POSITIVE_INFINITY }),
      "SPK-0117",
      "/lif/tau",
    ],
    ["text where numbers belong", () => lif({ tau: "fast" }), "SPK-0115", "/lif/tau"],
    ["a group where numbers belong", () => lif({ tau: group([]) }), "SPK-0115", "/lif/tau"],
    ["an empty array", () => lif({ tau: numbers(new Float32Array(0)) }), "SPK-0115", "/lif/tau"],
    ["an integer beyond 2^53", () => lif({ r: numbers(BigInt64Array.of(2n ** 60n)) }), "SPK-0117", "/lif/r"],
    ["a file without /node", () => writeHdf5(group([["version", text("1")]])), "SPK-0115", "net.nir"],
    ["a root that is no graph", () => nirFile(nodeGroup("LIF", { tau: 1 })), "SPK-0115", "/node"],
    ["a graph without nodes", () => nirFile(graphGroup([], [])), "SPK-0115", "/node/nodes"],
    ["a shape with an extent of 0", () => nirFile(graphGroup([input(0)], [])), "SPK-0117", "/input/shape"],
    [
      "a layer of 2^40 values",
      () => nirFile(graphGroup([input(2 ** 20, 2 ** 20), output(1)], [["input", "output"]])),
      "SPK-0",
      "",
    ],
    [
      "an Output of another shape",
      () => nirFile(graphGroup([input(3), output(4)], [["input", "output"]])),
      "SPK-0201",
      "/output/shape",
    ],
    [
      "an unknown padding",
      () =>
        nirFile(
          graphGroup(
            [
              [
                "c",
                nodeGroup("Conv1d", {
                  weight: floats([1, 1, 1]),
                  bias: [0],
                  stride: 1,
                  padding: "reflect",
                  dilation: 1,
                  groups: 1,
                }),
              ],
            ],
            [],
          ),
        ),
      "SPK-0115",
      "/c/padding",
    ],
    [
      "a stride of 0",
      () =>
        nirFile(
          graphGroup(
            [
              [
                "p",
                nodeGroup("SumPool2d", {
                  kernel_size: shapeField(2, 2),
                  stride: shapeField(0, 0),
                  padding: shapeField(0, 0),
                }),
              ],
            ],
            [],
          ),
        ),
      "SPK-0117",
      "/p/stride",
    ],
  ])("refuses %s, naming its path", async (_, make, code, path) => {
    const error = await read(make()).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "SpikecError", code: expect.stringContaining(code) });
    expect((error as { where: string }).where).toContain(path);
  });

  it("keeps metadata of any nesting, with its types, and warns of what it cannot keep", async () => {
    const words: HdfNode = { kind: "strings", shape: [2], values: ["a", "b"], length: null };
    const metadata = group(
      [
        ["dt", 1e-4 as never],
        ["words", words],
      ].map(([name, value]) => [
        name as string,
        typeof value === "number" ? numbers(Float64Array.of(value), []) : (value as HdfNode),
      ]),
    );
    const graph = await read(
      nirFile(graphGroup([input(2), output(2)], [["input", "output"]], [["metadata", metadata]])),
    );
    expect(graph.metadata).toEqual(new Map([["dt", 1e-4]]));
    expect(graph.storage?.get("metadata/dt")).toEqual({ type: "float64", shape: [] });
    expect(graph.notes).toMatchObject([{ level: "warning", where: "net.nir /node/metadata/words" }]);
  });
});
