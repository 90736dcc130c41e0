/**
 * What one event does to one neuron, in doubles: v takes a sum as its range holds it, is compared, reset and floored, at once
 * (docs/law.md, "By events"; ../../event-population.ts).
 */
import type { Decay, Law, Rounding, StateRange } from "../../../network/network.ts";
import { perNeuron } from "../../per-neuron.ts";
import { double, loadDouble, setDouble, storeDouble } from "../double-instructions.ts";
import { type Bytes, type Local, type Value, when } from "../instructions.ts";
import type { MemoryPlan } from "../memory.ts";
import type { Scope } from "../module.ts";

/** One value for all neurons, or one each at an address. */
type Parameter = { readonly value: number } | { readonly address: number };

/** A population's membranes and parameters in memory: doubles, in the order of the network. */
export interface EventNeurons {
  readonly law: Law;
  readonly size: number;
  readonly membrane: number;
  readonly vInit: Float64Array;
  readonly bias: Parameter;
  readonly threshold: Parameter;
  readonly amount: Parameter;
  readonly resetValue: Parameter;
  readonly floor: Parameter;
  readonly decay: Parameter;
}

/** Multipliers, amounts, or 2^-shift. */
function decayValues(decay: Decay): ArrayLike<number> {
  switch (decay.kind) {
    case "none":
      return [0];
    case "multiply":
      return decay.multiplier;
    case "constant":
      return decay.amount;
    case "shift":
      return Float64Array.from(decay.shifts ?? [decay.shift], (shift) => 2 ** -shift);
  }
}

export function planNeurons(law: Law, size: number, memory: MemoryPlan): EventNeurons {
  const { reset, decayV, floor } = law;
  const parameter = (values: ArrayLike<number>): Parameter =>
    Array.prototype.every.call(values, (value) => value === values[0])
      ? { value: values[0] }
      : { address: memory.place(perNeuron(values, size)) };
  return {
    law,
    size,
    membrane: memory.reserve(8 * size),
    vInit: perNeuron(law.vInit, size),
    bias: parameter(law.bias),
    threshold: parameter(law.threshold),
    amount: parameter((reset.kind === "subtract" ? reset.amount : null) ?? law.threshold),
    resetValue: parameter(reset.kind === "zero" ? reset.value : [0]),
    floor: parameter(floor?.value ?? [0]),
    decay: parameter(decayValues(decayV)),
  };
}

/** The neuron under way: eight times its number, its membrane, and its spikes of this event. */
export interface NeuronLocals {
  readonly at: Local;
  readonly v: Local;
  readonly spikes: Local;
}

export function neuronLocals(scope: Scope): NeuronLocals {
  return { at: scope.integer(), v: scope.double(), spikes: scope.double() };
}

function parameterAt(parameter: Parameter, { at }: NeuronLocals): Value {
  return "value" in parameter ? parameter.value : loadDouble(at, parameter.address);
}

function isZero(parameter: Parameter): boolean {
  return "value" in parameter && parameter.value === 0;
}

/** v as its range holds it. */
function contain(v: Local, range: StateRange | null): Bytes {
  if (range === null) return [];
  const { low, high } = range;
  if (range.overflow === "saturate") return setDouble(v, double.min(double.max(v, low), high));
  const span = high - low + 1;
  const rounds = double.floor(double.divide(double.sub(v, low), span));
  const wrapped = setDouble(v, double.sub(v, double.multiply(rounds, span)));
  return [when(double.less(v, low), wrapped), when(double.greater(v, high), wrapped)];
}

function rounded(quotient: Value, rounding: Rounding): Bytes {
  switch (rounding) {
    case "floor":
      return double.floor(quotient);
    case "trunc0":
      return double.truncate(quotient);
    case "halfEven":
      return double.nearest(quotient);
    case "halfAway": {
      const size = double.absolute(quotient);
      const rest = double.sub(size, double.floor(size));
      const up = double.choose(double.atLeast(rest, 0.5), 1, 0);
      return double.withSign(double.add(double.floor(size), up), quotient);
    }
  }
}

