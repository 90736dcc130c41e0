/**
 * Broken and hostile files: each ends in a SpikecError of its own code, never in a raw exception, and soon.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { SpikecError } from "../../../src/errors/error.ts";
import type { Graph } from "../../../src/graph/graph.ts";
import { importOnnx } from "../../../src/import/onnx/import-onnx.ts";
import { type NodeProto, onnx, type TensorProto } from "../../../src/import/onnx/proto.ts";
import { largestStructure } from "../../../src/import/onnx/structure-limit.ts";
import { samplePath } from "../../sample-models.ts";
import { buildModel, floats, type ModelParts, node, random, randomValues } from "./model-builder.ts";

const source = { file: "test.onnx" };

/** A Graph or a SpikecError; anything else is thrown on, and fails the test. */
async function outcome(bytes: Uint8Array): Promise<Graph | SpikecError> {
  return importOnnx(bytes, source).catch((error: unknown) => {
    if (error instanceof SpikecError) return error;
    throw error;
  });
}

async function expectError(bytes: Uint8Array, code: string, what: RegExp): Promise<void> {
  const error = await outcome(bytes);
  expect(error).toMatchObject({ code, message: expect.stringMatching(what) });
}

const expectModelError = (parts: ModelParts, code: string, what: RegExp) =>
  expectError(buildModel(parts), code, what);

const relu = node("Relu", ["input"], "output");

describe("a file that is no complete ONNX model", () => {
  it("is empty", () => expectError(new Uint8Array(0), "SPK-0101", /empty/));
  it("is text", () => expectError(new TextEncoder().encode("<!DOCTYPE html><html></html>"), "SPK-0101", /./));
  it("is zeros", () => expectError(new Uint8Array(1000), "SPK-0101", /./));
  it("is random bytes", async () => {
    for (let seed = 1; seed <= 200; seed++) {
      const bytes = Uint8Array.from(randomValues(300, seed), (value) => (value + 1) * 128);
      expect(await outcome(bytes), `seed ${seed}`).toBeInstanceOf(SpikecError);
    }
  });
  it("has no graph", () =>
    expectError(onnx.ModelProto.encode({ irVersion: 8 }).finish(), "SPK-0101", /no ONNX graph/));
  it("is a real model cut off anywhere", async () => {
    const model = readFileSync(samplePath("digits_mlp.onnx"));
    for (
      let length = 0;
      length < model.length;
      length += length < 1500 || length > model.length - 300 ? 1 : 37
    ) {
      const error = await outcome(model.subarray(0, length));
      expect(error, `cut at ${length} of ${model.length}`).toMatchObject({ code: "SPK-0101", exitCode: 3 });
    }
  });
  it("is a real model with damaged bytes: it imports, or it is an error, but nothing else", async () => {
    const model = readFileSync(samplePath("digits_mlp.qdq_perchannel.onnx"));
    const random = randomValues(6000, 5);
    let errors = 0;
    for (let round = 0; round < 2000; round++) {
      const damaged = Uint8Array.from(model);
      for (let change = 0; change < 3; change++) {
        const value = random[round * 3 + change];
        damaged[Math.floor(((value + 1) / 2) * damaged.length)] ^= 1 << (round % 8);
      }
      const result = await outcome(damaged);
      if (result instanceof SpikecError) errors++;
    }
    expect(errors, "damage that was found").toBeGreaterThan(100);
  });
});

describe("versions", () => {
  it("an opset before 7 is refused", () =>
    expectModelError({ nodes: [relu], opset: 6 }, "SPK-0103", /opset 6 is older than 7/));
  it("IR version 2 is refused", () =>
    expectModelError({ nodes: [relu], irVersion: 2 }, "SPK-0103", /IR version 2/));
  it("an opset after 21 is read, with a warning", async () => {
    const graph = (await outcome(buildModel({ nodes: [relu], opset: 23 }))) as Graph;
    expect(graph.notes).toMatchObject([{ level: "warning", text: expect.stringContaining("opset 23") }]);
  });
  it("initializers that are listed as inputs, as in IR version 3, are no inputs", async () => {
    const model = onnx.ModelProto.decode(
      buildModel({
        nodes: [node("Gemm", ["input", "w"], "output")],
        constants: [random("w", [4, 2])],
        irVersion: 3,
      }),
    );
    model.graph?.input?.push(onnx.ValueInfoProto.create({ name: "w" }));
    const graph = (await outcome(onnx.ModelProto.encode(model).finish())) as Graph;
    expect(graph.nodes.map(({ type }) => type)).toEqual(["Input", "Affine"]);
  });
});

