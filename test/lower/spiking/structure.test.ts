/** How a native network becomes a Network: what is read, how currents enter, delays that are the network's own, biases. */
import { describe, expect, it } from "vitest";
import { discretizationOf } from "../../../src/graph/discretization.ts";
import { evaluateSpiking } from "../../../src/graph/evaluate-spiking.ts";
import type { SpikingNode } from "../../../src/graph/spiking.ts";
import type { LeakyIntegratorNode, SynapticNode } from "../../../src/graph/spiking-neurons.ts";
import { latencies } from "../../../src/network/latency.ts";
import { isIntegrateAndFire, type Law, type Network } from "../../../src/network/network.ts";
import { decodeNetwork, encodeNetwork } from "../../../src/network/spk/spk.ts";
import { logitsOf } from "../../../src/simulate/classify.ts";
import { encodeSample } from "../../../src/simulate/encode.ts";
import { createSimulator } from "../../../src/simulate/reference.ts";
import type { NumericRules } from "../../../src/target/rules.ts";
import {
  affine,
  base,
  chain,
  graphOf,
  input,
  integrateAndFire,
  leaky,
  output,
  scalar,
} from "../../graph/spiking/small-spiking-graphs.ts";
import { compareSpikes, firstDifference, genericRules, lowered } from "./native.ts";

const nir = discretizationOf("nir", 1e-3);
const steps = 20;
const spikes = Float32Array.from({ length: steps }, (_, i) => Number(i % 3 !== 1));
const integrator: LeakyIntegratorNode = {
  ...{ type: "LI", ...base("li", [2]), tau: scalar(4e-3), r: scalar(2), vLeak: scalar(0) },
  ...{ vInit: null, discretization: null },
};

function lawOf(network: Network, name: string): Law {
  const population = network.populations.find((one) => one.name === name)!;
  if (!isIntegrateAndFire(population)) throw new Error(`${name} is no integrate-and-fire population`);
  return population.law;
}

function readingOf(network: Network, sample: Float32Array): Float64Array {
  const [reading] = createSimulator(network).run(encodeSample(network, sample)).readings;
  return logitsOf(network, reading, network.timesteps);
}

describe("the readout", () => {
  it("counts the spikes of the last population that fires", () => {
    const { network } = lowered(chain(input(), leaky("lif", 4e-3), output()), nir, steps);
    expect(network.readout).toMatchObject({ population: "lif", read: "count", scale: 1 });
  });

  it("is the membrane at the end of a population that does not, in one unit for all of them", () => {
    const graph = chain(
      input(),
      affine("w", 2, 1, [1.3, -0.31], [0, 0.1]),
      integrator,
      output("output", [2]),
    );
    const { network } = lowered(graph, nir, steps);
    expect(network.readout).toMatchObject({ population: "li", read: "membrane" });
    const float = evaluateSpiking(graph, nir, spikes, { record: "all" }).membranes.get("li")!;
    const reading = readingOf(network, spikes);
    for (const [i, value] of reading.entries()) expect(value).toBeCloseTo(float[2 * (steps - 1) + i], 2);
  });

  it("adds up what weights without neurons behind them give", () => {
    const graph = chain(
      input(),
      integrateAndFire("if", 1.5),
      affine("w", 2, 1, [0.75, -0.5], [0.25, 0]),
      output("output", [2]),
    );
    const { network } = lowered(graph, nir, steps);
    expect(network.readout).toMatchObject({ population: "output", read: "membrane" });
    const float = evaluateSpiking(graph, nir, spikes).spikes.get("output")!;
    const sums = [0, 1].map((i) => float.reduce((sum, value, at) => sum + (at % 2 === i ? value : 0), 0));
    expect([...readingOf(network, spikes)].map((logit) => logit * steps)).toEqual(sums);
  });

  it("takes no spikes of what never fires, and says which of several outputs it is", () => {
    const lone = chain(input(), { ...integrator, ...base("li", [1]) }, output());
    expect(() => lowered(lone, nir, steps, { readout: "count" })).toThrow(
      expect.objectContaining({ code: "SPK-0305", where: "li" }),
    );
    const forked = graphOf(
      [input(), leaky("a", 4e-3), leaky("b", 4e-3), output("first"), output("second")],
      [
        ["input", "a"],
        ["input", "b"],
        ["a", "first"],
        ["b", "second"],
      ],
    );
    const { network } = lowered(forked, nir, steps);
    expect(network.readout.population).toBe("a");
    expect(network.notes.find(({ where }) => where === "readout")!.text).toContain("second");
  });

  it("sees through nodes that pass values on", () => {
    const scale: SpikingNode = { type: "Scale", ...base("scale", [1]), scale: scalar(0.5) };
    const { network } = lowered(chain(input(), leaky("lif", 4e-3), scale, output()), nir, steps);
    expect(network.readout).toMatchObject({ population: "lif", read: "count", scale: 0.5 });
  });
});

