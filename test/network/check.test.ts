/**
 * checkNetwork: each way in which a Network can contradict itself is refused, and the layer is named.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SpikecError } from "../../src/errors/error.ts";
import { checkNetwork } from "../../src/network/check.ts";
import type { Connection, Encoder, Law, Network, Population, Projection } from "../../src/network/network.ts";
import { arbitraryNetwork } from "./arbitrary-network.ts";
import { hidden, intoHidden, intoOutput, law, output, sampleNetwork } from "./sample-network.ts";

function refusal(network: Network): SpikecError {
  try {
    checkNetwork(network);
  } catch (error) {
    if (error instanceof SpikecError) return error;
    throw error;
  }
  throw new Error("the network was accepted");
}

const withPopulations = (...populations: Population[]): Network => ({ ...sampleNetwork, populations });
const withProjections = (...projections: Projection[]): Network => ({ ...sampleNetwork, projections });
const withLaw = (change: Partial<Law>): Network =>
  withPopulations({ ...hidden, law: { ...hidden.law, ...change } }, output);
const withConvolution = (change: Partial<Connection & { kind: "convolution" }>): Network =>
  withProjections(
    { ...intoHidden, connection: { ...intoHidden.connection, ...change } as Connection },
    intoOutput,
  );
/** Synapses 0 -> 0, 0 -> 2 and 7 -> 1 from hidden to output. */
const withSparse = (change: Partial<Connection & { kind: "sparse" }>): Network =>
  withProjections(intoHidden, {
    ...intoOutput,
    connection: {
      kind: "sparse",
      offsets: Int32Array.of(0, 2, 2, 2, 2, 2, 2, 2, 3),
      targets: Int32Array.of(0, 2, 1),
      weights: Int8Array.of(5, -6, 7),
      targetSize: 3,
      ...change,
    },
  });
const withEncoder = (change: Partial<Encoder & { kind: "rate" }>): Network => {
  const [input] = sampleNetwork.inputs;
  return { ...sampleNetwork, inputs: [{ ...input, encoder: { ...input.encoder, ...change } as Encoder }] };
};

/** The sample network with its input normalized. */
const withNormalization = (offset: number[], divisor: number[]): Network =>
  withEncoder({
    normalization: { offset: Float64Array.from(offset), divisor: Float64Array.from(divisor) },
  });

