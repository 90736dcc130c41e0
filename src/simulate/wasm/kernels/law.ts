/**
 * One step of a vector of neurons under the law, in the order of docs/law.md ("One timestep"). What a population has no use
 * for leaves no trace in its code.
 */
import type { StateRange, Synapse } from "../../../network/network.ts";
import { type Bytes, type Local, set, when } from "../instructions.ts";
import type { LaneParameter, LawRule } from "../lanes.ts";
import {
  addSaturating16,
  anyTrue,
  bitsAnd,
  bitsAndNot,
  doubles,
  type Lanes,
  lanesDouble,
  select,
} from "../vectors.ts";
import { decayState } from "./decay.ts";
import type { Kernel } from "./kernel.ts";
import { isZero, type NeuronVector, parameterOf, read, write } from "./neuron-vector.ts";
import { holds, roundDoubles } from "./quotient.ts";

type Tracing = Exclude<Synapse, { kind: "none" }>;

/** What the statements of one step share. */
interface LawStep {
  readonly vector: NeuronVector;
  readonly rule: LawRule;
  readonly v: Local;
  /** Ones where a refractory neuron is held; null where none ever is. */
  readonly held: Local | null;
  /** What the last step's spikes take off in this one; null where resets are not delayed. */
  readonly due: Local | null;
}

/** x between both ends of a range, where lanes do not end there themselves or are proven never to get so far. */
function saturate(kernel: Kernel, lanes: Lanes, x: Local, { low, high }: StateRange): Bytes {
  const edge = 2 ** (8 * lanes.bytes - 1);
  const above = low <= -edge ? x : lanes.max(x, kernel.constant(lanes, low));
  const between = high >= edge - 1 ? above : lanes.min(above, kernel.constant(lanes, high));
  return between === x ? [] : set(x, between);
}

/** x as its range holds it. */
function contain(kernel: Kernel, lanes: Lanes, x: Local, range: StateRange | null): Bytes {
  if (range === null) return [];
  if (range.overflow === "saturate") return saturate(kernel, lanes, x, range);
  const { low, high } = range;
  const [least, most] = [kernel.constant(lanes, low), kernel.constant(lanes, high)];
  if (lanes.bytes === 8) {
    // x - floor((x - low) / span) span
    const span = kernel.constant(lanes, high - low + 1);
    const rounds = doubles.floor(doubles.divide(lanesDouble.sub(x, least), span));
    const inside = bitsAnd(lanes.atLeast(x, least), lanes.atLeast(most, x));
    return set(x, select(x, lanesDouble.sub(x, lanesDouble.multiply(rounds, span)), inside));
  }
  // low + (x - low) mod span, span a power of two.
  return set(x, lanes.add(bitsAnd(lanes.sub(x, least), kernel.constant(lanes, high - low)), least));
}

/** a, the step's weighted input, times 2^inputShift. */
function weightedInput({ vector, rule }: LawStep): Bytes | null {
  const { input, lanes } = vector;
  const { inputShift } = rule.law;
  return input === null || inputShift === 0 ? input : lanes.shiftLeft(input, inputShift);
}

/** x = overflow(D(x) + a), or overflow(D(x + a)); not while held, where synapses stand still as well. */
function stepTrace(
  step: LawStep,
  address: number,
  { decay, parameter }: { readonly decay: Tracing["decayU"]; readonly parameter: LaneParameter },
): { readonly x: Local; readonly statements: Bytes } {
  const { vector, rule, held } = step;
  const { kernel, lanes } = vector;
  const synapse = rule.law.synapse as Tracing;
  const x = kernel.scope.vector();
  const decayed = decayState(kernel, lanes, x, decay, parameterOf(vector, parameter));
  const input = weightedInput(step);
  const added = input === null ? [] : set(x, lanes.add(x, input));
  const stands = held !== null && rule.law.refractoryHoldsSynapse;
  const statements = [
    set(x, read(vector, address)),
    synapse.synapseOrder === "decayThenAdd" ? [decayed, added] : [added, decayed],
    contain(kernel, lanes, x, synapse.overflowU),
    stands ? set(x, select(read(vector, address), x, held)) : [],
    write(vector, address, x),
  ];
  return { x, statements };
}

