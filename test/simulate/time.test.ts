/** Absolute time: delays, latencies, when biases act, how long a run lasts (docs/architecture.md, "Time"). */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { latencies, runLength } from "../../src/network/latency.ts";
import type { Input, Network } from "../../src/network/network.ts";
import { encodeSample } from "../../src/simulate/encode.ts";
import { createSimulator, type Run } from "../../src/simulate/reference.ts";
import { firingPopulations } from "../network/firing.ts";
import { arbitraryLaw } from "./arbitrary-law.ts";
import { atRest, type NeuronState, stepByTheBook } from "./law-oracle.ts";
import { currentsByDefinition } from "./projection-oracle.ts";
import { analogIn, dense, networkOf, population, rowsOf, spikesIn } from "./small-networks.ts";

const everyPopulation = (network: Network) => new Set(network.populations.map(({ name }) => name));

function runOf(network: Network, sample: readonly number[]): Run {
  const options = { membranes: everyPopulation(network) };
  return createSimulator(network).run(encodeSample(network, sample), options);
}

function spikesOf(run: Run, name: string): number[] {
  return rowsOf(run.train, name).flat();
}

const always: Input = { name: "always", shape: [1], encoder: { kind: "always" }, polarity: "unsigned" };

describe("a delay", () => {
  it("of 0 lets a spike cross every layer in its own step", () => {
    const network = networkOf({
      inputs: [spikesIn(1)],
      populations: [population("a"), population("b")],
      projections: [dense("input", "a", [10]), dense("a", "b", [10])],
      timesteps: 3,
    });
    const run = runOf(network, [0, 1, 0]);
    expect(spikesOf(run, "a")).toEqual([0, 1, 0]);
    expect(spikesOf(run, "b")).toEqual([0, 1, 0]);
  });

  it("of d lets the spike of step t act at step t + d", () => {
    const network = networkOf({
      inputs: [spikesIn(1)],
      populations: [population("a"), population("b")],
      projections: [dense("input", "a", [10], 2), dense("a", "b", [10], 3)],
      timesteps: 2,
    });
    const run = runOf(network, [1, 0]);
    expect(spikesOf(run, "a")).toEqual([0, 0, 1, 0, 0, 0, 0]);
    expect(spikesOf(run, "b")).toEqual([0, 0, 0, 0, 0, 1, 0]);
  });

  it("shifts an analog current as a whole: it acts T steps long", () => {
    const network = networkOf({
      inputs: [analogIn(1)],
      populations: [population("a", { compare: "never" }), population("b")],
      projections: [dense("input", "a", [1], 2), dense("a", "b", [1], 2)],
      timesteps: 3,
      read: "membrane",
    });
    const trace = runOf(network, [5])
      .membranes.get("a")!
      .map(([membrane]) => membrane);
    expect(trace).toEqual([0, 0, 5, 10, 15, 15, 15]);
  });

  it("carries feedback from a population to itself", () => {
    const network = networkOf({
      inputs: [spikesIn(1)],
      populations: [population("a")],
      projections: [dense("input", "a", [10]), dense("a", "a", [10], 2)],
      timesteps: 6,
    });
    expect(spikesOf(runOf(network, [1, 0, 0, 0, 0, 0]), "a")).toEqual([1, 0, 1, 0, 1, 0]);
  });
});

describe("a run", () => {
  const delayed = networkOf({
    inputs: [spikesIn(1)],
    populations: [population("a", { bias: Int32Array.of(4), vInit: Int32Array.of(2) }), population("b")],
    projections: [dense("input", "a", [0], 2), dense("a", "b", [10], 3)],
    timesteps: 4,
  });

  it("lasts T + latency(readout) steps", () => {
    const run = runOf(delayed, [0, 0, 0, 0]);
    expect(run.train.steps).toBe(9);
    expect(run.train.steps).toBe(runLength(delayed));
    expect(run.train.events.get("a")!.offsets.length).toBe(10);
  });

  it("lets bias and vInit act from the latency on, and not before", () => {
    const trace = runOf(delayed, [0, 0, 0, 0])
      .membranes.get("a")!
      .map(([membrane]) => membrane);
    // 2, 2: not yet. Then 4 a step, a threshold of 10 off at the second.
    expect(trace).toEqual([2, 2, 6, 0, 4, 8, 2, 6, 0]);
  });

  it("applies input for T steps only", () => {
    const network = networkOf({
      inputs: [always, spikesIn(1)],
      populations: [population("a", { compare: "never" }), population("b", {})],
      projections: [dense("input", "a", [0]), dense("always", "a", [1]), dense("a", "b", [1], 3)],
      timesteps: 2,
    });
    const trace = runOf(network, [0, 0])
      .membranes.get("a")!
      .map(([membrane]) => membrane);
    expect(trace).toEqual([1, 2, 2, 2, 2]);
  });

  it("starts from vInit with empty delay buffers, whatever ran before", () => {
    const simulator = createSimulator(delayed);
    const run = () => simulator.run(encodeSample(delayed, [1, 1, 1, 1]));
    const [first, second] = [run(), run()];
    expect(second.train).toEqual(first.train);
    expect(second.readings).toEqual(first.readings);
  });
});

