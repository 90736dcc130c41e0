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
import { trainAgreement } from "../../simulate/metrics/agreement.ts";
import type { Run } from "../../simulate/reference.ts";
import type { ScaledSamples } from "../samples.ts";
import { sampleOf } from "../verification/evaluate.ts";
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

interface Compared {
  readonly name: string;
  readonly neurons: number;
  readonly output: Float32Array;
  /** Step of the integers in which they emit what the floats give in step 0. */
  readonly shift: number;
  readonly worth: Float64Array;
  /** Of the sample that runs: [steps][neurons]. */
  readonly float: Float32Array;
  readonly found: { perStep: number; exactTrains: number; spikes: number; floatSpikes: number };
}

/** run: of the graph that the network was lowered from, under the same discretization. */
export function createFloatBeside(
  network: Network,
  run: SpikingRun,
  discretization: Discretization,
  samples: ScaledSamples,
): FloatBeside {
  const { timesteps, readout } = network;
  const compared = comparedLayers(network, run, discretization);
  const [input] = run.inputs.values();
  const reading = createFloatReading(run.nodes.get(readout.population)!, readout.read, timesteps);
  const readings: Float64Array[] = [];

  function runFloat(sample: Float32Array): void {
    run.reset();
    for (let step = 0; step < timesteps; step++) {
      input.set(sample.subarray(step * input.length, (step + 1) * input.length));
      run.step();
      reading.observe(step);
      for (const { float, output, neurons } of compared) float.set(output, step * neurons);
    }
    readings.push(reading.take());
  }

  return {
    readings,
    add({ train }, index) {
      runFloat(sampleOf(samples, index));
      for (const layer of compared) addSample(layer, train.events.get(layer.name)!, timesteps);
    },
    layers: () =>
      compared.map(({ name, found: { perStep, exactTrains, spikes, floatSpikes } }) => ({
        name,
        perStep: perStep / readings.length,
        exactTrains: exactTrains / readings.length,
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
      output: run.nodes.get(name)!.output,
      shift: latency.get(name)! - forms.get(name)!.outputDelay,
      worth: spikeValue,
      float: new Float32Array(network.timesteps * sizeOf(shape)),
      found: { perStep: 0, exactTrains: 0, spikes: 0, floatSpikes: 0 },
    }));
}

/** What the integers emit before step 0 of the floats has no counterpart: so much of the floats is left out at the start. */
function addSample(
  layer: Compared,
  events: Run["train"]["events"] extends ReadonlyMap<string, infer E> ? E : never,
  timesteps: number,
): void {
  const { neurons, shift, worth, float, found } = layer;
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
