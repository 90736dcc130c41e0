/**
 * Random Networks that hold together, for property tests: every encoder, decay, reset, floor and connection occurs.
 */
import fc from "fast-check";
import type {
  Connection,
  Decay,
  Encoder,
  Input,
  IntegerArray,
  Law,
  Network,
  Normalization,
  Projection,
  Quantization,
  Readout,
  Shape,
  SumPool,
} from "../../src/network/network.ts";
import {
  type IntegrateAndFirePopulation,
  type StateRange,
  type Synapse,
  sizeOf,
} from "../../src/network/network.ts";
import { connectionTargetShape, pooledShape } from "../../src/network/shapes.ts";

const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const positive = fc.integer({ min: 1, max: 2 ** 31 - 1 });
/** Any text, also with slashes, accents and characters beyond 16 bits; no name may be empty. */
const text = fc.string({ unit: "grapheme", maxLength: 8 });
const finite = fc.double({ noNaN: true, noDefaultInfinity: true });

function parameter(shape: Shape, value = int32): fc.Arbitrary<Int32Array> {
  return fc
    .constantFrom(1, shape[0], sizeOf(shape))
    .chain((length) => fc.array(value, { minLength: length, maxLength: length }))
    .map((values) => Int32Array.from(values));
}

function weights(length: number): fc.Arbitrary<IntegerArray> {
  const exactly = { minLength: length, maxLength: length };
  return fc.oneof(fc.int8Array(exactly), fc.int16Array(exactly), fc.int32Array(exactly));
}

const shape: fc.Arbitrary<Shape> = fc.oneof(
  fc.tuple(fc.integer({ min: 1, max: 12 })),
  fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })),
);

const plainQuantization = {
  scale: fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
  zeroPoint: int32,
  bits: fc.integer({ min: 1, max: 31 }),
  signed: fc.boolean(),
};

/** One entry for all values: right for every shape. */
const normalization: fc.Arbitrary<Normalization> = fc
  .tuple(finite, fc.double({ min: 1e-300, max: 1e300, noNaN: true }))
  .map(([offset, divisor]) => ({ offset: Float64Array.of(offset), divisor: Float64Array.of(divisor) }));

const quantization: fc.Arbitrary<Quantization> = fc.oneof(
  fc.record(plainQuantization),
  fc.record({ ...plainQuantization, normalization }),
);

const sampleEncoder: fc.Arbitrary<Encoder> = fc.oneof(
  quantization.map((own) => ({ kind: "analog" as const, ...own })),
  fc.tuple(quantization, positive, int32).map(([own, threshold, initial]) => ({
    kind: "rate" as const,
    threshold,
    initial,
    ...own,
  })),
  fc
    .tuple(quantization, positive, fc.integer({ min: 0, max: 2 ** 32 - 1 }))
    .map(([own, threshold, seed]) => ({
      kind: "poisson" as const,
      threshold,
      seed,
      ...own,
    })),
  fc
    .tuple(quantization, positive)
    .map(([own, threshold]) => ({ kind: "latency" as const, threshold, ...own })),
  fc.constant({ kind: "spikes" as const }),
);

function decay(shape: Shape): fc.Arbitrary<Decay> {
  const shift = fc.integer({ min: 0, max: 31 });
  return fc.oneof(
    fc.constant({ kind: "none" as const }),
    fc.record({
      kind: fc.constant("multiply" as const),
      multiplier: parameter(shape, fc.integer({ min: 0, max: 65535 })),
      shift,
      rounding: fc.constantFrom("trunc0", "floor", "halfAway", "halfEven"),
    }),
    fc.record(
      {
        kind: fc.constant("shift" as const),
        shift: fc.constant(31),
        tail: fc.boolean(),
        shifts: parameter(shape, shift),
      },
      { requiredKeys: ["kind", "shift", "tail"] },
    ),
    fc.record({ kind: fc.constant("shift" as const), shift, tail: fc.boolean() }),
    fc.record({
      kind: fc.constant("constant" as const),
      amount: parameter(shape),
      towardZero: fc.boolean(),
    }),
  );
}

const stateRange: fc.Arbitrary<StateRange> = fc.record({
  low: fc.integer({ min: -(2 ** 31), max: 0 }),
  high: positive,
  overflow: fc.constantFrom("saturate", "wrap"),
});

