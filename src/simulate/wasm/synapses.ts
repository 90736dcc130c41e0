/**
 * The synapses of a projection one by one, for what no dense kernel fits: dilated and grouped convolutions, odd pools,
 * one-to-one weights, and connections given synapse by synapse.
 */
import {
  type IntegerArray,
  type Projection,
  parameterIndex,
  type Shape,
  sizeOf,
} from "../../network/network.ts";
import { pooledShape } from "../../network/shapes.ts";
import { coverageOf } from "../windows.ts";
import { Uncovered } from "./uncovered.ts";

/** More would take longer to list than to simulate. */
const mostSynapses = 2 ** 24;

/** Synapses of source neuron s: those at starts[s] .. starts[s + 1]. */
export interface Synapses {
  readonly starts: Int32Array;
  readonly targets: Int32Array;
  readonly weights: IntegerArray;
}

type Visit = (target: number, weight: number) => void;
/** Visits the synapses of a neuron, as the connection sees it after the pools. */
type Fan = (source: number, visit: Visit) => void;

function denseFan(weights: ArrayLike<number>, sources: number): Fan {
  const targets = weights.length / sources;
  return (source, visit) => {
    for (let target = 0; target < targets; target++) visit(target, weights[target * sources + source]);
  };
}

function convolutionFan(
  connection: Projection["connection"] & { kind: "convolution" },
  source: Shape,
  target: Shape,
): Fan {
  const { weights, groups, kernel } = connection;
  const { offsets, windows, taps } = coverageOf(connection, source, target);
  const places = source[1] * source[2];
  const targetPlaces = target[1] * target[2];
  const area = kernel[0] * kernel[1];
  const inputs = source[0] / groups;
  const outputs = target[0] / groups;
  return (neuron, visit) => {
    const place = neuron % places;
    const channel = Math.floor(neuron / places);
    const firstOutput = Math.floor(channel / inputs) * outputs;
    for (let at = offsets[place]; at < offsets[place + 1]; at++)
      for (let output = firstOutput; output < firstOutput + outputs; output++) {
        const weight = weights[(output * inputs + (channel % inputs)) * area + taps[at]];
        visit(output * targetPlaces + windows[at], weight);
      }
  };
}

function oneToOneFan(weights: ArrayLike<number>, size: number): Fan {
  return (neuron, visit) => visit(neuron, weights[parameterIndex(neuron, size, weights.length)]);
}

function sparseFan({ offsets, targets, weights }: Projection["connection"] & { kind: "sparse" }): Fan {
  return (neuron, visit) => {
    for (let at = offsets[neuron]; at < offsets[neuron + 1]; at++) visit(targets[at], weights[at]);
  };
}

function poolFan(shape: Shape, pool: Projection["pools"][number]): Fan {
  const pooled = pooledShape(shape, pool);
  const { offsets, windows } = coverageOf(pool, shape, pooled);
  const places = shape[1] * shape[2];
  const pooledPlaces = pooled[1] * pooled[2];
  return (neuron, visit) => {
    const place = neuron % places;
    const base = Math.floor(neuron / places) * pooledPlaces;
    for (let at = offsets[place]; at < offsets[place + 1]; at++) visit(base + windows[at], 1);
  };
}

function tooMany({ name }: Projection): Uncovered {
  return new Uncovered(`projection '${name}' has more than ${mostSynapses} single synapses`);
}

/** source: after `pools`. target: the shape that the connection leads to. */
export function synapsesOf(projection: Projection, sourceShape: Shape, target: Shape): Synapses {
  const { connection, pools } = projection;
  if (connection.kind === "sparse" && pools.length === 0) {
    const { offsets: starts, targets, weights } = connection;
    if (targets.length > mostSynapses) throw tooMany(projection);
    return { starts, targets, weights };
  }
  let shape = sourceShape;
  const fans: Fan[] = [];
  for (const pool of pools) {
    fans.push(poolFan(shape, pool));
    shape = pooledShape(shape, pool);
  }
  fans.push(connectionFan(connection, shape, target));
  const starts = new Int32Array(sizeOf(sourceShape) + 1);
  const targets: number[] = [];
  const weights: number[] = [];
  const follow = (neuron: number, step: number) => {
    fans[step](neuron, (reached, weight) => {
      if (step + 1 < fans.length) follow(reached, step + 1);
      else if (weight !== 0) {
        targets.push(reached);
        weights.push(weight);
      }
    });
    if (targets.length > mostSynapses) throw tooMany(projection);
  };
  for (let neuron = 0; neuron + 1 < starts.length; neuron++) {
    follow(neuron, 0);
    starts[neuron + 1] = targets.length;
  }
  return { starts, targets: Int32Array.from(targets), weights: Int32Array.from(weights) };
}

function connectionFan(connection: Projection["connection"], source: Shape, target: Shape): Fan {
  switch (connection.kind) {
    case "dense":
      return denseFan(connection.weights, sizeOf(source));
    case "oneToOne":
      return oneToOneFan(connection.weights, sizeOf(source));
    case "sparse":
      return sparseFan(connection);
    case "convolution":
      return convolutionFan(connection, source, target);
  }
}
