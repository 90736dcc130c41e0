/**
 * The functions of a network that goes event by event. group: what one spike does at once along a group of synapses. drain:
 * the same for every spike in the queue, first in, first out, and for those that join meanwhile. serve: an event and all it
 * causes. leak: that of one population.
 */
import { double, double32, doubleFrom32, loadDouble, storeDouble } from "../double-instructions.ts";
import {
  add,
  atLeast,
  type Bytes,
  below,
  call,
  count,
  equals,
  type Local,
  load32,
  loopWhile,
  set,
  shiftRight,
  store32,
  sub,
  times,
  type Value,
  when,
} from "../instructions.ts";
import { defineFunction, type Scope, type WasmFunction } from "../module.ts";
import {
  type EventGroup,
  type EventLayer,
  type EventPlan,
  type EventRoute,
  logLength,
  queueLength,
} from "./plan.ts";
import { leak, type NeuronLocals, neuronLocals, receive } from "./settle.ts";

/** Visits and spikes that one step may take, as in ../../event-order.ts. */
const mostWork = 2 ** 27;

/** Spends what a step may take. amount: a double. */
function spend({ work, tooMuch }: EventPlan, amount: Bytes): Bytes {
  return [
    storeDouble(work, double.add(loadDouble(work), amount)),
    when(double.greater(loadDouble(work), mostWork), store32(tooMuch, 1)),
  ];
}

/** A list of pairs of i32 whose length stands at `length`. */
interface PairList {
  readonly pairs: number;
  readonly length: number;
  readonly most: number;
}

/** Begins anew where the list is full: `tooMuch` says that nothing in it counts. */
function append({ tooMuch }: EventPlan, list: PairList, first: Value, second: Value): Bytes {
  const place = add(times(load32(list.length), 8), list.pairs);
  return [
    when(equals(load32(list.length), list.most), store32(tooMuch, 1), store32(list.length, 0)),
    store32(place, first),
    store32(place, second, 4),
    store32(list.length, add(load32(list.length), 1)),
  ];
}

/** Spikes of the neuron under way: into the log of the step, and into the queue, one by one. */
function emit(plan: EventPlan, layer: EventLayer, { at, spikes }: NeuronLocals, left: Local): Bytes {
  if (layer.neurons.law.compare === "never") return [];
  const { immediate } = layer;
  const neuron = shiftRight(at, 3);
  const log = { pairs: layer.log, length: layer.logged, most: logLength };
  const queue = { pairs: plan.queue, length: plan.tail, most: queueLength };
  const queued = (group: number) =>
    loopWhile(
      left,
      append(plan, queue, group, neuron),
      set(left, sub(left, 1)),
      when(load32(plan.tooMuch), set(left, 0)),
    );
  return when(
    double.greater(spikes, 0),
    set(left, double32(spikes)),
    append(plan, log, neuron, left),
    spend(plan, spikes),
    immediate === null ? [] : queued(immediate),
  );
}

/** The event of `neuron` visits the neurons that a route reaches, ascending. */
function visit(
  plan: EventPlan,
  { target, starts, targets, weights }: EventRoute,
  neuron: Local,
  scope: Scope,
): Bytes {
  const locals = neuronLocals(scope);
  const [synapse, end, left] = [scope.integer(), scope.integer(), scope.integer()];
  const row = add(times(neuron, 4), starts);
  const visits = [
    set(synapse, load32(row)),
    set(end, load32(row, 4)),
    spend(plan, doubleFrom32(sub(end, synapse))),
    loopWhile(
      below(synapse, end),
      set(locals.at, load32(times(synapse, 4), targets)),
      receive(target.neurons, locals, loadDouble(times(synapse, 8), weights)),
      emit(plan, target, locals, left),
      set(synapse, add(synapse, 1)),
    ),
  ];
  return target.latency === 0 ? visits : when(atLeast(load32(plan.step), target.latency), visits);
}

function groupFunction(plan: EventPlan, { routes }: EventGroup, index: number): WasmFunction {
  return defineFunction(`group${index}`, 1, (scope) =>
    routes.map((route) => visit(plan, route, scope.parameters[0], scope)),
  );
}

/** Groups that may stand in the queue. */
function queuedGroups({ layers }: EventPlan): number[] {
  return layers.flatMap(({ immediate }) => (immediate === null ? [] : [immediate]));
}

function drainFunction(plan: EventPlan): WasmFunction {
  const { head, tail, queue, tooMuch } = plan;
  return defineFunction("drain", 0, (scope) => {
    const [pair, group, neuron] = [scope.integer(), scope.integer(), scope.integer()];
    return [
      loopWhile(
        below(load32(head), load32(tail)),
        set(pair, add(times(load32(head), 8), queue)),
        set(group, load32(pair)),
        set(neuron, load32(pair, 4)),
        store32(head, add(load32(head), 1)),
        queuedGroups(plan).map((index) => when(equals(group, index), call(index, neuron))),
        when(load32(tooMuch), store32(head, load32(tail))),
      ),
      store32(head, 0),
      store32(tail, 0),
    ];
  });
}

function leakFunction(plan: EventPlan, layer: EventLayer, index: number): WasmFunction {
  const { neurons } = layer;
  return defineFunction(`leak${index}`, 0, (scope) => {
    const locals = neuronLocals(scope);
    const left = scope.integer();
    return count(locals.at, 0, 8 * neurons.size, 8, leak(neurons, locals), emit(plan, layer, locals, left));
  });
}

/** Groups first, by their numbers: `call` counts on that. */
export function eventFunctions(plan: EventPlan): WasmFunction[] {
  const groups = plan.groups.map((group, index) => groupFunction(plan, group, index));
  const serve = plan.groups.map((_, index) =>
    defineFunction(`serve${index}`, 1, ({ parameters: [neuron] }) => [
      call(index, neuron),
      call(plan.groups.length),
    ]),
  );
  const leaking = plan.layers.map((layer, index) => leakFunction(plan, layer, index));
  return [...groups, drainFunction(plan), ...serve, ...leaking];
}