/** v = D(v) */
function decayed(decay: Decay, parameter: Value, v: Local): Bytes {
  switch (decay.kind) {
    case "none":
      return [];
    case "multiply": {
      const quotient = double.multiply(double.multiply(v, parameter), 2 ** -decay.shift);
      return [setDouble(v, quotient), setDouble(v, rounded(v, decay.rounding))];
    }
    case "shift": {
      const lost = double.floor(double.multiply(v, parameter));
      if (!decay.tail) return setDouble(v, double.sub(v, lost));
      const one = double.choose(double.greater(v, 0), 1, double.choose(double.less(v, 0), -1, 0));
      const still = double.atLeast(0, double.absolute(lost));
      return setDouble(v, double.sub(v, double.choose(still, one, lost)));
    }
    case "constant": {
      if (!decay.towardZero) return setDouble(v, double.sub(v, parameter));
      const down = double.max(0, double.sub(v, parameter));
      return setDouble(v, double.choose(double.greater(v, 0), down, double.min(0, double.add(v, parameter))));
    }
  }
}

/** v and spikes after the comparison; spikes is 0 where it does not fire. */
function fire(neurons: EventNeurons, locals: NeuronLocals): Bytes {
  const { law } = neurons;
  const { v, spikes } = locals;
  if (law.compare === "never") return [];
  const threshold = parameterAt(neurons.threshold, locals);
  const reached = law.compare === "gt" ? double.greater(v, threshold) : double.atLeast(v, threshold);
  const whole = double.floor(double.divide(v, threshold));
  const several = law.maxSpikes === 0 ? whole : double.min(whole, law.maxSpikes);
  const amount = double.multiply(spikes, parameterAt(neurons.amount, locals));
  const reset = {
    none: [],
    zero: setDouble(v, parameterAt(neurons.resetValue, locals)),
    subtract: setDouble(v, double.sub(v, amount)),
  }[law.reset.kind];
  return [setDouble(spikes, 0), when(reached, setDouble(spikes, law.maxSpikes === 1 ? 1 : several), reset)];
}

function floored(neurons: EventNeurons, locals: NeuronLocals): Bytes {
  const { floor } = neurons.law;
  if (floor === null) return [];
  const { v } = locals;
  const lowest = parameterAt(neurons.floor, locals);
  const moved = { clamp: lowest, subtract: double.sub(v, lowest), zero: 0 }[floor.kind];
  return when(double.less(v, lowest), setDouble(v, moved));
}

/** An event adds `weight`; `locals.spikes` is what the neuron answers. */
export function receive(neurons: EventNeurons, locals: NeuronLocals, weight: Bytes): Bytes {
  const sum = double.add(loadDouble(locals.at, neurons.membrane), weight);
  return [setDouble(locals.v, sum), settle(neurons, locals)];
}

/** The leak: v = D(v) + bias. */
export function leak(neurons: EventNeurons, locals: NeuronLocals): Bytes {
  const { at, v } = locals;
  const bias = isZero(neurons.bias) ? [] : setDouble(v, double.add(v, parameterAt(neurons.bias, locals)));
  return [
    setDouble(v, loadDouble(at, neurons.membrane)),
    decayed(neurons.law.decayV, parameterAt(neurons.decay, locals), v),
    bias,
    settle(neurons, locals),
  ];
}

export function leaks({ law }: EventNeurons): boolean {
  return law.decayV.kind !== "none" || law.bias.some((value) => value !== 0);
}

function settle(neurons: EventNeurons, locals: NeuronLocals): Bytes {
  return [
    contain(locals.v, neurons.law.overflowV),
    fire(neurons, locals),
    floored(neurons, locals),
    storeDouble(locals.at, locals.v, neurons.membrane),
  ];
}
