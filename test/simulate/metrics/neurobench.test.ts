/** Counts under NeuroBench's names against networks that are small enough to count by hand. */
import { describe, expect, it } from "vitest";
import {
  type Connection,
  type Input,
  type Network,
  type Population,
  plainLaw,
} from "../../../src/network/network.ts";
import { encodeSample } from "../../../src/simulate/encode.ts";
import { createNeuroBench, staticCounts } from "../../../src/simulate/metrics/neurobench.ts";
import { createSimulator } from "../../../src/simulate/reference.ts";

const spikes = (shape: readonly number[]): Input => ({
  name: "in",
  shape,
  encoder: { kind: "spikes" },
  polarity: "unsigned",
});

function layer(name: string, shape: readonly number[], law: Partial<typeof plainLaw> = {}): Population {
  return {
    name,
    shape,
    kind: "integrateAndFire",
    law: { ...plainLaw, ...law },
    spikeValue: Float64Array.of(1),
    membraneUnit: new Float64Array(0),
    origin: [],
  };
}

function networkOf(
  inputs: readonly Input[],
  populations: readonly Population[],
  connections: readonly (readonly [string, string, Connection])[],
  timesteps: number,
): Network {
  return {
    name: "small",
    timesteps,
    inputs,
    populations,
    projections: connections.map(([source, target, connection]) => ({
      name: `${source}-${target}`,
      source,
      target,
      delay: 0,
      pools: [],
      connection,
    })),
    readout: { population: populations.at(-1)!.name, read: "count", scale: 1, offset: 0 },
    provenance: { version: "0", modelHash: "", calibrationHash: "", options: [] },
    notes: [],
  };
}

function counted(network: Network, samples: readonly (readonly number[])[]) {
  const simulator = createSimulator(network);
  const bench = createNeuroBench(network);
  for (const sample of samples) bench.add(simulator.run(encodeSample(network, sample)).train);
  return bench.counts();
}

describe("counts under NeuroBench's names", () => {
  // Two inputs, three neurons; one of the six weights is 0.
  const dense: Connection = { kind: "dense", weights: Int8Array.of(2, 1, 0, 3, 1, -1) };
  const network = networkOf(
    [spikes([2])],
    [layer("out", [3], { threshold: Int32Array.of(2) })],
    [["in", "out", dense]],
    2,
  );

  it("count bytes of weights, parameters and states, and zeros among the weights", () => {
    // 6 weights of 1 byte; bias, threshold and vInit of one 32-bit value each; 3 membranes.
    expect(staticCounts(network)).toEqual({ Footprint: 6 + 3 * 4 + 3 * 4, ConnectionSparsity: 1 / 6 });
  });

  it("count non-zero inputs at non-zero weights, a sample", () => {
    // Step 0: input 0 fires (weights 2, 0, 1: two operations). Step 1: both fire (2 + 3 operations).
    // v: step 0 (2, 0, 1) fires neuron 0; step 1 (3, 3, 1): neurons 0 and 1 fire. 3 of 6 outputs are spikes.
    const found = counted(network, [
      [1, 0, 1, 1],
      [0, 0, 0, 0],
    ]);
    expect(found.SynapticOperations).toEqual({ Effective_MACs: 0, Effective_ACs: (2 + 5) / 2, Dense: 2 * 6 });
    expect(found.ActivationSparsity).toBe(1 - 3 / 12);
  });

  it("count several spikes in a step, and numbers, as multiplications", () => {
    const found = counted(network, [[3, 1, 0, 0]]);
    // Input 0 is the number 3 at two weights, input 1 a spike at three.
    expect(found.SynapticOperations).toEqual({ Effective_MACs: 2, Effective_ACs: 3, Dense: 12 });
    const analog = {
      ...network,
      inputs: [
        {
          ...network.inputs[0],
          encoder: { kind: "analog", scale: 1, zeroPoint: 0, bits: 8, signed: false } as const,
        },
      ],
    };
    // 5 at every one of two steps, at two weights.
    expect(counted(analog, [[5, 0]]).SynapticOperations).toEqual({
      Effective_MACs: 4,
      Effective_ACs: 0,
      Dense: 12,
    });
  });

  it("leave out borders of convolutions, and synapses whose weights are zero", () => {
    const convolution: Connection = {
      kind: "convolution",
      weights: Int8Array.of(1, 0, 1),
      kernel: [1, 3],
      stride: [1, 1],
      padding: [0, 1, 0, 1],
      dilation: [1, 1],
      groups: 1,
    };
    const net = networkOf([spikes([1, 1, 4])], [layer("out", [1, 1, 4])], [["in", "out", convolution]], 1);
    // A row of 4 under a kernel of 3: 2 + 3 + 3 + 2 synapses. The end neuron reaches one place by a weight that is not 0.
    expect(counted(net, [[1, 0, 0, 0]]).SynapticOperations).toEqual({
      Effective_MACs: 0,
      Effective_ACs: 1,
      Dense: 10,
    });
    expect(counted(net, [[0, 1, 0, 0]]).SynapticOperations.Effective_ACs).toBe(2);
  });

  it("take absent synapses of a sparse connection for zeros", () => {
    const sparse: Connection = {
      kind: "sparse",
      offsets: Int32Array.of(0, 1, 3),
      targets: Int32Array.of(0, 1, 2),
      weights: Int8Array.of(1, 0, 4),
      targetSize: 3,
    };
    const net = networkOf([spikes([2])], [layer("out", [3])], [["in", "out", sparse]], 1);
    const found = counted(net, [[1, 1]]);
    expect(found.ConnectionSparsity).toBe(4 / 6);
    expect(found.SynapticOperations).toEqual({ Effective_MACs: 0, Effective_ACs: 2, Dense: 6 });
    expect(found.Footprint).toBe(3 + 3 * 4 + 3 * 4 + 3 * 4 + 3 * 4);
  });

  it("take always-on inputs for biases, and outputs that only integrate for no activations", () => {
    const always: Input = { ...spikes([1]), name: "on", encoder: { kind: "always" } };
    const net = networkOf(
      [spikes([2]), always],
      [
        layer("hidden", [3], { threshold: Int32Array.of(2) }),
        layer("out", [1], { compare: "never", reset: { kind: "none" } }),
      ],
      [
        ["in", "hidden", dense],
        ["on", "hidden", { kind: "dense", weights: Int8Array.of(0, 0, 0) }],
        ["hidden", "out", { kind: "dense", weights: Int8Array.of(1, 1, 0) }],
      ],
      2,
    );
    const found = counted({ ...net, readout: { ...net.readout, read: "membrane" } }, [[1, 0, 1, 1]]);
    expect(found.ConnectionSparsity).toBe(2 / 9);
    expect(found.ActivationSparsity).toBe(1 - 3 / 6);
    // 7 into hidden; its neurons 0, 0 and 1 fire, each at one weight that is not 0.
    expect(found.SynapticOperations).toEqual({
      Effective_MACs: 0,
      Effective_ACs: 7 + 3,
      Dense: 2 * 6 + 2 * 3,
    });
  });
});
