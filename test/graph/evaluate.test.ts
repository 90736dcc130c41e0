/**
 * Evaluation: what is kept, in which type, and kernels against loops written straight from the definition.
 * Operators are compared with onnxruntime in test/import/onnx.
 */
import { describe, expect, it } from "vitest";
import { evaluate } from "../../src/graph/evaluate.ts";
import type { Conv2dNode } from "../../src/graph/graph.ts";
import { multiply } from "../../src/graph/kernels/multiply.ts";
import { roundHalfToEven } from "../../src/graph/kernels/pointwise.ts";
import { graphOf, tensor, wholeNumbers } from "./small-graphs.ts";

describe("what is kept", () => {
  const graph = graphOf(
    [2],
    [
      {
        type: "Affine",
        name: "hidden",
        weight: tensor([3, 2], Float32Array.of(1, 0, 0, 1, 1, -1)),
        bias: null,
      },
      { type: "ReLU", name: "relu", maximum: 2 },
      {
        type: "Affine",
        name: "logits",
        weight: tensor([1, 3], Float32Array.of(1, 1, 1)),
        bias: Float32Array.of(0.5),
      },
    ],
  );
  const samples = Float32Array.of(1, 3, -1, -2);

  it("only the output, unless more is asked for", () => {
    const kept = evaluate(graph, samples, 2);
    expect([...kept.keys()]).toEqual(["logits"]);
    expect([...kept.get("logits")!]).toEqual([3.5, 1.5]);
  });
  it("named nodes, sample after sample", () => {
    const kept = evaluate(graph, samples, 2, { keep: new Set(["relu"]) });
    expect([...kept.keys()]).toEqual(["relu", "logits"]);
    expect([...kept.get("relu")!]).toEqual([1, 2, 0, 0, 0, 1]);
  });
  it("all nodes, the input among them", () => {
    const kept = evaluate(graph, samples, 2, { keep: "all" });
    expect([...kept.keys()]).toEqual(["input", "hidden", "relu", "logits"]);
    expect([...kept.get("hidden")!]).toEqual([1, 3, -2, -1, -2, 1]);
  });
  it("in the type of the samples", () => {
    expect(evaluate(graph, samples, 2).get("logits")).toBeInstanceOf(Float32Array);
    expect(evaluate(graph, Float64Array.from(samples), 2).get("logits")).toBeInstanceOf(Float64Array);
  });
  it("nothing of no samples", () => {
    expect(evaluate(graph, new Float32Array(0), 0).get("logits")).toHaveLength(0);
  });
  it.each([[3], [1], [0.5], [-1]])("an error where %d samples are announced and two are given", (count) => {
    expect(() => evaluate(graph, samples, count)).toThrow(expect.objectContaining({ code: "SPK-0203" }));
  });
});

describe("the product under linear layers equals the definition for every remainder of rows and columns", () => {
  it.each([1, 2, 3, 4, 5, 7, 8])("%i rows", (rows) => {
    const length = 5;
    const weight = wholeNumbers(rows * length + 3);
    const bias = wholeNumbers(rows + 1, 9);
    for (const count of [1, 2, 3, 4]) {
      const columns = wholeNumbers(count * length, 4);
      const output = new Float64Array(rows * count + 2).fill(-1);
      multiply(
        { weight, weightStart: 3, rows, length, bias, biasStart: 1 },
        columns,
        count,
        output,
        2,
        count,
      );
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < count; column++) {
          let sum = bias[1 + row];
          for (let k = 0; k < length; k++) sum += weight[3 + row * length + k] * columns[column * length + k];
          expect(output[2 + row * count + column], `row ${row}, column ${column} of ${count}`).toBe(sum);
        }
      }
      expect([...output.subarray(0, 2)], "what stands before the result").toEqual([-1, -1]);
    }
  });
});

it("a convolution of more positions than fit one tile equals its definition", () => {
  const image = [40, 21, 19];
  const graph = graphOf(image, [
    {
      type: "Conv2d",
      weight: tensor([6, 20, 5, 5]),
      bias: wholeNumbers(6, 3),
      stride: [1, 2],
      padding: [2, 1, 0, 3],
      dilation: [2, 1],
      groups: 2,
    },
  ]);
  const samples = wholeNumbers(2 * 40 * 21 * 19, 5);
  const output = evaluate(graph, samples, 2).get(graph.output)!;
  const size = samples.length / 2;
  const node = graph.nodes[1] as Conv2dNode;
  const expected = [0, 1].flatMap((sample) => [
    ...convolve(node, image, samples.subarray(sample * size, (sample + 1) * size)),
  ]);
  const different = expected.findIndex((value, index) => value !== output[index]);
  expect(different, `first value that differs of ${output.length}`).toBe(-1);
  expect(output).toHaveLength(expected.length);
});

/** Seven loops, straight from the definition. */
function convolve(node: Conv2dNode, [, height, width]: readonly number[], input: Float64Array): Float64Array {
  const [channels, depth, kernelHeight, kernelWidth] = node.weight.shape;
  const [, rows, columns] = node.shape;
  const output = new Float64Array(channels * rows * columns);
  for (let index = 0; index < output.length; index++) {
    const channel = Math.floor(index / (rows * columns));
    const top = (Math.floor(index / columns) % rows) * node.stride[0] - node.padding[0];
    const left = (index % columns) * node.stride[1] - node.padding[1];
    const firstSource = Math.floor(channel / (channels / node.groups)) * depth;
    let sum = node.bias?.[channel] ?? 0;
    for (let source = 0; source < depth; source++) {
      for (let ky = 0; ky < kernelHeight; ky++) {
        for (let kx = 0; kx < kernelWidth; kx++) {
          const y = top + ky * node.dilation[0];
          const x = left + kx * node.dilation[1];
          if (y < 0 || y >= height || x < 0 || x >= width) continue;
          const weight =
            node.weight.data[((channel * depth + source) * kernelHeight + ky) * kernelWidth + kx];
          sum += weight * input[((firstSource + source) * height + y) * width + x];
        }
      }
    }
    output[index] = sum;
  }
  return output;
}

it("ties are rounded to the even neighbour, on both sides of zero", () => {
  const values = [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.5, 2.4, 2.6, -2.6];
  expect(values.map((value) => roundHalfToEven(value) + 0)).toEqual([-2, -2, 0, 0, 2, 2, 4, 2, 3, -3]);
});
