/** Populations that compare after every event: the order in which spikes are followed, and what may not be mixed with it. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkNetwork } from "../../src/network/check.ts";
import { latencies, runLength } from "../../src/network/latency.ts";
import type { Connection, Law, Network, Projection } from "../../src/network/network.ts";
import type { SpikeTrain } from "../../src/network/spikes.ts";
import { encodeSample } from "../../src/simulate/encode.ts";
import { createSimulator } from "../../src/simulate/reference.ts";
import { createWasmSimulator } from "../../src/simulate/wasm/engine.ts";
import { arbitraryEventNetwork, firesModestly } from "./arbitrary-event-network.ts";
import { runEventsByTheBook } from "./event-oracle.ts";
import { arbitraryProjection, currentsByDefinition } from "./projection-oracle.ts";
import { analogIn, dense, networkOf, population, spikesIn } from "./small-networks.ts";
import { firstDifference } from "./wasm/event-hash.ts";

/** Spikes of a population as they were emitted, step by step: a count of n is n of them. */
function emissionsOf({ events, steps }: SpikeTrain, name: string): number[][] {
  const { offsets, neurons, values } = events.get(name)!;
  return Array.from({ length: steps }, (_, step) => {
    const spikes: number[] = [];
    for (let event = offsets[step]; event < offsets[step + 1]; event++)
      for (let times = values?.[event] ?? 1; times > 0; times--) spikes.push(neurons[event]);
    return spikes;
  });
}

const runOf = (network: Network, sample: readonly number[], options = {}) =>
  createSimulator(network).run(encodeSample(network, sample), options);

/** Fires at v >= threshold, to zero; floats free otherwise. */
const eager = (threshold: number, change: Partial<Law> = {}): Partial<Law> => ({
  accumulate: "event",
  threshold: Int32Array.of(threshold),
  reset: { kind: "zero", value: Int32Array.of(0) },
  ...change,
});

describe("within a step", () => {
  it("input spikes come ascending, and each is compared before the next", () => {
    const network = networkOf({
      inputs: [spikesIn(3)],
      populations: [population("a", eager(5))],
      projections: [dense("input", "a", [6, -6, 4])],
      timesteps: 1,
    });
    // 6 fires; -6 then 4 leave -2. All at once, 4 would not have fired.
    const { train, membranes } = runOf(network, [1, 1, 1], { membranes: new Set(["a"]) });
    expect(emissionsOf(train, "a")).toEqual([[0]]);
    expect([...membranes.get("a")![0]]).toEqual([-2]);
  });

  it("a count of n is n events", () => {
    const network = networkOf({
      inputs: [spikesIn(1)],
      populations: [population("a", eager(5))],
      projections: [dense("input", "a", [5])],
      timesteps: 1,
    });
    expect(emissionsOf(runOf(network, [3]).train, "a")).toEqual([[0, 0, 0]]);
  });

  it("a cascade ends before the next input spike", () => {
    const network = networkOf({
      inputs: [spikesIn(2)],
      populations: [population("a", eager(1), 2), population("b", eager(2))],
      projections: [
        dense("input", "a", [1, 0, 0, 1]),
        dense("a", "b", [2, 0]),
        // The second input inhibits b directly: too late to stop the first one's spike.
        dense("input", "b", [0, -9]),
      ],
      timesteps: 1,
    });
    expect(emissionsOf(runOf(network, [1, 1]).train, "b")).toEqual([[0]]);
  });

  it("spikes are served in the order of their emission: by cause, then by neuron", () => {
    const network = networkOf({
      inputs: [spikesIn(2)],
      populations: [population("a", eager(1), 3)],
      projections: [dense("input", "a", [0, 1, 1, 0, 0, 1])],
      timesteps: 1,
    });
    expect(emissionsOf(runOf(network, [1, 1]).train, "a")).toEqual([[1, 0, 2]]);
  });

  it("several projections between two populations are one event with the sum of their weights", () => {
    const twice = dense("input", "a", [3]);
    const network = networkOf({
      inputs: [spikesIn(1)],
      populations: [population("a", eager(5))],
      projections: [twice, { ...twice, name: "again" }],
      timesteps: 1,
    });
    expect(emissionsOf(runOf(network, [1]).train, "a")).toEqual([[0]]);
  });

  it("a synapse of weight 0 is an event: the neuron is compared", () => {
    const network = networkOf({
      inputs: [spikesIn(1)],
      populations: [population("a", { ...eager(2), vInit: Int32Array.of(7) })],
      projections: [dense("input", "a", [0])],
      timesteps: 1,
    });
    expect(emissionsOf(runOf(network, [1]).train, "a")).toEqual([[0]]);
  });

  it("decay and bias come once a step, before all spikes, and may fire", () => {
    const leaky = eager(10, { bias: Int32Array.of(4), decayV: { kind: "shift", shift: 1, tail: false } });
    const network = networkOf({
      inputs: [spikesIn(1)],
      populations: [population("a", leaky)],
      projections: [dense("input", "a", [5])],
      timesteps: 3,
    });
    const { train, membranes } = runOf(network, [1, 1, 0], { membranes: new Set(["a"]) });
    // 4 + 5; ceil(9 / 2) + 4 + 5; then the leak of 0.
    expect(membranes.get("a")!.map(([v]) => v)).toEqual([9, 0, 4]);
    expect(emissionsOf(train, "a")).toEqual([[], [0], []]);
  });
});

