/**
 * From a Network to what its module will hold: the order of neurons in every layer, a kernel for every projection, the widths
 * of sums and states, and an address for everything. Throws `Uncovered` for what the engine leaves to the reference.
 */
import { latencies } from "../../network/latency.ts";
import type { Network } from "../../network/network.ts";
import { type Choices, chooseLayouts } from "./choose.ts";
import { type IncomingPlan, planIncoming } from "./incoming.ts";
import { addressOf, type LanePlan, planLanes } from "./lanes.ts";
import { lanesOf, neuronsOf } from "./layout.ts";
import { createMemoryPlan, type MemoryPlan } from "./memory.ts";
import { type LayerProof, proveNetwork } from "./proofs.ts";
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

/** What all layers of a network share while it is planned. */
interface Planning extends Choices {
  readonly network: Network;
  readonly proofs: ReadonlyMap<string, LayerProof>;
  readonly analog: ReadonlySet<string>;
  readonly memory: MemoryPlan;
  readonly chunk: number;
}

/** More steps at once do not make anything faster. */
const longestChunk = 32;
/** Lists larger than this shorten the chunk. */
const mostListBytes = 2 ** 25;

/** Of every mask of eight neurons, the numbers of those that fire. */
function firingLanes(): Uint16Array {
  const lanes = new Uint16Array(256 * 8);
  for (let mask = 0; mask < 256; mask++) {
    const set = [0, 1, 2, 3, 4, 5, 6, 7].filter((lane) => (mask >> lane) & 1);
    lanes.set(set, mask * 8);
  }
  return lanes;
}

/** No longer than the shortest way back, and no longer than memory is ample. */
function chunkOf({ network, proofs, layouts }: Omit<Planning, "chunk" | "memory">): number {
  const order = new Map(network.populations.map(({ name }, index) => [name, index]));
  const back = network.projections.filter(
    ({ source, target }) => (order.get(source) ?? -1) >= order.get(target)!,
  );
  const chunk = Math.min(longestChunk, network.timesteps, ...back.map(({ delay }) => delay));
  let entries = 0;
  for (const [name, layout] of layouts) entries += neuronsOf(layout) * (proofs.get(name)?.spikes ?? 1);
  const ample = Math.max(1, Math.floor(mostListBytes / (2 * entries)));
  return ample >= chunk ? chunk : 2 ** Math.floor(Math.log2(ample));
}

function planList(planning: Planning, name: string): SpikeList {
  const { network, layouts, margins, proofs, analog, chunk, memory } = planning;
  const outgoing = network.projections.filter(({ source }) => source === name);
  const request = {
    name,
    layout: layouts.get(name)!,
    margin: margins.get(name) ?? noMargin,
    spikesMost: proofs.get(name)?.spikes ?? 1,
    steps: analog.has(name) ? 1 : chunk + Math.max(0, ...outgoing.map(({ delay }) => delay)),
    analog: analog.has(name),
  };
  return createSpikeList(request, memory);
}

function planLayer(
  planning: Planning,
  lists: ReadonlyMap<string, SpikeList>,
  { name, latency, until }: Pick<LayerPlan, "name" | "latency" | "until">,
): LayerPlan {
  const { network, choices, analog, memory } = planning;
  const list = lists.get(name)!;
  const lanes = planLanes({ name, layout: list.layout, proof: planning.proofs.get(name)! }, memory);
  let sums: number | null = null;
  const sparseSums = () => (sums ??= memory.reserve(lanesOf(list.layout) * lanes.sumBytes));
  const plans = network.projections
    .filter(({ target }) => target === name)
    .map((projection) => {
      const isAnalog = analog.has(projection.source);
      const request = {
        projection,
        choice: choices.get(projection.name)!,
        lanes,
        list: lists.get(projection.source)!,
        analog: isAnalog,
        sums: isAnalog ? () => addressOf(lanes.bias) : sparseSums,
      };
      return planIncoming(request, memory);
    });
  const incoming = plans.filter(({ valued }) => !valued);
  return { name, latency, until, list, lanes, sums, incoming, analog: plans.filter(({ valued }) => valued) };
}

/** steps: how long membranes may grow. */
export function planNetwork(network: Network, steps: number): Plan {
  const memory = createMemoryPlan();
  const choices = chooseLayouts(network);
  const proofs = proveNetwork(network, choices.choices, steps);
  const analog = new Set(network.inputs.filter((i) => i.encoder.kind === "analog").map(({ name }) => name));
  const shared = { ...choices, network, proofs, analog };
  const planning: Planning = { ...shared, memory, chunk: chunkOf(shared) };
  const lists = new Map<string, SpikeList>();
  for (const { name } of [...network.inputs, ...network.populations])
    lists.set(name, planList(planning, name));
  const latency = latencies(network);
  const acting = [
    ...network.inputs
      .filter(({ encoder }) => encoder.kind === "rate")
      .map(({ name }) => ({ name, latency: 0, until: network.timesteps })),
    ...network.populations.map(({ name }) => ({
      name,
      latency: latency.get(name)!,
      until: Number.POSITIVE_INFINITY,
    })),
  ];
  const layers = acting.map((layer) => planLayer(planning, lists, layer));
  return { lists, layers, memory, chunk: planning.chunk, firing: memory.place(firingLanes()) };
}
