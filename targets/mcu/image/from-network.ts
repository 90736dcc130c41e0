/** Network to the parts of an image: names become indices, weights are laid out by source, so that a spike reads them in a row. */
import { SpikecError } from "../../../src/errors/error.ts";
import { latencies } from "../../../src/network/latency.ts";
import {
  type Connection,
  type Input,
  type IntegrateAndFirePopulation,
  type Network,
  type Projection,
  type Shape,
  sizeOf,
} from "../../../src/network/network.ts";
import { connectionSourceShape, connectionTargetShape, pooledShape } from "../../../src/network/shapes.ts";
import { narrow } from "./narrow.ts";
import type {
  ConnectionPart,
  Extents,
  ImageParts,
  InputPart,
  Parameter,
  PopulationPart,
  ProjectionPart,
  WeightArray,
} from "./parts.ts";

const nothing: Parameter = { values: new Int32Array(0), span: 1 };

function parameterOf(values: Int32Array, neurons: number): Parameter {
  return { values, span: neurons / values.length };
}

export function extentsOf(shape: Shape): Extents {
  const [channels, height = 1, width = 1] = shape;
  return [channels, height, width];
}

/** The longest delay that leaves a source, and one; a power of 2, so that the row of a step is found without a division. */
function rowsOf(network: Network, name: string): number {
  const delays = network.projections.map(({ source, delay }) => (source === name ? delay : 0));
  return 2 ** Math.ceil(Math.log2(Math.max(0, ...delays) + 1));
}

/** Encoders that give one spike at most are kept as bits, others as values of 16 bits. */
export function isValued({ encoder }: Input): boolean {
  return ["analog", "current", "spikes"].includes(encoder.kind);
}

function inputPart(network: Network, input: Input): InputPart {
  return {
    count: sizeOf(input.shape),
    kind: isValued(input) ? "values" : "spikes",
    rows: rowsOf(network, input.name),
  };
}

function decayPart({ law }: IntegrateAndFirePopulation, neurons: number) {
  const { decayV } = law;
  const plain = { decay: "none", decayShift: 0, rounding: "floor", multiplier: nothing } as const;
  if (decayV.kind === "multiply") {
    const { shift, rounding, multiplier } = decayV;
    return {
      decay: "multiply",
      decayShift: shift,
      rounding,
      multiplier: parameterOf(multiplier, neurons),
    } as const;
  }
  if (decayV.kind !== "shift") return plain;
  return { ...plain, decay: decayV.tail ? "shiftWithTail" : "shift", decayShift: decayV.shift } as const;
}

function resetPart({ law }: IntegrateAndFirePopulation, neurons: number) {
  const { reset, threshold } = law;
  if (reset.kind === "none") return { reset: "none", resetValue: nothing } as const;
  if (reset.kind === "zero")
    return { reset: "value", resetValue: parameterOf(reset.value, neurons) } as const;
  return { reset: "subtract", resetValue: parameterOf(reset.amount ?? threshold, neurons) } as const;
}

/** v > threshold is v >= threshold + 1; what is taken off at a spike stays the threshold itself. */
function populationPart(
  network: Network,
  population: IntegrateAndFirePopulation,
  latency: number,
): PopulationPart {
  const { law, name, shape } = population;
  const neurons = sizeOf(shape);
  const { overflowV, compare, floor } = law;
  const fireAt = compare === "gt" ? law.threshold.map((value) => value + 1) : law.threshold;
  return {
    neurons,
    latency,
    rows: rowsOf(network, name),
    fires: compare !== "never",
    threshold: parameterOf(fireAt, neurons),
    bias: parameterOf(law.bias, neurons),
    vInit: parameterOf(law.vInit, neurons),
    overflow: overflowV?.overflow ?? "none",
    low: overflowV?.low ?? 0,
    high: overflowV?.high ?? 0,
    floor: floor?.kind ?? "none",
    floorValue: floor === null ? nothing : parameterOf(floor.value, neurons),
    ...resetPart(population, neurons),
    ...decayPart(population, neurons),
  };
}

