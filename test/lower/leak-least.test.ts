/** Chips whose neurons always leak and hear through a trace: the least leak, and units in which it weighs little. */
import { describe, expect, it } from "vitest";
import { leakLeast } from "../../src/lower/legalise/leak-least.ts";
import { lower } from "../../src/lower/lower.ts";
import { violations } from "../../src/lower/violations.ts";
import { isIntegrateAndFire, type Network } from "../../src/network/network.ts";
import { encodeSample } from "../../src/simulate/encode.ts";
import { createSimulator } from "../../src/simulate/reference.ts";
import type { NeuronRules, NumericRules } from "../../src/target/rules.ts";
import { graphOf } from "../graph/small-graphs.ts";
import { affine, relu, seeded } from "./graph-parts.ts";
import { genericRules, optionsFor } from "./lowering.ts";

const neurons: NeuronRules = {
  synapse: ["trace"],
  rounding: ["floor"],
  decayBits: 0,
  shifts: { low: 1, high: 15 },
  inputShift: { low: 0, high: 7 },
  resetNone: false,
  resetValues: false,
  resetTiming: ["immediate"],
  refractory: { low: 0, high: 0 },
  phase: ["post"],
  unboundedSpikes: false,
};
const plain: NumericRules = {
  ...genericRules,
  bias: null,
  vInit: null,
  state: { low: -32768, high: 32767, overflow: "saturate" },
  threshold: { low: 1, high: 32767, granularity: "neuron" },
  compare: ["ge"],
  reset: ["subtract"],
  maxSpikes: 31,
  inputs: ["rate"],
  delay: { low: 1, high: 8, granularity: "projection" },
  populations: ["integrateAndFire"],
};
const leaking: NumericRules = { ...plain, decay: ["shift"], outputMaxSpikes: 1, neurons };

const random = seeded(31);
const graph = graphOf(
  [6],
  [affine(random, 8, 6), relu(), affine(random, 5, 8), relu(), affine(random, 3, 5)],
);
const timesteps = 128;

const lowered = (rules: NumericRules, readout: "membrane" | "count" = "membrane") =>
  lower(graph, { ...optionsFor(graph, { rules, timesteps }), readout }).network;
const lawsOf = ({ populations }: Network) => populations.filter(isIntegrateAndFire).map(({ law }) => law);

describe("neurons that always leak", () => {
  it("get the highest shift for the membrane, the lowest for the trace, and the chip's most spikes", () => {
    const laws = lawsOf(lowered(leaking, "count"));
    for (const law of laws) {
      expect(law.decayV).toEqual({ kind: "shift", shift: 15, tail: true });
      expect(law.synapse).toMatchObject({
        kind: "trace",
        decayU: { shift: 1 },
        synapseOrder: "addThenDecay",
      });
    }
    expect(laws.map(({ maxSpikes }) => maxSpikes)).toEqual([31, 31, 1]);
  });

  it("are legal on the chip, with one shift for all that feed others and thresholds well inside their words", () => {
    const network = lowered(leaking);
    expect(violations(network, leaking)).toEqual([]);
    const [first, second] = lawsOf(network);
    expect(first.inputShift).toBe(second.inputShift);
    expect(first.inputShift).toBeGreaterThan(0);
    for (const threshold of [...first.threshold, ...second.threshold])
      expect(threshold * 8).toBeLessThanOrEqual(32767);
  });

  it("give the logits of neurons that do not leak, up to what is on its way when the run ends", () => {
    const [exact, leaky] = [lowered(plain), lowered(leaking)];
    const [engine, other] = [createSimulator(exact), createSimulator(leaky)];
    const logits = (network: Network, reading: Float64Array) =>
      reading.map((value) => (value * network.readout.scale + network.readout.offset) / timesteps);
    let [difference, size] = [0, 0];
    for (let sample = 0; sample < 20; sample++) {
      const values = Float32Array.from({ length: 6 }, () => random());
      const wanted = logits(exact, engine.run(encodeSample(exact, values)).readings[0]);
      const found = logits(leaky, other.run(encodeSample(leaky, values)).readings[0]);
      wanted.forEach((logit, i) => {
        difference += Math.abs(found[i] - logit);
        size += Math.abs(logit);
      });
    }
    expect(size).toBeGreaterThan(0);
    expect(difference / size).toBeLessThan(0.1);
  });

  it("are left alone on chips that can keep a membrane", () => {
    const network = lowered(plain);
    expect(leakLeast(network, plain)).toBe(network);
  });
});

describe("a signed input without room for its negative values", () => {
  it("gets a zero point, and constants that take it off again", () => {
    const signed = optionsFor(graph, { rules: leaking, timesteps });
    const values = Float32Array.from({ length: 60 * 6 }, () => 2 * random() - 1);
    const calibration = { values, samples: 60, inputScale: null };
    const pairs = lower(graph, { ...signed, calibration }).network;
    const offset = lower(graph, { ...signed, rules: { ...leaking, inputChannels: 8 }, calibration }).network;
    expect(pairs.inputs[0]).toMatchObject({ shape: [12], polarity: "signed" });
    expect(offset.inputs[0]).toMatchObject({ shape: [6], polarity: "unsigned" });
    const classOf = (network: Network) => {
      const simulator = createSimulator(network);
      return Array.from({ length: 60 }, (_, sample) => {
        const [reading] = simulator.run(
          encodeSample(network, values.subarray(sample * 6, sample * 6 + 6)),
        ).readings;
        return reading.indexOf(Math.max(...reading));
      });
    };
    const [wanted, found] = [classOf(pairs), classOf(offset)];
    expect(new Set(wanted).size).toBeGreaterThan(1);
    expect(wanted.filter((label, i) => label === found[i]).length).toBeGreaterThanOrEqual(54);
  });
});
