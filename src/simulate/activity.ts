/**
 * What a network does over many samples: rates, silent and saturated neurons, synaptic operations. A synaptic operation is one
 * spike through one synapse, those at the border of a convolution counted as they are; products of an analog input are no
 * spikes and are not counted. A graded spike of a sigma-delta neuron is one spike, whatever it carries.
 */
import { type Network, neverFires } from "../network/network.ts";
import type { SpikeTrain } from "../network/spikes.ts";
import type { Spread } from "./fan-out.ts";
import { countEvents, countedLayers, type SampleCounts } from "./sample-counts.ts";

export interface LayerActivity {
  readonly name: string;
  /** Spikes a neuron and timestep. */
  readonly rate: number;
  /** Share of neurons without a spike in any sample. */
  readonly deadFraction: number;
  /** Share of (sample, neuron) pairs with a spike in every timestep. */
  readonly saturatedFraction: number;
  /** Synaptic operations into the layer, a sample. */
  readonly synops: number;
}

/** What an activity has counted so far, as plain data: threads count for themselves and are added up. */
export interface ActivityCounts {
  readonly samples: number;
  readonly layers: ReadonlyMap<string, { readonly total: Float64Array; readonly saturated: number }>;
}

export interface Activity {
  /** A sample by its events, or by what an engine has counted of it. */
  add(train: SpikeTrain): void;
  addSample(counts: SampleCounts): void;
  counts(): ActivityCounts;
  addCounts(counts: ActivityCounts): void;
  layers(): LayerActivity[];
  /** Of the whole network, a sample. */
  synops(): number;
}

interface Tally {
  readonly total: Float64Array;
  saturated: number;
}

export function createActivity(network: Network, spreads: ReadonlyMap<string, Spread>): Activity {
  const counted = countedLayers(network);
  const tallies = new Map<string, Tally>(
    counted.map(({ name, neurons }) => [name, { total: new Float64Array(neurons), saturated: 0 }]),
  );
  let samples = 0;

  function addSample(counts: SampleCounts): void {
    samples++;
    for (const [name, tally] of tallies) {
      const own = counts.get(name)!;
      // By index: a call for every neuron of every sample is most of the work.
      for (let neuron = 0; neuron < own.length; neuron++) {
        const count = own[neuron];
        tally.total[neuron] += count;
        if (count >= network.timesteps) tally.saturated++;
      }
    }
  }

  function addCounts(counts: ActivityCounts): void {
    samples += counts.samples;
    for (const [name, { total, saturated }] of counts.layers) {
      const tally = tallies.get(name)!;
      tally.saturated += saturated;
      total.forEach((count, neuron) => {
        tally.total[neuron] += count;
      });
    }
  }

  function synopsInto(target: string): number {
    let operations = 0;
    for (const projection of network.projections) {
      const tally = tallies.get(projection.source);
      if (projection.target !== target || tally === undefined) continue;
      const { fanOut } = spreads.get(projection.name)!;
      for (let neuron = 0; neuron < fanOut.length; neuron++)
        operations += tally.total[neuron] * fanOut[neuron];
    }
    return samples === 0 ? 0 : operations / samples;
  }

  function layerOf(name: string): LayerActivity {
    const { total, saturated } = tallies.get(name)!;
    const spikes = total.reduce((sum, count) => sum + count, 0);
    const pairs = Math.max(1, samples * total.length);
    return {
      name,
      rate: spikes / (pairs * network.timesteps),
      deadFraction: total.filter((count) => count === 0).length / total.length,
      saturatedFraction: saturated / pairs,
      synops: synopsInto(name),
    };
  }

  const layers = () =>
    network.populations.filter((population) => !neverFires(population)).map(({ name }) => layerOf(name));
  return {
    add: ({ events }) =>
      addSample(new Map(counted.map((layer) => [layer.name, countEvents(events.get(layer.name)!, layer)]))),
    addSample,
    counts: () => ({
      samples,
      layers: new Map([...tallies].map(([name, { total, saturated }]) => [name, { total, saturated }])),
    }),
    addCounts,
    layers,
    synops: () => network.populations.reduce((sum, { name }) => sum + synopsInto(name), 0),
  };
}
