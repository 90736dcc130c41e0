/**
 * From a Network to what its module will hold: the order of neurons in every layer, a kernel for every projection, the widths
 * of sums and states, and an address for everything. Throws `Uncovered` for what the engine leaves to the reference.
 */
import { latencies } from "../../network/latency.ts";
import type { MaxCountPopulation, Network } from "../../network/network.ts";
import type { Choices } from "./choice.ts";
import { chooseLayouts } from "./choose.ts";
import { planWindows } from "./count-pool.ts";
import { type IncomingPlan, planIncoming } from "./incoming.ts";
import { type LanePlan, planLanes } from "./lanes.ts";
import { lanesOf, neuronsOf } from "./layout.ts";
import { createMemoryPlan, type MemoryPlan } from "./memory.ts";
import { isAnalog, type Proofs, proveNetwork } from "./proofs.ts";
import { createSpikeList, noMargin, type SpikeList } from "./spike-list.ts";

export interface LayerPlan {
  readonly name: string;
  /** First step in which the layer acts. */
  readonly latency: number;
  /** Steps in which it acts: encoders stop with the input window. */
  readonly until: number;
  readonly list: SpikeList;
  readonly lanes: LanePlan;
  /** Sums of a step that single synapses add to, in lanes; null without any. */
  readonly sums: number | null;
  /** Spikes from other layers, summed in every step. */
  readonly incoming: readonly IncomingPlan[];
  /** Analog inputs, multiplied once a sample. */
  readonly analog: readonly IncomingPlan[];
  /** The taps of a count pool: the layer behind this one looks at them after every step. */
  readonly isTaps: boolean;
}

export interface Plan {
  readonly lists: ReadonlyMap<string, SpikeList>;
  /** Encoders made of neurons first, then populations in their order. */
  readonly layers: readonly LayerPlan[];
  readonly memory: MemoryPlan;
  /** For each mask of eight neurons, the set ones in order: eight u16. */
  readonly firing: number;
  /** Steps that a layer may run before the next one must. */
  readonly chunk: number;
}

export interface PlanOptions {
  /** How long membranes may grow; may be infinite. */
  readonly steps: number;
  /** Samples of spikes may hold counts. */
  readonly graded: boolean;
  /** Neurons under the law count their spikes. */
  readonly counts?: boolean;
}

/** What all layers of a network share while it is planned. */
interface Planning extends Choices {
  readonly network: Network;
  readonly proofs: Proofs;
  readonly analog: ReadonlySet<string>;
  readonly memory: MemoryPlan;
  readonly chunk: number;
  readonly counting: boolean;
}

/** More steps at once do not make anything faster. */
const longestChunk = 32;
/** Lists larger than this shorten the chunk. */
const mostListBytes = 2 ** 25;
/** What sixteen bits hold of a spike in every step. */
const mostCounted = 2 ** 16 - 1;
/** A neuron that spikes a few times has so many entries; beyond that, one with a value. */
const mostRepeats = 8;

/** Of every mask of eight neurons, the numbers of those that fire. */
function firingLanes(): Uint16Array {
  const lanes = new Uint16Array(256 * 8);
  for (let mask = 0; mask < 256; mask++) {
    const set = [0, 1, 2, 3, 4, 5, 6, 7].filter((lane) => (mask >> lane) & 1);
    lanes.set(set, mask * 8);
  }
  return lanes;
}

/** Whether entries of a layer have values, and how many there are of a neuron in a step at most. */
function entriesOf(
  { network, graded, proofs }: Pick<Planning, "network" | "graded" | "proofs">,
  name: string,
) {
  if (!graded.has(name)) return { valued: false, most: 1 };
  const { low, high } = proofs.values.get(name)!;
  const counts = network.populations.find((one) => one.name === name)?.kind === "integrateAndFire";
  const valued = !(counts && low >= 0 && high <= mostRepeats);
  return { valued, most: valued ? 1 : Math.max(1, high) };
}

/** No longer than the shortest way back, and no longer than memory is ample. */
function chunkOf(planning: Omit<Planning, "chunk" | "memory">): number {
  const { network, layouts } = planning;
  const order = new Map(network.populations.map(({ name }, index) => [name, index]));
  const back = network.projections.filter(
    ({ source, target }) => (order.get(source) ?? -1) >= order.get(target)!,
  );
  const chunk = Math.min(longestChunk, network.timesteps, ...back.map(({ delay }) => delay));
  let entries = 0;
  for (const [name, layout] of layouts) entries += neuronsOf(layout) * entriesOf(planning, name).most;
  const ample = Math.max(1, Math.floor(mostListBytes / (2 * entries)));
  return ample >= chunk ? chunk : 2 ** Math.floor(Math.log2(ample));
}