describe("a projection with a delay of d", () => {
  it("brings its events at the start of step t + d, before the input of that step", () => {
    const network = networkOf({
      inputs: [spikesIn(1)],
      populations: [population("a", eager(1)), population("b", eager(3))],
      projections: [dense("input", "a", [1]), dense("a", "b", [2], 1), dense("b", "a", [-1], 1)],
      timesteps: 4,
    });
    const { train, membranes } = runOf(network, [1, 1, 1, 1], { membranes: new Set(["a", "b"]) });
    // b fires in step 2; in step 3 its -1 is there before the input's 1. Step 4 has no input: the run is longer by b's latency.
    expect(emissionsOf(train, "a")).toEqual([[0], [0], [0], [], []]);
    expect(emissionsOf(train, "b")).toEqual([[], [], [0], [], []]);
    expect(membranes.get("b")!.map(([v]) => v)).toEqual([0, 2, 0, 2, 2]);
  });
});

describe("the reference interpreter", () => {
  it("emits what the text of the order says, spike by spike, and leaves the same membranes", () => {
    const counts = fc.array(fc.constantFrom(0, 0, 1, 1, 2), { minLength: 18, maxLength: 18 });
    const check = fc.property(arbitraryEventNetwork, counts, (network, sample) => {
      checkNetwork(network);
      const values = sample.slice(0, 3 * network.timesteps);
      fc.pre(firesModestly(network, values));
      const input = encodeSample(network, values);
      const names = new Set(["a", "b", "c"]);
      const { train, membranes } = createSimulator(network).run(input, { membranes: names });
      const book = runEventsByTheBook(network, input, latencies(network), runLength(network));
      for (const name of names) {
        expect(emissionsOf(train, name), `spikes of ${name}`).toEqual(book.emissions.get(name));
        expect(membranes.get(name)!.at(-1)!.map(Number), `membranes of ${name}`).toEqual(
          Float64Array.from(book.membranes.get(name)!, Number),
        );
      }
    });
    fc.assert(check, { numRuns: 400 });
  });

  it("sends an event through pools and convolutions to the synapses that they stand for", () => {
    const check = fc.property(arbitraryProjection, ({ geometry, values }) => {
      const sources = values.length;
      const units = Array.from({ length: sources }, (_, i) => values.map((_, j) => (i === j ? 1 : 0)));
      const { connection } = geometry;
      const ones = { ...connection, weights: Array.from(connection.weights, () => 1) };
      const synapses = units.map((unit) => {
        const sums = currentsByDefinition(geometry, unit);
        return currentsByDefinition({ ...geometry, connection: ones }, unit).flatMap((reach, target) =>
          reach > 0 ? [{ target, weight: sums[target] }] : [],
        );
      });
      let count = 0;
      const single: Connection = {
        kind: "sparse",
        offsets: Int32Array.of(0, ...synapses.map((row) => (count += row.length))),
        targets: Int32Array.from(synapses.flat(), ({ target }) => target),
        weights: Int32Array.from(synapses.flat(), ({ weight }) => weight),
        targetSize: currentsByDefinition(geometry, values).length,
      };
      const law = eager(15, { decayV: { kind: "constant", amount: Int32Array.of(2), towardZero: true } });
      const networkWith = (link: Projection["connection"], pools: Projection["pools"]) =>
        networkOf({
          inputs: [{ ...spikesIn(sources), shape: geometry.sourceShape }],
          populations: [{ ...population("a", law), shape: geometry.targetShape }],
          projections: [{ name: "in", source: "input", target: "a", delay: 0, pools, connection: link }],
          timesteps: 2,
        });
      const sample = [...values, ...values].map(Math.abs);
      const found = runOf(networkWith(connection as Connection, geometry.pools), sample);
      const expected = runOf(networkWith(single, []), sample);
      expect(emissionsOf(found.train, "a")).toEqual(emissionsOf(expected.train, "a"));
    });
    fc.assert(check, { numRuns: 200 });
  });

  it("starts from vInit with nothing on its way, whatever ran before", () => {
    const network = networkOf({
      inputs: [spikesIn(1)],
      populations: [population("a", eager(3)), population("b", eager(2))],
      projections: [dense("input", "a", [2]), dense("a", "b", [1], 2)],
      timesteps: 5,
    });
    const simulator = createSimulator(network);
    const run = () => simulator.run(encodeSample(network, [1, 1, 1, 1, 1]));
    expect(run().train).toEqual(run().train);
  });

  it("stops where spikes multiply beyond all use", () => {
    const network = networkOf({
      inputs: [spikesIn(1)],
      populations: [population("a", { ...eager(1), maxSpikes: 0 }), population("b", eager(1))],
      projections: [dense("input", "a", [2 ** 30]), dense("a", "b", [1])],
      timesteps: 1,
    });
    expect(() => runOf(network, [1])).toThrowError(expect.objectContaining({ code: "SPK-0708" }));
  });

  it("takes counts of spikes only", () => {
    const network = networkOf({
      inputs: [spikesIn(1)],
      populations: [population("a", eager(1))],
      projections: [dense("input", "a", [1])],
      timesteps: 1,
    });
    expect(() => runOf(network, [-1])).toThrowError(expect.objectContaining({ code: "SPK-0203" }));
  });
});

