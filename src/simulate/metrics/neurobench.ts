/**
 * Counts under NeuroBench's names and by its definitions (NeuroBench e521c28, neurobench/metrics/static, workload and utils/layers/
 * macs.py), so that networks can be put beside its tables. Its model is a PyTorch module; what stands for what:
 *
 * - Footprint: bytes of parameters and buffers. Here weights as wide as the network holds them, parameters of neurons, and 4 bytes
 *   for each membrane and trace (snnTorch keeps its membranes in buffers).
 * - ConnectionSparsity: zeros among the weights of all connections; absent synapses of a sparse connection are zeros.
 * - ActivationSparsity: zeros among the outputs of all layers that fire, in the T steps that each of them is awake for.
 * - SynapticOperations, a sample: an operation is a non-zero input at a non-zero weight. Effective_ACs where the input is a single
 *   spike, Effective_MACs where it is a number (analog input, several spikes in a step, graded spikes). Dense: all of them, as if
 *   every input fired at every step and no weight were zero.
 *
 * Biases are no synapses there, so always-on inputs, which stand for them, are none here. Spikes in front of a sum-pool are
 * counted as they are, each in every window.
 */
import { latencies } from "../../network/latency.ts";
import {
  isIntegrateAndFire,
  type Law,
  type Network,
  neverFires,
  type Projection,
  shapeOfCurrents,
  sizeOf,
} from "../../network/network.ts";
import { shapesByName } from "../../network/shapes.ts";
import type { Events, SpikeTrain } from "../../network/spikes.ts";
import { createCarrier } from "../projection.ts";

export interface SynapticOperations {
  readonly Effective_MACs: number;
  readonly Effective_ACs: number;
  readonly Dense: number;
}

/** What needs no samples. */
export interface StaticCounts {
  /** Bytes. */
  readonly Footprint: number;
  /** 0..1 */
  readonly ConnectionSparsity: number;
}

export interface NeuroBenchCounts extends StaticCounts {
  /** 0..1 */
  readonly ActivationSparsity: number;
  /** A sample. */
  readonly SynapticOperations: SynapticOperations;
}

const bytesOfState = 4;

function lawBytes(law: Law, neurons: number): number {
  const { bias, threshold, vInit, decayV, synapse, reset, floor } = law;
  const decays = [
    decayV,
    ...("decayU" in synapse ? [synapse.decayU] : []),
    ...("decayH" in synapse ? [synapse.decayH] : []),
  ];
  const arrays = [
    bias,
    threshold,
    vInit,
    ...decays.flatMap((decay) =>
      "multiplier" in decay ? [decay.multiplier] : "amount" in decay ? [decay.amount] : [],
    ),
    ...(reset.kind === "zero"
      ? [reset.value]
      : reset.kind === "subtract" && reset.amount !== null
        ? [reset.amount]
        : []),
    ...(floor === null ? [] : [floor.value]),
  ];
  const traces = synapse.kind === "alpha" ? 2 : synapse.kind === "trace" ? 1 : 0;
  return arrays.reduce((sum, { byteLength }) => sum + byteLength, 0) + (1 + traces) * neurons * bytesOfState;
}

function connectionBytes({ connection }: Projection): number {
  const places =
    connection.kind === "sparse" ? connection.offsets.byteLength + connection.targets.byteLength : 0;
  return connection.weights.byteLength + places;
}

/** Projections that are synapses to NeuroBench: those of always-on inputs are biases. */
function synapticProjections({ inputs, projections }: Network): Projection[] {
  const always = new Set(inputs.filter(({ encoder }) => encoder.kind === "always").map(({ name }) => name));
  return projections.filter(({ source }) => !always.has(source));
}

export function staticCounts(network: Network): StaticCounts {
  let footprint = network.projections.reduce((sum, projection) => sum + connectionBytes(projection), 0);
  for (const population of network.populations) {
    const neurons = sizeOf(shapeOfCurrents(population));
    footprint += isIntegrateAndFire(population) ? lawBytes(population.law, neurons) : neurons * bytesOfState;
    if (population.kind === "sigmaDelta") footprint += population.bias.byteLength;
  }
  let [weights, zeros] = [0, 0];
  for (const { connection } of synapticProjections(network)) {
    const held = connection.weights.length;
    const all = connection.kind === "sparse" ? (connection.offsets.length - 1) * connection.targetSize : held;
    weights += all;
    zeros += all - held + (connection.weights as Int32Array).filter((weight) => weight === 0).length;
  }
  return { Footprint: footprint, ConnectionSparsity: weights === 0 ? 0 : zeros / weights };
}

