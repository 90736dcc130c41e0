/** The beginning of a run: all that was sent until the readout was read at an earlier number of timesteps. */
import { latencies } from "../network/latency.ts";
import type { Network } from "../network/network.ts";
import type { Events, SpikeTrain } from "../network/spikes.ts";

function firstEvents({ offsets, neurons, values }: Events, steps: number): Events {
  const kept = Math.min(steps, offsets.length - 1);
  const end = offsets[kept];
  return {
    offsets: offsets.subarray(0, kept + 1),
    neurons: neurons.subarray(0, end),
    values: values?.subarray(0, end) ?? null,
  };
}

/** Cuts runs of the network to what was sent by the time of a reading at fewer timesteps. Views, not copies. */
export function createCutter(network: Network): (train: SpikeTrain, timesteps: number) => SpikeTrain {
  const latency = latencies(network).get(network.readout.population)!;
  return (train, timesteps) => {
    const steps = timesteps + latency;
    const events = [...train.events].map(([name, own]) => [name, firstEvents(own, steps)] as const);
    return { steps, events: new Map(events) };
  };
}
