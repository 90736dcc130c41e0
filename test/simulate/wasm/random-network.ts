/**
 * Random networks of moderate numbers for the engine's property tests: maps and flat layers, every kind of connection, pools,
 * residuals, feedback (dense and sparse), delays, and every parameter of the law.
 */
import { checkNetwork } from "../../../src/network/check.ts";
import type {
  Connection,
  Encoder,
  Input,
  IntegerArray,
  Network,
  Projection,
  Shape,
  SumPool,
} from "../../../src/network/network.ts";
import { neverFires, type Population, sizeOf } from "../../../src/network/network.ts";
import { connectionSourceShape, connectionTargetShape, pooledShape } from "../../../src/network/shapes.ts";
import { type Draw, integers, parameter, pick } from "./draw.ts";
import { randomLaw, randomPlainLaw } from "./random-law.ts";

function weights(draw: Draw, length: number): IntegerArray {
  const size = pick(draw, [1, 1, 1, 2, 4]);
  if (size === 1) return Int8Array.from(integers(draw, length, -60, 90));
  if (size === 2) return Int16Array.from(integers(draw, length, -900, 1200));
  return integers(draw, length, -40_000, 50_000);
}

function encoder(draw: Draw, whole: boolean): Encoder {
  const plain = { scale: 1, zeroPoint: draw(-3, 3), bits: 8, signed: draw(0, 1) === 1 };
  const normalization = { offset: Float64Array.of(draw(-9, 9)), divisor: Float64Array.of(draw(1, 8) / 4) };
  const quantization = draw(0, 2) === 0 ? { ...plain, normalization } : plain;
  const threshold = draw(100, 400);
  switch (draw(0, whole ? 5 : 4)) {
    case 5:
      return { kind: "current", ...quantization };
    case 0:
      return { kind: "analog", ...quantization };
    case 1:
      return { kind: "poisson", threshold, seed: draw(0, 1000), ...quantization };
    case 2:
      return { kind: "latency", threshold, ...quantization };
    case 3:
      return { kind: "spikes" };
    default:
      return { kind: "rate", threshold, initial: draw(0, 100), ...quantization };
  }
}

function pools(draw: Draw, source: Shape): SumPool[] {
  if (source.length !== 3 || draw(0, 2) > 0) return [];
  const kernel = [draw(1, 3), draw(1, 3)] as const;
  const tiled = draw(0, 1) === 1;
  const pool: SumPool = {
    kernel,
    stride: tiled ? kernel : [draw(1, 2), draw(1, 2)],
    padding: tiled ? [0, 0, 0, 0] : [draw(0, 1), draw(0, 1), draw(0, 1), draw(0, 1)],
  };
  return pooledShape(source, pool).some((extent) => extent < 1) ? [] : [pool];
}

function convolution(draw: Draw, [channels, height, width]: Shape, outputs: number): Connection {
  const groups = draw(0, 3) === 0 ? channels : 1;
  const kernel = [draw(1, 3), draw(1, 3)] as const;
  const dilation = draw(0, 3) === 0 ? ([draw(1, 2), draw(1, 2)] as const) : ([1, 1] as const);
  const stride = draw(0, 2) === 0 ? ([draw(1, 2), draw(1, 3)] as const) : ([1, 1] as const);
  const whole = draw(0, 5) === 0 && height < 5 && width < 5;
  return {
    kind: "convolution",
    weights: weights(
      draw,
      outputs * groups * (channels / groups) * (whole ? height * width : kernel[0] * kernel[1]),
    ),
    kernel: whole ? [height, width] : kernel,
    stride,
    padding: whole ? [0, 0, 0, 0] : [draw(0, 2), draw(0, 2), draw(0, 2), draw(0, 2)],
    dilation: whole ? [1, 1] : dilation,
    groups,
  };
}

/** Zero to twice `mean` synapses a neuron, in no order; some join the same two neurons. */
function sparse(draw: Draw, sources: number, targetSize: number, mean: number): Connection {
  const offsets = new Int32Array(sources + 1);
  const counts = integers(draw, sources, 0, 2 * mean);
  for (let source = 0; source < sources; source++) offsets[source + 1] = offsets[source] + counts[source];
  const count = offsets[sources];
  const targets = integers(draw, count, 0, targetSize - 1);
  return { kind: "sparse", offsets, targets, weights: weights(draw, count), targetSize };
}

