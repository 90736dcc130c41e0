/**
 * What one sample makes every layer send, neuron by neuron: enough for rates, silence and synaptic operations, and far less
 * than its events. Engines may count without making events; this is what they must give.
 */
import { latencies } from "../network/latency.ts";
import { type Network, sizeOf } from "../network/network.ts";
import type { Events, SpikeTrain } from "../network/spikes.ts";

/**
 * By name, of every population and every input but analog ones: spikes of each neuron, from the start of the run until the
 * readout is read. A graded spike of a sigma-delta neuron is one, whatever it carries.
 */
export type SampleCounts = ReadonlyMap<string, Float64Array>;

export interface CountedLayer {
  readonly name: string;
  readonly neurons: number;
  /** Whether an event counts what it carries; else each is one. */
  readonly byValue: boolean;
}

export function countedLayers({ inputs, populations }: Network): CountedLayer[] {
  return [
    ...inputs
      .filter(({ encoder }) => encoder.kind !== "analog")
      .map(({ name, shape }) => ({ name, neurons: sizeOf(shape), byValue: true })),
    ...populations.map(({ name, shape, kind }) => ({
      name,
      neurons: sizeOf(shape),
      byValue: kind !== "sigmaDelta",
    })),
  ];
}

/** Of a layer's events in the first steps of a run. */
export function countEvents(
  { offsets, neurons, values }: Events,
  { neurons: size, byValue }: CountedLayer,
  steps = Number.POSITIVE_INFINITY,
): Float64Array {
  const counts = new Float64Array(size);
  const end = offsets[Math.min(steps, offsets.length - 1)];
  const sent = byValue ? values : null;
  for (let event = 0; event < end; event++) counts[neurons[event]] += sent?.[event] ?? 1;
  return counts;
}

/** counted: layers whose spikes were counted where they were sent; their events are not needed. */
export type TrainCounter = (
  train: SpikeTrain,
  timesteps: number,
  counted?: ReadonlyMap<string, Float64Array>,
) => SampleCounts;

/** Counts what was sent by the time of a reading at `timesteps`. */
export function createTrainCounter(network: Network): TrainCounter {
  const layers = countedLayers(network);
  const latency = latencies(network).get(network.readout.population)!;
  return ({ events }, timesteps, counted) => {
    const countOf = (layer: CountedLayer) =>
      counted?.get(layer.name) ?? countEvents(events.get(layer.name)!, layer, timesteps + latency);
    return new Map(layers.map((layer) => [layer.name, countOf(layer)]));
  };
}