describe("checkNetwork", () => {
  it("accepts a sparse connection", () => {
    expect(() => checkNetwork(withSparse({}))).not.toThrow();
  });

  it("accepts the sample network and every random network that holds together", () => {
    expect(() => checkNetwork(sampleNetwork)).not.toThrow();
    fc.assert(
      fc.property(arbitraryNetwork, (network) => checkNetwork(network)),
      { numRuns: 200 },
    );
  });

  const back: Projection = {
    name: "back",
    source: "output",
    target: "hidden",
    delay: 0,
    pools: [],
    connection: { kind: "dense", weights: new Int8Array(24) },
  };
  const [input] = sampleNetwork.inputs;
  const always = { ...input, name: "one", encoder: { kind: "always" } as const };

  const refused: [string, Network, string][] = [
    ["two layers of one name", withPopulations(hidden, { ...output, name: "hidden" }), "'hidden'"],
    ["a population named as an input", withPopulations({ ...hidden, name: "input" }, output), "'input'"],
    ["a layer without a name", withPopulations({ ...hidden, name: "" }, output), "no name"],
    [
      "two projections of one name",
      withProjections(intoHidden, { ...intoOutput, name: intoHidden.name }),
      "two",
    ],
    ["no input that carries the sample", { ...sampleNetwork, inputs: [always] }, "none does"],
    [
      "two inputs that carry the sample",
      { ...sampleNetwork, inputs: [input, { ...input, name: "other" }] },
      "input, other",
    ],
    ["no timestep", { ...sampleNetwork, timesteps: 0 }, "timesteps"],
    ["half a timestep", { ...sampleNetwork, timesteps: 1.5 }, "timesteps"],
    ["a source that does not exist", withProjections({ ...intoHidden, source: "ghost" }), "'ghost'"],
    ["a target that does not exist", withProjections({ ...intoHidden, target: "ghost" }), "'ghost'"],
    ["a target that is an input", withProjections({ ...intoHidden, target: "input" }), "is an input"],
    ["a negative delay", withProjections({ ...intoHidden, delay: -1 }, intoOutput), "input to hidden"],
    ["a cycle without delay", withProjections(intoHidden, intoOutput, back), "a cycle"],
    [
      "a population that feeds itself without delay",
      withProjections(intoHidden, {
        ...back,
        source: "hidden",
        connection: { kind: "oneToOne", weights: Int8Array.of(1) },
      }),
      "a cycle",
    ],
    ["populations out of order", withPopulations(output, hidden), "stands after it"],
    [
      "dense weights of another size",
      withProjections(intoHidden, {
        ...intoOutput,
        connection: { kind: "dense", weights: new Int8Array(23) },
      }),
      "hidden to output",
    ],
    ["sparse offsets for other sources", withSparse({ offsets: Int32Array.of(0, 3) }), "2 offsets"],
    ["sparse offsets of no neuron", withSparse({ offsets: new Int32Array(0) }), "0 offsets"],
    [
      "sparse offsets that descend",
      withSparse({ offsets: Int32Array.of(0, 2, 1, 2, 2, 2, 2, 2, 3) }),
      "descend at 2",
    ],
    [
      "sparse offsets that begin below 0",
      withSparse({ offsets: Int32Array.of(-1, 2, 2, 2, 2, 2, 2, 2, 3) }),
      "descend at 0",
    ],
    [
      "sparse offsets that leave synapses out",
      withSparse({ offsets: Int32Array.of(1, 2, 2, 2, 2, 2, 2, 2, 3) }),
      "from 1 to 3",
    ],
    [
      "sparse offsets beyond the last synapse",
      withSparse({ offsets: Int32Array.of(0, 2, 2, 2, 2, 2, 2, 2, 4) }),
      "from 0 to 4",
    ],
    ["fewer sparse weights than targets", withSparse({ weights: Int8Array.of(5) }), "1 weights"],
    [
      "a sparse target outside its population",
      withSparse({ targets: Int32Array.of(0, 2, 3) }),
      "synapse 2 of its sparse connection ends in neuron 3 of 3",
    ],
    [
      "a sparse target below 0",
      withSparse({ targets: Int32Array.of(0, -1, 1) }),
      "synapse 1 of its sparse connection ends in neuron -1 of 3",
    ],
    ["a sparse connection of another size", withSparse({ targetSize: 4 }), "hidden to output"],
    ["a sparse connection into no neuron", withSparse({ targetSize: 0 }), "number of target neurons"],
    ["a convolution into another shape", withConvolution({ padding: [0, 0, 0, 0] }), "input to hidden"],
    ["a stride of nought", withConvolution({ stride: [0, 1] }), "stride"],
    ["a dilation of nought", withConvolution({ dilation: [0, 1] }), "dilation"],
    ["groups that do not divide the channels", withConvolution({ groups: 2 }), "groups"],
    ["no groups", withConvolution({ groups: 0 }), "groups"],
    ["weights that no kernel fits", withConvolution({ weights: new Int8Array(17) }), "17 weights"],
    [
      "a pool larger than its source",
      withProjections({ ...intoHidden, pools: [{ kernel: [9, 9], stride: [1, 1], padding: [0, 0, 0, 0] }] }),
      "does not fit",
    ],
    [
      "a pool of a flat source",
      withProjections({ ...intoHidden, source: "output", delay: 1 }),
      "a pool needs",
    ],
    [
      "a bias of neither one, channels nor neurons",
      withLaw({ bias: new Int32Array(5) }),
      "bias has 5 values",
    ],
    ["a threshold array without values", withLaw({ threshold: new Int32Array(0) }), "threshold has 0"],
    ["vInit of another length", withLaw({ vInit: new Int32Array(9) }), "vInit has 9"],
    [
      "several spikes a step over a threshold of nought",
      withLaw({ maxSpikes: 0, threshold: Int32Array.of(0) }),
      "thresholds",
    ],
    ["a state range upside down", withLaw({ overflowV: { low: 5, high: 5, overflow: "wrap" } }), "overflowV"],
    [
      "reset values of another number",
      withLaw({ reset: { kind: "zero", value: new Int32Array(9) } }),
      "reset",
    ],
    ["a decay shift of 32", withLaw({ decayV: { kind: "shift", shift: 32, tail: false } }), "shift"],
    [
      "a decay numerator beyond 16 bits",
      withLaw({
        decayV: { kind: "multiply", multiplier: Int32Array.of(65536), shift: 16, rounding: "floor" },
      }),
      "multiplier",
    ],
    ["a shape without neurons", withPopulations({ ...hidden, shape: [0] }, output), "its shape is [0]"],
    ["a shape of two axes", withPopulations({ ...hidden, shape: [2, 4] }, output), "its shape is [2,4]"],
    [
      "an infinite spike value",
      withPopulations({ ...hidden, spikeValue: Float64Array.of(Infinity) }, output),
      "spikeValue",
    ],
    [
      "a spike value of another length",
      withPopulations({ ...hidden, spikeValue: new Float64Array(3) }, output),
      "spikeValue has 3",
    ],
    [
      "a signed input of one channel",
      { ...sampleNetwork, inputs: [{ ...input, polarity: "signed" }] },
      "two halves",
    ],
    ["an encoder scale of nought", withEncoder({ scale: 0 }), "scale"],
    ["an encoder scale that is no number", withEncoder({ scale: Number.NaN }), "scale"],
    ["a divisor of nought", withNormalization([0], [0]), "a divisor of the normalization is 0"],
    ["a negative divisor", withNormalization([0], [-1]), "a divisor of the normalization is -1"],
    ["a divisor that is no number", withNormalization([0], [Number.NaN]), "a divisor of the normalization"],
    ["an infinite divisor", withNormalization([0], [Infinity]), "a divisor of the normalization"],
    ["an offset that is no number", withNormalization([Number.NaN], [1]), "an offset of the normalization"],
    ["a normalization of another length", withNormalization([0, 0, 0], [1, 1, 1]), "offset has 3 values"],
    [
      "more offsets than divisors",
      withNormalization(new Array(16).fill(0), [1]),
      "16 offsets and 1 divisors",
    ],
    ["a normalization of nothing", withNormalization([], []), "offset has 0 values"],
    ["an encoder threshold of nought", withEncoder({ threshold: 0 }), "threshold"],
    ["an encoder of 32 bits", withEncoder({ bits: 32 }), "bits"],
    [
      "a readout of nothing",
      { ...sampleNetwork, readout: { ...sampleNetwork.readout, population: "x" } },
      "'x'",
    ],
    [
      "spikes read from a population that never spikes",
      withPopulations(hidden, { ...output, law: { ...law, compare: "never" } }),
      "never spikes",
    ],
    [
      "a readout scale that is no number",
      { ...sampleNetwork, readout: { ...sampleNetwork.readout, scale: Number.NaN } },
      "scale",
    ],
  ];

  it.each(refused)("refuses %s", (_, network, word) => {
    const error = refusal(network);
    expect(error.code).toBe("SPK-0704");
    expect(`${error.where}: ${error.message}`).toContain(word);
  });

  const tooLarge: [string, Network][] = [
    ["timesteps", { ...sampleNetwork, timesteps: 2 ** 21 }],
    ["delays", withProjections({ ...intoHidden, delay: 2 ** 17 }, intoOutput)],
    ["neurons", withPopulations(hidden, { ...output, shape: [2 ** 25] })],
  ];
  it.each(tooLarge)("refuses %s beyond all bounds", (_, network) => {
    expect(refusal(network).code).toBe("SPK-0705");
  });

  it("names the layer of a wrong parameter", () => {
    expect(refusal(withLaw({ bias: new Int32Array(5) })).where).toBe("population 'hidden'");
  });
});