function connection(draw: Draw, source: Shape): Connection {
  const size = sizeOf(source);
  const kind = draw(0, 6);
  if (kind === 6) return sparse(draw, size, pick(draw, [3, 10, 24, 70, 300]), draw(0, 6));
  if (kind === 0) return { kind: "oneToOne", weights: weights(draw, pick(draw, [1, source[0], size])) };
  if (kind === 1 || source.length === 1)
    return { kind: "dense", weights: weights(draw, size * pick(draw, [3, 10, 24, 70])) };
  return convolution(draw, source, pick(draw, [1, 3, 8, 13, 40]));
}

interface Layer {
  readonly name: string;
  readonly shape: Shape;
  /** Steps from the input. */
  readonly latency: number;
  /** Of a count pool: what it is sent, and its windows over that. */
  readonly pool?: { readonly taps: Shape; readonly window: SumPool };
}

export { type Draw, draws } from "./draw.ts";

/** The shape that projections into a layer meet. */
function shapeInto({ shape, pool }: Layer): Shape {
  return pool?.taps ?? shape;
}

export interface NetworkOptions {
  /** All parameters of the law and all kinds of populations and encoders; default: plain neurons. */
  readonly whole?: boolean;
}

function fits(shape: Shape): boolean {
  return shape.every((extent) => extent >= 1) && sizeOf(shape) <= 3000;
}

/** A second way into a layer that already has one: from any layer before it, with the delay that makes the paths equal. */
function residual(draw: Draw, layers: readonly Layer[], target: Layer): Projection | null {
  const source = pick(draw, layers);
  const delay = target.latency - source.latency;
  if (delay < 0 || source.name === target.name) return null;
  const into = shapeInto(target);
  const same = source.shape.join() === into.join();
  const connected: Connection = same
    ? { kind: "oneToOne", weights: weights(draw, 1) }
    : draw(0, 1) === 0
      ? { kind: "dense", weights: weights(draw, sizeOf(source.shape) * sizeOf(into)) }
      : sparse(draw, sizeOf(source.shape), sizeOf(into), draw(0, 6));
  if (connected.weights.length > 40_000) return null;
  return {
    name: `also into ${target.name}`,
    source: source.name,
    target: target.name,
    delay,
    pools: [],
    connection: connected,
  };
}

function population({ name, shape, pool }: Layer, draw: Draw, whole: boolean): Population {
  const base = { name, shape, spikeValue: new Float64Array(0), origin: [] };
  if (pool !== undefined) return { ...base, kind: "maxCount", ...pool };
  if (whole && draw(0, 7) === 0)
    return {
      ...base,
      kind: "sigmaDelta",
      value: pick(draw, ["input", "rectified", "sum"] as const),
      spikeExponent: draw(0, 3),
      stateExponent: draw(0, 6),
      threshold: draw(0, 30),
      bias: parameter(draw, shape, -50, 80),
    };
  const law = whole ? randomLaw(draw, shape) : randomPlainLaw(draw, shape);
  return { ...base, kind: "integrateAndFire", law, membraneUnit: new Float64Array(0) };
}

/** Windows over what the projections lead to, so that the layer is a count pool; null: it is none. */
function countPool(draw: Draw, taps: Shape): { taps: Shape; window: SumPool; shape: Shape } | null {
  if (taps.length !== 3 || draw(0, 4) > 0) return null;
  const [window] = pools(draw, taps);
  if (window === undefined) return null;
  return { taps, window, shape: pooledShape(taps, window) };
}