/**
 * v = overflow(v + arriving + bias - due). Sixteen bits saturate by themselves, in one addition; a narrower range then holds
 * the sum, since both are monotone. Doubles are added in the order of the reference, whose roundings beyond 2^53 are theirs.
 */
function addToMembrane({ vector, rule, v, due }: LawStep, arriving: Bytes | null): Bytes {
  const { kernel, lanes } = vector;
  const { overflowV } = rule.law;
  const bias = isZero(rule.bias) ? null : parameterOf(vector, rule.bias);
  const after = (sum: Bytes | null, addend: Bytes | null) =>
    sum === null || addend === null ? (sum ?? addend) : lanes.add(sum, addend);
  const less = (sum: Bytes | null) => (due === null ? sum : lanes.sub(sum ?? kernel.constant(lanes, 0), due));
  const saturating = lanes.bytes === 2 && overflowV?.overflow === "saturate";
  const addend = saturating ? less(after(arriving, bias)) : null;
  const sum = saturating
    ? addend === null
      ? v
      : addSaturating16(v, addend)
    : (less(after(after(v, arriving), bias)) as Bytes);
  return [sum === v ? [] : set(v, sum), contain(kernel, lanes, v, overflowV)];
}

/** v = overflow(D(v) + input + bias - due) */
function integrate(step: LawStep): Bytes {
  const { vector, rule, v } = step;
  const { kernel, lanes } = vector;
  const { law } = rule;
  if (law.synapse.kind === "alpha") return integrateTwo(step, law.synapse);
  const decayed = decayState(kernel, lanes, v, law.decayV, parameterOf(vector, rule.decayV));
  if (law.synapse.kind === "none") return [decayed, addToMembrane(step, weightedInput(step))];
  const { x, statements } = stepTrace(step, rule.u!, { decay: law.synapse.decayU, parameter: rule.decayU });
  return [statements, decayed, addToMembrane(step, x)];
}

/** v = overflow(round(gain (u - h) / 2^gainShift) - due), in doubles: such products have up to 53 bits. */
function integrateTwo(step: LawStep, synapse: Synapse & { readonly kind: "alpha" }): Bytes {
  const { vector, rule, v } = step;
  const u = stepTrace(step, rule.u!, { decay: synapse.decayU, parameter: rule.decayU });
  const h = stepTrace(step, rule.h!, { decay: synapse.decayH, parameter: rule.decayH });
  const product = lanesDouble.multiply(parameterOf(vector, rule.gain), lanesDouble.sub(u.x, h.x));
  return [
    u.statements,
    h.statements,
    set(v, lanesDouble.multiply(product, lanesDouble.splat(2 ** -synapse.gainShift))),
    set(v, roundDoubles(v, "halfAway")),
    // Such a population has no bias.
    addToMembrane(step, null),
  ];
}

/** fired = v >= threshold, or v > threshold; nobody who is held. */
function compare({ vector, rule, v, held }: LawStep): Bytes {
  const { lanes, fired } = vector;
  const threshold = parameterOf(vector, rule.threshold);
  const reached = rule.law.compare === "gt" ? lanes.greater(v, threshold) : lanes.atLeast(v, threshold);
  return set(fired, held === null ? reached : bitsAndNot(reached, held));
}

/** n = min(maxSpikes, floor(v / threshold)) where it fires, else 0. */
function countSpikes({ vector, rule, v }: LawStep, n: Local): Bytes {
  const { kernel, lanes, fired } = vector;
  const { maxSpikes } = rule.law;
  const whole = holds(lanes, v, parameterOf(vector, rule.threshold));
  const most = maxSpikes === 0 ? whole : lanes.min(whole, kernel.constant(lanes, maxSpikes));
  return set(n, bitsAnd(fired, most));
}

