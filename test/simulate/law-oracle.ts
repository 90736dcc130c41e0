/**
 * The neuron law once more, in unbounded integers and straight from its text (docs/law.md, "One timestep"): slow, and
 * sharing nothing with the simulator.
 */
import fc from "fast-check";
import { type Decay, type Law, plainLaw, type Rounding, type StateRange } from "../../src/network/network.ts";

export interface Outcome {
  readonly membrane: bigint;
  readonly spikes: bigint;
}

/** A fraction of whole numbers, rounded; written with the quotient toward zero and what it leaves. */
function rounded(numerator: bigint, denominator: bigint, rounding: Rounding): bigint {
  const quotient = numerator / denominator;
  const left = numerator - quotient * denominator;
  const sign = left < 0n ? -1n : 1n;
  const twice = 2n * left * sign;
  switch (rounding) {
    case "trunc0":
      return quotient;
    case "floor":
      return left < 0n ? quotient - 1n : quotient;
    case "halfAway":
      return twice >= denominator ? quotient + sign : quotient;
    case "halfEven": {
      const up = twice > denominator || (twice === denominator && quotient % 2n !== 0n);
      return up ? quotient + sign : quotient;
    }
  }
}

function decayed(v: bigint, decay: Decay, index: number): bigint {
  switch (decay.kind) {
    case "none":
      return v;
    case "multiply":
      return rounded(v * BigInt(decay.multiplier[index]), 2n ** BigInt(decay.shift), decay.rounding);
    case "shift": {
      const kept = v - rounded(v, 2n ** BigInt(decay.shift), "floor");
      if (!decay.tail || kept !== v || v === 0n) return kept;
      return v > 0n ? v - 1n : v + 1n;
    }
    case "constant": {
      const amount = BigInt(decay.amount[index]);
      if (!decay.towardZero) return v - amount;
      if (v > 0n) return v > amount ? v - amount : 0n;
      return -v > amount ? v + amount : 0n;
    }
  }
}

function held(v: bigint, { low, high, overflow }: StateRange): bigint {
  const [bottom, top] = [BigInt(low), BigInt(high)];
  if (overflow === "saturate") return v < bottom ? bottom : v > top ? top : v;
  const span = top - bottom + 1n;
  return bottom + ((((v - bottom) % span) + span) % span);
}

function spikesAt(v: bigint, threshold: bigint, { compare, maxSpikes }: Law): bigint {
  const fires = compare === "ge" ? v >= threshold : compare === "gt" && v > threshold;
  if (!fires) return 0n;
  if (maxSpikes === 1) return 1n;
  const whole = v / threshold;
  return maxSpikes === 0 || whole < BigInt(maxSpikes) ? whole : BigInt(maxSpikes);
}

/** One timestep of one neuron whose parameters all have one value per neuron. */
export function stepByTheBook(law: Law, neuron: number, membrane: bigint, current: bigint): Outcome {
  let v = decayed(membrane, law.decayV, neuron) + current + BigInt(law.bias[neuron]);
  if (law.overflowV !== null) v = held(v, law.overflowV);
  const threshold = BigInt(law.threshold[neuron]);
  const spikes = spikesAt(v, threshold, law);
  if (spikes > 0n) {
    if (law.reset.kind === "zero") v = BigInt(law.reset.value[neuron]);
    if (law.reset.kind === "subtract") v -= spikes * threshold;
  }
  if (law.floor !== null && v < BigInt(law.floor.value[neuron])) {
    if (law.floor.kind === "clamp") v = BigInt(law.floor.value[neuron]);
    else if (law.floor.kind === "subtract") v -= BigInt(law.floor.value[neuron]);
    else v = 0n;
  }
  return { membrane: v, spikes };
}

function perNeuron(neurons: number, value: fc.Arbitrary<number>): fc.Arbitrary<Int32Array> {
  return fc.array(value, { minLength: neurons, maxLength: neurons }).map((values) => Int32Array.from(values));
}

function arbitraryDecay(neurons: number): fc.Arbitrary<Decay> {
  return fc.oneof(
    fc.constant({ kind: "none" as const }),
    fc.record({
      kind: fc.constant("multiply" as const),
      multiplier: perNeuron(neurons, fc.integer({ min: 0, max: 65535 })),
      shift: fc.integer({ min: 0, max: 17 }),
      rounding: fc.constantFrom("trunc0", "floor", "halfAway", "halfEven"),
    }),
    fc.record({
      kind: fc.constant("shift" as const),
      shift: fc.integer({ min: 0, max: 12 }),
      tail: fc.boolean(),
    }),
    fc.record({
      kind: fc.constant("constant" as const),
      amount: perNeuron(neurons, fc.integer({ min: 0, max: 60 })),
      towardZero: fc.boolean(),
    }),
  );
}

/** Laws in which thresholds are met, ranges left and floors hit within some steps of currents up to 300. */
export function arbitraryLaw(neurons: number): fc.Arbitrary<Law> {
  const small = fc.integer({ min: -50, max: 50 });
  const chosen = fc.record({
    bias: perNeuron(neurons, small),
    decayV: arbitraryDecay(neurons),
    // Without a range, a multiplier above one would soon leave 53 bits.
    overflowV: fc.record({
      low: fc.integer({ min: -(2 ** 31), max: 0 }).map((low) => Math.round(low / 2 ** 22)),
      high: fc.integer({ min: 1, max: 2 ** 31 - 1 }).map((high) => Math.ceil(high / 2 ** 21)),
      overflow: fc.constantFrom("saturate", "wrap"),
    }),
    threshold: perNeuron(neurons, fc.integer({ min: 1, max: 400 })),
    compare: fc.constantFrom("gt", "ge", "never"),
    maxSpikes: fc.integer({ min: 0, max: 3 }),
    reset: fc.oneof(
      fc.constant({ kind: "none" as const }),
      fc.constant({ kind: "subtract" as const, amount: null }),
      fc.record({ kind: fc.constant("zero" as const), value: perNeuron(neurons, small) }),
    ),
    floor: fc.option(
      fc.record({ kind: fc.constantFrom("clamp", "subtract", "zero"), value: perNeuron(neurons, small) }),
    ),
    vInit: perNeuron(neurons, fc.integer({ min: -300, max: 300 })),
  });
  return chosen.map((law) => ({ ...plainLaw, ...law }));
}
