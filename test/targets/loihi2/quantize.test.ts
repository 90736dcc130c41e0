/** Native spiking networks by the quantizers of lava-dl and nengo-loihi, on the emulated chips. */
import fastCheck from "fast-check";
import { describe, expect, it } from "vitest";
import { discretizationOf } from "../../../src/graph/discretization.ts";
import type { Tensor } from "../../../src/graph/graph.ts";
import type { SpikingGraph } from "../../../src/graph/spiking.ts";
import { isIntegrateAndFire } from "../../../src/network/network.ts";
import { encodeSample } from "../../../src/simulate/encode.ts";
import { createSimulator } from "../../../src/simulate/reference.ts";
import { compareTrains } from "../../../src/target/compare.ts";
import { loihi1, loihi2 } from "../../../targets/loihi2/index.ts";
import { base } from "../../graph/spiking/small-spiking-graphs.ts";
import { cuba, linear, many, spikeRows } from "../../lower/spiking/drawn-nodes.ts";
import { compareSpikes } from "../../lower/spiking/native.ts";
import { quantizedBy } from "../../lower/spiking/quantized-by.ts";

const [inputs, hidden, outputs, steps, dt] = [5, 9, 4, 40, 1e-3];
const discretization = { ...discretizationOf("lava", dt) };

/** One time constant and one threshold a layer, as a .net file has them. */
const cubaLayer = (name: string, size: number, tauSyn: number, tauMem: number, vThreshold: number) =>
  cuba(name, size, dt, { tauSyn: [tauSyn], tauMem: [tauMem], vLeak: [0], vThreshold: [vThreshold] });

const chains = fastCheck
  .record({
    into: many(hidden * inputs, -0.3, 0.6),
    out: many(outputs * hidden, -0.3, 0.6),
    times: many(4, 2 * dt, 10 * dt),
    thresholds: many(2, 0.8, 1.6),
    rows: spikeRows(steps, inputs),
  })
  .map(({ into, out, times, thresholds, rows }) => ({
    sample: Float32Array.from(rows.flat()),
    graph: {
      name: "chain",
      notes: [],
      nodes: [
        { type: "Input", ...base("in", [inputs]) },
        linear("fc1", hidden, inputs, into),
        cubaLayer("lif1", hidden, times[0], times[1], thresholds[0]),
        linear("fc2", outputs, hidden, out),
        cubaLayer("lif2", outputs, times[2], times[3], thresholds[1]),
        { type: "Output", ...base("out", [outputs]) },
      ],
      edges: ["in fc1", "fc1 lif1", "lif1 fc2", "fc2 lif2", "lif2 out"].map((edge) => {
        const [from, to] = edge.split(" ");
        return { from, to, delay: 0 };
      }),
    } as unknown as SpikingGraph,
  }));

const quantized = (graph: SpikingGraph, name: string, reset: "value" | "subtract" = "value") =>
  quantizedBy(loihi2, name, graph, { ...discretization, reset }, steps);

describe.each([
  ["lava-dl", loihi2],
  ["nengo", loihi1],
  ["nengo", loihi2],
] as const)("a chain by quantizer %s on $name", (name, target) => {
  it("runs on the chip as in the simulator, and nearly as in floats", async () => {
    let [spikes, pairs, equal] = [0, 0, 0];
    await fastCheck.assert(
      fastCheck.asyncProperty(chains, async ({ graph, sample }) => {
        const lowering = quantized(graph, name);
        const { network } = lowering;
        const input = encodeSample(network, sample);
        const { train } = createSimulator(network).run(input);
        const placement = target.place(network, { observe: "all" });
        const device = await target.open(await target.emit(placement));
        const stimulus = target.stimulus(placement, { ...input, steps: train.steps });
        const found = target.readings(placement, await device.run(stimulus, train.steps));
        const compared = compareTrains(
          train,
          found,
          network.populations.map((one) => one.name),
        );
        expect(compared.first).toBeNull();
        spikes += compared.spikes;
        for (const agreement of compareSpikes(graph, discretization, lowering, [sample]).values()) {
          pairs += agreement.pairs;
          equal += agreement.equal;
        }
      }),
      { numRuns: 6, seed: 4, endOnFailure: true },
    );
    expect(spikes).toBeGreaterThan(150);
    expect(equal / pairs).toBeGreaterThan(0.9);
  });
});

describe("Loihi's quantizers", () => {
  const [{ graph }] = fastCheck.sample(chains, { numRuns: 1, seed: 2 });

  it("scale as their makers do: lava-dl by 64, nengo-loihi to a largest weight of 255 or a little less", () => {
    const weightsOf = (name: string) => [...quantized(graph, name).network.projections[0].connection.weights];
    const { weight } = graph.nodes[1] as unknown as { weight: Tensor };
    const expected = [...weight.data].map((value) => 2 * Math.round(value * 32) + 0);
    expect(weightsOf("lava-dl")).toEqual(expected);
    const largest = Math.max(...weightsOf("nengo").map(Math.abs));
    expect(largest).toBe(254);
    expect(weightsOf("nengo").every((value) => value % 2 === 0)).toBe(true);
  });

  it("give thresholds in the chip's units, one a layer", () => {
    for (const name of ["lava-dl", "nengo"])
      for (const { law } of quantized(graph, name).network.populations.filter(isIntegrateAndFire)) {
        expect(law.threshold).toHaveLength(1);
        expect(law.threshold[0] % 64).toBe(0);
      }
  });

  it("refuse a reset by subtraction, with both ways out", () => {
    for (const name of ["lava-dl", "nengo"])
      expect(() => quantized(graph, name, "subtract")).toThrow(
        /lif1, lif2: a reset by subtraction[\s\S]*sigma-delta/,
      );
  });

  it("say which weights lava-dl's scale cuts off", () => {
    const large = structuredClone(graph) as unknown as { nodes: { weight: { data: Float64Array } }[] };
    large.nodes[1].weight.data[0] = 9;
    const { notes } = quantized(large as unknown as SpikingGraph, "lava-dl");
    expect(notes.map(({ text }) => text).join()).toContain("1 of 45 weights lie beyond 4 and are cut off");
  });
});