describe("currents", () => {
  const currents = Float32Array.from({ length: steps }, (_, i) => Math.sin(i) + 0.7);

  it("enter in steps as fine as the membrane that they drive", () => {
    const graph = chain(input(), leaky("lif", 4e-3, { r: scalar(4) }), output());
    const lowering = lowered(graph, nir, steps, { input: { kind: "current", largest: 1.7 } });
    const [{ encoder }] = lowering.network.inputs;
    expect(encoder).toMatchObject({ kind: "current", scale: 2 ** -12, signed: true, bits: 15 });
    expect(firstDifference(compareSpikes(graph, nir, lowering, [currents]))).toBe(null);
  });

  it("enter no finer than the spikes of few bits that reach the same neurons", () => {
    const loop = affine("loop", 1, 1, [0.31], [0]);
    const graph = graphOf(
      [input(), leaky("lif", 4e-3, { r: scalar(4) }), loop, output()],
      [
        ["input", "lif"],
        ["lif", "loop"],
        ["loop", "lif", 1],
        ["lif", "output"],
      ],
    );
    const { network } = lowered(graph, nir, steps, { input: { kind: "current", largest: null } });
    const [{ encoder }] = network.inputs;
    expect(encoder).toMatchObject({ kind: "current", scale: 2 ** -8 });
    // 0.31 is 79 of 2^-8, and a current of 2^-8 is 1.
    expect(network.projections.map(({ source, connection }) => [source, ...connection.weights])).toEqual([
      ["input", 1],
      ["lif", 79],
    ]);
  });
});

describe("delays of the network's own", () => {
  const loop = affine("loop", 1, 1, [-0.5], [0]);
  const graph = graphOf(
    [input(), leaky("first", 4e-3), loop, integrateAndFire("second", 0.5), output()],
    [
      ["input", "first"],
      ["first", "loop"],
      ["loop", "first", 1],
      ["first", "second", 3],
      ["second", "output"],
    ],
  );
  const pipelined: NumericRules = { ...genericRules, delay: { low: 2, high: 63, granularity: "projection" } };

  it("are no latency", () => {
    const { network } = lowered(graph, nir, steps);
    expect(latencies(network)).toEqual(
      new Map([
        ["input", 0],
        ["first", 0],
        ["second", 0],
      ]),
    );
    expect(network.projections.map(({ source, target, delay }) => [source, target, delay])).toEqual([
      ["input", "first", 0],
      ["first", "first", 1],
      ["first", "second", 3],
    ]);
  });

  it("are time that a chip may take, which adds what is missing", () => {
    const rules: NumericRules = { ...pipelined, delay: { ...pipelined.delay, low: 1 } };
    const lowering = lowered(graph, nir, steps, { rules });
    expect(lowering.network.projections.map(({ delay, modelDelay = 0 }) => [delay, modelDelay])).toEqual([
      [1, 0],
      [1, 1],
      [3, 3],
    ]);
    expect(firstDifference(compareSpikes(graph, nir, lowering, [spikes]))).toBe(null);
  });

  it("that are shorter than a chip's are named", () => {
    expect(() => lowered(graph, nir, steps, { rules: pipelined })).toThrow(
      expect.objectContaining({
        code: "SPK-0304",
        message: expect.stringContaining("first -> first: delay"),
      }),
    );
  });

  it("stay in the file", () => {
    const { network } = lowered(graph, nir, steps);
    expect(decodeNetwork(encodeNetwork(network), "net.spk")).toEqual(network);
  });
});

describe("a bias", () => {
  const synaptic: SynapticNode = {
    ...{ type: "Synaptic", ...base("synaptic", [2]), alpha: scalar(0.5), beta: scalar(0.75) },
    ...{ threshold: scalar(1), reset: "zero", resetDelay: true, inhibition: false },
    ...{ gradedSpikesFactor: scalar(1), stateLevels: null, vInit: null },
  };

  it("in front of a trace comes from neurons that fire at every step, as many as it takes", () => {
    const graph = chain(
      input(),
      affine("w", 2, 1, [0.5, 0.25], [0.125, -2]),
      synaptic,
      output("output", [2]),
    );
    const lowering = lowered(graph, nir, steps, { weightBits: 4 });
    const { inputs, projections } = lowering.network;
    expect(inputs[1]).toMatchObject({ name: "synaptic:constant", shape: [2], encoder: { kind: "always" } });
    expect([...projections[1].connection.weights]).toEqual([0, 1, -4, -4].map((w) => w));
    expect(firstDifference(compareSpikes(graph, nir, lowering, [spikes]))).toBe(null);
  });

  it("of a membrane is the law's, with the leak towards v_leak", () => {
    const graph = chain(
      input(),
      affine("w", 1, 1, [1], [0.5]),
      leaky("lif", 4e-3, { vLeak: scalar(0.25) }),
      output(),
    );
    const { network, populations } = lowered(graph, nir, steps);
    const [unit] = populations[0].unit;
    // a (b r + v_leak), a = dt / tau.
    expect(lawOf(network, "lif").bias[0] * unit).toBeCloseTo(0.25 * (0.5 + 0.25), 4);
    expect(network.inputs).toHaveLength(1);
  });
});
