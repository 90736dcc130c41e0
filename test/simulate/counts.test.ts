/** Engines that count: neuron by neuron what events would have given, without them. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Network } from "../../src/network/network.ts";
import { encodeSample } from "../../src/simulate/encode.ts";
import { createEngine, type EngineKind } from "../../src/simulate/engine.ts";
import { createTrainCounter, type SampleCounts } from "../../src/simulate/sample-counts.ts";
import { sampleNetwork } from "../network/sample-network.ts";
import { arbitraryEventNetwork } from "./arbitrary-event-network.ts";
import { draws } from "./wasm/draw.ts";
import { gradedSample, randomNetwork, randomSample } from "./wasm/random-network.ts";

const nothing: ReadonlySet<string> = new Set();

/** Spikes of each neuron by the events of the reference, the plainest way. */
function expectedCounts(network: Network, sample: ArrayLike<number>, readAt: readonly number[]) {
  const { train } = createEngine(network, { engine: "reference" }).run(encodeSample(network, sample));
  const counter = createTrainCounter(network);
  return readAt.map((timesteps) => counter(train, timesteps));
}

/** The first count that differs, in words. */
function firstDifference(expected: SampleCounts, found: SampleCounts): string | null {
  if ([...expected.keys()].join() !== [...found.keys()].join()) return "other layers are counted";
  for (const [name, counts] of expected) {
    const neuron = counts.findIndex((count, i) => count !== found.get(name)![i]);
    if (neuron >= 0)
      return `${name}, neuron ${neuron}: expected ${counts[neuron]}, found ${found.get(name)![neuron]}`;
  }
  return null;
}

function expectCounted(network: Network, sample: ArrayLike<number>, engine: EngineKind = "wasm"): void {
  const readAt = [network.timesteps, Math.ceil(network.timesteps / 2)];
  const expected = expectedCounts(network, sample, readAt);
  const counting = createEngine(network, { engine, counts: true });
  // The second time shows whether the first left anything behind.
  for (const events of [nothing, undefined, nothing]) {
    const options = { readAt, ...(events && { events }) };
    // Encoded by the engine, and before it.
    for (const { counts } of [
      counting.runSample(sample, options),
      counting.run(encodeSample(network, sample), options),
    ])
      for (const [i, one] of expected.entries()) expect(firstDifference(one, counts![i])).toBe(null);
  }
}

describe("an engine that counts", () => {
  it("gives the spikes of every neuron by each reading, over the whole law and all kinds of populations", () => {
    let spikes = 0;
    fc.assert(
      fc.property(draws, (draw) => {
        const network = randomNetwork(draw, { whole: true });
        const sample = randomSample(draw, network);
        expectCounted(network, sample);
        if (network.inputs[0].encoder.kind === "spikes") expectCounted(network, gradedSample(draw, network));
        for (const counts of expectedCounts(network, sample, [network.timesteps])[0].values())
          spikes += counts.reduce((sum, count) => sum + count, 0);
      }),
      { numRuns: 60, seed: 11 },
    );
    expect(spikes).toBeGreaterThan(1000);
  });

  it("does so where the order of single spikes counts", () => {
    fc.assert(
      fc.property(arbitraryEventNetwork, draws, (network, draw) => {
        expectCounted(network, randomSample(draw, network));
      }),
      { numRuns: 20, seed: 5 },
    );
  });

  it("does so on the reference, and counts nothing unless asked", () => {
    const network = sampleNetwork;
    const sample = new Float32Array(16).map((_, i) => i / 16);
    expectCounted(network, sample, "reference");
    for (const engine of ["wasm", "reference"] as const)
      expect(createEngine(network, { engine }).runSample(sample).counts).toBeUndefined();
  });

  it("makes no events for it, but of what is read and of populations that do not count themselves", () => {
    const network = sampleNetwork;
    const engine = createEngine(network, { counts: true });
    const { train } = engine.runSample(new Float32Array(16).fill(0.7), { events: nothing });
    const layers = network.populations.map(({ name }) => name);
    const read = network.readout.read === "membrane" ? [] : [network.readout.population];
    expect(layers.filter((name) => train.events.has(name))).toEqual(read);
  });
});
