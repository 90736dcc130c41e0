/**
 * Event order: every spike is followed to its end before the next (accumulate "event" of docs/law.md; ODIN, tinyODIN and
 * Speck as it is on silicon). The order shows in the spikes, so it is part of the law. In a step come
 *   1. the leak: populations in order, neurons ascending;
 *   2. spikes whose delay ends now: the longest on their way first, then by source (inputs, then populations, in order),
 *      then as they were emitted;
 *   3. input spikes: inputs in order, neurons ascending. A count of n is n events.
 * Each of these is one event, and its cascade ends before the next: what it makes fire joins a queue, first in, first out.
 * An event visits the populations in order and their neurons ascending.
 */
import { SpikecError } from "../errors/error.ts";
import { latencies } from "../network/latency.ts";
import { isIntegrateAndFire, type Network, sizeOf } from "../network/network.ts";
import { shapesByName } from "../network/shapes.ts";
import type { Events, SpikeTrain } from "../network/spikes.ts";
import { createEventList } from "./event-list.ts";
import { createEventPopulation, type EventPopulation } from "./event-population.ts";
import { type EventSpan, emittedAt, sentAt } from "./events-at.ts";
import type { Execution, Part } from "./execution.ts";
import { createSynapseRows, type SynapseRow } from "./synapse-rows.ts";

interface EventPart extends Part {
  readonly state: EventPopulation;
}

/** What leads from one source to one population after one delay. */
interface Route {
  readonly target: EventPart;
  readonly rowOf: (neuron: number) => SynapseRow;
}

interface Source {
  readonly name: string;
  /** Its place among the sources. */
  readonly index: number;
  /** Populations reached at once, in order. */
  readonly immediate: readonly Route[];
  /** Those reached later, by delay. */
  readonly later: ReadonlyMap<number, readonly Route[]>;
}

/** Visits and spikes that one step may take: networks without loops can still multiply a spike layer by layer. */
const mostWork = 2 ** 27;

function createParts(network: Network, latency: ReadonlyMap<string, number>): EventPart[] {
  return network.populations.filter(isIntegrateAndFire).map(({ name, law, shape }) => {
    const state = createEventPopulation(law, sizeOf(shape));
    const emitted = createEventList();
    return { name, latency: latency.get(name)!, membrane: state.membrane, emitted, state };
  });
}

function createSources(network: Network, parts: readonly EventPart[]): Source[] {
  const shapes = shapesByName(network);
  const routesOf = (name: string, delay: number): Route[] =>
    parts.flatMap((target) => {
      const between = network.projections.filter(
        (projection) =>
          projection.source === name && projection.target === target.name && projection.delay === delay,
      );
      if (between.length === 0) return [];
      const rowOf = createSynapseRows(between, shapes.get(name)!, shapes.get(target.name)!);
      return [{ target, rowOf }];
    });
  return [...network.inputs, ...network.populations].map(({ name }, index) => {
    const delays = new Set(network.projections.filter((p) => p.source === name).map((p) => p.delay));
    delays.delete(0);
    return {
      name,
      index,
      immediate: routesOf(name, 0),
      later: new Map([...delays].map((delay) => [delay, routesOf(name, delay)])),
    };
  });
}

/** A first-in, first-out queue of spikes: source and neuron. What was served gives way before the queue grows. */
function createQueue() {
  let sources = new Uint32Array(256);
  let neurons = new Uint32Array(256);
  let head = 0;
  let tail = 0;

  function makeRoom(): void {
    const room = head > tail / 2 ? sources.length : 2 * sources.length;
    const moved = (list: Uint32Array): Uint32Array<ArrayBuffer> => {
      const into = new Uint32Array(room);
      into.set(list.subarray(head, tail));
      return into;
    };
    [sources, neurons, head, tail] = [moved(sources), moved(neurons), 0, tail - head];
  }

  return {
    push(source: number, neuron: number): void {
      if (tail === sources.length) makeRoom();
      sources[tail] = source;
      neurons[tail++] = neuron;
    },
    /** Serves what is queued and what joins meanwhile. */
    drain(serve: (source: number, neuron: number) => void): void {
      while (head < tail) serve(sources[head], neurons[head++]);
      this.clear();
    },
    clear(): void {
      [head, tail] = [0, 0];
    },
  };
}

function timesOf({ values }: EventSpan, event: number, name: string): number {
  const times = values?.[event] ?? 1;
  if (Number.isInteger(times) && times >= 0) return times;
  throw new SpikecError("SPK-0203", `a value of ${times}, where every event is a spike`, { where: name });
}

/** Every population of the network accumulates by events: `checkNetwork` has seen to it. */
export function createEventOrder(network: Network): Execution {
  const parts = createParts(network, latencies(network));
  const sources = createSources(network, parts);
  const byName = new Map(parts.map((part) => [part.name, part]));
  const sourceOf = new Map(sources.map((source) => [source.name, source]));
  const delays = [...new Set(network.projections.map(({ delay }) => delay))]
    .filter((delay) => delay > 0)
    .sort((a, b) => b - a);
  const queue = createQueue();
  let step = 0;
  let work = 0;

  function spend(amount: number): void {
    work += amount;
    if (work > mostWork)
      throw new SpikecError("SPK-0708", `more than ${mostWork} visits of neurons in step ${step}`, {
        where: network.name,
      });
  }

  function emit(part: EventPart, neuron: number, spikes: number): void {
    if (spikes === 0) return;
    spend(spikes);
    part.emitted.push(neuron, spikes);
    const source = sourceOf.get(part.name)!;
    if (source.immediate.length > 0)
      for (let spike = 0; spike < spikes; spike++) queue.push(source.index, neuron);
  }

  function visit(routes: readonly Route[], neuron: number): void {
    for (const { target, rowOf } of routes) {
      if (step < target.latency) continue;
      const { targets, weights } = rowOf(neuron);
      spend(targets.length);
      for (let i = 0; i < targets.length; i++)
        emit(target, targets[i], target.state.receive(targets[i], weights[i]));
    }
  }

  const endCascade = () => queue.drain((source, neuron) => visit(sources[source].immediate, neuron));

  /** Each spike of the span, and what it causes. */
  function serve(span: EventSpan | null, routes: readonly Route[], name: string): void {
    if (span === null || routes.length === 0) return;
    for (let event = span.from; event < span.to; event++)
      for (let times = timesOf(span, event, name); times > 0; times--) {
        visit(routes, span.neurons[event]);
        endCascade();
      }
  }

  function leak(): void {
    for (const part of parts) {
      if (step < part.latency || !part.state.leaks) continue;
      for (let neuron = 0; neuron < part.membrane.length; neuron++)
        emit(part, neuron, part.state.leak(neuron));
    }
    endCascade();
  }

  function arriveLate(inputs: ReadonlyMap<string, Events>): void {
    for (const delay of delays)
      for (const { name, later } of sources) {
        const routes = later.get(delay);
        if (routes === undefined) continue;
        const emitted = byName.get(name)?.emitted;
        const span = emitted ? emittedAt(emitted, step - delay) : sentAt(inputs.get(name)!, step - delay);
        serve(span, routes, name);
      }
  }

  return {
    parts: byName,
    reset() {
      for (const { state, emitted } of parts) {
        state.reset();
        emitted.clear();
      }
      queue.clear();
    },
    step({ events }: SpikeTrain, at) {
      [step, work] = [at, 0];
      leak();
      arriveLate(events);
      for (const { name } of network.inputs)
        serve(sentAt(events.get(name)!, step), sourceOf.get(name)!.immediate, name);
      for (const { emitted } of parts) emitted.endStep();
    },
  };
}
