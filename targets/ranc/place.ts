/** Network to a grid of cores: layers split over cores, weights as tables of four, and a copy of each neuron for each place that it reaches. */
import { latencies } from "../../src/network/latency.ts";
import { type IntegrateAndFirePopulation, type Network, sizeOf } from "../../src/network/network.ts";
import { FitError } from "../../src/target/fit.ts";
import type { FitReason, Placement, PlaceOptions } from "../../src/target/target.ts";
import { type LayerInput, layerInput } from "./afferents.ts";
import { chip } from "./chip.ts";
import type { CoreRows, NeuronRow } from "./grid.ts";
import { checkRules, initialPotential, reader, unprovenNotes } from "./law.ts";
import { type Destination, type Grid, layOut, type PlacedLayer } from "./layout.ts";
import { planesFor, tableOf } from "./tables.ts";

const { limits } = chip;

export interface RancPlacement extends Placement {
  readonly grid: Grid;
  readonly cores: readonly CoreRows[];
  /** Where the spikes of each input go. */
  readonly inputs: ReadonlyMap<string, readonly Destination[]>;
  /** First axon of the output bus of each observed population. */
  readonly outputs: ReadonlyMap<string, number>;
  readonly outputCount: number;
}

/** Weights wider than this leave the words of a core's table. */
const largestTableWeight = 255;

function layerReasons(name: string, input: LayerInput, planes: number | null): FitReason[] {
  const reasons: FitReason[] = [];
  const most = input.rows.reduce(
    (top, row) => [...row.values()].reduce((high, weight) => Math.max(high, Math.abs(weight)), top),
    0,
  );
  if (planes === null) {
    const resource = "axon types for the weights of a neuron";
    const help = "convert the model for this target, or use weights of 4 bits times one factor a neuron";
    reasons.push({ layer: name, resource, need: limits.axonTypes + 1, limit: limits.axonTypes, help });
  }
  if (most > largestTableWeight) {
    const help = "convert the model for this target, or use smaller weights";
    reasons.push({ layer: name, resource: "weight", need: most, limit: largestTableWeight, help });
  }
  const axons = input.size * (planes ?? 1);
  if (axons > limits.axonsOfACore) {
    const resource = `axons of a core (${input.size} sources, ${planes ?? 1} each)`;
    const help =
      "feed the layer from fewer neurons, or give it weights of fewer bits: a neuron cannot be split over cores";
    reasons.push({ layer: name, resource, need: axons, limit: limits.axonsOfACore, help });
  }
  return reasons;
}

function delayReasons(network: Network): FitReason[] {
  const { low, high } = chip.rules.delay;
  return network.projections
    .filter(({ delay }) => delay < low || delay > high)
    .map(({ name, delay }) => {
      const help = delay < low ? "a packet takes at least one tick" : "use shorter delays";
      return { layer: name, resource: `delay (${low} to ${high})`, need: delay, limit: high, help };
    });
}

/** First axon of the bus by observed population, and how many axons there are. */
function outputsOf(network: Network, observed: readonly string[]) {
  const first = new Map<string, number>();
  let count = 0;
  for (const { name, shape } of network.populations) {
    if (!observed.includes(name)) continue;
    first.set(name, count);
    count += sizeOf(shape);
  }
  return { first, count };
}

function outputReasons(count: number): FitReason[] {
  if (count <= limits.outputs) return [];
  const help = "observe the readout alone, or read out fewer neurons";
  return [{ layer: "network", resource: "outputs", need: count, limit: limits.outputs, help }];
}

