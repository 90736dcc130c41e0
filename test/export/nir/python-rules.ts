/**
 * What nir.read(type_check=True) of the python package asks of a file, as facts, its defects included (neuromorphs/NIR
 * 7232ada, nir/ir/*.py): which fields each node takes, how it finds shapes, and that both ends of every edge have the same.
 * Held against what the package did with the golden files in python-rules.test.ts.
 */
import type { HdfGroup, HdfNode } from "../../../src/import/hdf5/tree.ts";

type Shape = readonly number[] | null;

interface Ports {
  readonly input: Shape;
  readonly output: Shape;
}

const required: Readonly<Record<string, string>> = {
  Input: "shape",
  Output: "shape",
  Linear: "weight",
  Affine: "weight bias",
  Scale: "scale",
  Conv1d: "input_shape weight stride padding dilation groups bias",
  Conv2d: "input_shape weight stride padding dilation groups bias",
  SumPool2d: "kernel_size stride padding",
  AvgPool2d: "kernel_size stride padding",
  Flatten: "start_dim end_dim",
  Delay: "delay",
  Threshold: "threshold",
  I: "r",
  LI: "tau r v_leak",
  IF: "r v_threshold",
  LIF: "tau r v_leak v_threshold",
  CubaLI: "tau_syn tau_mem r v_leak",
  CubaLIF: "tau_syn tau_mem r v_leak v_threshold",
};
const optional: Readonly<Record<string, string>> = {
  Flatten: "input_type",
  IF: "v_reset",
  LIF: "v_reset",
  CubaLI: "w_in",
  CubaLIF: "v_reset w_in",
};

const words = (text: string | undefined): string[] => text?.split(" ") ?? [];
const sameShape = (a: Shape, b: Shape): boolean => JSON.stringify(a) === JSON.stringify(b);
const show = (shape: Shape): string => (shape === null ? "unknown" : `[${shape}]`);

