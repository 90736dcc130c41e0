/** What the names of the text mean. */
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { evaluateSpiking } from "../../../src/graph/evaluate-spiking.ts";
import type { SpikingNode } from "../../../src/graph/spiking.ts";
import { jsonSchema, leafSchemas } from "../../../src/import/yaml/schema/schema.ts";
import { filesBelow, textOf } from "../../house/sources.ts";
import { read, small } from "./small-text.ts";

async function nodeOf(fields: string): Promise<SpikingNode> {
  const { graph } = await read(small.replace("type: LIF, tau: 0.01, r: 10", fields));
  return graph.nodes.find(({ name }) => name === "lif")!;
}

const scalar = (value: number) => ({ shape: [], data: Float64Array.of(value) });

describe("a node of the text", () => {
  it("gets what NIR's defaults are, and NIR's names", async () => {
    expect(await nodeOf("type: CubaLIF, tau_syn: 0.1, tau_mem: 0.2")).toMatchObject({
      type: "CubaLIF",
      shape: [1],
      tauSyn: scalar(0.1),
      tauMem: scalar(0.2),
      r: scalar(1),
      vLeak: scalar(0),
      wIn: scalar(1),
      vThreshold: scalar(1),
      vReset: scalar(0),
      vInit: null,
      discretization: null,
    });
  });

  it("has tau and r of beta: its membrane decays by beta and adds its input whole", async () => {
    expect(await nodeOf("type: LIF, beta: 0.75")).toMatchObject({ tau: scalar(0.004), r: scalar(4) });
    const text = small.replace("type: LIF, tau: 0.01, r: 10", "type: LI, beta: 0.75");
    const { graph } = await read(text);
    const { spikes } = evaluateSpiking(graph, graph.discretization!, Float32Array.of(1, 0, 0, 0));
    expect(spikes.get("output")![0]).toBeCloseTo(1, 6);
    expect(spikes.get("output")![1]).toBeCloseTo(0.75, 6);
  });

  it("takes choices about time of its own", async () => {
    const node = await nodeOf("type: IF, reset: subtract, time: {compare: ge, v_floor: -1}, v_init: 0.5");
    expect(node).toMatchObject({
      discretization: { compare: "ge", vFloor: -1, reset: "subtract" },
      vInit: scalar(0.5),
    });
  });

  it("is snnTorch's with snnTorch's defaults", async () => {
    expect(await nodeOf("type: Leaky, beta: 0.9")).toMatchObject({
      type: "Leaky",
      beta: scalar(0.9),
      threshold: scalar(1),
      reset: "subtract",
      resetDelay: true,
      inhibition: false,
      gradedSpikesFactor: scalar(1),
      stateLevels: null,
    });
    expect(await nodeOf("type: Alpha, alpha: 0.9, beta: 0.8")).toMatchObject({
      reset: "zero",
      tauAlpha: null,
    });
    expect(await nodeOf("type: RLeaky, beta: 0.9, V: 0.5, state_quant: [1, 0]")).toMatchObject({
      recurrence: { kind: "oneToOne", weight: scalar(0.5) },
      stateLevels: Float32Array.of(0, 1),
    });
    const lapicque = await nodeOf("type: Lapicque, beta: 0.9, time_step: 0.001");
    expect(lapicque).toMatchObject({ resistance: scalar(1), timeStep: scalar(0.001) });
    expect(lapicque.type === "Lapicque" ? lapicque.capacitance.data[0] : 0).toBeCloseTo(0.00949122, 8);
  });

  it("is sinabs' with sinabs' defaults, and factors in float32", async () => {
    const node = await nodeOf("type: SinabsLIF, tau_mem: 20, tau_syn: 10");
    expect(node).toMatchObject({
      alphaMem: { shape: [], data: Float32Array.of(Math.exp(Math.fround(-1 / 20))) },
      alphaSyn: { shape: [], data: Float32Array.of(Math.exp(Math.fround(-1 / 10))) },
      normInput: true,
      threshold: scalar(1),
      spikes: { kind: "multi" },
      reset: { kind: "subtract", amount: null },
      minVMem: null,
    });
    expect(await nodeOf("type: SinabsExpLeak, tau_mem: 20")).toMatchObject({ normInput: false });
    expect(
      await nodeOf("type: SinabsIAF, spike_fn: {MaxSpike: 2}, reset_fn: {MembraneReset: 0.5}, min_v_mem: -1"),
    ).toMatchObject({
      spikes: { kind: "max", maximum: 2 },
      reset: { kind: "value", value: 0.5, everyStep: false },
      minVMem: scalar(-1),
    });
  });

  it("may be a network of its own", async () => {
    const { graph } = await read(
      small.replace(
        "lif: {type: LIF, tau: 0.01, r: 10}",
        "lif: {type: NIRGraph, nodes: {in: {type: Input, shape: [1]}, if: {type: IF}, out: {type: Output}}, chain: [in, if, out]}",
      ),
    );
    expect(graph.nodes.find(({ name }) => name === "lif")).toMatchObject({ type: "NIRGraph", shape: [1] });
    const { spikes } = evaluateSpiking(graph, graph.discretization!, Float32Array.of(1, 1));
    expect(spikes.get("output")).toEqual(Float32Array.of(1));
  });
});

