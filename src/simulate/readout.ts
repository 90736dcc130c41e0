/**
 * The reading of a run: what the readout population shows in the steps [latency, latency + T) that count (docs/architecture.md, "Time").
 * Simulator and board are read by the same functions.
 */
import { latencies } from "../network/latency.ts";
import { type Network, sizeOf } from "../network/network.ts";
import type { SpikeTrain } from "../network/spikes.ts";

function readoutSize(network: Network): number {
  return sizeOf(network.populations.find(({ name }) => name === network.readout.population)!.shape);
}

/** Spikes of each neuron, or T - step of its first one (0: none), among the first `timesteps` steps that count. */
function readEvents(network: Network, train: SpikeTrain, timesteps: number): Float64Array {
  const { population, read } = network.readout;
  const reading = new Float64Array(readoutSize(network));
  const latency = latencies(network).get(population)!;
  const { offsets, neurons, values } = train.events.get(population)!;
  for (let counted = 0; counted < timesteps; counted++)
    for (let event = offsets[latency + counted]; event < offsets[latency + counted + 1]; event++) {
      const neuron = neurons[event];
      if (read === "count") reading[neuron] += values?.[event] ?? 1;
      else if (reading[neuron] === 0) reading[neuron] = timesteps - counted;
    }
  return reading;
}

/** membrane: of the readout population at the end of the last step that counts. */
export function readAtStep(
  network: Network,
  train: SpikeTrain,
  timesteps: number,
  membrane: ArrayLike<number>,
): Float64Array {
  if (network.readout.read === "membrane") return Float64Array.from(membrane);
  return readEvents(network, train, timesteps);
}

/** The reading of a whole run as a chip reports it: spikes, and membranes where it shows them. */
export function readTrain(network: Network, train: SpikeTrain): Float64Array {
  const { population } = network.readout;
  return readAtStep(network, train, network.timesteps, train.membranes?.get(population) ?? []);
}