export function randomNetwork(draw: Draw, { whole = false }: NetworkOptions = {}): Network {
  const spatial = draw(0, 3) > 0;
  const input: Input = {
    name: "input",
    shape: spatial ? [pick(draw, [1, 2, 4, 6]), draw(3, 9), draw(3, 9)] : [draw(1, 60)],
    encoder: encoder(draw, whole),
    polarity: "unsigned",
  };
  const layers: Layer[] = [{ name: "input", shape: input.shape, latency: 0 }];
  const projections: Projection[] = [];
  const count = draw(1, 4);
  for (let index = 1; index <= count; index++) {
    const source = draw(0, 3) === 0 ? pick(draw, layers) : layers[layers.length - 1];
    const delay = pick(draw, [0, 0, 0, 1, 3]);
    const pooling = pools(draw, source.shape);
    const seen = connectionSourceShape(source.shape, { pools: pooling });
    const made = connection(draw, seen);
    const reached = connectionTargetShape(seen, made);
    if (!fits(reached) || made.weights.length > 200_000) continue;
    const name = `layer${index}`;
    // One-to-one weights may be one a channel of the target.
    const flat = made.kind !== "oneToOne" && draw(0, 7) === 0;
    const pool = whole ? countPool(draw, reached) : null;
    const shape = pool?.shape ?? (flat ? [sizeOf(reached)] : reached);
    const modelDelay = whole && draw(0, 4) === 0 ? draw(0, delay) : 0;
    const layer: Layer = {
      name,
      shape,
      latency: source.latency + delay - modelDelay,
      ...(pool === null ? {} : { pool }),
    };
    projections.push({
      name: `into ${name}`,
      source: source.name,
      target: name,
      delay,
      pools: pooling,
      connection: made,
      ...(modelDelay === 0 ? {} : { modelDelay }),
    });
    const second = draw(0, 2) === 0 ? residual(draw, layers, layer) : null;
    if (second !== null) projections.push(second);
    layers.push(layer);
  }
  const populations = layers.slice(1).map((layer) => population(layer, draw, whole));
  if (populations.length === 0) return randomNetwork((low, high) => Math.min(high, low + 1), { whole });
  if (draw(0, 2) === 0) {
    // Feedback: from the last layer to any.
    const { name: source, shape: from } = layers[layers.length - 1];
    const into = pick(draw, layers.slice(1));
    const [target, to] = [into.name, shapeInto(into)];
    const length = sizeOf(from) * sizeOf(to);
    const back: Connection =
      length <= 40_000 && draw(0, 1) === 1
        ? { kind: "dense", weights: weights(draw, length) }
        : sparse(draw, sizeOf(from), sizeOf(to), draw(0, 6));
    projections.push({ name: "back", source, target, delay: draw(1, 4), pools: [], connection: back });
  }
  const inputs = [input];
  if (draw(0, 3) === 0) {
    const into = pick(draw, layers.slice(1));
    const [target, shape] = [into.name, shapeInto(into)];
    const always: Connection = { kind: "dense", weights: weights(draw, sizeOf(shape)) };
    inputs.push({ name: "always", shape: [1], encoder: { kind: "always" }, polarity: "unsigned" });
    const delay = draw(0, 2);
    projections.push({ name: "bias", source: "always", target, delay, pools: [], connection: always });
  }
  const last = populations[populations.length - 1];
  const network: Network = {
    name: "random",
    timesteps: pick(draw, [1, 5, 16, 40]),
    inputs,
    populations,
    projections,
    readout: {
      population: last.name,
      read: neverFires(last) ? "membrane" : pick(draw, ["membrane", "count", "firstSpike"] as const),
      scale: 1,
      offset: 0,
    },
    provenance: { version: "", modelHash: "", calibrationHash: "", options: [] },
    notes: [],
  };
  checkNetwork(network);
  return network;
}

/** A sample of an input of spikes that holds counts, some of them negative. */
export function gradedSample(draw: Draw, { inputs: [{ shape }], timesteps }: Network): Int32Array {
  return integers(draw, sizeOf(shape) * timesteps, -3, 5);
}

/** A sample for the network's input. */
export function randomSample(draw: Draw, network: Network): Int32Array {
  const [{ shape, encoder: kind }] = network.inputs;
  const overTime = sizeOf(shape) * network.timesteps;
  if (kind.kind === "spikes") return integers(draw, overTime, 0, 1);
  if (kind.kind === "current") return integers(draw, overTime, -20, 60);
  return integers(draw, sizeOf(shape), -20, 200);
}
