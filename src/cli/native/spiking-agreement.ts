/**
 * A native spiking network in floats and in integers at the same time, layer by layer and step by step: populations bear the
 * names of the nodes that they stand for.
 */
import type { SpikingRun } from "../../graph/compile-spiking.ts";
import type { Discretization } from "../../graph/discretization.ts";
import { sizeOf } from "../../graph/graph.ts";
import { foldGraph } from "../../lower/spiking/lower-spiking.ts";
import { latencies } from "../../network/latency.ts";
import { type Network, neverFires, parameterIndex } from "../../network/network.ts";
import type { Events, SpikeTrain } from "../../network/spikes.ts";
import { trainAgreement } from "../../simulate/metrics/agreement.ts";
import type { Run } from "../../simulate/reference.ts";
import type { ScaledSamples } from "../samples.ts";
import { sampleOf } from "../verification/evaluate.ts";
import type { FloatNetwork } from "./float-network.ts";
import { createFloatReading } from "./spiking-reading.ts";

/** How the spikes of one layer agree with those of its node, of all samples. */
export interface LayerAgreement {
  readonly name: string;
  /** Share of pairs (step, neuron) with the same spikes. */
  readonly perStep: number;
  /** Share of trains (of one neuron in one sample) that agree in every step. */
  readonly exactTrains: number;
  readonly spikes: number;
  readonly floatSpikes: number;
}

export interface FloatBeside {
  /** Runs the sample in floats and compares; runs come in order. */
  add(run: Run, index: number): void;
  /** Readings of the float network, one a sample. */
  readonly readings: readonly Float64Array[];
  layers(): LayerAgreement[];
}

export function createFloatBeside(
  network: Network,
  float: FloatNetwork,
  samples: ScaledSamples,
): FloatBeside {
  const record = createFloatRecord(network, float);
  const comparison = createComparison(network, float, record);
  const readings: Float64Array[] = [];
  return {
    readings,
    add({ train }, index) {
      readings.push(record.run(sampleOf(samples, index)));
      comparison.add(train);
    },
    layers: comparison.layers,
  };
}

/** One sample of the float network: what each node emits at each step. */
export interface FloatRecord {
  /** Runs a sample, and gives its reading. */
  run(sample: Float32Array): Float64Array;
  /** [steps][neurons] of a node, of the sample that ran last. */
  emitted(name: string): Float32Array;
}

/** As long, and read in the same way, as the network. */
export function createFloatRecord(
  { timesteps, readout, populations }: Network,
  { run }: FloatNetwork,
): FloatRecord {
  const [input] = run.inputs.values();
  const reading = createFloatReading(run.nodes.get(readout.population)!, readout.read);
  const kept = populations.flatMap(({ name }) => {
    const output = run.nodes.get(name)?.output;
    return output === undefined ? [] : [{ name, output, rows: new Float32Array(timesteps * output.length) }];
  });
  const byName = new Map(kept.map(({ name, rows }) => [name, rows]));
  return {
    run(sample) {
      run.reset();
      reading.clear();
      for (let step = 0; step < timesteps; step++) {
        input.set(sample.subarray(step * input.length, (step + 1) * input.length));
        run.step();
        reading.observe(step);
        for (const { rows, output } of kept) rows.set(output, step * output.length);
      }
      return reading.after(timesteps);
    },
    emitted: (name) => byName.get(name)!,
  };
}

export interface SpikeComparison {
  /** The integers' run of the sample that the record holds. */
  add(train: SpikeTrain): void;
  layers(): LayerAgreement[];
}

interface Compared {
  readonly name: string;
  readonly neurons: number;
  /** Step of the integers in which they emit what the floats give in step 0. */
  readonly shift: number;
  readonly worth: Float64Array;
  readonly found: { perStep: number; exactTrains: number; spikes: number; floatSpikes: number };
}

/** network: lowered from the graph of the record; several may be compared with one record. */
export function createComparison(
  network: Network,
  { run, discretization }: FloatNetwork,
  record: FloatRecord,
): SpikeComparison {
  const compared = comparedLayers(network, run, discretization);
  let samples = 0;
  return {
    add(train) {
      samples++;
      for (const layer of compared)
        addSample(layer, train.events.get(layer.name)!, record.emitted(layer.name), network.timesteps);
    },
    layers: () =>
      compared.map(({ name, found: { perStep, exactTrains, spikes, floatSpikes } }) => ({
        name,
        perStep: perStep / samples,
        exactTrains: exactTrains / samples,
        spikes,
        floatSpikes,
      })),
  };
}

function comparedLayers(network: Network, run: SpikingRun, d: Discretization): Compared[] {
  const latency = latencies(network);
  const forms = new Map(foldGraph(run.graph, d).populations.map(({ name, form }) => [name, form]));
  return network.populations
    .filter((population) => !neverFires(population) && forms.has(population.name))
    .map(({ name, shape, spikeValue }) => ({
      name,
      neurons: sizeOf(shape),
      shift: latency.get(name)! - forms.get(name)!.outputDelay,
      worth: spikeValue,
      found: { perStep: 0, exactTrains: 0, spikes: 0, floatSpikes: 0 },
    }));
}

/**
 * What the integers emit before step 0 of the floats has no counterpart: so much of the floats is left out at the start.
 * @param float [steps][neurons]
 */
function addSample(layer: Compared, events: Events, float: Float32Array, timesteps: number): void {
  const { neurons, shift, worth, found } = layer;
  const first = Math.max(0, -shift);
  const integers = new Float32Array((timesteps - first) * neurons);
  for (let step = first; step < timesteps; step++)
    for (let event = events.offsets[step + shift]; event < events.offsets[step + shift + 1]; event++) {
      const neuron = events.neurons[event];
      const value = worth[parameterIndex(neuron, neurons, worth.length)] ?? 1;
      integers[(step - first) * neurons + neuron] += value * (events.values?.[event] ?? 1);
    }
  const { perStep, exactTrains, spikes } = trainAgreement(integers, float.subarray(first * neurons), neurons);
  found.perStep += perStep;
  found.exactTrains += exactTrains;
  found.spikes += spikes[0];
  found.floatSpikes += spikes[1];
}
