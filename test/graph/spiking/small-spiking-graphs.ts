/** Graphs of a few nodes, for tests. */
import type { Shape, Tensor } from "../../../src/graph/graph.ts";
import type { SpikingEdge, SpikingGraph, SpikingNode, SpikingNodeBase } from "../../../src/graph/spiking.ts";
import type { IfNode, LifNode } from "../../../src/graph/spiking-neurons.ts";

export function scalar(value: number): Tensor {
  return { shape: [], data: Float64Array.of(value) };
}

export function base(name: string, shape: Shape): SpikingNodeBase {
  return {
    name,
    shape,
    origin: { file: "test", node: name, operator: "" },
    storage: new Map(),
    metadata: null,
  };
}

export function input(name = "input", shape: Shape = [1]): SpikingNode {
  return { type: "Input", ...base(name, shape) };
}

export function output(name = "output", shape: Shape = [1]): SpikingNode {
  return { type: "Output", ...base(name, shape) };
}

/** weight [out, in] and bias [out], row by row. */
export function affine(
  name: string,
  rows: number,
  columns: number,
  weight: number[],
  bias: number[],
): SpikingNode {
  return {
    type: "Affine",
    ...base(name, [rows]),
    weight: { shape: [rows, columns], data: Float32Array.from(weight) },
    bias: Float32Array.from(bias),
  };
}

export function integrateAndFire(name: string, threshold: number, shape: Shape = [1]): IfNode {
  return {
    type: "IF",
    ...base(name, shape),
    r: scalar(1),
    vThreshold: scalar(threshold),
    vReset: scalar(0),
    vInit: null,
    discretization: null,
  };
}

/** tau in seconds. */
export function leaky(name: string, tau: number, change: Partial<LifNode> = {}): LifNode {
  return {
    type: "LIF",
    ...base(name, [1]),
    tau: scalar(tau),
    r: scalar(1),
    vLeak: scalar(0),
    vThreshold: scalar(1),
    vReset: scalar(0),
    vInit: null,
    discretization: null,
    ...change,
  };
}

/** Edges are [from, to] or [from, to, delay]. */
export function graphOf(
  nodes: readonly SpikingNode[],
  edges: readonly (readonly [string, string, number?])[],
): SpikingGraph {
  return {
    kind: "spiking",
    name: "small",
    nodes,
    edges: edges.map(([from, to, delay = 0]): SpikingEdge => ({ from, to, delay })),
    discretization: null,
    formatVersion: null,
    metadata: null,
    notes: [],
  };
}

/** A chain of the nodes in their order. */
export function chain(...nodes: readonly SpikingNode[]): SpikingGraph {
  return graphOf(
    nodes,
    nodes.slice(1).map((node, i): [string, string] => [nodes[i].name, node.name]),
  );
}
