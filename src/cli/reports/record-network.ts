/** One sample of a network of integers, recorded for pictures: what the reference interpreter sees of every population. */
import {
  isIntegrateAndFire,
  type Network,
  neverFires,
  type Population,
  parameterIndex,
  sizeOf,
} from "../../network/network.ts";
import type { Events } from "../../network/spikes.ts";
import type { RecordedInput, RecordedLayer, RecordedSample } from "../../report/simulation-pictures.ts";
import { encodeSample } from "../../simulate/encode.ts";
import { createSimulator, type Run, type Simulator } from "../../simulate/reference.ts";

/** Values that are kept of a population: larger ones are left out of the pictures. */
const mostValues = 2 ** 22;

/** @param sample in the units of the network's input */
export function recordNetwork(network: Network, sample: ArrayLike<number>, title: string): RecordedSample {
  const simulator = createSimulator(network);
  const input = encodeSample(network, sample);
  const kept = network.populations.filter(({ shape }) => sizeOf(shape) * network.timesteps <= mostValues);
  const integrating = kept.filter(isIntegrateAndFire).map(({ name }) => name);
  const run = simulator.run(input, { membranes: new Set(integrating) });
  const { steps } = run.train;
  const inputs = network.inputs
    .filter(({ encoder, shape }) => encoder.kind !== "always" && sizeOf(shape) * steps <= mostValues)
    .map(({ name, shape }): RecordedInput => {
      const neurons = sizeOf(shape);
      return { name, neurons, values: dense(run.train.events.get(name), neurons, steps) };
    });
  const layers = kept.map((population) => layerOf(population, network, simulator, run));
  return { title, steps, inputs, layers, driveLabel: "input in thresholds" };
}

/** [steps, neurons]. graded: events carry values, and each counts as one spike. */
function dense(events: Events | undefined, neurons: number, steps: number, graded = false): Float64Array {
  const values = new Float64Array(steps * neurons);
  if (events === undefined) return values;
  for (let step = 0; step + 1 < events.offsets.length && step < steps; step++)
    for (let event = events.offsets[step]; event < events.offsets[step + 1]; event++)
      values[step * neurons + events.neurons[event]] += graded ? 1 : (events.values?.[event] ?? 1);
  return values;
}

function layerOf(population: Population, network: Network, simulator: Simulator, run: Run): RecordedLayer {
  const { name, shape } = population;
  const neurons = sizeOf(shape);
  const { steps, events } = run.train;
  const silent = neverFires(population);
  const rows = run.membranes.get(name);
  return {
    name,
    neurons,
    spikes: silent ? null : dense(events.get(name), neurons, steps, population.kind === "sigmaDelta"),
    membranes: rows === undefined ? null : flat(rows, neurons),
    thresholds: !silent && isIntegrateAndFire(population) ? spread(population.law.threshold, neurons) : null,
    drives: silent ? null : drivesOf(population, network, simulator, run),
  };
}

function flat(rows: readonly Float64Array[], neurons: number): Float64Array {
  const values = new Float64Array(rows.length * neurons);
  for (const [step, row] of rows.entries()) values.set(row, step * neurons);
  return values;
}

function spread(values: ArrayLike<number>, neurons: number): ArrayLike<number> {
  if (values.length === 1) return values;
  return Float64Array.from(
    { length: neurons },
    (_, neuron) => values[parameterIndex(neuron, neurons, values.length)],
  );
}

/** Weighted input and bias, a step on average, in thresholds; null where there is no threshold to divide by. */
function drivesOf(
  population: Population,
  network: Network,
  simulator: Simulator,
  { train }: Run,
): Float64Array | null {
  if (!isIntegrateAndFire(population)) return null;
  const { law, shape, name } = population;
  const neurons = sizeOf(shape);
  const sums = new Float64Array(neurons);
  for (const { name: projection, source, target } of network.projections) {
    const events = train.events.get(source);
    if (target !== name || events === undefined) continue;
    simulator.carriers.get(projection)!.carry(events.neurons, events.values, 0, events.neurons.length, sums);
  }
  const at = (values: ArrayLike<number>, neuron: number) =>
    values[parameterIndex(neuron, neurons, values.length)];
  if (Array.from(law.threshold).some((threshold) => !(threshold > 0))) return null;
  return sums.map(
    (sum, neuron) => (sum / network.timesteps + at(law.bias, neuron)) / at(law.threshold, neuron),
  );
}
