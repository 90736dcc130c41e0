/**
 * The reference interpreter: runs any Network, one sample at a time, exactly as the neuron law and docs/architecture.md ("Time") say.
 * It is the oracle that everything faster, and every chip, is compared with.
 *
 * Absolute step t: populations act in order; each takes the events that its sources emitted at t - delay. Bias and vInit of
 * a population act from step latency(p); a run lasts T + latency(readout) steps.
 */
import { latencies } from "../network/latency.ts";
import { type Network, type Projection, shapeOfCurrents, sizeOf } from "../network/network.ts";
import { shapesByName } from "../network/shapes.ts";
import { type Events, type SpikeTrain, stepsOf } from "../network/spikes.ts";
import { createEventList, type EventList } from "./event-list.ts";
import { createPopulation } from "./population.ts";
import type { PopulationState } from "./population-state.ts";
import { type Carrier, createCarrier } from "./projection.ts";
import { readAtStep } from "./readout.ts";

export interface RunOptions {
  /** The readout is read after each of these numbers of timesteps, 1 to T in any order. Default: [T]. */
  readonly readAt?: readonly number[];
  /** Populations whose membranes are recorded at the end of each step. */
  readonly membranes?: ReadonlySet<string>;
}

export interface Run {
  /** Events of every input and population at absolute steps 0 .. steps - 1. */
  readonly train: SpikeTrain;
  /** One a `readAt`: the raw reading of each readout neuron (membrane, count, or first spike as T - step). */
  readonly readings: readonly Float64Array[];
  /** Membranes of the readout population after the last counted step, for ties. One a `readAt`. */
  readonly tieBreaks: readonly Float64Array[];
  /** [steps][neurons] of the populations asked for. */
  readonly membranes: ReadonlyMap<string, readonly Float64Array[]>;
}

export interface Simulator {
  /** input: from `encodeSample`. Starts from vInit with empty delay buffers. */
  run(input: SpikeTrain, options?: RunOptions): Run;
  /** Prepared projections by name: fan-out for counting synaptic operations. */
  readonly carriers: ReadonlyMap<string, Carrier>;
}

/** Where a projection finds its source's events at a step. */
interface EventSource {
  readonly neurons: ArrayLike<number>;
  readonly values: ArrayLike<number> | null;
  readonly from: number;
  readonly to: number;
}

interface Incoming {
  readonly projection: Projection;
  readonly carrier: Carrier;
  /** An analog input is the same every step: its currents are summed once a sample. null: not analog. */
  readonly constant: Float64Array | null;
}

interface Part {
  readonly name: string;
  readonly latency: number;
  readonly state: PopulationState;
  readonly currents: Float64Array;
  readonly emitted: EventList;
  readonly incoming: readonly Incoming[];
}

function prepare(network: Network, carriers: Map<string, Carrier>): Part[] {
  const shapes = shapesByName(network);
  const reached = new Map(network.populations.map((p) => [p.name, shapeOfCurrents(p)]));
  const latency = latencies(network);
  for (const { name, source, target, pools, connection } of network.projections) {
    const sourceShape = shapes.get(source)!;
    const targetShape = reached.get(target)!;
    carriers.set(name, createCarrier({ sourceShape, targetShape, pools, connection }));
  }
  const analog = new Set(network.inputs.filter((i) => i.encoder.kind === "analog").map((i) => i.name));
  const incomingOf = (name: string, size: number): Incoming[] =>
    network.projections
      .filter((projection) => projection.target === name)
      .map((projection) => ({
        projection,
        carrier: carriers.get(projection.name)!,
        constant: analog.has(projection.source) ? new Float64Array(size) : null,
      }));
  return network.populations.map((population) => {
    const { name } = population;
    const size = sizeOf(shapeOfCurrents(population));
    return {
      name,
      latency: latency.get(name)!,
      state: createPopulation(population),
      currents: new Float64Array(size),
      emitted: createEventList(),
      incoming: incomingOf(name, size),
    };
  });
}

function addInto(currents: Float64Array, constant: Float64Array): void {
  for (let i = 0; i < currents.length; i++) currents[i] += constant[i];
}

function eventsAt(events: Events, step: number): EventSource | null {
  if (step < 0 || step >= stepsOf(events)) return null;
  const { neurons, values, offsets } = events;
  return { neurons, values, from: offsets[step], to: offsets[step + 1] };
}

function emittedAt(list: EventList, step: number): EventSource | null {
  if (step < 0 || step >= list.steps()) return null;
  return { neurons: list.neurons(), values: list.values(), from: list.start(step), to: list.end(step) };
}

export function createSimulator(network: Network): Simulator {
  const carriers = new Map<string, Carrier>();
  const parts = prepare(network, carriers);
  const byName = new Map(parts.map((part) => [part.name, part]));
  const readout = byName.get(network.readout.population)!;

  function takeInput(part: Part, input: SpikeTrain, step: number): void {
    for (const { projection, carrier, constant } of part.incoming) {
      const emitted = byName.get(projection.source)?.emitted;
      const at = step - projection.delay;
      const events = emitted ? emittedAt(emitted, at) : eventsAt(input.events.get(projection.source)!, at);
      if (events === null) continue;
      const { neurons, values, from, to } = events;
      if (constant === null) {
        carrier.carry(neurons, values, from, to, part.currents);
        continue;
      }
      if (at === 0) carrier.carry(neurons, values, from, to, constant.fill(0));
      addInto(part.currents, constant);
    }
  }

  function stepAll(input: SpikeTrain, step: number): void {
    for (const part of parts) {
      if (step >= part.latency) {
        takeInput(part, input, step);
        part.state.step(part.currents, part.emitted.push);
      }
      part.emitted.endStep();
    }
  }

  function run(input: SpikeTrain, options: RunOptions = {}): Run {
    for (const { state, emitted } of parts) {
      state.reset();
      emitted.clear();
    }
    const readAt = options.readAt ?? [network.timesteps];
    const steps = network.timesteps + readout.latency;
    const membraneAt = new Map<number, Float64Array>();
    const membranes = new Map<string, Float64Array[]>();
    for (const name of options.membranes ?? []) membranes.set(name, []);
    for (let step = 0; step < steps; step++) {
      stepAll(input, step);
      for (const [name, trace] of membranes) trace.push(byName.get(name)!.state.membrane.slice());
      const counted = step - readout.latency + 1;
      if (readAt.includes(counted)) membraneAt.set(counted, readout.state.membrane.slice());
    }
    const events = new Map<string, Events>(input.events);
    for (const { name, emitted } of parts) events.set(name, emitted.toEvents());
    const train = { steps, events };
    const tieBreaks = readAt.map((timesteps) => membraneAt.get(timesteps)!);
    const readings = readAt.map((timesteps, i) => readAtStep(network, train, timesteps, tieBreaks[i]));
    return { train, readings, tieBreaks, membranes };
  }

  return { run, carriers };
}