describe("inputs and outputs", () => {
  it("a free extent beside the batch is an error that names it", () =>
    expectModelError({ nodes: [relu], input: ["N", 3, "height", 8] }, "SPK-0110", /axis 2 .*\(height\)/));
  it("an input without a batch axis", () =>
    expectModelError({ nodes: [relu], input: [4] }, "SPK-0110", /1 axes/));
  it("an input larger than any layer may be", () =>
    expectModelError({ nodes: [relu], input: ["N", 3, 100_000, 100_000] }, "SPK-0204", /30000000000 values/));
  it("two outputs are named", () =>
    expectModelError(
      { nodes: [relu], outputs: ["output", "other"] },
      "SPK-0111",
      /2 outputs: output, other/,
    ));
  it("no output", () => expectModelError({ nodes: [relu], outputs: [] }, "SPK-0111", /0 outputs/));
  it("an output that is a constant", () =>
    expectModelError(
      { nodes: [relu], constants: [floats("c", [1], [1])], outputs: ["c"] },
      "SPK-0105",
      /does not depend/,
    ));
});

describe("graphs that break the rules of ONNX", () => {
  const cases: [string, readonly NodeProto[], RegExp][] = [
    ["a value that nobody makes", [node("Relu", ["nowhere"], "output")], /input nowhere is made by no node/],
    [
      "an output that nobody makes",
      [node("Relu", ["input"], "other")],
      /the output output is made by no node/,
    ],
    ["a node that feeds itself", [node("Relu", ["output"], "output")], /cycle/],
    [
      "a cycle of two",
      [node("Relu", ["b"], "a"), node("Relu", ["a"], "b"), node("Add", ["a", "input"], "output")],
      /cycle/,
    ],
    ["a value made twice", [relu, node("Relu", ["input"], "output")], /output output exists already/],
    ["an input that is made again", [node("Relu", ["input"], "input"), relu], /input exists already/],
    [
      "an index outside of a shape",
      [
        node("Shape", ["input"], "s"),
        node("Constant", [], "i", { value_ints: [-3] }),
        node("Gather", ["s", "i"], "t"),
        node("Reshape", ["input", "t"], "output"),
      ],
      /index is out of range/,
    ],
    ["a missing input", [node("Add", ["input"], "output")], /its input 1 is missing/],
  ];
  it.each(cases)("%s", (_, nodes, message) => expectModelError({ nodes }, "SPK-0105", message));

  it("two initializers of one name", () =>
    expectModelError(
      { nodes: [relu], constants: [random("w", [1]), random("w", [2])] },
      "SPK-0105",
      /named w/,
    ));
  it("shapes that do not fit name the node and both shapes", () =>
    expectModelError(
      { nodes: [node("Gemm", ["input", "w"], "output")], constants: [random("w", [5, 2])] },
      "SPK-0201",
      /take \[5\] values, its input gives \[4\]/,
    ));
  it("nodes in the wrong order are sorted", async () => {
    const nodes = [node("Relu", ["a"], "output"), node("Add", ["input", "input"], "a")];
    const graph = (await outcome(buildModel({ nodes }))) as Graph;
    expect(graph.nodes.map(({ type }) => type)).toEqual(["Input", "Add", "ReLU"]);
  });
  it("names such as __proto__ and constructor are names like any other", async () => {
    const constants = [{ ...random("", [4, 4]), name: "__proto__" }];
    const nodes = [
      node("Gemm", ["input", "__proto__"], "constructor"),
      node("Relu", ["constructor"], "toString"),
    ];
    const graph = (await outcome(buildModel({ nodes, constants, outputs: ["toString"] }))) as Graph;
    expect(graph.nodes.map(({ name }) => name)).toEqual(["input", "Gemm_constructor", "Relu_toString"]);
    await expectModelError({ nodes: [node("__proto__", ["input"], "output")] }, "SPK-0104", /__proto__/);
  });
  it("nodes of the same name stay apart", async () => {
    const nodes = [node("Relu", ["input"], "a"), node("Relu", ["a"], "output")].map((each) => ({
      ...each,
      name: "same",
    }));
    const graph = (await outcome(buildModel({ nodes }))) as Graph;
    expect(graph.nodes.map(({ name }) => name)).toEqual(["input", "same", "same (output)"]);
  });
});

