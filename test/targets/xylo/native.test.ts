/** Native spiking networks by the chip's quantizers: recurrent, with time constants and biases of each neuron's own. */
import fastCheck from "fast-check";
import { describe, expect, it } from "vitest";
import { discretizationOf } from "../../../src/graph/discretization.ts";
import type { SpikingGraph } from "../../../src/graph/spiking.ts";
import { isIntegrateAndFire } from "../../../src/network/network.ts";
import { decodeNetwork, encodeNetwork } from "../../../src/network/spk/spk.ts";
import { createEngine } from "../../../src/simulate/engine.ts";
import { createSimulator } from "../../../src/simulate/reference.ts";
import { xyloAudio2, xyloAudio3 } from "../../../targets/xylo/index.ts";
import { base } from "../../graph/spiking/small-spiking-graphs.ts";
import { type CubaConstants, cuba, linear, many, spikeRows } from "../../lower/spiking/drawn-nodes.ts";
import { compareSpikes } from "../../lower/spiking/native.ts";
import { quantizedBy } from "../../lower/spiking/quantized-by.ts";
import { expectSame, trainOf } from "./networks.ts";

const [inputs, hidden, outputs, steps, dt] = [4, 8, 3, 60, 1e-3];
/** Euler's steps with a reset by subtraction: what such networks are trained with. */
const discretization = { ...discretizationOf("snntorch-2023", dt), reset: "subtract" } as const;

const constants = (size: number): fastCheck.Arbitrary<CubaConstants> =>
  fastCheck.record({
    tauSyn: many(size, 1.6 * dt, 12 * dt),
    tauMem: many(size, 3 * dt, 40 * dt),
    vLeak: many(size, -0.1, 0.3),
    vThreshold: many(size, 0.6, 1.5),
  });

interface Drawn {
  readonly graph: SpikingGraph;
  /** [step][input] */
  readonly rows: readonly (readonly number[])[];
}

const recurrent: fastCheck.Arbitrary<Drawn> = fastCheck
  .record({
    into: many(hidden * inputs, -0.05, 0.12),
    loop: many(hidden * hidden, -0.03, 0.03),
    out: many(outputs * hidden, -0.06, 0.12),
    first: constants(hidden),
    second: constants(outputs),
    spikes: spikeRows(steps, inputs),
  })
  .map(({ into, loop, out, first, second, spikes }) => ({
    rows: spikes,
    graph: {
      name: "recurrent",
      notes: [],
      nodes: [
        { type: "Input", ...base("in", [inputs]) },
        linear("fc1", hidden, inputs, into),
        cuba("lif1", hidden, dt, first),
        linear("loop", hidden, hidden, loop),
        linear("fc2", outputs, hidden, out),
        cuba("lif2", outputs, dt, second),
        { type: "Output", ...base("out", [outputs]) },
      ],
      edges: [
        { from: "in", to: "fc1", delay: 0 },
        { from: "fc1", to: "lif1", delay: 0 },
        { from: "lif1", to: "loop", delay: 1 },
        { from: "loop", to: "lif1", delay: 0 },
        { from: "lif1", to: "fc2", delay: 0 },
        { from: "fc2", to: "lif2", delay: 0 },
        { from: "lif2", to: "out", delay: 0 },
      ],
    } as unknown as SpikingGraph,
  }));

const quantized = (graph: SpikingGraph, name: string) =>
  quantizedBy(xyloAudio3, name, graph, discretization, steps);

