import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { networkToGraph } from "../../../src/export/network/network-to-graph.ts";
import { exportNir } from "../../../src/export/nir/export-nir.ts";
import { evaluateSpiking } from "../../../src/graph/evaluate-spiking.ts";
import { readQuantizationHint } from "../../../src/import/nir/hints.ts";
import { importNir } from "../../../src/import/nir/import-nir.ts";
import type { Law, Network, Population } from "../../../src/network/network.ts";
import { sizeOf } from "../../../src/network/network.ts";
import type { SpikeTrain } from "../../../src/network/spikes.ts";
import { encodeSample } from "../../../src/simulate/encode.ts";
import { createSimulator } from "../../../src/simulate/reference.ts";
import { hidden, intoHidden, intoOutput, output, sampleNetwork } from "../../network/sample-network.ts";

/** [steps, neurons] of one population or input. */
function denseTrain(train: SpikeTrain, name: string, neurons: number): Float32Array {
  const { offsets, neurons: events, values } = train.events.get(name)!;
  const dense = new Float32Array(train.steps * neurons);
  for (let step = 0; step < train.steps; step++)
    for (let i = offsets[step]; i < offsets[step + 1]; i++)
      dense[step * neurons + events[i]] += values?.[i] ?? 1;
  return dense;
}

/** The integers' spikes, and those of the floats that went through a .nir file, by population. */
async function bothWays(network: Network, sample: Float32Array) {
  const { train } = createSimulator(network).run(encodeSample(network, sample));
  const { bytes } = await exportNir(networkToGraph(network));
  const graph = await importNir(bytes, "network.nir");
  const [{ name, shape }] = network.inputs;
  const input = denseTrain(train, name, sizeOf(shape));
  const floats = evaluateSpiking(graph, graph.discretization!, input, { record: "all" });
  const names = network.populations.map((population) => population.name);
  return names.map((population, i) => ({
    population,
    integers: denseTrain(train, population, sizeOf(network.populations[i].shape)),
    floats: floats.spikes.get(population)!,
  }));
}

const immediate = [{ ...intoHidden, delay: 0 }, intoOutput];

/** hidden with one unit for each channel, as a convolution needs it. */
function withLaws(first: Partial<Law>, second: Partial<Law>): Network {
  const law = { ...hidden.law, bias: Int32Array.of(3, -4), threshold: Int32Array.of(60, 90), ...first };
  const populations: Population[] = [
    { ...hidden, law },
    { ...output, law: { ...output.law, ...second } },
  ];
  return { ...sampleNetwork, populations, projections: immediate };
}

const sample = fc
  .array(fc.integer({ min: 0, max: 255 }), { minLength: 16, maxLength: 16 })
  .map((v) => Float32Array.from(v));
const reset = fc.constantFrom<Law["reset"]>(
  { kind: "subtract", amount: null },
  { kind: "zero", value: Int32Array.of(0) },
  { kind: "zero", value: Int32Array.of(-7) },
  { kind: "none" },
);
const laws = fc.record({
  compare: fc.constantFrom("gt" as const, "ge" as const),
  reset,
  vInit: fc.integer({ min: -50, max: 50 }).map((value) => Int32Array.of(value)),
});

describe("a network of integers as NIR", () => {
  it("spikes as the integers do, through pools, convolutions and matrices, for every comparison and reset", async () => {
    let spikes = 0;
    await fc.assert(
      fc.asyncProperty(laws, laws, sample, async (first, second, values) => {
        for (const { population, integers, floats } of await bothWays(withLaws(first, second), values)) {
          expect(floats, population).toEqual(integers);
          spikes += integers.reduce((sum, value) => sum + value, 0);
        }
      }),
      { numRuns: 60 },
    );
    expect(spikes).toBeGreaterThan(1000);
  });

  it("spikes as the integers do up to the rounding of a decay", async () => {
    const decayV = {
      kind: "multiply",
      multiplier: Int32Array.of(3000),
      shift: 12,
      rounding: "halfAway",
    } as const;
    const network = withLaws({ decayV }, { decayV, threshold: Int32Array.of(3000) });
    const [first] = await bothWays(network, new Float32Array(16).fill(120));
    const same = first.floats.filter((value, i) => value === first.integers[i]).length / first.floats.length;
    expect(same).toBeGreaterThan(0.9);
    expect(networkToGraph(network).nodes.filter(({ type }) => type === "LIF").length).toBe(2);
  });

  it("bears dequantized weights, and says how they were quantized", async () => {
    const graph = networkToGraph(withLaws({}, {}));
    const convolution = graph.nodes.find(({ type }) => type === "Conv2d");
    // A spike of hidden is worth 0.25 and 0.5; its thresholds are 60 and 90.
    const units = [0.25 / 60, 0.5 / 90];
    const weights = Array.from({ length: 18 }, (_, i) => (i - 9) * units[Math.floor(i / 9)]);
    expect(convolution).toMatchObject({
      weight: { data: Float64Array.from(weights) },
      bias: Float64Array.of(3 * units[0], -4 * units[1]),
    });
    const again = await importNir((await exportNir(graph)).bytes, "again.nir");
    expect(readQuantizationHint(again.metadata)).toEqual({
      timesteps: 16,
      layers: [
        { node: "input to hidden", weightBits: 5, weightScale: units },
        { node: "hidden to output", weightBits: 12, weightScale: [0.5] },
      ],
    });
  });

  it.each<[string, Partial<Law>]>([
    ["refractory steps", { refractory: 2 }],
    ["a delayed reset", { resetTiming: "delayed" }],
    ["a shift decay", { decayV: { kind: "shift", shift: 3, tail: true } }],
    ["at most 3 spikes a step", { maxSpikes: 3 }],
  ])("is refused where it has %s", (what, law) => {
    const refused = expect.objectContaining({
      code: "SPK-0119",
      message: expect.stringContaining(what),
      where: "hidden",
    });
    expect(() => networkToGraph(withLaws(law, {}))).toThrow(refused);
  });
});