function planList(planning: Planning, name: string): SpikeList {
  const { network, layouts, margins, analog, chunk, memory } = planning;
  const outgoing = network.projections.filter(({ source }) => source === name);
  const { valued, most } = entriesOf(planning, name);
  const request = {
    name,
    layout: layouts.get(name)!,
    margin: margins.get(name) ?? noMargin,
    spikesMost: most,
    steps: analog.has(name) ? 1 : chunk + Math.max(0, ...outgoing.map(({ delay }) => delay)),
    valued,
  };
  return createSpikeList(request, memory);
}

type Acting = Pick<LayerPlan, "name" | "latency" | "until" | "list" | "isTaps">;

/** lists: of the sources. */
function planLayer(planning: Planning, lists: ReadonlyMap<string, SpikeList>, acting: Acting): LayerPlan {
  const { network, choices, analog, memory, proofs } = planning;
  const { name, list } = acting;
  const into = network.projections.filter(({ target }) => target === name);
  const graded = into.some(({ source }) => !analog.has(source) && lists.get(source)!.values > 0);
  const counting = planning.counting && !acting.isTaps;
  const lanes = planLanes({ layout: list.layout, proof: proofs.layers.get(name)!, graded, counting }, memory);
  let sums: number | null = null;
  const sparseSums = () => (sums ??= memory.reserve(lanesOf(list.layout) * lanes.sumBytes));
  const plans = into.map((projection) => {
    const isAnalogSource = analog.has(projection.source);
    const request = {
      projection,
      choice: choices.get(projection.name)!,
      lanes,
      list: lists.get(projection.source)!,
      analog: isAnalogSource,
      sums: isAnalogSource ? () => lanes.drive! : sparseSums,
    };
    return planIncoming(request, memory);
  });
  const incoming = plans.filter((plan) => !plan.analog);
  return { ...acting, lanes, sums, incoming, analog: plans.filter((plan) => plan.analog) };
}

/** Taps that add up, and windows over them that send what their maximum grows by. */
function planCountPool(
  planning: Planning,
  lists: ReadonlyMap<string, SpikeList>,
  { population, acting }: { population: MaxCountPopulation; acting: Acting },
): LayerPlan[] {
  const { memory } = planning;
  const nobody = { name: "", margin: noMargin, spikesMost: 1, steps: planning.chunk, valued: false };
  const layout = planning.taps.get(population.name)!;
  const list = createSpikeList({ ...nobody, layout }, memory);
  const taps = planLayer(planning, lists, { ...acting, list, isTaps: true });
  const lanes = planWindows(population, { taps: taps.lanes, layout: acting.list.layout }, memory);
  return [taps, { ...acting, lanes, sums: null, incoming: [], analog: [] }];
}

export function planNetwork(network: Network, { steps, graded, counts = false }: PlanOptions): Plan {
  const memory = createMemoryPlan();
  const choices = chooseLayouts(network, graded);
  const proofs = proveNetwork(network, choices.choices, { steps, graded });
  const analog = new Set(network.inputs.filter(isAnalog).map(({ name }) => name));
  const shared = { ...choices, network, proofs, analog };
  const counting = counts && steps <= mostCounted;
  const planning: Planning = { ...shared, memory, counting, chunk: chunkOf({ ...shared, counting }) };
  const lists = new Map<string, SpikeList>();
  for (const { name } of [...network.inputs, ...network.populations])
    lists.set(name, planList(planning, name));
  const latency = latencies(network);
  const encoders = network.inputs
    .filter(({ encoder }) => encoder.kind === "rate")
    .map(({ name }) => {
      const list = lists.get(name)!;
      return planLayer(planning, lists, { name, latency: 0, until: network.timesteps, list, isTaps: false });
    });
  const populations = network.populations.flatMap((population) => {
    const { name, kind } = population;
    const acting: Acting = {
      name,
      // Sigma-delta neurons act from the first step of a run.
      latency: kind === "sigmaDelta" ? 0 : latency.get(name)!,
      until: Number.POSITIVE_INFINITY,
      list: lists.get(name)!,
      isTaps: false,
    };
    return kind === "maxCount"
      ? planCountPool(planning, lists, { population, acting })
      : [planLayer(planning, lists, acting)];
  });
  const layers = [...encoders, ...populations];
  return { lists, layers, memory, chunk: planning.chunk, firing: memory.place(firingLanes()) };
}
