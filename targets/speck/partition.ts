/**
 * A network as the layers of cores: one population a core, pools in front of a projection as the sender's destination. Where
 * several projections meet in a population they merge by adding up, through one kernel: a core has no second one.
 */
import type { IntegrateAndFirePopulation, Network, Projection } from "../../src/network/network.ts";
import type { FitReason, PlaceOptions } from "../../src/target/target.ts";
import type { SpeckChip } from "./chip.ts";
import type { CoreLayer, Extents, LayerDestination } from "./core-layer.ts";
import { extentsOf, type Kernel, kernelOf, poolingOf, poolReasons, sameKernel } from "./kernel.ts";
import { registersOf } from "./law.ts";

/** Layers that the network's input feeds, through one pool. */
export interface Entry {
  readonly layers: readonly number[];
  readonly pooling: number;
}

export interface Partition {
  readonly layers: readonly CoreLayer[];
  readonly entry: Entry;
  /** What cannot be a layer of a core; where there is any, `layers` lacks those. */
  readonly reasons: readonly FitReason[];
}

type Report = (layer: string, reasons: readonly Omit<FitReason, "layer">[]) => void;

/** What nothing on this chip can do about a projection's time. */
function timeReasons({ delay, modelDelay = 0 }: Projection): Omit<FitReason, "layer">[] {
  const help = "convert the model for this target; recurrent networks and trained delays have no form on it";
  const need = Math.max(delay, modelDelay);
  return need === 0
    ? []
    : [{ resource: "delay in steps (the chip has no time but its events')", need, limit: 0, help }];
}

/** The one kernel of a population, or null where it has none; what stands in the way is reported. */
function kernelOfPopulation(
  network: Network,
  population: string,
  neurons: ReadonlyMap<string, Extents>,
  report: Report,
): Kernel | null {
  const incoming = network.projections.filter(({ target }) => target === population);
  if (incoming.length === 0) {
    const help = "feed the layer, or leave it out";
    report(population, [{ resource: "projections into it (none, at least 1)", need: 0, limit: 0, help }]);
  }
  const found = incoming.flatMap((projection) => {
    const source = neurons.get(projection.source);
    if (source === undefined) return []; // A loop: its delay is reported.
    const kernel = kernelOf(projection, network, source);
    if (!Array.isArray(kernel)) return [{ projection, kernel: kernel as Kernel }];
    report(projection.name, kernel);
    return [];
  });
  if (found.length < Math.max(1, incoming.length)) return null;
  const [first, ...others] = found;
  for (const { projection, kernel } of others) {
    if (projection.source === first.projection.source) {
      const help = "join the projections from one source into one, with the sum of their weights";
      report(population, [{ resource: "projections from one source", need: 2, limit: 1, help }]);
    } else if (!sameKernel(first.kernel, kernel)) {
      const help = `a core has one kernel: give '${first.projection.name}' and '${projection.name}' the same weights, or add a layer in front of one of them`;
      report(population, [{ resource: "kernels of one layer", need: 2, limit: 1, help }]);
    }
  }
  return first.kernel;
}

/** Destinations of a population in the order of the network's populations. */
function destinationsOf(network: Network, name: string): LayerDestination[] {
  const { populations, projections } = network;
  return projections
    .filter(({ source }) => source === name)
    .map(({ target, pools }) => ({
      layer: populations.findIndex((population) => population.name === target),
      pooling: poolingOf(pools) ?? 1,
    }))
    .sort((a, b) => a.layer - b.layer);
}

function entryOf(network: Network, report: Report): Entry {
  const [input, ...others] = network.inputs;
  for (const { name } of others)
    report(name, [
      { resource: "inputs", need: network.inputs.length, limit: 1, help: "join the inputs into one" },
    ]);
  const destinations = destinationsOf(network, input.name);
  const [pooling] = destinations.map((destination) => destination.pooling);
  if (destinations.some((destination) => destination.pooling !== pooling)) {
    const help = "let all layers that the input feeds pool it alike";
    report(input.name, [{ resource: "pools of the input", need: 2, limit: 1, help }]);
  }
  return { layers: destinations.map(({ layer }) => layer), pooling };
}

/** populations: of the network, with laws without breaches. */
export function partition(
  chip: SpeckChip,
  network: Network,
  populations: readonly IntegrateAndFirePopulation[],
  observe: PlaceOptions["observe"],
): Partition {
  const reasons: FitReason[] = [];
  const report: Report = (layer, found) => {
    for (const reason of found) reasons.push({ layer, ...reason });
  };
  const neurons = new Map<string, Extents>(network.inputs.map(({ name, shape }) => [name, extentsOf(shape)]));
  for (const projection of network.projections) {
    report(projection.name, timeReasons(projection));
    report(projection.name, poolReasons(projection.pools, chip.pooling));
  }
  const layers = populations.flatMap((population): CoreLayer[] => {
    const { name, shape } = population;
    const kernel = kernelOfPopulation(network, name, neurons, report);
    neurons.set(name, kernel?.neurons ?? extentsOf(shape));
    if (kernel === null) return [];
    const destinations = destinationsOf(network, name);
    const monitored = observe === "all" || name === network.readout.population;
    const registers = { ...registersOf(population), ...biasesFor(population, kernel) };
    return [{ name, ...kernel, ...registers, destinations, monitored }];
  });
  return { layers, entry: entryOf(network, report), reasons };
}

/** A map behind a fully connected layer is a feature a neuron: its biases, one a channel, are spread over them. */
function biasesFor(population: IntegrateAndFirePopulation, { neurons }: Kernel): Pick<CoreLayer, "biases"> {
  const { biases } = registersOf(population);
  if (biases === null) return { biases };
  const share = neurons[0] / biases.length;
  return {
    biases: Int32Array.from({ length: neurons[0] }, (_, feature) => biases[Math.floor(feature / share)]),
  };
}
