/**
 * A network that goes event by event, in memory: neurons, the synapses of every source by delay, what is emitted in a step,
 * and the queue of spikes whose effects are still due.
 */
import { latencies } from "../../../network/latency.ts";
import { isIntegrateAndFire, type Network, sizeOf } from "../../../network/network.ts";
import { shapesByName } from "../../../network/shapes.ts";
import { createSynapseRows } from "../../synapse-rows.ts";
import { createMemoryPlan, type MemoryPlan } from "../memory.ts";
import { Uncovered } from "../uncovered.ts";
import { type EventNeurons, planNeurons } from "./settle.ts";

export interface EventLayer {
  readonly name: string;
  readonly latency: number;
  readonly neurons: EventNeurons;
  /** How many pairs stand in the log of the step, and their address: neuron, spikes, two i32. */
  readonly logged: number;
  readonly log: number;
  /** The group that its spikes take at once; null: they take none. */
  readonly immediate: number | null;
}

/** Synapses of a group into one population: those of source neuron s from starts[s] to starts[s + 1]. */
export interface EventRoute {
  readonly target: EventLayer;
  readonly starts: number;
  /** By synapse: eight times the target neuron (i32), and the weight times 2^inputShift (f64). */
  readonly targets: number;
  readonly weights: number;
}

/** What leads from one source with one delay. */
export interface EventGroup {
  readonly source: string;
  readonly delay: number;
  readonly routes: readonly EventRoute[];
}

export interface EventPlan {
  readonly memory: MemoryPlan;
  readonly layers: readonly EventLayer[];
  readonly groups: readonly EventGroup[];
  /** The step under way (i32), what it has taken (f64), whether that was too much, and the ends of the queue (i32). */
  readonly step: number;
  readonly work: number;
  readonly tooMuch: number;
  readonly head: number;
  readonly tail: number;
  /** Pairs of group and neuron, two i32. */
  readonly queue: number;
}

/** Pairs in the queue and in each log. A step that needs more runs on the reference. */
export const queueLength = 2 ** 18;
export const logLength = 2 ** 16;
/** Listing the synapses takes a look at every pair of neurons. */
const mostPairs = 2 ** 25;

/** Groups in the order of the law: inputs, then populations; of each the one without delay first. */
function groupsOf(network: Network): { source: string; delay: number }[] {
  return [...network.inputs, ...network.populations].flatMap(({ name }) => {
    const delays = network.projections.filter(({ source }) => source === name).map(({ delay }) => delay);
    return [...new Set(delays)].sort((a, b) => a - b).map((delay) => ({ source: name, delay }));
  });
}

function planRoute(
  network: Network,
  { source, delay }: { readonly source: string; readonly delay: number },
  target: EventLayer,
  memory: MemoryPlan,
): EventRoute[] {
  const between = network.projections.filter(
    (one) => one.source === source && one.target === target.name && one.delay === delay,
  );
  if (between.length === 0) return [];
  const shapes = shapesByName(network);
  const rowOf = createSynapseRows(between, shapes.get(source)!, shapes.get(target.name)!);
  const rows = Array.from({ length: sizeOf(shapes.get(source)!) }, (_, neuron) => rowOf(neuron));
  const starts = new Int32Array(rows.length + 1);
  for (const [neuron, row] of rows.entries()) starts[neuron + 1] = starts[neuron] + row.targets.length;
  const targets = new Int32Array(starts[rows.length]);
  const weights = new Float64Array(targets.length);
  const scale = 2 ** target.neurons.law.inputShift;
  for (const [neuron, row] of rows.entries()) {
    targets.set(
      row.targets.map((reached) => 8 * reached),
      starts[neuron],
    );
    weights.set(
      row.weights.map((weight) => weight * scale),
      starts[neuron],
    );
  }
  const route = {
    starts: memory.place(starts),
    targets: memory.place(targets),
    weights: memory.place(weights),
  };
  return [{ target, ...route }];
}

function checkPairs(network: Network): void {
  const shapes = shapesByName(network);
  let pairs = 0;
  for (const { source, target } of network.projections)
    pairs += sizeOf(shapes.get(source)!) * sizeOf(shapes.get(target)!);
  if (pairs > mostPairs)
    throw new Uncovered(
      `it compares after every event, and joins ${pairs} pairs of neurons, more than ${mostPairs}`,
    );
}

/** Every population of the network compares after every event. Throws `Uncovered`. */
export function planEvents(network: Network): EventPlan {
  checkPairs(network);
  const memory = createMemoryPlan();
  const latency = latencies(network);
  const ends = groupsOf(network);
  const layers = network.populations.filter(isIntegrateAndFire).map(({ name, law, shape }): EventLayer => {
    const group = ends.findIndex(({ source, delay }) => source === name && delay === 0);
    return {
      name,
      latency: latency.get(name)!,
      neurons: planNeurons(law, sizeOf(shape), memory),
      logged: memory.reserve(4),
      log: memory.reserve(8 * logLength),
      immediate: group < 0 ? null : group,
    };
  });
  const groups = ends.map((end) => ({
    ...end,
    routes: layers.flatMap((target) => planRoute(network, end, target, memory)),
  }));
  const [step, work, tooMuch, head, tail] = Array.from({ length: 5 }, () => memory.reserve(8));
  const queue = memory.reserve(8 * queueLength);
  return { memory, layers, groups, step, work, tooMuch, head, tail, queue };
}
