/**
 * The WASM engine equals the reference interpreter: events of every layer (by hash), readings and membranes, over random
 * networks. What it does not cover is counted, so that coverage cannot shrink unseen.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkNetwork } from "../../../src/network/check.ts";
import type { Connection, Network } from "../../../src/network/network.ts";
import { encodeSample } from "../../../src/simulate/encode.ts";
import { createSimulator, type RunOptions } from "../../../src/simulate/reference.ts";
import { createWasmSimulator, type WasmSimulator } from "../../../src/simulate/wasm/engine.ts";
import { Uncovered } from "../../../src/simulate/wasm/uncovered.ts";
import { recurrentWorkload, w4 } from "../../bench/recurrent.ts";
import { arbitraryNetwork } from "../../network/arbitrary-network.ts";
import { hidden, intoHidden, intoOutput, law, output, sampleNetwork } from "../../network/sample-network.ts";
import { firstDifference } from "./event-hash.ts";
import { type Draw, draws, randomNetwork, randomSample } from "./random-network.ts";

function simulatorOf(network: Network): WasmSimulator | null {
  try {
    return createWasmSimulator(network);
  } catch (error) {
    if (error instanceof Uncovered) return null;
    throw error;
  }
}

function expectEqual(network: Network, draw: Draw, simulator: WasmSimulator): void {
  const reference = createSimulator(network);
  const middle = Math.ceil(network.timesteps / 2);
  const plain: RunOptions = { readAt: [middle, network.timesteps] };
  const probed: RunOptions = { ...plain, membranes: new Set(network.populations.map(({ name }) => name)) };
  // The second sample shows whether the first left anything behind.
  for (const options of [plain, probed]) {
    const sample = randomSample(draw, network);
    const input = encodeSample(network, sample);
    const expected = reference.run(input, options);
    for (const found of [simulator.run(input, options), simulator.runSample(sample, options)]) {
      expect(firstDifference(expected.train, found.train)).toBe(null);
      expect(found.readings).toEqual(expected.readings);
      expect(found.tieBreaks).toEqual(expected.tieBreaks);
      expect(found.membranes).toEqual(expected.membranes);
    }
  }
}

describe("the WASM engine", () => {
  it("gives the events, readings and membranes of the reference for random networks", () => {
    let [covered, all] = [0, 0];
    fc.assert(
      fc.property(draws, (draw) => {
        const network = randomNetwork(draw);
        const simulator = simulatorOf(network);
        all++;
        if (simulator === null) return;
        covered++;
        expectEqual(network, draw, simulator);
      }),
      { numRuns: 120 },
    );
    expect(covered / all).toBeGreaterThan(0.85);
  });

  it("covers or refuses networks of extreme numbers, and is exact where it covers them", () => {
    fc.assert(
      fc.property(arbitraryNetwork, draws, (network, draw) => {
        const simulator = simulatorOf(network);
        if (simulator === null) return;
        const sample = randomSample(draw, network);
        const input = encodeSample(network, sample);
        if (!simulator.takes(input)) return;
        expect(firstDifference(createSimulator(network).run(input).train, simulator.run(input).train)).toBe(
          null,
        );
      }),
      { numRuns: 150 },
    );
  });

  it("is exact for random synapses that feed back, as in the bench", () => {
    const { network, sample } = recurrentWorkload({ ...w4, timesteps: 40 });
    checkNetwork(network);
    const expected = createSimulator(network).run(encodeSample(network, sample));
    const found = createWasmSimulator(network).runSample(sample);
    expect(firstDifference(expected.train, found.train)).toBe(null);
    expect(found.readings).toEqual(expected.readings);
    // Alive, and not in fits.
    const rate = expected.train.events.get("recurrent")!.neurons.length / (40 * w4.neurons);
    expect(rate).toBeGreaterThan(0.01);
    expect(rate).toBeLessThan(0.03);
  });

  it("is exact for sparse targets whose sums lie beyond 16 bits, and for weights that need 32", () => {
    for (const [neurons, weight] of [
      [40_000, 7],
      [50, 100_000],
    ]) {
      const { network, sample } = recurrentWorkload({ neurons, synapses: 7, timesteps: 20, seed: 9 });
      const [into, back] = network.projections;
      const connection = { ...into.connection } as Connection & { kind: "sparse" };
      const weights = Int32Array.from(connection.weights, (value, i) => value * (i % 3 === 0 ? weight : 1));
      const wide: Network = {
        ...network,
        projections: [{ ...into, connection: { ...connection, weights } }, back],
      };
      const expected = createSimulator(wide).run(encodeSample(wide, sample));
      const found = createWasmSimulator(wide).runSample(sample);
      expect(firstDifference(expected.train, found.train), `${neurons} neurons`).toBe(null);
      expect(expected.train.events.get("recurrent")!.neurons.length).toBeGreaterThan(0);
    }
  });

  it("is exact for layers of more than 65536 neurons, whose entries are wider", () => {
    const side = 260;
    const [input] = sampleNetwork.inputs;
    const shape = [1, side, side];
    const window: Connection = {
      kind: "convolution",
      weights: Int8Array.of(9, -8, 30, 40, 50, 60, -7, 8, 9),
      kernel: [3, 3],
      stride: [1, 1],
      padding: [1, 1, 1, 1],
      dilation: [1, 1],
      groups: 1,
    };
    const all: Connection = { kind: "dense", weights: new Int8Array(side * side).fill(3) };
    const large: Network = {
      ...sampleNetwork,
      timesteps: 3,
      inputs: [{ ...input, shape, encoder: { kind: "spikes" }, polarity: "unsigned" }],
      populations: [
        { ...hidden, shape, law },
        { ...output, shape: [1] },
      ],
      projections: [
        { ...intoHidden, source: input.name, pools: [], connection: window },
        { ...intoOutput, connection: all },
      ],
    };
    const spikes = Uint8Array.from({ length: 3 * side * side }, (_, i) => Number((i * 7919) % 11 < 3));
    const encoded = encodeSample(large, spikes);
    const expected = createSimulator(large).run(encoded);
    const found = createWasmSimulator(large).run(encoded);
    expect(firstDifference(expected.train, found.train)).toBe(null);
    expect(expected.train.events.get(hidden.name)!.neurons.some((neuron) => neuron > 65_536)).toBe(true);
  });
});
