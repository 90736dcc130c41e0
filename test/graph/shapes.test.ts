import { describe, expect, it } from "vitest";
import { type GraphPart, graphOf, tensor } from "./small-graphs.ts";

const conv = {
  type: "Conv2d",
  weight: tensor([6, 2, 3, 2]),
  bias: null,
  stride: [2, 1],
  padding: [1, 0, 0, 2],
  dilation: [1, 3],
  groups: 2,
} as const satisfies GraphPart;
const window = { kernel: [2, 3], stride: [2, 2], padding: [0, 1, 0, 1] } as const;

describe("a node's shape follows from its inputs'", () => {
  const cases: [string, number[], GraphPart, number[]][] = [
    ["Affine", [4], { type: "Affine", weight: tensor([3, 4]), bias: null }, [3]],
    ["Conv2d", [4, 8, 9], conv, [6, 4, 8]],
    [
      "Normalization",
      [4, 2, 2],
      { type: "Normalization", scale: new Float32Array(4), shift: new Float32Array(1) },
      [4, 2, 2],
    ],
    ["ReLU", [4, 2, 2], { type: "ReLU", maximum: null }, [4, 2, 2]],
    ["AvgPool2d", [4, 7, 7], { type: "AvgPool2d", ...window, countPadding: true }, [4, 3, 4]],
    ["MaxPool2d", [4, 7, 7], { type: "MaxPool2d", ...window }, [4, 3, 4]],
    ["Pad2d", [4, 2, 2], { type: "Pad2d", padding: [1, 2, 3, 4] }, [4, 6, 8]],
    ["Flatten", [4, 2, 3], { type: "Flatten" }, [24]],
    ["Add", [4], { type: "Add", inputs: ["input", "input"] }, [4]],
    ["Concat", [4, 2, 3], { type: "Concat", inputs: ["input", "input", "input"] }, [12, 2, 3]],
  ];
  it.each(cases)("%s", (_, input, part, shape) => {
    expect(graphOf(input, [part]).nodes[1].shape).toEqual(shape);
  });
});

describe("inputs that do not fit are an error that names the node", () => {
  const pool: GraphPart = { type: "MaxPool2d", ...window };
  const cases: [string, number[], GraphPart, RegExp][] = [
    [
      "an image into Affine",
      [1, 2, 2],
      { type: "Affine", weight: tensor([3, 4]), bias: null },
      /take \[4\].*\[1, 2, 2\]/,
    ],
    ["too few values", [3], { type: "Affine", weight: tensor([3, 4]), bias: null }, /take \[4\].*\[3\]/],
    ["the wrong channels", [3, 8, 9], conv, /take 4 channels.*\[3, 8, 9\]/],
    ["a flat input into a pool", [8], pool, /needs \[channels, height, width\].*\[8\]/],
    ["an image smaller than the window", [1, 1, 8], pool, /\[1, 1, 8\] is too small/],
    [
      "scales that are not one per channel",
      [4],
      { type: "Normalization", scale: new Float32Array(3), shift: new Float32Array(1) },
      /3 values.*4 channels/,
    ],
    ["an Add of one", [4], { type: "Add" }, /cannot have 1 inputs/],
  ];
  it.each(cases)("%s", (_, input, part, message) => {
    const where = expect.stringContaining(part.type);
    expect(() => graphOf(input, [part])).toThrow(
      expect.objectContaining({ code: "SPK-0201", message: expect.stringMatching(message), where }),
    );
  });

  it("an Add or a Concat of maps that differ in size", () => {
    const smaller: GraphPart = { type: "MaxPool2d", name: "small", ...window };
    for (const type of ["Add", "Concat"] as const) {
      expect(() => graphOf([1, 4, 4], [smaller, { type, inputs: ["input", "small"] }])).toThrow(
        /\[1, 4, 4\], \[1, 2, 2\]/,
      );
    }
  });
  it("a layer larger than any memory", () => {
    const part: GraphPart = { type: "Pad2d", padding: [2 ** 20, 0, 0, 2 ** 20] };
    expect(() => graphOf([1, 1, 1], [part])).toThrow(expect.objectContaining({ code: "SPK-0204" }));
  });
});