const neurons = 2;

/** Flat networks of two populations with feedback, an always-on input, delays, and laws of all kinds. */
const arbitraryFlatNetwork: fc.Arbitrary<Network> = fc
  .record({
    input: fc.constantFrom(spikesIn(neurons), analogIn(neurons)),
    laws: fc.tuple(arbitraryLaw(neurons), arbitraryLaw(neurons)),
    delays: fc.array(fc.nat(3), { minLength: 2, maxLength: 2 }),
    feedback: fc.integer({ min: 1, max: 3 }),
    weights: fc.array(fc.integer({ min: -150, max: 200 }), { minLength: 14, maxLength: 14 }),
    timesteps: fc.integer({ min: 1, max: 8 }),
  })
  .map(({ input, laws, delays, feedback, weights, timesteps }) =>
    networkOf({
      inputs: [input, always],
      populations: laws.map((law, i) => population(["a", "b"][i], law, neurons)),
      projections: [
        dense("input", "a", weights.slice(0, 4), delays[0]),
        dense("always", "a", weights.slice(4, 6), delays[0]),
        dense("a", "b", weights.slice(6, 10), delays[1]),
        dense("b", "a", weights.slice(10, 14), feedback),
      ],
      timesteps,
      read: "membrane",
    }),
  );

/** Spikes of every population at every step, from the definitions: all history kept, nothing prepared. */
function runByTheBook(network: Network, sample: readonly number[]): Map<string, number[][]> {
  const input = encodeSample(network, sample);
  const history = new Map<string, number[][]>(
    network.inputs.map(({ name }) => [name, rowsOf(input, name, neurons)]),
  );
  const latency = latencies(network);
  const states = new Map<string, NeuronState[]>();
  for (const { name, law } of firingPopulations(network)) {
    history.set(name, []);
    states.set(
      name,
      Array.from(law.vInit, (_, neuron) => atRest(law, neuron)),
    );
  }
  for (let step = 0; step < runLength(network); step++)
    for (const { name, law, shape } of firingPopulations(network)) {
      const spikes = [0, 0];
      history.get(name)!.push(spikes);
      if (step < latency.get(name)!) continue;
      const currents = [0, 0];
      for (const { source, target, delay, pools, connection } of network.projections) {
        const emitted = history.get(source)![step - delay];
        if (target !== name || emitted === undefined) continue;
        const sourceShape = [connection.weights.length / neurons];
        const geometry = { sourceShape, targetShape: shape, pools, connection };
        const added = currentsByDefinition(geometry, emitted.slice(0, sourceShape[0]));
        added.forEach((value, i) => {
          currents[i] += value;
        });
      }
      const state = states.get(name)!;
      currents.forEach((current, neuron) => {
        const outcome = stepByTheBook(law, neuron, state[neuron], BigInt(current));
        state[neuron] = outcome.state;
        spikes[neuron] = Number(outcome.spikes);
      });
    }
  return history;
}

describe("the reference interpreter", () => {
  it("gives the spikes that the definitions give, at the same absolute steps", () => {
    const values = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 16, maxLength: 16 });
    const check = fc.property(arbitraryFlatNetwork, values, (network, sample) => {
      const { train } = runOf(network, sample);
      const expected = runByTheBook(network, sample);
      for (const { name } of firingPopulations(network)) {
        rowsOf(train, name, neurons).forEach((row, step) => {
          expect(row, `population ${name}, step ${step}`).toEqual(expected.get(name)![step]);
        });
      }
    });
    fc.assert(check, { numRuns: 500 });
  });

  it("gives with delays what it gives without, later by the latencies", () => {
    const spikes = fc.array(fc.nat(1), { minLength: 12, maxLength: 12 });
    const weights = fc.array(fc.integer({ min: -8, max: 12 }), { minLength: 8, maxLength: 8 });
    const delays = fc.tuple(fc.nat(4), fc.nat(4));
    const law = { bias: Int32Array.of(1, -1), vInit: Int32Array.of(5, 3) };
    const check = fc.property(spikes, weights, delays, (sample, w, [first, second]) => {
      const network = (d: readonly [number, number]) =>
        networkOf({
          inputs: [spikesIn(neurons)],
          populations: [population("a", law, neurons), population("b", law, neurons)],
          projections: [dense("input", "a", w.slice(0, 4), d[0]), dense("a", "b", w.slice(4), d[1])],
          timesteps: 6,
        });
      const [prompt, late] = [network([0, 0]), network([first, second])].map((n) => runOf(n, sample));
      for (const [name, latency] of [
        ["a", first],
        ["b", first + second],
      ] as const) {
        const window = rowsOf(late.train, name, neurons).slice(latency, latency + 6);
        expect(window, name).toEqual(rowsOf(prompt.train, name, neurons));
      }
      expect(late.readings).toEqual(prompt.readings);
    });
    fc.assert(check, { numRuns: 200 });
  });
});