/** Non-zero outputs of every source over all samples, one a neuron: single spikes, and numbers. */
interface Sent {
  readonly spikes: Float64Array;
  readonly numbers: Float64Array;
}

export interface NeuroBench {
  /** The events of one sample's run, inputs included. */
  add(train: SpikeTrain): void;
  counts(): NeuroBenchCounts;
}

/** Non-zero products of the counts with the weights; every weight taken for non-zero where `dense`. */
function operationsOf(
  network: Network,
  projection: Projection,
  counts: Float64Array,
  dense: boolean,
): number {
  const { connection, pools, source, target } = projection;
  const sourceShape = shapesByName(network).get(source)!;
  const targetShape = shapeOfCurrents(network.populations.find(({ name }) => name === target)!);
  if (dense && connection.kind === "sparse")
    return counts.reduce((sum, count) => sum + count, 0) * connection.targetSize;
  const weights = Float64Array.from(connection.weights, (weight) => (dense || weight !== 0 ? 1 : 0));
  const carrier = createCarrier({ sourceShape, targetShape, pools, connection: { ...connection, weights } });
  const neurons = Array.from(counts.keys()).filter((neuron) => counts[neuron] !== 0);
  const values = neurons.map((neuron) => counts[neuron]);
  const currents = new Float64Array(sizeOf(targetShape));
  carrier.carry(neurons, values, 0, neurons.length, currents);
  return currents.reduce((sum, value) => sum + value, 0);
}

export function createNeuroBench(network: Network): NeuroBench {
  const shapes = shapesByName(network);
  const latency = latencies(network);
  const firing = network.populations.filter((population) => !neverFires(population));
  const sent = new Map<string, Sent>(
    [...shapes].map(([name, shape]) => {
      const size = sizeOf(shape);
      return [name, { spikes: new Float64Array(size), numbers: new Float64Array(size) }];
    }),
  );
  let samples = 0;
  let active = 0;

  function addEvents({ spikes, numbers }: Sent, { neurons, values }: Events): void {
    for (let event = 0; event < neurons.length; event++) {
      const value = values?.[event] ?? 1;
      if (value === 0) continue;
      if (value === 1) spikes[neurons[event]]++;
      else numbers[neurons[event]]++;
    }
  }

  function addActive(name: string, { offsets, values }: Events): void {
    const first = latency.get(name)!;
    const last = Math.min(first + network.timesteps, offsets.length - 1);
    for (let event = offsets[Math.min(first, last)]; event < offsets[last]; event++)
      if (values?.[event] !== 0) active++;
  }

  function operations(): SynapticOperations {
    let [spiking, numeric, dense] = [0, 0, 0];
    for (const projection of synapticProjections(network)) {
      const { spikes, numbers } = sent.get(projection.source)!;
      spiking += operationsOf(network, projection, spikes, false);
      numeric += operationsOf(network, projection, numbers, false);
      const all = new Float64Array(spikes.length).fill(network.timesteps);
      dense += operationsOf(network, projection, all, true);
    }
    const each = Math.max(1, samples);
    return { Effective_MACs: numeric / each, Effective_ACs: spiking / each, Dense: dense };
  }

  return {
    add(train) {
      samples++;
      for (const [name, counts] of sent) {
        const events = train.events.get(name);
        if (events !== undefined) addEvents(counts, events);
      }
      for (const { name } of firing) addActive(name, train.events.get(name)!);
    },
    counts() {
      const neurons = firing.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
      const outputs = neurons * network.timesteps * samples;
      return {
        ...staticCounts(network),
        ActivationSparsity: outputs === 0 ? 0 : 1 - active / outputs,
        SynapticOperations: operations(),
      };
    },
  };
}