function synapse(shape: Shape): fc.Arbitrary<Synapse> {
  const trace = {
    decayU: decay(shape),
    overflowU: fc.option(stateRange),
    synapseOrder: fc.constantFrom("decayThenAdd" as const, "addThenDecay" as const),
    resetSynapse: fc.boolean(),
  };
  const gainShift = fc.nat(31);
  return fc.oneof(
    fc.constant({ kind: "none" as const }),
    fc.record({ kind: fc.constant("trace" as const), ...trace }),
    fc.record({
      kind: fc.constant("alpha" as const),
      decayH: decay(shape),
      gain: parameter(shape, fc.integer({ min: 1 - 2 ** 20, max: 2 ** 20 - 1 })),
      gainShift,
      ...trace,
    }),
  );
}

function law(shape: Shape): fc.Arbitrary<Law> {
  const compare = fc.constantFrom("gt" as const, "ge" as const, "never" as const);
  const any = fc.record<Law>({
    synapse: synapse(shape),
    inputShift: fc.integer({ min: 0, max: 8 }),
    resetTiming: fc.constant("immediate"),
    refractory: fc.nat(3),
    refractoryHoldsSynapse: fc.constant(false),
    phase: fc.constantFrom("post", "pre"),
    accumulate: fc.constant("step"),
    bias: parameter(shape),
    decayV: decay(shape),
    overflowV: fc.option(stateRange),
    threshold: parameter(shape, positive),
    compare,
    maxSpikes: fc.integer({ min: 0, max: 3 }),
    reset: fc.oneof(
      fc.constant({ kind: "none" as const }),
      fc.record({ kind: fc.constant("subtract" as const), amount: fc.option(parameter(shape)) }),
      fc.record({ kind: fc.constant("zero" as const), value: parameter(shape) }),
    ),
    floor: fc.option(
      fc.record({ kind: fc.constantFrom("clamp", "subtract", "zero"), value: parameter(shape) }),
    ),
    vInit: parameter(shape),
  });
  // Two traces make the membrane: it has neither bias nor decay.
  return any.map((law) =>
    law.synapse.kind === "alpha" ? { ...law, bias: Int32Array.of(0), decayV: { kind: "none" } } : law,
  );
}

const window = fc.integer({ min: 1, max: 2 });

/** Pools that fit the source's shape, at most two. */
function pools(source: Shape): fc.Arbitrary<SumPool[]> {
  if (source.length !== 3) return fc.constant([]);
  const pool = fc.record({
    kernel: fc.tuple(window, window),
    stride: fc.tuple(window, window),
    padding: fc.tuple(fc.nat(1), fc.nat(1), fc.nat(1), fc.nat(1)),
  });
  return fc.array(pool, { maxLength: 2 }).map((candidates) => {
    const fitting: SumPool[] = [];
    let shape = source;
    for (const candidate of candidates) {
      const next = pooledShape(shape, candidate);
      if (next.some((extent) => extent < 1)) break;
      fitting.push(candidate);
      shape = next;
    }
    return fitting;
  });
}

function connection(source: Shape): fc.Arbitrary<{ connection: Connection; target: Shape }> {
  const size = sizeOf(source);
  const dense = fc
    .integer({ min: 1, max: 6 })
    .chain((outputs) => weights(outputs * size))
    .map((values): Connection => ({ kind: "dense", weights: values }));
  const oneToOne = fc
    .constantFrom(1, source[0], size)
    .chain(weights)
    .map((values): Connection => ({ kind: "oneToOne", weights: values }));
  const kinds: fc.Arbitrary<Connection>[] = [dense, oneToOne, sparse(size)];
  if (source.length === 3) kinds.push(convolution(source));
  return fc
    .oneof(...kinds)
    .map((made) => ({ connection: made, target: connectionTargetShape(source, made) }));
}

/** Up to three synapses a source neuron: into a target of up to six neurons, in any order, also the same one twice. */
function sparse(sources: number): fc.Arbitrary<Connection> {
  return fc
    .integer({ min: 1, max: 6 })
    .chain((targetSize) => {
      const fan = fc.array(fc.nat(targetSize - 1), { maxLength: 3 });
      const fans = fc.array(fan, { minLength: sources, maxLength: sources });
      return fc.tuple(fc.constant(targetSize), fans);
    })
    .chain(([targetSize, fans]) => {
      let count = 0;
      const offsets = Int32Array.of(0, ...fans.map((fan) => (count += fan.length)));
      const targets = Int32Array.from(fans.flat());
      return weights(count).map(
        (values): Connection => ({ kind: "sparse", offsets, targets, weights: values, targetSize }),
      );
    });
}