describe("the engine", () => {
  it("follows the same events in the same order, and ends in the same membranes", () => {
    let events = 0;
    const check = fc.property(
      arbitraryEventNetwork,
      fc.array(fc.nat(2), { minLength: 18, maxLength: 18 }),
      (network, counts) => {
        const values = counts.slice(0, 3 * network.timesteps);
        fc.pre(firesModestly(network, values));
        const input = encodeSample(network, values);
        const options = { membranes: new Set(network.populations.map(({ name }) => name)) };
        const expected = createSimulator(network).run(input, options);
        const simulator = createWasmSimulator(network);
        // The second run shows whether the first left anything behind.
        for (let run = 0; run < 2; run++) {
          const found = simulator.run(input, options);
          expect(firstDifference(expected.train, found.train)).toBe(null);
          expect(found.readings).toEqual(expected.readings);
          expect(found.membranes).toEqual(expected.membranes);
        }
        for (const { name } of network.populations) events += expected.train.events.get(name)!.neurons.length;
      },
    );
    fc.assert(check, { numRuns: 60 });
    expect(events).toBeGreaterThan(200);
  });
});

describe("checkNetwork", () => {
  const withLaws = (a: Partial<Law>, b: Partial<Law>, input = spikesIn(1)) =>
    networkOf({
      inputs: [input],
      populations: [population("a", a), population("b", b)],
      projections: [dense("input", "a", [1]), dense("a", "b", [1])],
      timesteps: 1,
    });
  const trace = {
    kind: "trace",
    decayU: { kind: "none" },
    overflowU: null,
    synapseOrder: "decayThenAdd",
    resetSynapse: false,
  } as const;

  it("takes networks of event populations only", () => {
    expect(() => checkNetwork(withLaws(eager(1), eager(1)))).not.toThrow();
  });

  it("refuses populations of both kinds in one network, naming one of each", () => {
    const mixed = expect.objectContaining({
      code: "SPK-0707",
      message: expect.stringContaining("'b' compares after every event, 'a' once a step"),
    });
    expect(() => checkNetwork(withLaws({}, eager(1)))).toThrowError(mixed);
    expect(() => checkNetwork(withLaws(eager(1), {}))).toThrowError(
      expect.objectContaining({ code: "SPK-0707" }),
    );
  });

  it.each<[string, Partial<Law>]>([
    ["a trace", { synapse: trace }],
    ["before the step", { phase: "pre" }],
    ["delayed", { resetTiming: "delayed", reset: { kind: "subtract", amount: null } }],
    ["refractory", { refractory: 2 }],
  ])("refuses event populations with %s, which only a step has", (what, change) => {
    const refused = expect.objectContaining({ code: "SPK-0704", message: expect.stringContaining(what) });
    expect(() => checkNetwork(withLaws(eager(1), eager(1, change)))).toThrowError(refused);
  });

  it("refuses currents into event populations", () => {
    expect(() => checkNetwork(withLaws(eager(1), eager(1), analogIn(1)))).toThrowError(
      expect.objectContaining({ code: "SPK-0704" }),
    );
  });
});