describe("weights that are no numbers", () => {
  const weights = (...values: number[]): TensorProto => floats("layer.weight", [4, 1], values);
  it.each([
    ["NaN", Number.NaN],
    ["Infinity", Number.POSITIVE_INFINITY],
  ])("%s names the tensor, the index and the node", async (name, value) => {
    const nodes = [node("Gemm", ["input", "layer.weight"], "output")];
    const error = await outcome(buildModel({ nodes, constants: [weights(0, 1, value, 0)] }));
    expect(error).toMatchObject({
      code: "SPK-0107",
      message: `tensor layer.weight holds ${name} at index 2`,
      where: "test.onnx, node Gemm_output (Gemm)",
    });
  });
  it("a negative variance names the channel", () =>
    expectModelError(
      {
        nodes: [node("BatchNormalization", ["input", "a", "a", "a", "v"], "output")],
        constants: [random("a", [4]), floats("v", [4], [1, 1, -1, 1])],
      },
      "SPK-0107",
      /variance of channel 2 is -1/,
    ));
});

/** Five bytes in front of a message in field `field`: its tag, and its length as a varint of four bytes. */
function header(field: number, length: number): number[] {
  return [
    (field << 3) | 2,
    ...[0, 7, 14].map((shift) => ((length >> shift) & 127) | 128),
    (length >> 21) & 127,
  ];
}

describe("small files that ask for much", () => {
  it("a chain of 20000 nodes is walked without recursion", async () => {
    const nodes = Array.from({ length: 20_000 }, (_, index) =>
      node("Identity", [index === 0 ? "input" : `v${index - 1}`], index === 19_999 ? "output" : `v${index}`),
    );
    expect(await outcome(buildModel({ nodes }))).toMatchObject({ output: "input" });
  });
  it("messages nested thirty thousand deep are an error", async () => {
    // Field 6 of an attribute is a graph, field 1 of a graph a node, field 5 of a node an attribute.
    const depth = 30_000;
    const nested = Array.from({ length: depth }, (_, level) =>
      header([1, 5, 6][level % 3], 5 * (depth - 1 - level)),
    );
    await expectError(
      Uint8Array.from([...header(7, 5 * depth), ...nested.flat()]),
      "SPK-0101",
      /does not decode/,
    );
  });
  it("millions of empty nodes are refused before they are decoded", async () => {
    const empty = new Uint8Array(5 * Math.ceil((largestStructure + 1) / 5));
    for (let start = 0; start < empty.length; start += 5) empty.set(header(1, 0), start);
    const model = new Uint8Array(empty.length + 5);
    model.set(header(7, empty.length));
    model.set(empty, 5);
    await expectError(model, "SPK-0101", /not tensor data/);
  });
  it("tensor data does not count as structure, wherever the tensor stands", async () => {
    const rawData = new Uint8Array(largestStructure);
    const value = { dims: [largestStructure / 4], dataType: 1, rawData };
    const constant = node("Constant", [], "c", { value });
    const nodes = [constant, node("Relu", ["input"], "output")];
    expect(await outcome(buildModel({ nodes, constants: [{ ...value, name: "w" }] }))).not.toBeInstanceOf(
      SpikecError,
    );
  });
  it("one large matrix used a thousand times is stopped at the size of the whole network", async () => {
    const size = 1024;
    const constants = [
      { name: "w", dims: [size, size], dataType: 1, rawData: new Uint8Array(4 * size * size) },
    ];
    const nodes = Array.from({ length: 1000 }, (_, index) =>
      node("Gemm", [index === 0 ? "input" : `v${index - 1}`, "w"], index === 999 ? "output" : `v${index}`, {
        transB: 1,
      }),
    );
    await expectModelError({ nodes, constants, input: ["N", size] }, "SPK-0204", /holds more than/);
  });
  it("a Pad to an enormous image", () =>
    expectModelError(
      {
        input: ["N", 1, 2, 2],
        opset: 10,
        nodes: [node("Pad", ["input"], "output", { pads: [0, 0, 2 ** 30, 2 ** 30, 0, 0, 0, 0] })],
      },
      "SPK-0204",
      /holds \d+ values/,
    ));
});