describe("a convolutional network in text", () => {
  it("has windows, pools and shapes as they follow", async () => {
    const { graph } = await read(`format: snn/1
nodes:
  input: {type: Input, shape: [1, 6, 6]}
  conv: {type: Conv2d, weight: [[[[1, 1, 1], [1, 1, 1], [1, 1, 1]]]], padding: 1}
  if: {type: SinabsIAF}
  pool: {type: SumPool2d, kernel_size: 2}
  flat: {type: Flatten}
  output: {type: Output, shape: [9]}
chain: [input, conv, if, pool, flat, output]
`);
    expect(graph.nodes.map(({ shape }) => shape.join("x"))).toEqual([
      "1x6x6",
      "1x6x6",
      "1x6x6",
      "1x3x3",
      "9",
      "9",
    ]);
    expect(graph.nodes[1]).toMatchObject({
      bias: Float64Array.of(0),
      stride: [1, 1],
      padding: [1, 1],
      groups: 1,
    });
    expect(graph.nodes[3]).toMatchObject({ kernel: [2, 2], stride: [2, 2], padding: [0, 0] });
  });
});

describe("the stimulus", () => {
  const valuesOf = async (drive: string) => {
    const { stimulus } = await read(`${small}stimulus: {steps: 6, drive: ${drive}}\n`);
    return Array.from(stimulus!.values.get("input")!.filter((_, i) => i % 2 === 0));
  };

  it("is made of constants, pulses, trains, chosen steps and lists, added up", async () => {
    expect(await valuesOf("[{value: 0.5}]")).toEqual([0.5, 0.5, 0.5, 0.5, 0.5, 0.5]);
    expect(await valuesOf("[{value: 2, from: 1, to: 3}]")).toEqual([0, 2, 2, 0, 0, 0]);
    expect(await valuesOf("[{every: 3}, {at: [1, 3]}]")).toEqual([1, 1, 0, 2, 0, 0]);
    expect(await valuesOf("[{values: [1, 2, 3], from: 2}]")).toEqual([0, 0, 1, 2, 3, 0]);
    expect(await valuesOf("[{values: [[1, 9], [2, 9]]}, {value: [1, 0], from: 5}]")).toEqual([
      1, 2, 0, 0, 0, 1,
    ]);
  });

  it("may lie in a file", async () => {
    const text = `${small}stimulus: {steps: 2, drive: [{values: {file: "in.npz#x"}}]}\n`;
    const { stimulus } = await read(text, async (reference) => {
      expect(reference).toEqual({ kind: "file", path: "in.npz", part: "x" });
      return { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) };
    });
    expect(stimulus!.values.get("input")).toEqual(Float32Array.of(1, 2, 3, 4));
  });
});

describe("docs/text-form.md", () => {
  const [whole, stimulus] = [...textOf("docs/text-form.md").matchAll(/```yaml\n(.*?)```/gs)].map(
    ([, yaml]) => yaml,
  );

  it("shows a network that reads", async () => {
    const shapes: Record<string, number[]> = { fc: [4, 12], back: [4, 4] };
    const { graph } = await read(whole, async ({ part }) => {
      const shape = shapes[part!];
      return { shape, data: new Float32Array(shape[0] * shape[1]) };
    });
    expect(graph.nodes.map(({ shape }) => shape[0])).toEqual([12, 4, 4, 4, 4]);
  });

  it("shows a stimulus that reads", async () => {
    const { stimulus: values } = await read(`format: snn/1
nodes:
  first: {type: Input, shape: [3]}
  second: {type: Input, shape: [3]}
  output: {type: Output}
chain: [[first, output], [second, output]]
${stimulus.replaceAll(/\{(?=value: 0|at|values)/g, "{input: first, ")}`);
    expect(values!.values.get("first")![3 * 20]).toBeCloseTo(0.3, 6);
    expect(values!.values.get("second")!.slice(0, 3)).toEqual(Float32Array.of(1, 0, 2));
  });
});

describe("docs/snn.schema.json", () => {
  it("is what the schema of the reader gives (npm run docs writes it)", () => {
    expect(JSON.parse(textOf("docs/snn.schema.json"))).toEqual(JSON.parse(JSON.stringify(jsonSchema())));
  });

  it("takes every lesson, and refuses what the reader refuses", () => {
    const schema = z.fromJSONSchema(JSON.parse(textOf("docs/snn.schema.json")));
    const lessons = filesBelow("models/lessons/", ".snn.yaml");
    expect(lessons.length).toBeGreaterThan(10);
    for (const path of lessons) expect(schema.safeParse(parse(textOf(path))).error, path).toBeUndefined();
    const accepts = (change: object) => schema.safeParse({ ...parse(small), ...change }).success;
    expect(accepts({})).toBe(true);
    expect(accepts({ edgs: [] })).toBe(false);
    expect(accepts({ edges: [["lif"]] })).toBe(false);
    expect(accepts({ nodes: { a: { type: "Leaky", betta: 0.9 } } })).toBe(false);
    expect(accepts({ nodes: { a: { type: "NIRGraph", nodes: { b: { type: "LIFF" } } } } })).toBe(false);
  });

  it("allows no key that the reader does not know, in any of its nodes", () => {
    const { $defs } = jsonSchema() as { $defs: Record<string, { additionalProperties?: boolean }> };
    for (const type of leafSchemas.keys()) expect($defs[type].additionalProperties, type).toBe(false);
  });
});