/** The rows of one layer's cores: copy after copy of its neurons, 256 a core. */
function coresOf(
  grid: Grid,
  layer: PlacedLayer,
  population: IntegrateAndFirePopulation,
  input: LayerInput,
  latency: number,
): CoreRows[] {
  const read = reader(population);
  const { law } = population;
  const place = (core: number) => ({ x: core % grid.width, y: Math.floor(core / grid.width) });
  const synapses = input.rows.map((row) => {
    const table = tableOf([...row.values()], layer.planes)!;
    const axons = [...row].flatMap(([source, weight]) => {
      const planes = table.planesOf(weight);
      return table.weights.flatMap((_, plane) =>
        planes & (1 << plane) ? [plane * input.size + source] : [],
      );
    });
    const weights = Array.from({ length: limits.axonTypes }, (_, type) => table.weights[type] || 0);
    return { axons: axons.sort((a, b) => a - b), weights };
  });
  const neurons: NeuronRow[][] = Array.from({ length: layer.cores }, () => []);
  let slot = 0;
  for (const { core, firstAxon, tick } of layer.destinations)
    for (let neuron = 0; neuron < layer.neurons; neuron++, slot++) {
      const own = Math.floor(slot / limits.neuronsOfACore);
      const [from, to] = [place(layer.firstCore + own), place(core ?? grid.cores)];
      neurons[own].push({
        ...synapses[neuron],
        leak: read(law.bias, neuron),
        positiveThreshold: read(law.threshold, neuron),
        negativeThreshold: law.floor === null ? chip.rules.state.low : read(law.floor.value, neuron),
        resetPotential: 0,
        resetMode: law.reset.kind === "subtract" ? 1 : 0,
        potential: initialPotential(read(law.vInit, neuron), read(law.bias, neuron), latency),
        dx: to.x - from.x,
        dy: to.y - from.y,
        axon: firstAxon + neuron,
        tick,
      });
    }
  const axonTypes = Array.from({ length: layer.planes * input.size }, (_, axon) =>
    Math.floor(axon / input.size),
  );
  return neurons.map((rows, core) => ({ ...place(layer.firstCore + core), axonTypes, neurons: rows }));
}

/** Throws FitError with every reason, or SPK-0402 when the network is outside the chip's numeric rules. */
export function place(network: Network, options: PlaceOptions = {}): RancPlacement {
  const all = network.populations.map(({ name }) => name);
  const observed = options.observe === "all" ? all : [network.readout.population];
  const { first: outputs, count } = outputsOf(network, observed);
  const refuse = (reasons: readonly FitReason[]) => {
    if (reasons.length > 0) throw new FitError(chip.name, network.name, reasons);
  };
  const layers = network.populations.map((population) => {
    const input = layerInput(network, population);
    const planes = planesFor(input.rows.map((row) => [...row.values()]));
    return { name: population.name, neurons: sizeOf(population.shape), input, planes };
  });
  const reasons = layers.flatMap(({ name, input, planes }) => layerReasons(name, input, planes));
  refuse([...reasons, ...delayReasons(network), ...outputReasons(count)]);
  const populations = checkRules(network);
  const laid = layOut(
    network,
    layers.map((layer) => ({ ...layer, planes: layer.planes! })),
    outputs,
  );
  const coresHelp =
    "use smaller layers, or weights of fewer bits: every core that a layer feeds takes copies of it";
  const cores = laid?.grid.cores ?? limits.cores + 1;
  if (laid === null || cores > limits.cores) {
    refuse([{ layer: "network", resource: "cores", need: cores, limit: limits.cores, help: coresHelp }]);
  }
  const { grid, inputs } = laid!;
  const latency = latencies(network);
  const inputOf = new Map(layers.map(({ name, input }) => [name, input]));
  const rows = grid.layers.flatMap((layer, i) =>
    coresOf(grid, layer, populations[i], inputOf.get(layer.name)!, latency.get(layer.name)!),
  );
  const neurons = rows.reduce((sum, core) => sum + core.neurons.length, 0);
  return {
    target: chip.name,
    network,
    observed,
    report: {
      uses: [
        { resource: "cores", used: grid.cores, limit: limits.cores },
        { resource: "neurons with copies", used: neurons, limit: grid.cores * limits.neuronsOfACore },
        { resource: "outputs", used: count, limit: limits.outputs },
      ],
      notes: unprovenNotes(network, populations, inputOf),
    },
    grid,
    cores: rows,
    inputs,
    outputs,
    outputCount: count,
  };
}
