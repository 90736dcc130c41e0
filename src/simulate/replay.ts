/**
 * One population alone, on what its sources are known to have sent: their events, or a steady rate in their place. With the
 * events of a whole run it does again what it did there, and shows its membranes; with a steady source it shows what the
 * population would do if that source kept perfect time. Populations that compare after every event cannot be taken out of
 * their network: there the order of all spikes is part of the law (event-order.ts).
 */
import { isEventDriven } from "../network/check-events.ts";
import { latencies } from "../network/latency.ts";
import {
  type Network,
  type Population,
  type Projection,
  shapeOfCurrents,
  sizeOf,
} from "../network/network.ts";
import { shapesByName } from "../network/shapes.ts";
import type { Events } from "../network/spikes.ts";
import { createEventList } from "./event-list.ts";
import { createPopulation } from "./population.ts";
import { type Carrier, createCarrier } from "./projection.ts";

/** What a source sends. */
export type Heard =
  /** Events over the absolute steps of a run. */
  | { readonly kind: "events"; readonly events: Events }
  /** The same in every step: spikes a step for each neuron, or the value of an analog input. Need not be whole. */
  | { readonly kind: "steady"; readonly rates: Float64Array };

export interface Replayed {
  /** Absolute steps 0 .. latency + T - 1. */
  readonly events: Events;
  /** At the end of the last step. */
  readonly membrane: Float64Array;
}

/** Sees each step before the population takes it: weighted input of each neuron or tap, and the membranes so far. */
export type StepWatch = (currents: Float64Array, membrane: Float64Array) => void;

export interface Replay {
  readonly population: Population;
  readonly latency: number;
  /** T steps from vInit. heard: by name, for every source of the population. */
  run(heard: ReadonlyMap<string, Heard>, watch?: StepWatch): Replayed;
}

interface Incoming {
  readonly projection: Projection;
  readonly carrier: Carrier;
}

/** The currents of all steady sources together, one step. Neurons without a rate are left out. */
function steadyCurrents(
  incoming: readonly Incoming[],
  heard: ReadonlyMap<string, Heard>,
  size: number,
): Float64Array | null {
  let sum: Float64Array | null = null;
  for (const { projection, carrier } of incoming) {
    const source = heard.get(projection.source)!;
    if (source.kind !== "steady") continue;
    sum ??= new Float64Array(size);
    const { neurons, values } = activeOf(source.rates);
    carrier.carry(neurons, values, 0, neurons.length, sum);
  }
  return sum;
}

/** Indices and values of what is not zero: most activations are. */
export function activeOf(values: Float64Array): { neurons: Uint32Array; values: Float64Array } {
  const neurons = new Uint32Array(values.length);
  const kept = new Float64Array(values.length);
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    if (values[i] === 0) continue;
    neurons[count] = i;
    kept[count++] = values[i];
  }
  return { neurons: neurons.subarray(0, count), values: kept.subarray(0, count) };
}

/** Whole currents with this mean: what is left over at one step is made good at the next, and never more than a half. */
function addSteady(currents: Float64Array, steady: Float64Array, step: number): void {
  for (let i = 0; i < currents.length; i++)
    currents[i] += Math.floor((step + 1) * steady[i] + 0.5) - Math.floor(step * steady[i] + 0.5);
}

/** Prepares one population of a network. */
function createReplay(
  network: Network,
  population: Population,
  latency: number,
  incoming: Incoming[],
): Replay {
  const state = createPopulation(population);
  const currents = new Float64Array(sizeOf(shapeOfCurrents(population)));
  const emitted = createEventList();

  function hear(heard: ReadonlyMap<string, Heard>, step: number): void {
    for (const { projection, carrier } of incoming) {
      const source = heard.get(projection.source)!;
      const at = step - projection.delay;
      if (source.kind !== "events" || at < 0 || at >= source.events.offsets.length - 1) continue;
      const { offsets, neurons, values } = source.events;
      carrier.carry(neurons, values, offsets[at], offsets[at + 1], currents);
    }
  }

  return {
    population,
    latency,
    run(heard, watch) {
      state.reset();
      emitted.clear();
      const steady = steadyCurrents(incoming, heard, currents.length);
      for (let step = 0; step < latency; step++) emitted.endStep();
      for (let step = 0; step < network.timesteps; step++) {
        hear(heard, latency + step);
        if (steady !== null) addSteady(currents, steady, step);
        watch?.(currents, state.membrane);
        state.step(currents, emitted.push);
        emitted.endStep();
      }
      return { events: emitted.toEvents(), membrane: state.membrane.slice() };
    },
  };
}

/**
 * Every population of a network, ready to be replayed; none where the order of single spikes counts.
 * Throws SPK-0706 as `latencies` does.
 */
export function createReplays(network: Network): Map<string, Replay> {
  if (isEventDriven(network)) return new Map();
  const shapes = shapesByName(network);
  const latency = latencies(network);
  return new Map(
    network.populations.map((population) => {
      const targetShape = shapeOfCurrents(population);
      const incoming = network.projections
        .filter(({ target }) => target === population.name)
        .map((projection) => {
          const { source, pools, connection } = projection;
          const geometry = { sourceShape: shapes.get(source)!, targetShape, pools, connection };
          return { projection, carrier: createCarrier(geometry) };
        });
      return [population.name, createReplay(network, population, latency.get(population.name)!, incoming)];
    }),
  );
}

/** What the inputs and populations of a run sent; an analog input is steady. */
export function heardOf(network: Network, events: ReadonlyMap<string, Events>): Map<string, Heard> {
  const analog = new Map(
    network.inputs
      .filter(({ encoder }) => encoder.kind === "analog")
      .map(({ name, shape }) => [name, sizeOf(shape)]),
  );
  return new Map(
    [...events].map(([name, own]): [string, Heard] => {
      const size = analog.get(name);
      return [name, size === undefined ? { kind: "events", events: own } : steadyInput(own, size)];
    }),
  );
}

/** The values of an analog input: its events are the same at every step. */
function steadyInput({ offsets, neurons, values }: Events, size: number): Heard {
  const rates = new Float64Array(size);
  for (let event = 0; event < offsets[1]; event++) rates[neurons[event]] = values?.[event] ?? 1;
  return { kind: "steady", rates };
}
