/**
 * A program for networks that compare after every event: the order of ../../event-order.ts, whose inner loops run in a module.
 * This side hands over events one by one, and remembers what has been sent as long as a delay still needs it.
 */
import type { Network } from "../../../network/network.ts";
import { type EventSpan, sentAt } from "../../events-at.ts";
import { instantiate } from "../compile.ts";
import type { Program, Turn } from "../program.ts";
import { Uncovered } from "../uncovered.ts";
import { eventFunctions } from "./code.ts";
import { type EventLayer, logLength, planEvents } from "./plan.ts";
import { leaks } from "./settle.ts";

type Serve = (neuron: number) => void;

/** A group whose spikes act later: the longest delay first, then by source. */
interface Late {
  readonly source: string;
  readonly delay: number;
  readonly serve: Serve;
}

const nothing: EventSpan = { neurons: [], values: null, from: 0, to: 0 };

/** What one source has sent in its last steps. */
function createPast(steps: number) {
  const ring: EventSpan[] = new Array(steps + 1).fill(nothing);
  return {
    keep: (step: number, span: EventSpan) => (ring[step % ring.length] = span),
    at: (step: number) => (step < 0 ? nothing : ring[step % ring.length]),
    clear: () => ring.fill(nothing),
  };
}

function timesOf({ values }: EventSpan, event: number): number {
  const times = values?.[event] ?? 1;
  // The reference says what is wrong.
  if (!(Number.isInteger(times) && times >= 0)) throw new Uncovered(`an event counts ${times}`);
  return times;
}

/** Throws `Uncovered`; so do steps that need more than the module holds. */
export function createEventProgram(network: Network): Program {
  const plan = planEvents(network);
  const { memory, exports, codeBytes } = instantiate(eventFunctions(plan), plan.memory);
  const numbers = new Int32Array(memory.buffer);
  const doubles = new Float64Array(memory.buffer);
  const serveOf = (index: number) => exports[`serve${index}`] as Serve;
  const immediate = new Map(
    plan.groups.flatMap(({ source, delay }, index) =>
      delay === 0 ? [[source, serveOf(index)] as const] : [],
    ),
  );
  const late: Late[] = plan.groups
    .map((group, index) => ({ ...group, serve: serveOf(index) }))
    .filter(({ delay }) => delay > 0)
    .sort((a, b) => b.delay - a.delay);
  const longest = late.length === 0 ? 0 : late[0].delay;
  const names = [...network.inputs, ...network.populations].map(({ name }) => name);
  const past = new Map(names.map((name) => [name, createPast(longest)]));
  const leaking = plan.layers.map((layer, index) => ({
    layer,
    leak: leaks(layer.neurons) ? (exports[`leak${index}`] as () => void) : null,
  }));
  const byName = new Map(plan.layers.map((layer) => [layer.name, layer]));
  const drain = exports.drain as () => void;
  const membraneOf = ({ neurons }: EventLayer) =>
    doubles.subarray(neurons.membrane / 8, neurons.membrane / 8 + neurons.size);

  function serve(span: EventSpan, run: Serve): void {
    for (let event = span.from; event < span.to; event++)
      for (let times = timesOf(span, event); times > 0; times--) {
        run(span.neurons[event]);
        if (numbers[plan.tooMuch / 4] !== 0)
          throw new Uncovered(
            `more than ${logLength} spikes of a population, or visits without end, in a step`,
          );
      }
  }

  /** What a population has emitted in the step under way. */
  function emittedBy({ log, logged }: EventLayer): EventSpan {
    const length = numbers[logged / 4];
    const neurons = new Uint32Array(length);
    const values = new Int32Array(length);
    for (let pair = 0; pair < length; pair++) {
      neurons[pair] = numbers[log / 4 + 2 * pair];
      values[pair] = numbers[log / 4 + 2 * pair + 1];
    }
    return { neurons, values, from: 0, to: length };
  }

  function leakAll(step: number): void {
    for (const { layer, leak } of leaking) if (step >= layer.latency) leak?.();
    drain();
  }

  function advanceOne({ t, input, inputStep }: Turn): void {
    numbers[plan.step / 4] = t;
    numbers[plan.tooMuch / 4] = 0;
    doubles[plan.work / 8] = 0;
    for (const { logged } of plan.layers) numbers[logged / 4] = 0;
    leakAll(t);
    for (const { source, delay, serve: run } of late) serve(past.get(source)!.at(t - delay), run);
    for (const { name } of network.inputs) {
      const events = input.get(name);
      const span = (events === undefined ? null : sentAt(events, inputStep)) ?? nothing;
      past.get(name)!.keep(t, span);
      const run = immediate.get(name);
      if (run !== undefined) serve(span, run);
    }
    for (const layer of plan.layers) past.get(layer.name)!.keep(t, emittedBy(layer));
  }

  return {
    codeBytes,
    memoryBytes: memory.buffer.byteLength,
    chunk: 1,
    encodes: new Set(),
    layers: new Map(plan.layers.map(({ name }) => [name, { latency: 0, until: Number.POSITIVE_INFINITY }])),
    readers: new Map(
      plan.layers.map(({ name }) => [
        name,
        {
          read(step, out) {
            const { neurons, values, to } = past.get(name)!.at(step);
            for (let event = 0; event < to; event++) out.push(neurons[event], values![event]);
            out.endStep();
          },
        },
      ]),
    ),
    counts: () => null,
    analogTurns: [],
    reset() {
      for (const one of past.values()) one.clear();
      for (const layer of plan.layers) membraneOf(layer).set(layer.neurons.vInit);
    },
    startAnalog() {},
    setSample() {},
    advance: advanceOne,
    membranes: (name) => membraneOf(byName.get(name)!).slice(),
    traces: (name) => ({ u: new Float64Array(byName.get(name)!.neurons.size), h: null }),
  };
}