describe.each(["own", "rockpool-channel", "rockpool-global"])(
  "a recurrent network by quantizer %s",
  (name) => {
    it("runs on the chip as in the simulator, with dashes and biases of each neuron's own", async () => {
      let [compared, different, placed] = [0, 0, 0];
      await fastCheck.assert(
        fastCheck.asyncProperty(recurrent, async ({ graph, rows }) => {
          const { network } = quantized(graph, name);
          const [first] = network.populations.filter(isIntegrateAndFire);
          if (first.law.decayV.kind === "shift" && first.law.decayV.shifts !== undefined) different++;
          // The maker's quantizers give biases beyond 8 bits, and biases that make neurons fire before their first step.
          if (name === "own" || fits(network)) {
            compared += await expectSame(xyloAudio2, network, rows);
            placed++;
          }
        }),
        { numRuns: 15, seed: 12, endOnFailure: true },
      );
      expect(different).toBeGreaterThan(10);
      expect(placed).toBeGreaterThan(5);
      expect(compared).toBeGreaterThan(150);
    });
  },
);

function fits(network: Parameters<typeof xyloAudio2.place>[0]): boolean {
  try {
    xyloAudio2.place(network);
    return true;
  } catch {
    return false;
  }
}

describe("the default quantizer", () => {
  it("comes nearer to the floats' number of spikes than the maker's, over many networks", () => {
    const distance = (name: string) => {
      let [wanted, off] = [0, 0];
      for (const { graph, rows } of fastCheck.sample(recurrent, { numRuns: 24, seed: 3 })) {
        const sample = Float32Array.from(rows.flat());
        const agreement = compareSpikes(graph, discretization, quantized(graph, name), [sample]);
        for (const { floatSpikes, spikes } of agreement.values()) {
          wanted += floatSpikes;
          off += Math.abs(floatSpikes - spikes);
        }
      }
      expect(wanted).toBeGreaterThan(300);
      return off / wanted;
    };
    const [own, channel, global] = ["own", "rockpool-channel", "rockpool-global"].map(distance);
    expect(own).toBeLessThan(channel);
    expect(own).toBeLessThan(global);
  });
});

describe("a bias of the weights in front of a trace", () => {
  it("becomes always-on channels and relays, and acts on the chip as in the simulator", async () => {
    let compared = 0;
    await fastCheck.assert(
      fastCheck.asyncProperty(recurrent, async ({ graph, rows }) => {
        const biased = {
          ...graph,
          nodes: graph.nodes.map((node) =>
            node.name === "fc1" || node.name === "fc2"
              ? {
                  ...node,
                  type: "Affine",
                  bias: Float64Array.from({ length: node.shape[0] }, (_, i) => 0.02 * ((i % 3) - 0.5)),
                }
              : node,
          ),
        } as unknown as SpikingGraph;
        const { network } = quantized(biased, "own");
        expect(network.inputs.length).toBeGreaterThan(2);
        if (fits(network)) compared += await expectSame(xyloAudio2, network, rows);
      }),
      { numRuns: 10, seed: 21, endOnFailure: true },
    );
    expect(compared).toBeGreaterThan(100);
  });
});

describe("a quantized network", () => {
  const [{ graph, rows }] = fastCheck.sample(recurrent, { numRuns: 1, seed: 8 });

  it("keeps the shifts of single neurons in its file", () => {
    const { network } = quantized(graph, "own");
    const again = decodeNetwork(encodeNetwork(network), "again");
    expect(again).toEqual(network);
    const input = trainOf(network, rows);
    const { train } = createSimulator(network).run(input);
    expect(createSimulator(again).run(input).train).toEqual(train);
    // The engine that is made for the network knows such shifts as well.
    const sample = Float32Array.from(rows.flat());
    const engine = createEngine(again).runSample(sample);
    for (const { name } of network.populations)
      expect(engine.train.events.get(name)!.neurons, name).toEqual(train.events.get(name)!.neurons);
  });

  it("says whose quantizer made it, and what of the model the chip does otherwise", () => {
    const byValue = { ...discretization, reset: "value" } as const;
    const { notes } = quantizedBy(xyloAudio3, "rockpool-channel", graph, byValue, steps);
    const own = notes.filter(({ where }) => where === "quantizer");
    expect(own[0].text).toContain("rockpool-channel");
    const warnings = own.filter(({ level }) => level === "warning").map(({ text }) => text);
    expect(warnings.join()).toContain("lif1: the model resets by value, the chip subtracts the threshold");
  });
});