/** What the spikes do to the neuron that sent them. spent: n amount; spikes: those of the vector. */
function reset({ vector, rule, v, held }: LawStep, spent: Bytes): Bytes {
  const { kernel, lanes, fired } = vector;
  const { law, u, h, waiting, due } = rule;
  if (due !== null) return write(vector, due, spent);
  const clears = law.synapse.kind !== "none" && law.synapse.resetSynapse;
  const traces = clears ? [u, h].filter((address) => address !== null) : [];
  const membrane = {
    none: [],
    zero: set(v, select(parameterOf(vector, rule.resetValue), v, fired)),
    subtract: set(v, lanes.sub(v, spent)),
  }[law.reset.kind];
  return [
    membrane,
    traces.map((address) => write(vector, address, bitsAndNot(read(vector, address), fired))),
    held === null
      ? []
      : write(
          vector,
          waiting!,
          select(kernel.constant(lanes, law.refractory), read(vector, waiting!), fired),
        ),
  ];
}

/** What is sent, added to what was. */
function addToCount({ vector, rule }: LawStep, sent: Bytes): Bytes {
  if (rule.count === null) return [];
  return write(vector, rule.count, vector.lanes.add(read(vector, rule.count), sent));
}

/** Compare, count, reset. */
function fire(step: LawStep): Bytes {
  const { vector, rule } = step;
  const { kernel, lanes, fired } = vector;
  const { firing, sent } = kernel.layer.lanes;
  if (firing === "never") return [];
  const amount = parameterOf(vector, rule.amount);
  if (firing === "once") {
    const one = bitsAnd(fired, kernel.constant(lanes, 1));
    return [compare(step), addToCount(step, one), reset(step, bitsAnd(fired, amount))];
  }
  const n = kernel.scope.vector();
  // Divisions are slow, and most neurons are silent in most steps.
  const counted = [
    countSpikes(step, n),
    write(vector, sent!, n),
    addToCount(step, n),
    reset(step, lanes.multiply(n, amount)),
  ];
  const idle = rule.due === null ? [] : write(vector, rule.due, kernel.constant(lanes, 0));
  return [compare(step), idle, when(anyTrue(fired), counted)];
}

/** A held neuron waits one step less, and stays where the reset put it. */
function hold({ vector, rule, v, held }: LawStep): Bytes {
  if (held === null) return [];
  const { kernel, lanes } = vector;
  const one = bitsAnd(held, kernel.constant(lanes, 1));
  return [
    set(v, select(parameterOf(vector, rule.resetValue), v, held)),
    write(vector, rule.waiting!, lanes.sub(read(vector, rule.waiting!), one)),
  ];
}

function applyFloor({ vector, rule, v }: LawStep): Bytes {
  const { floor } = rule.law;
  if (floor === null) return [];
  const { lanes } = vector;
  const lowest = parameterOf(vector, rule.floor);
  const under = lanes.greater(lowest, v);
  switch (floor.kind) {
    case "clamp":
      return set(v, lanes.max(v, lowest));
    case "subtract":
      return set(v, lanes.sub(v, bitsAnd(under, lowest)));
    case "zero":
      return set(v, bitsAndNot(v, under));
  }
}

export function stepLaw(vector: NeuronVector, rule: LawRule): Bytes {
  const { kernel, lanes } = vector;
  const { membrane } = kernel.layer.lanes;
  const held = rule.waiting === null ? null : kernel.scope.vector();
  const due = rule.due === null ? null : kernel.scope.vector();
  const step: LawStep = { vector, rule, v: kernel.scope.vector(), held, due };
  const comparesFirst = rule.law.phase === "pre";
  return [
    set(step.v, read(vector, membrane)),
    held === null ? [] : set(held, lanes.greater(read(vector, rule.waiting!), kernel.constant(lanes, 0))),
    due === null ? [] : set(due, read(vector, rule.due!)),
    comparesFirst ? fire(step) : [],
    integrate(step),
    hold(step),
    comparesFirst ? [] : fire(step),
    applyFloor(step),
    write(vector, membrane, step.v),
  ];
}
