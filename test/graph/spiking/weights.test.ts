/** Weights against the plain formula, by gathering where the evaluation scatters. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { discretizationOf } from "../../../src/graph/discretization.ts";
import { evaluateSpiking } from "../../../src/graph/evaluate-spiking.ts";
import type { ShapelessSpikingNode, SpikingNode } from "../../../src/graph/spiking.ts";
import type { Conv1dNode, SpikingConv2d } from "../../../src/graph/spiking-operations.ts";
import { inferSpikingShapes, paddingOf } from "../../../src/graph/spiking-shapes.ts";
import { base, chain, input, output } from "./small-spiking-graphs.ts";

const d = discretizationOf("nir", 1);
const extent = (least: number, most: number) => fc.integer({ min: least, max: most });

const geometries = fc.record({
  groups: extent(1, 2),
  depth: extent(1, 3),
  filters: extent(1, 2),
  height: extent(5, 8),
  width: extent(5, 8),
  kernel: fc.tuple(extent(1, 3), extent(1, 3)),
  stride: fc.tuple(extent(1, 3), extent(1, 3)),
  dilation: fc.tuple(extent(1, 2), extent(1, 2)),
  padding: fc.oneof(fc.tuple(extent(0, 2), extent(0, 2)), fc.constantFrom("same" as const, "valid" as const)),
  seed: fc.integer({ min: 1, max: 1000 }),
});

/** Small whole numbers, so that sums are exact in any order. */
function numbers(count: number, seed: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => ((i * 7 + seed) % 11) - 5);
}

function withShape<Node extends SpikingNode>(node: Omit<Node, "shape">, shape: readonly number[]): Node {
  const shapes = inferSpikingShapes(
    [{ type: "Input", ...base("input", shape) }, node as unknown as ShapelessSpikingNode],
    [{ from: "input", to: node.name, delay: 0 }],
  );
  return { ...node, shape: shapes.get(node.name)! } as unknown as Node;
}

describe("Conv2d", () => {
  it("is the cross-correlation of its formula, with groups, stride, dilation and padding", () => {
    fc.assert(
      fc.property(
        geometries,
        ({ groups, depth, filters, height, width, kernel, dilation, padding, seed, ...rest }) => {
          const stride: [number, number] = padding === "same" ? [1, 1] : rest.stride;
          const weightShape = [filters * groups, depth, ...kernel];
          const count = weightShape.reduce((product, value) => product * value, 1);
          const channels = depth * groups;
          const node = withShape<SpikingConv2d>(
            {
              type: "Conv2d",
              ...base("conv", []),
              weight: { shape: weightShape, data: numbers(count, seed) },
              bias: numbers(filters * groups, seed + 3),
              stride,
              dilation,
              padding,
              groups,
              inputShape: null,
            },
            [channels, height, width],
          );
          const values = numbers(channels * height * width, seed + 5);
          const graph = chain(input("input", [channels, height, width]), node, output("output", node.shape));
          const ours = evaluateSpiking(graph, d, values).spikes.get("output")!;
          expect([...ours]).toEqual(gathered(node, [channels, height, width], values));
        },
      ),
      { numRuns: 60 },
    );
  });
});

/** Output by output: bias + sum over depth, rows and columns of the kernel. */
function gathered(node: SpikingConv2d, [, height, width]: readonly number[], values: Float32Array): number[] {
  const [filters, depth, kernelHeight, kernelWidth] = node.weight.shape;
  const [, outHeight, outWidth] = node.shape;
  const [top, left] = paddingOf(node);
  const result: number[] = [];
  for (let filter = 0; filter < filters; filter++)
    for (let row = 0; row < outHeight; row++)
      for (let column = 0; column < outWidth; column++) {
        let sum = node.bias[filter];
        const firstChannel = Math.floor(filter / (filters / node.groups)) * depth;
        for (let channel = 0; channel < depth; channel++)
          for (let tapY = 0; tapY < kernelHeight; tapY++)
            for (let tapX = 0; tapX < kernelWidth; tapX++) {
              const y = row * node.stride[0] - top + tapY * node.dilation[0];
              const x = column * node.stride[1] - left + tapX * node.dilation[1];
              if (y < 0 || x < 0 || y >= height || x >= width) continue;
              const weight =
                node.weight.data[((filter * depth + channel) * kernelHeight + tapY) * kernelWidth + tapX];
              sum += weight * values[((firstChannel + channel) * height + y) * width + x];
            }
        result.push(sum);
      }
  return result;
}

describe("Conv1d", () => {
  it("is a Conv2d on a map of one row", () => {
    const weights = numbers(2 * 3 * 3, 1);
    const options = { bias: Float32Array.of(1, -1), groups: 1, inputShape: null };
    const flat = withShape<Conv1dNode>(
      {
        type: "Conv1d",
        ...base("conv", []),
        weight: { shape: [2, 3, 3], data: weights },
        ...options,
        stride: 2,
        padding: 1,
        dilation: 2,
      },
      [3, 9],
    );
    const map = withShape<SpikingConv2d>(
      {
        type: "Conv2d",
        ...base("conv", []),
        weight: { shape: [2, 3, 1, 3], data: weights },
        ...options,
        stride: [1, 2],
        padding: [0, 1],
        dilation: [1, 2],
      },
      [3, 1, 9],
    );
    expect(flat.shape).toEqual([2, 4]);
    expect(map.shape).toEqual([2, 1, 4]);
    const values = numbers(27, 4);
    const run = (node: SpikingNode, shape: number[]): Float32Array =>
      evaluateSpiking(chain(input("input", shape), node, output("output", node.shape)), d, values).spikes.get(
        "output",
      )!;
    expect(run(flat, [3, 9])).toEqual(run(map, [3, 1, 9]));
  });
});

describe("pools", () => {
  const values = Float32Array.from({ length: 9 }, (_, i) => i + 1);
  const pool = (
    type: "SumPool2d" | "AvgPool2d",
    shape: number[],
    padding: [number, number],
  ): SpikingNode => ({
    type,
    ...base("pool", shape),
    kernel: [2, 2],
    stride: [1, 1],
    padding,
  });
  const run = (node: SpikingNode): number[] => [
    ...evaluateSpiking(
      chain(input("input", [1, 3, 3]), node, output("output", node.shape)),
      d,
      values,
    ).spikes.get("output")!,
  ];

  it("SumPool2d adds up its windows", () => {
    expect(run(pool("SumPool2d", [1, 2, 2], [0, 0]))).toEqual([12, 16, 24, 28]);
  });

  it("AvgPool2d counts padded zeros", () => {
    expect(run(pool("AvgPool2d", [1, 4, 4], [1, 1])).slice(0, 4)).toEqual([0.25, 0.75, 1.25, 0.75]);
  });
});
