/** Random networks of kernels and pools of which integers lose nothing, as exact-graphs.ts has them for flat layers. */
import fc from "fast-check";
import { discretizationOf } from "../../../src/graph/discretization.ts";
import { type Shape, sizeOf } from "../../../src/graph/graph.ts";
import type { SpikingNode } from "../../../src/graph/spiking.ts";
import { outputShape } from "../../../src/graph/spiking-shapes.ts";
import { base, chain, scalar } from "../../graph/spiking/small-spiking-graphs.ts";
import { type ExactCase, steps } from "./exact-graphs.ts";

type Make = (name: string, input: Shape) => SpikingNode | null;

const quarters = (size: number, seed: number): Float64Array =>
  Float64Array.from({ length: size }, (_, i) => ((((i + 3) * (seed + 7) * 37) % 29) - 12) / 4);

/** With the shape that follows from its input; null where it does not fit. */
function fitting(node: SpikingNode, input: Shape): SpikingNode | null {
  try {
    return { ...node, shape: outputShape(node, input) } as SpikingNode;
  } catch {
    return null;
  }
}

const pair = (low: number, high: number) =>
  fc.tuple(fc.integer({ min: low, max: high }), fc.integer({ min: low, max: high }));

const convolution: fc.Arbitrary<Make> = fc
  .record({
    filters: fc.constantFrom(2, 4),
    kernel: pair(1, 3),
    stride: pair(1, 2),
    padding: fc.oneof(pair(0, 1), fc.constantFrom("same" as const, "valid" as const)),
    dilation: pair(1, 2),
    grouped: fc.boolean(),
    biased: fc.boolean(),
    seed: fc.nat(1000),
  })
  .map(
    ({ filters, kernel, stride, padding, dilation, grouped, biased, seed }): Make =>
      (name, input) => {
        const groups = grouped && input[0] % 2 === 0 ? 2 : 1;
        const depth = input[0] / groups;
        const bias = Float64Array.from({ length: filters }, (_, i) => (biased ? (i - 1) / 8 : 0));
        const shared = { ...base(name, []), bias, groups, inputShape: null };
        if (input.length === 2) {
          const weight = {
            shape: [filters, depth, kernel[1]],
            data: quarters(filters * depth * kernel[1], seed),
          };
          const along = typeof padding === "string" ? padding : padding[1];
          const one = {
            stride: stride[1],
            dilation: dilation[1],
            padding: along === "same" && stride[1] > 1 ? 1 : along,
          };
          return fitting({ type: "Conv1d", ...shared, weight, ...one }, input);
        }
        const size = filters * depth * kernel[0] * kernel[1];
        const weight = { shape: [filters, depth, ...kernel], data: quarters(size, seed) };
        const even = padding === "same" && (stride[0] > 1 || stride[1] > 1) ? ([1, 1] as const) : padding;
        return fitting({ type: "Conv2d", ...shared, weight, stride, padding: even, dilation }, input);
      },
  );

const pool: fc.Arbitrary<Make> = fc
  .record({ average: fc.boolean(), stride: pair(1, 2), padding: pair(0, 1) })
  .map(
    ({ average, stride, padding }): Make =>
      (name, input) => {
        if (input.length !== 3) return null;
        const window = { kernel: [2, 2], stride, padding } as const;
        return fitting({ type: average ? "AvgPool2d" : "SumPool2d", ...base(name, []), ...window }, input);
      },
  );

const scale: fc.Arbitrary<Make> = fc.constant((name, input) => {
  const map = sizeOf(input) / input[0];
  const data = Float64Array.from(
    { length: sizeOf(input) },
    (_, i) => [1, 0.5, 2, -1][Math.floor(i / map) % 4],
  );
  return { type: "Scale", ...base(name, input), scale: { shape: input, data } };
});

const neuron: fc.Arbitrary<Make> = fc
  .record({ leaky: fc.boolean(), threshold: fc.constantFrom(0.75, 1.5, 2), perNeuron: fc.boolean() })
  .map(
    ({ leaky, threshold, perNeuron }): Make =>
      (name, input) => {
        const data = Float64Array.from({ length: sizeOf(input) }, (_, i) => threshold + (i % 3) / 4);
        const vThreshold = perNeuron ? { shape: input, data } : scalar(threshold);
        const shared = {
          ...base(name, input),
          r: scalar(1),
          vThreshold,
          vReset: scalar(0),
          vInit: null,
          discretization: null,
        };
        return leaky
          ? { type: "LIF", ...shared, tau: scalar(2), vLeak: scalar(0) }
          : { type: "IF", ...shared };
      },
  );

/** input, kernels, neurons, perhaps a pool or factors, kernels, neurons, flat weights, neurons. */
export const exactMap: fc.Arbitrary<ExactCase> = fc
  .record({
    input: fc.constantFrom<Shape>([2, 6, 5], [1, 5, 5], [2, 9]),
    first: convolution,
    neurons: fc.tuple(neuron, neuron, neuron),
    between: fc.constantFrom("nothing", "pool", "pool in front", "scale"),
    pool,
    scale,
    second: convolution,
    seed: fc.nat(1000),
  })
  .map(({ input, first, neurons, between, pool, scale, second, seed }) => {
    const nodes: SpikingNode[] = [{ type: "Input", ...base("input", input) }];
    const add = (make: Make): void => {
      const before = nodes[nodes.length - 1];
      const node = make(`n${nodes.length}`, before.shape);
      if (node !== null && sizeOf(node.shape) > 0) nodes.push(node);
    };
    if (between === "pool in front") add(pool);
    add(first);
    add(neurons[0]);
    if (between === "pool") add(pool);
    if (between === "scale") add(scale);
    add(second);
    add(neurons[1]);
    const flat = sizeOf(nodes[nodes.length - 1].shape);
    nodes.push({ type: "Flatten", ...base("flatten", [flat]), startDim: 0, endDim: -1 });
    const weight = { shape: [3, flat], data: quarters(3 * flat, seed) };
    nodes.push({ type: "Linear", ...base("dense", [3]), weight });
    add(neurons[2]);
    nodes.push({ type: "Output", ...base("output", [3]) });
    const sample = Float32Array.from({ length: steps * sizeOf(input) }, (_, i) =>
      Number((i * (seed + 11)) % 7 < 3),
    );
    return { graph: chain(...nodes), discretization: discretizationOf("nir", 1), sample };
  });