/** [target][source] to [source][target]. */
function transposed(weights: WeightArray, sources: number): Int32Array {
  const targets = weights.length / sources;
  const result = new Int32Array(weights.length);
  for (let target = 0; target < targets; target++)
    for (let source = 0; source < sources; source++)
      result[source * targets + target] = weights[target * sources + source];
  return result;
}

/** [out][in / groups][kernel] to [in][kernel][out / groups]. */
function bySourceChannel(
  connection: Connection & { kind: "convolution" },
  channels: number,
  outputs: number,
): Int32Array {
  const { weights, kernel, groups } = connection;
  const taps = kernel[0] * kernel[1];
  const [inGroup, outGroup] = [channels / groups, outputs / groups];
  const result = new Int32Array(weights.length);
  for (let channel = 0; channel < channels; channel++) {
    const firstOutput = Math.floor(channel / inGroup) * outGroup;
    for (let tap = 0; tap < taps; tap++)
      for (let output = 0; output < outGroup; output++)
        result[(channel * taps + tap) * outGroup + output] =
          weights[((firstOutput + output) * inGroup + (channel % inGroup)) * taps + tap];
  }
  return result;
}

function connectionPart(connection: Connection, from: Shape): ConnectionPart {
  switch (connection.kind) {
    case "dense":
      return { kind: "dense", weights: narrow(transposed(connection.weights, sizeOf(from))) };
    case "sparse": {
      const { offsets, targets, weights } = connection;
      return { kind: "sparse", offsets, targets, weights: narrow(weights) };
    }
    case "oneToOne": {
      const { weights } = connection;
      return { kind: "oneToOne", weights: narrow(weights), span: sizeOf(from) / weights.length };
    }
    case "convolution": {
      const to = extentsOf(connectionTargetShape(from, connection));
      const { kernel, stride, dilation, groups, padding } = connection;
      const weights = narrow(bySourceChannel(connection, from[0], to[0]));
      return {
        kind: "convolution",
        weights,
        to,
        kernel,
        stride,
        padding: [padding[0], padding[1]],
        dilation,
        groups,
      };
    }
  }
}

function projectionPart(
  network: Network,
  projection: Projection,
  indexOf: (name: string) => number,
): ProjectionPart {
  const ends = [...network.inputs, ...network.populations];
  let shape = ends[indexOf(projection.source)].shape;
  const from = connectionSourceShape(shape, projection);
  const pools = projection.pools.map((pool) => {
    const [before, after] = [shape, pooledShape(shape, pool)];
    shape = after;
    const { kernel, stride, padding } = pool;
    return {
      from: extentsOf(before),
      to: extentsOf(after),
      kernel,
      stride,
      padding: [padding[0], padding[1]] as const,
    };
  });
  const { connection, source, target, delay } = projection;
  return {
    source: indexOf(source),
    target: indexOf(target) - network.inputs.length,
    delay,
    pools,
    from: extentsOf(from),
    connection: connectionPart(connection, from),
  };
}

/** The network must keep the rules of law.ts: what they leave out has no place in an image. */
export function partsOf(network: Network, populations: readonly IntegrateAndFirePopulation[]): ImageParts {
  const latency = latencies(network);
  const names = [...network.inputs, ...network.populations].map(({ name }) => name);
  const indexOf = (name: string) => {
    const index = names.indexOf(name);
    if (index >= 0) return index;
    throw new SpikecError("SPK-0704", `no input or population is named ${name}`, { where: network.name });
  };
  const { readout, timesteps } = network;
  return {
    inputs: network.inputs.map((input) => inputPart(network, input)),
    populations: populations.map((one) => populationPart(network, one, latency.get(one.name) ?? 0)),
    projections: network.projections
      .map((projection) => projectionPart(network, projection, indexOf))
      .sort((a, b) => a.target - b.target),
    timesteps,
    steps: timesteps + (latency.get(readout.population) ?? 0),
    readout: indexOf(readout.population) - network.inputs.length,
    read: readout.read,
    selfTest: null,
  };
}
