/**
 * The integer currents that a population gets over all calibration samples, from the trains its sources really emit.
 * Computed once a layer: every candidate threshold, vInit and bias is then tried on them neuron by neuron.
 */
import type { Carrier } from "../../simulate/projection.ts";
import {
  type AnalogStore,
  type SourceStore,
  type SpikeStore,
  type StepSpikes,
  spikesAt,
} from "./spike-store.ts";

export interface Currents {
  readonly samples: number;
  readonly neurons: number;
  /** 1 where every step is the same (analog input only), else T. */
  readonly steps: number;
  /** [sample][neuron][step]: the steps of one neuron lie side by side. */
  readonly data: Int32Array;
  /** Largest magnitude in `data`. */
  readonly largest: number;
}

export interface Feed {
  readonly carrier: Carrier;
  readonly store: SourceStore;
}

function carryAnalog(feed: Feed & { store: AnalogStore }, sample: number, sum: Float64Array): void {
  const { neurons, values } = feed.store;
  const all = Array.from({ length: neurons }, (_, i) => i);
  feed.carrier.carry(all, values.subarray(sample * neurons, (sample + 1) * neurons), 0, neurons, sum);
}

function carrySpikes(
  feed: Feed & { store: SpikeStore },
  sample: number,
  step: number,
  scratch: StepSpikes,
  sum: Float64Array,
): void {
  const count = spikesAt(feed.store, sample, step, scratch);
  feed.carrier.carry(scratch.neurons, feed.store.slots === 1 ? null : scratch.spikes, 0, count, sum);
}

function isAnalog(feed: Feed): feed is Feed & { store: AnalogStore } {
  return feed.store.kind === "analog";
}

function isSpiking(feed: Feed): feed is Feed & { store: SpikeStore } {
  return feed.store.kind === "spikes";
}

/** neurons: of the target population. steps: T. */
export function currentsOf(
  feeds: readonly Feed[],
  samples: number,
  neurons: number,
  timesteps: number,
): Currents {
  const analog = feeds.filter(isAnalog);
  const spiking = feeds.filter(isSpiking);
  const steps = spiking.length === 0 ? 1 : timesteps;
  const data = new Int32Array(samples * neurons * steps);
  const constant = new Float64Array(neurons);
  const sum = new Float64Array(neurons);
  const most = Math.max(0, ...spiking.map(({ store }) => store.neurons));
  const scratch = { neurons: new Uint32Array(most), spikes: new Uint8Array(most) };
  let largest = 0;
  for (let sample = 0; sample < samples; sample++) {
    constant.fill(0);
    for (const feed of analog) carryAnalog(feed, sample, constant);
    for (let step = 0; step < steps; step++) {
      sum.set(constant);
      for (const feed of spiking) carrySpikes(feed, sample, step, scratch, sum);
      const start = sample * neurons * steps + step;
      for (let neuron = 0; neuron < neurons; neuron++) {
        data[start + neuron * steps] = sum[neuron];
        largest = Math.max(largest, Math.abs(sum[neuron]));
      }
    }
  }
  return { samples, neurons, steps, data, largest };
}
