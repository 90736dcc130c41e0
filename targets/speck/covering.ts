/**
 * A core has kernels and no single synapses: connections from neuron to neuron are written out with their zeros. An event
 * compares every neuron that the kernel covers, those behind a weight of 0 too; by events that shows in the spikes, so the network
 * that is simulated beside the chip has the zeros as well.
 */
import {
  type Connection,
  type Network,
  type Projection,
  parameterIndex,
  type Shape,
  sizeOf,
} from "../../src/network/network.ts";
import { connectionSourceShape } from "../../src/network/shapes.ts";
import { shapeOf } from "../../src/target/synapses.ts";
import { mostWeights } from "./kernel.ts";

/** A matrix, or a kernel of 1, with the weights on its diagonal. */
function diagonal(given: Connection["weights"], shape: Shape): Connection {
  const [channels] = shape;
  const weights = new Int32Array(channels * channels);
  for (let channel = 0; channel < channels; channel++)
    weights[channel * (channels + 1)] = given[parameterIndex(channel, channels, given.length)];
  if (shape.length === 1) return { kind: "dense", weights };
  return {
    kind: "convolution",
    weights,
    kernel: [1, 1],
    stride: [1, 1],
    padding: [0, 0, 0, 0],
    dilation: [1, 1],
    groups: 1,
  };
}

function matrix({ offsets, targets, weights, targetSize }: Connection & { kind: "sparse" }): Connection {
  const sources = offsets.length - 1;
  const all = new Int32Array(sources * targetSize);
  for (let source = 0; source < sources; source++)
    for (let synapse = offsets[source]; synapse < offsets[source + 1]; synapse++)
      all[targets[synapse] * sources + source] += weights[synapse];
  return { kind: "dense", weights: all };
}

function covering(projection: Projection, network: Network): Projection {
  const { connection } = projection;
  const shape = connectionSourceShape(shapeOf(network, projection.source), projection);
  if (connection.kind === "oneToOne" && connection.weights.length <= shape[0] && shape[0] ** 2 <= mostWeights)
    return { ...projection, connection: diagonal(connection.weights, shape) };
  if (connection.kind === "sparse" && sizeOf(shape) * connection.targetSize <= mostWeights)
    return { ...projection, connection: matrix(connection) };
  return projection;
}

/** The same weights; what a core has no kernel for stays as it is and is refused elsewhere. */
export function coverAll(network: Network): Network {
  return {
    ...network,
    projections: network.projections.map((projection) => covering(projection, network)),
  };
}
