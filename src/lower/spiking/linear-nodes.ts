/**
 * The nodes without a state, acting on what reaches them: weights, scales and pools multiply out, delays add up. The work is
 * that of linear-operations.ts; here the nodes of a SpikingGraph are put in its words.
 */
import type { Padding2d, Pair, Tensor } from "../../graph/graph.ts";
import { sizeOf } from "../../graph/graph.ts";
import type { SpikingNode } from "../../graph/spiking.ts";
import type { Conv1dNode, DelayNode, SpikingConv2d } from "../../graph/spiking-operations.ts";
import { paddingAlong, paddingOf } from "../../graph/spiking-shapes.ts";
import type { SumPool } from "../../network/network.ts";
import type { Drive, LinearValue } from "../linear-form.ts";
import { affine, averagePool, convolve, NoLinearForm, normalize, sumPool } from "../linear-operations.ts";
import { constantSource, networkShape } from "./folded-network.ts";
import { withQuantization } from "./node-quantization.ts";

/** Distinct delays of one Delay node: each is a projection of its own. */
const mostDelays = 64;

/** What `node` makes of `value`. dt: seconds a step. Throws NoLinearForm. */
export function throughNode(node: SpikingNode, value: LinearValue, dt: number): LinearValue {
  return withQuantization(multiplied(node, value, dt), node);
}

function multiplied(node: SpikingNode, value: LinearValue, dt: number): LinearValue {
  switch (node.type) {
    case "Output":
    case "Flatten":
      return value; // Row-major values keep their order: only the name of the shape changes.
    case "Linear":
      return affine([value], node.weight.data, null);
    case "Affine":
      return affine([value], node.weight.data, node.bias);
    case "Scale":
      return normalize(value, perUnit(node.scale, value), [0]);
    case "Conv1d":
      return convolve([value], { ...plainNode(node), ...rowConvolution(node) });
    case "Conv2d":
      return convolve([value], { ...plainNode(node), ...mapConvolution(node) });
    case "SumPool2d":
      return sumPool(value, windowOf(node));
    case "AvgPool2d":
      return averagePool(value, {
        ...plainNode(node),
        ...windowOf(node),
        type: "AvgPool2d",
        countPadding: true,
      });
    case "Delay":
      return throughDelay(node, value, dt);
    default:
      throw new NoLinearForm(`a node of type ${node.type} in front of a population`);
  }
}

function plainNode({ name, shape, origin }: SpikingNode) {
  return { name, shape: networkShape(shape), origin, inputs: [] };
}

interface Convolution {
  readonly type: "Conv2d";
  readonly weight: Tensor;
  readonly bias: Float32Array | Float64Array;
  readonly stride: Pair;
  readonly padding: Padding2d;
  readonly dilation: Pair;
  readonly groups: number;
}

function mapConvolution(node: SpikingConv2d): Convolution {
  const { weight, bias, stride, dilation, groups } = node;
  return { type: "Conv2d", weight, bias, stride, padding: paddingOf(node), dilation, groups };
}

/** A map of one row. */
function rowConvolution({ weight, bias, stride, padding, dilation, groups }: Conv1dNode): Convolution {
  const [filters, depth, kernel] = weight.shape;
  const [left, right] = paddingAlong(padding, kernel, dilation);
  return {
    type: "Conv2d",
    weight: { shape: [filters, depth, 1, kernel], data: weight.data },
    bias,
    stride: [1, stride],
    padding: [0, left, 0, right],
    dilation: [1, dilation],
    groups,
  };
}

function windowOf({
  kernel,
  stride,
  padding,
}: {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Pair;
}): SumPool {
  return { kernel, stride, padding: [padding[0], padding[1], padding[0], padding[1]] };
}

/** One value for all, one a channel, or one a neuron: as few as tell them apart, since kernels take one a channel. */
export function perUnit({ data }: Pick<Tensor, "data">, { shape }: Pick<LinearValue, "shape">): Float64Array {
  const values = Float64Array.from(data);
  if (values.every((value) => value === values[0])) return values.slice(0, 1);
  const map = sizeOf(shape) / shape[0];
  const channels = values.filter((_, i) => i % map === 0);
  return values.every((value, i) => value === channels[Math.floor(i / map)]) ? channels : values;
}

/** `value`, `steps` later: what was constant begins then. */
export function delayed(value: LinearValue, steps: number): LinearValue {
  if (steps === 0) return value;
  const later = (drive: Drive): Drive => ({ ...drive, delay: (drive.delay ?? 0) + steps });
  const drives = value.drives.map(later);
  if (value.constant.every((one) => one === 0)) return { ...value, drives };
  return {
    shape: value.shape,
    drives: [...drives, later(constantDrive(value.constant))],
    constant: new Float64Array(value.constant.length),
  };
}

/** A constant as a drive of its own. */
export function constantDrive(values: Float64Array): Drive {
  return {
    source: constantSource,
    sourceShape: [1],
    pools: [],
    operator: { kind: "dense", weights: values },
  };
}

/** `value` with its constant from that step on; never, where it is infinite. */
export function beginningAt(value: LinearValue, step: number): LinearValue {
  if (step === 0 || value.constant.every((one) => one === 0)) return value;
  const late = Number.isFinite(step) ? [{ ...constantDrive(value.constant), delay: step }] : [];
  return { ...value, drives: [...value.drives, ...late], constant: new Float64Array(value.constant.length) };
}

/** Neurons of different delays take paths of their own, each deaf to all others. */
function throughDelay(node: DelayNode, value: LinearValue, dt: number): LinearValue {
  const size = sizeOf(node.shape);
  const { data } = node.delay;
  const steps = Int32Array.from({ length: size }, (_, i) => Math.round(data[data.length === 1 ? 0 : i] / dt));
  const distinct = [...new Set(steps)];
  if (distinct.length === 1) return delayed(value, distinct[0]);
  if (distinct.length > mostDelays) throw new NoLinearForm(`${distinct.length} different delays in one node`);
  const parts = distinct.map((own) => {
    const mask = perUnit({ data: Float64Array.from(steps, (step) => Number(step === own)) }, value);
    const masked = normalize(value, mask, [0]);
    return delayed({ ...masked, constant: value.constant.map((c, i) => (steps[i] === own ? c : 0)) }, own);
  });
  return {
    shape: value.shape,
    drives: parts.flatMap(({ drives }) => drives),
    constant: parts.reduce((sum, { constant }) => sum.map((c, i) => c + constant[i]), new Float64Array(size)),
  };
}
