/** Random laws for property tests: every parameter of the neuron law occurs, with every other that it goes with. */
import fc from "fast-check";
import type { Decay, Law, StateRange, Synapse } from "../../src/network/network.ts";

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
      kind: fc.constant("shift" as const),
      shift: fc.constant(12),
      tail: fc.boolean(),
      shifts: perNeuron(neurons, fc.integer({ min: 0, max: 12 })),
    }),
    fc.record({
      kind: fc.constant("constant" as const),
      amount: perNeuron(neurons, fc.integer({ min: 0, max: 60 })),
      towardZero: fc.boolean(),
    }),
  );
}

function arbitraryRange(bits: number): fc.Arbitrary<StateRange> {
  return fc.record({
    low: fc.integer({ min: -(2 ** bits), max: 0 }),
    high: fc.integer({ min: 1, max: 2 ** (bits + 1) }),
    overflow: fc.constantFrom("saturate", "wrap"),
  });
}

function arbitrarySynapse(neurons: number): fc.Arbitrary<Synapse> {
  const trace = {
    decayU: arbitraryDecay(neurons),
    // Without a range, a multiplier above one would soon leave 53 bits.
    overflowU: arbitraryRange(10),
    synapseOrder: fc.constantFrom("decayThenAdd" as const, "addThenDecay" as const),
    resetSynapse: fc.boolean(),
  };
  return fc.oneof(
    { weight: 2, arbitrary: fc.constant({ kind: "none" as const }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("trace" as const), ...trace }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant("alpha" as const),
        decayH: arbitraryDecay(neurons),
        gain: perNeuron(neurons, fc.integer({ min: -40, max: 40 })),
        gainShift: fc.nat(4),
        ...trace,
      }),
    },
  );
}

/** Makes a law of what was drawn: parameters that exclude each other give way. */
function agreeing(law: Law): Law {
  const { synapse, reset } = law;
  const clears = synapse.kind !== "none" && synapse.resetSynapse;
  const mayDelay = reset.kind === "subtract" && law.refractory === 0 && !clears;
  return {
    ...law,
    ...(synapse.kind === "alpha" ? { bias: law.bias.map(() => 0), decayV: { kind: "none" } } : {}),
    resetTiming: mayDelay ? law.resetTiming : "immediate",
    refractoryHoldsSynapse: law.refractoryHoldsSynapse && synapse.kind !== "none",
  };
}

/** Laws in which thresholds are met, ranges left and floors hit within some steps of currents up to 300. */
export function arbitraryLaw(neurons: number): fc.Arbitrary<Law> {
  const small = fc.integer({ min: -50, max: 50 });
  const amount = fc.option(perNeuron(neurons, fc.integer({ min: 0, max: 500 })));
  return fc
    .record<Law>({
      synapse: arbitrarySynapse(neurons),
      inputShift: fc.nat(2),
      bias: perNeuron(neurons, small),
      decayV: arbitraryDecay(neurons),
      overflowV: arbitraryRange(9),
      threshold: perNeuron(neurons, fc.integer({ min: 1, max: 400 })),
      compare: fc.constantFrom("gt", "ge", "never"),
      maxSpikes: fc.integer({ min: 0, max: 3 }),
      reset: fc.oneof(
        fc.constant({ kind: "none" as const }),
        fc.record({ kind: fc.constant("subtract" as const), amount }),
        fc.record({ kind: fc.constant("zero" as const), value: perNeuron(neurons, small) }),
      ),
      resetTiming: fc.constantFrom("immediate", "delayed"),
      refractory: fc.constantFrom(0, 0, 1, 3),
      refractoryHoldsSynapse: fc.boolean(),
      floor: fc.option(
        fc.record({ kind: fc.constantFrom("clamp", "subtract", "zero"), value: perNeuron(neurons, small) }),
      ),
      vInit: perNeuron(neurons, fc.integer({ min: -300, max: 300 })),
      phase: fc.constantFrom("post", "pre"),
      accumulate: fc.constant("step"),
    })
    .map(agreeing);
}

/** Of populations that compare after every event: nothing that only a step has, and few spikes, since they multiply. */
export function arbitraryEventLaw(neurons: number): fc.Arbitrary<Law> {
  return fc.tuple(arbitraryLaw(neurons), fc.constantFrom(1, 1, 2, 3)).map(([law, maxSpikes]) => ({
    ...law,
    maxSpikes,
    synapse: { kind: "none" },
    resetTiming: "immediate",
    refractory: 0,
    refractoryHoldsSynapse: false,
    phase: "post",
    accumulate: "event",
  }));
}