/** Padding of one pixel around, so that every kernel of up to 3 fits. */
function convolution([channels]: Shape): fc.Arbitrary<Connection> {
  const settings = fc.record({
    kernel: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    stride: fc.tuple(window, window),
    groups: fc.constantFrom(1, channels),
    outputs: fc.integer({ min: 1, max: 2 }),
  });
  return settings.chain(({ kernel, stride, groups, outputs }) =>
    weights(((outputs * channels) / groups) * groups * kernel[0] * kernel[1]).map((values) => ({
      kind: "convolution" as const,
      weights: values,
      kernel,
      stride,
      padding: [1, 1, 1, 1] as const,
      dilation: [1, 1] as const,
      groups,
    })),
  );
}

/** The next layer of a chain, and the projection that feeds it. */
function layer(index: number, source: { name: string; shape: Shape }) {
  return pools(source.shape).chain((made) => {
    const pooled = made.reduce<Shape>(pooledShape, source.shape);
    return connection(pooled).chain(({ connection: link, target }) => {
      const population: fc.Arbitrary<IntegrateAndFirePopulation> = fc.record({
        name: text.map((tail) => `layer ${index}/${tail}`),
        shape: fc.constant(target),
        kind: fc.constant("integrateAndFire" as const),
        law: law(target),
        spikeValue: fc.oneof(
          fc.constant(new Float64Array(0)),
          fc.float64Array({ minLength: 1, maxLength: 1, noNaN: true, noDefaultInfinity: true }),
        ),
        membraneUnit: fc.constantFrom(new Float64Array(0), Float64Array.of(0.125)),
        origin: fc.array(text, { maxLength: 2 }),
      });
      return fc.tuple(population, fc.nat(3)).map(([made2, delay]) => ({
        population: made2,
        projection: {
          name: `into ${index}`,
          source: source.name,
          target: made2.name,
          delay,
          pools: made,
          connection: link,
        } satisfies Projection,
      }));
    });
  });
}

const input: fc.Arbitrary<Input> = fc
  .tuple(shape, sampleEncoder, text)
  .chain(([size, encoder, name]) =>
    fc
      .constantFrom("unsigned" as const, size[0] % 2 === 0 ? ("signed" as const) : ("unsigned" as const))
      .map((polarity) => ({ name: `input ${name}`, shape: size, encoder, polarity })),
  );

const alwaysOn: Input = {
  name: "always on",
  shape: [1],
  encoder: { kind: "always" },
  polarity: "unsigned",
};

type Layers = readonly { population: IntegrateAndFirePopulation; projection: Projection }[];

function layers(first: Input, count: number): fc.Arbitrary<Layers> {
  let chain: fc.Arbitrary<Layers> = layer(0, first).map((made) => [made]);
  for (let index = 1; index < count; index++) {
    chain = chain.chain((before) => layer(index, before.at(-1)!.population).map((made) => [...before, made]));
  }
  return chain;
}

function readout(populations: readonly IntegrateAndFirePopulation[]): fc.Arbitrary<Readout> {
  const last = populations.at(-1)!;
  const spiking = ["membrane", "count", "firstSpike"] as const;
  const read = last.law.compare === "never" ? fc.constant("membrane" as const) : fc.constantFrom(...spiking);
  return fc.record({ population: fc.constant(last.name), read, scale: finite, offset: finite });
}

/** A chain of up to three layers, an always-on input, and feedback from the last layer to itself. */
export const arbitraryNetwork: fc.Arbitrary<Network> = fc
  .tuple(input, fc.integer({ min: 1, max: 3 }))
  .chain(([first, count]) => layers(first, count).map((made) => ({ first, made })))
  .chain(({ first, made }) => {
    const populations = made.map(({ population }) => population);
    const last = populations.at(-1)!;
    const feedback = { source: last.name, target: last.name, delay: 1, pools: [] };
    const bias = { source: alwaysOn.name, target: last.name, delay: 2, pools: [] };
    const extra = fc.tuple(weights(1), weights(sizeOf(last.shape))).map(([one, all]): Projection[] => [
      { ...feedback, name: "feedback", connection: { kind: "oneToOne", weights: one } },
      { ...bias, name: "bias", connection: { kind: "dense", weights: all } },
    ]);
    return fc.record<Network>({
      name: text,
      timesteps: fc.integer({ min: 1, max: 512 }),
      inputs: fc.constant([first, alwaysOn]),
      populations: fc.constant(populations),
      projections: extra.map((more) => [...made.map(({ projection }) => projection), ...more]),
      readout: readout(populations),
      provenance: fc.record({
        version: text,
        modelHash: text,
        calibrationHash: text,
        options: fc.array(fc.tuple(text, text), { maxLength: 3 }),
      }),
      notes: fc.array(fc.record({ level: fc.constantFrom("info", "warning"), where: text, text }), {
        maxLength: 2,
      }),
    });
  })
  // fast-check makes objects without a prototype; ours have one.
  .map((network) => structuredClone(network));