/** Why nir.read refuses the tree of a file, or null where it takes it. */
export function pythonRefusal(root: HdfGroup): string | null {
  try {
    const node = root.members.get("node");
    if (node?.kind !== "group") return "no node";
    portsOfGraph(node, "");
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

function portsOfGraph(graph: HdfGroup, path: string): Ports {
  const nodes = graph.members.get("nodes") as HdfGroup;
  const edges = edgesOf(graph);
  const ports = new Map<string, Ports>();
  for (const [name, node] of nodes.members) ports.set(name, portsOfNode(node as HdfGroup, `${path}/${name}`));
  const typeOf = (name: string) => textOf((nodes.members.get(name) as HdfGroup).members.get("type"));
  const inputs = [...ports.keys()].filter((name) => typeOf(name) === "Input");
  const ready = edges.filter(([from]) => inputs.includes(from));
  if (ready.length === 0) throw new Error(`${path}: no input nodes found`);
  const seen = new Set(ready.map(([from]) => from));
  for (let edge = ready.pop(); edge !== undefined; edge = ready.pop()) {
    const [from, to] = edge;
    const [source, target] = [ports.get(from), ports.get(to)];
    if (!source || !target) throw new Error(`${path}: no node ${from} or ${to}`);
    const input = target.input ?? source.output;
    if (!sameShape(input, source.output))
      throw new Error(`${path}: ${from} ${show(source.output)} -> ${to} ${show(input)}`);
    const output = target.output ?? inferredOutput(nodes.members.get(to) as HdfGroup, input!);
    ports.set(to, { input, output });
    seen.add(to);
    ready.push(...edges.filter(([next, after]) => next === to && !seen.has(after)));
  }
  for (const [from, to] of edges) {
    const [output, input] = [ports.get(from)?.output ?? null, ports.get(to)?.input ?? null];
    if (output === null || input === null) throw new Error(`${path}: ${from} or ${to} has no shape`);
    if (!sameShape(output, input))
      throw new Error(`${path}: ${from} ${show(output)} -> ${to} ${show(input)}`);
  }
  const outputs = [...ports.keys()].filter((name) => typeOf(name) === "Output");
  const only = (names: string[], end: keyof Ports) => (names.length === 1 ? ports.get(names[0])![end] : null);
  return { input: only(inputs, "input"), output: only(outputs, "output") };
}

function edgesOf(graph: HdfGroup): [string, string][] {
  const edges = graph.members.get("edges");
  if (edges?.kind !== "strings") return [];
  return Array.from({ length: edges.shape[0] }, (_, i) => [edges.values[2 * i], edges.values[2 * i + 1]]);
}

function portsOfNode(node: HdfGroup, path: string): Ports {
  const type = textOf(node.members.get("type"));
  if (type === null) throw new Error(`${path}: no type`);
  if (type === "NIRGraph") return portsOfGraph(node, path);
  if (!Object.hasOwn(required, type)) throw new Error(`${path}: unknown type ${type}`);
  const known = ["type", "metadata", ...words(required[type]), ...words(optional[type])];
  for (const name of node.members.keys())
    if (!known.includes(name)) throw new Error(`${path}: extra ${name}`);
  for (const name of words(required[type]))
    if (!node.members.has(name)) throw new Error(`${path}: no ${name}`);
  const shape = (name: string): readonly number[] => {
    const field = node.members.get(name);
    if (field === undefined || field.kind === "group") throw new Error(`${path}: no ${name}`);
    return field.shape;
  };
  const one = (own: Shape): Ports => ({ input: own, output: own });
  switch (type) {
    case "Input":
    case "Output":
      return one(valuesOf(node.members.get("shape")));
    case "Linear":
    case "Affine": {
      const weight = shape("weight");
      if (weight.length < 2) throw new Error(`${path}: weight must be at least 2D`);
      return { input: weight.slice(1), output: weight.slice(0, 1) };
    }
    case "Conv1d":
    case "Conv2d": {
      const extents = valuesOf(node.members.get("input_shape"));
      // Its own defect: channels of one group are taken for all.
      const input = [shape("weight")[1], ...extents];
      return { input, output: [shape("weight")[0], ...windowsOf(node, extents, shape("weight")[2])] };
    }
    case "SumPool2d":
    case "AvgPool2d":
      return { input: null, output: null };
    case "Flatten": {
      const given = node.members.get("input_type");
      const input = given === undefined ? null : valuesOf(given);
      return { input, output: input && flattened(node, input) };
    }
    default: {
      const parameters = words(required[type]).concat(
        words(optional[type]).filter((name) => name !== "w_in"),
      );
      const shapes = parameters.filter((name) => node.members.has(name)).map(shape);
      if (shapes.some((other) => !sameShape(other, shapes[0])))
        throw new Error(`${path}: all parameters must have the same shape`);
      return one(shapes[0]);
    }
  }
}

function inferredOutput(node: HdfGroup, input: readonly number[]): Shape {
  const type = textOf(node.members.get("type"));
  if (type === "SumPool2d" || type === "AvgPool2d") {
    const kernel = valuesOf(node.members.get("kernel_size"));
    return [input[0], ...windowsOf(node, input.slice(1), kernel)];
  }
  return type === "Flatten" ? flattened(node, input) : input;
}

/** One kernel extent stands for both axes of a convolution: its other defect. */
function windowsOf(node: HdfGroup, extents: readonly number[], kernel: number | readonly number[]): number[] {
  const field = (name: string) => node.members.get(name);
  const padding = field("padding");
  const word = padding?.kind === "strings" ? padding.values[0] : null;
  const at = (values: readonly number[], axis: number) => values[values.length === 1 ? 0 : axis];
  const dilation = field("dilation") === undefined ? [1] : valuesOf(field("dilation"));
  return extents.map((extent, axis) => {
    if (word === "same") return extent;
    const pad = word === "valid" ? 0 : at(valuesOf(padding), axis);
    const size = at([kernel].flat(), axis);
    return (
      Math.floor(
        (extent + 2 * pad - at(dilation, axis) * (size - 1) - 1) / at(valuesOf(field("stride")), axis),
      ) + 1
    );
  });
}

function flattened(node: HdfGroup, input: readonly number[]): number[] {
  const [start] = valuesOf(node.members.get("start_dim"));
  const [end] = valuesOf(node.members.get("end_dim"));
  const stop = end === -1 ? input.length : end + 1;
  const joined = input.slice(start, stop).reduce((product, extent) => product * extent, 1);
  return [...input.slice(0, start), joined, ...input.slice(stop)];
}

function textOf(node: HdfNode | undefined): string | null {
  return node?.kind === "strings" ? node.values[0] : null;
}

function valuesOf(node: HdfNode | undefined): number[] {
  if (node?.kind !== "numbers") throw new Error("no numbers");
  return Array.from(node.values as ArrayLike<number | bigint>, Number);
}
